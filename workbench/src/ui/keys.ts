/** Keys that mean the same on every page with an image: undo, tools, view, labels and answers by number. */
import { type Answer, oneTapGroup } from './answer';
import { place, tagAt } from './choices';
import { turnLook } from './device';
import { commandOf, heard } from './keymap';

/** Commands of the work page and the keys they have at first. */
export const PAGE_KEYS = { skip: 'S', flag: 'Shift+S', guideline: 'G', nothing: 'N', look: 'D', keys: '?' } as const;

const LOOK_KEY = { look: PAGE_KEYS.look };

/** True when the key meant something. */
export function shellKey(event: KeyboardEvent, answer: Answer): boolean {
  if (commandOf(event, LOOK_KEY) !== null) {
    turnLook();
    return true;
  }
  const command = event.ctrlKey || event.metaKey;
  if (command && event.code === 'KeyZ') {
    if (event.shiftKey) answer.redo();
    else answer.undo();
    return true;
  }
  if (command && event.code === 'KeyY') {
    answer.redo();
    return true;
  }
  return editorKey(event, answer);
}

/** The Editor itself only hears keys while it has the focus; its commands are answered from anywhere on the page. */
function editorKey(event: KeyboardEvent, answer: Answer): boolean {
  const editor = answer.editor.value;
  if (!editor) return false;
  const command = /^(?:Delete|Backspace)$/.test(event.key) ? 'delete' : commandOf(event, editor.keys());
  return command !== null && answer.run(command);
}

/** Number keys: labels first, then tags, in the order they are shown. */
export function pickByNumber(event: KeyboardEvent, answer: Answer, choose: (option: string) => void): boolean {
  const index = place(event.code);
  if (index === null || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !heard('1')) return false;
  const group = oneTapGroup(answer.schema);
  if (group) {
    const option = group.options[index];
    if (option !== undefined && answer.ready.value) choose(option);
    return option !== undefined;
  }
  const label = answer.schema.labels[index];
  if (label) {
    if (event.shiftKey) answer.run(`label.${label.name}`);
    else answer.editor.value?.setLabel(label.name);
    return true;
  }
  const tag = tagAt(answer, index - answer.schema.labels.length);
  if (tag) answer.toggleTag(tag.group, tag.option);
  return tag !== null;
}
