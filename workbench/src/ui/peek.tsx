import { EDITOR_KEYS } from '../tools/commands';
import type { Answer } from './answer';
import { Icon } from './icons';
import { keyOf } from './keymap';
import { sightOf } from './sight';
import { markWords } from './strings-rest';
import { eyeIcon } from './tool-icons';

/** Held by a finger, a mouse or Space: what lies under the marks. */
export function Peek({ answer }: { answer: Answer }) {
  const { peek } = sightOf(answer);
  const set = (on: boolean) => () => {
    peek.value = on;
  };
  return (
    <button
      type="button"
      class="wb-icon-button"
      aria-label={markWords.peek}
      title={`${markWords.peek} (${keyOf('peek', EDITOR_KEYS.peek)})`}
      aria-pressed={peek.value}
      onPointerDown={set(true)}
      onPointerUp={set(false)}
      onPointerCancel={set(false)}
      onPointerLeave={set(false)}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === ' ' || event.key === 'Enter') peek.value = true;
      }}
    >
      <Icon path={eyeIcon} />
    </button>
  );
}
