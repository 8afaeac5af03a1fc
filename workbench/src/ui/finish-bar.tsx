/** What ends unfinished work, or passes over a point of it, for those who have no keys. */
import type { Answer } from './answer';
import { IconButton } from './icons';
import { markWords } from './strings-rest';

const finishIcon = { path: 'M5 13l4.500 4.500L19 7' };

export function FinishBar({ answer }: { answer: Answer }) {
  const offers = answer.offers.value;
  const press = (key: 'Delete' | 'Enter') => () => {
    const editor = answer.editor.value;
    // The button speaks of the mark that is begun or comes next; with one in the hand the key would delete that one.
    if (key === 'Delete') editor?.select([]);
    editor?.key(key);
  };
  return (
    <>
      {offers.includes('Delete') && (
        <IconButton icon="skip" label={markWords.part.absent!} keys="Delete" onClick={press('Delete')} />
      )}
      {offers.includes('Enter') && (
        <IconButton icon={finishIcon} label={markWords.finishMark} keys="Enter" onClick={press('Enter')} />
      )}
    </>
  );
}
