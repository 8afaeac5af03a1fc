/** Keys that mean the same on every page with an image: undo, tools, view, labels and answers by number. */
import { type Answer, oneTapGroup } from './answer';
import { place, tagAt } from './choices';

/** True when the key meant something. */
export function shellKey(event: KeyboardEvent, answer: Answer): boolean {
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
  return !command && !event.altKey && editorKey(event, answer);
}

/** The Editor hears keys only while it has the focus; its tools and its view answer from anywhere on the page. */
function editorKey(event: KeyboardEvent, answer: Answer): boolean {
  const editor = answer.editor.value;
  if (!editor) return false;
  const tool = event.shiftKey ? undefined : editor.tools().find(({ key }) => event.code === `Key${key}`);
  if (tool) editor.setTool(tool.name);
  else if (event.key === '+' || event.key === '=') editor.zoomIn();
  else if (event.key === '-') editor.zoomOut();
  else if (event.code === 'KeyF') editor.fit();
  else if (event.key === 'Delete' || event.key === 'Backspace') editor.remove([...answer.selected.value]);
  else return false;
  return true;
}

/** Number keys: labels first, then tags, in the order they are shown. */
export function pickByNumber(event: KeyboardEvent, answer: Answer, choose: (option: string) => void): boolean {
  const index = place(event.code);
  if (index === null || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  const group = oneTapGroup(answer.schema);
  if (group) {
    const option = group.options[index];
    if (option !== undefined && answer.ready.value) choose(option);
    return option !== undefined;
  }
  const label = answer.schema.labels[index];
  if (label) {
    answer.editor.value?.setLabel(label.name);
    return true;
  }
  const tag = tagAt(answer, index - answer.schema.labels.length);
  if (tag) answer.toggleTag(tag.group, tag.option);
  return tag !== null;
}
