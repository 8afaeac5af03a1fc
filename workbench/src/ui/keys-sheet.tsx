/** Every key and what it does; with the keys of commands to be changed by the one who presses them. */
import { useSignal } from '@preact/signals';
import { type Chord, chordOf } from '../tools/chord';
import { FIRST_KEYS, keepKeys, keyOf, ownKeys } from './keymap';
import { Sheet } from './sheet';
import { toolName } from './strings-more';
import { keyWords } from './strings-rest';

type Rows = readonly (readonly [keys: string, text: string])[];

export interface KeysSheetProps {
  /** Commands of this page and their first keys. */
  readonly page?: Readonly<Record<string, Chord>>;
  /** Those of the Editor and its tools, when there is one. */
  readonly editor?: Readonly<Record<string, Chord>> | undefined;
  readonly fixed: Rows;
  readonly onClose: () => void;
}

/** Two that are never both possible may share a key: something is drawn, or nothing is. */
const NEVER_TOGETHER = ['nothing', 'another'];

const FIXED = /^(?:Enter|Escape|Tab|Space|.*Arrow.*|Delete|Backspace|Insert|(?:Shift\+)?\d| |Mod\+.*|F\d+)$/;

export const commandName = (command: string): string => {
  const tool = command.startsWith('tool.') ? command.slice('tool.'.length) : null;
  return tool === null ? (keyWords.command[command] ?? command) : toolName(tool, tool);
};

/** Why the chord cannot be the command's, or null. */
export function refusal(chord: Chord, command: string, all: Readonly<Record<string, Chord>>): string | null {
  if (FIXED.test(chord)) return keyWords.reserved;
  const other = Object.keys(all).find((name) => name !== command && keyOf(name, all[name]!) === chord);
  if (other === undefined || (NEVER_TOGETHER.includes(other) && NEVER_TOGETHER.includes(command))) return null;
  return keyWords.taken(commandName(other));
}

export function KeysSheet({ page = {}, editor = {}, fixed, onClose }: KeysSheetProps) {
  const listening = useSignal<string | null>(null);
  const refused = useSignal('');
  const all = { ...page, ...editor };
  const hear = (event: KeyboardEvent) => {
    const command = listening.value;
    if (command === null) return;
    event.preventDefault();
    event.stopPropagation();
    const chord = chordOf(event);
    if (chord === null) return;
    refused.value = chord === 'Escape' ? '' : (refusal(chord, command, all) ?? '');
    if (refused.value !== '') return;
    listening.value = null;
    if (chord === 'Escape') return;
    const { [command]: _, ...others } = ownKeys.value.own;
    keepKeys({ ...ownKeys.value, own: chord === all[command] ? others : { ...others, [command]: chord } });
  };
  const rows = (commands: Readonly<Record<string, Chord>>) =>
    Object.entries(commands).map(([command, first]) => {
      const waits = listening.value === command;
      return (
        <div key={command} class="wb-key-row">
          <dt>
            <kbd class="wb-key">{keyOf(command, first).replace('Mod', 'Ctrl')}</kbd>
          </dt>
          <dd>
            {commandName(command)}
            {waits && (
              <small role="alert" class="wb-key-listening">
                {refused.value} {keyWords.listening}
              </small>
            )}
          </dd>
          <button
            type="button"
            class="wb-button wb-key-change"
            aria-label={keyWords.changeFor(commandName(command))}
            aria-pressed={waits}
            onClick={() => {
              refused.value = '';
              listening.value = waits ? null : command;
            }}
            onBlur={() => {
              if (waits) listening.value = null;
            }}
          >
            {keyWords.change}
          </button>
        </div>
      );
    });
  const plain = ([keys, text]: readonly [string, string]) => (
    <div key={keys} class="wb-key-row">
      <dt>
        <kbd class="wb-key">{keys}</kbd>
      </dt>
      <dd>{text}</dd>
    </div>
  );
  const tools = Object.fromEntries(Object.entries(editor).filter(([name]) => name.startsWith('tool.')));
  const view = Object.fromEntries(Object.entries(editor).filter(([name]) => !name.startsWith('tool.')));
  const draws = Object.keys(editor).length > 0;
  return (
    <Sheet title={keyWords.title} onClose={onClose}>
      <div class="wb-key-lists" onKeyDownCapture={hear}>
        <label class="wb-field-row">
          <input
            class="wb-check"
            type="checkbox"
            checked={ownKeys.value.characters}
            onChange={(event) => keepKeys({ ...ownKeys.value, characters: event.currentTarget.checked })}
          />
          <span>
            {keyWords.characters} <small>{keyWords.charactersWhy}</small>
          </span>
        </label>
        <h3>{keyWords.page}</h3>
        <dl class="wb-keys">
          {rows(page)}
          {fixed.map(plain)}
        </dl>
        {draws && (
          <>
            <h3>{keyWords.tools}</h3>
            <dl class="wb-keys">{rows(tools)}</dl>
            <h3>{keyWords.image}</h3>
            <dl class="wb-keys">
              {rows(view)}
              {keyWords.fixedOnImage.map(plain)}
            </dl>
          </>
        )}
        <button
          type="button"
          class="wb-button"
          disabled={Object.keys(ownKeys.value.own).length === 0}
          onClick={() => keepKeys({ ...ownKeys.value, own: FIRST_KEYS.own })}
        >
          {keyWords.reset}
        </button>
      </div>
    </Sheet>
  );
}
