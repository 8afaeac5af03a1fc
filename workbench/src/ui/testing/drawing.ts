/** An answer under real hands: the session of the engine in the place of the Editor, without its screen. */
import type { Editor } from '../../render/editor';
import { Hands } from '../../tools/testing/hands';
import type { ToolName } from '../../tools/toolbox';
import type { Answer } from '../answer';

export function drawOn(answer: Answer, tool: ToolName): Hands {
  const hands = new Hands(tool, {
    schema: answer.schema,
    annotations: answer.drawn.value,
    events: {
      changed: (reason) => answer.drew(hands.annotations, reason),
      selected: (ids) => {
        answer.selected.value = ids;
      },
      stepped: () => {
        answer.steps.value += 1;
      },
    },
  });
  const { session } = hands;
  answer.editor.value = {
    get isOpen() {
      return session.isOpen;
    },
    get offers() {
      return session.offers;
    },
    get canUndo() {
      return session.canUndo;
    },
    get canRedo() {
      return session.canRedo;
    },
    finish: () => session.finish(),
    key: (key) => void session.key(key),
    select: (ids) => session.select(ids),
    serializeHistory: () => session.serializeHistory(),
  } satisfies Partial<Editor> as unknown as Editor;
  return hands;
}
