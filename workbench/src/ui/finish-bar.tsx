/** What ends unfinished work, or passes over a point of it, for those who have no keys. */
import type { Answer } from './answer';
import { IconButton } from './icons';
import { tell } from './strings-more';

const finishIcon = { path: 'M5 13l4.500 4.500L19 7' };

export function FinishBar({ answer }: { answer: Answer }) {
  const editor = answer.editor.value;
  // Which keys mean something changes with each step.
  if (editor === null || answer.steps.value < 0) return null;
  const press = (key: 'Delete' | 'Enter') => () => editor.key(key);
  return (
    <>
      {editor.offers.includes('Delete') && (
        <IconButton icon="skip" label={tell.part.absent!} keys="Delete" onClick={press('Delete')} />
      )}
      {editor.offers.includes('Enter') && (
        <IconButton icon={finishIcon} label={tell.finishMark} keys="Enter" onClick={press('Enter')} />
      )}
    </>
  );
}
