/**
 * A draft as it lies on the disk: its marks and its undo history as text. IndexedDB copies a graph of objects node by node,
 * for each gesture and once more to see what lies there; a text it copies at once. What did not change since the last
 * gesture keeps its text (`docs/decisions/0016`).
 */
import type { KeptDraft } from './shelf';

export type Folded = Omit<KeptDraft, 'annotations' | 'history'> & {
  readonly annotations: string;
  readonly history: string;
};

/** By identity: marks and edits are never changed in place, and whoever does not hold them any more frees their text. */
const texts = new WeakMap<object, string>();

/** As `JSON.stringify` writes it; `value` is plain and holds no `toJSON`. */
export function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    const isOfObjects = value.length > 0 && value.every(isRecord);
    return isOfObjects ? `[${value.map(textOf).join()}]` : JSON.stringify(value);
  }
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  let text = texts.get(value);
  if (text === undefined) {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined);
    text = `{${parts.map(([name, part]) => `${JSON.stringify(name)}:${textOf(part)}`).join()}}`;
    texts.set(value, text);
  }
  return text;
}

/** What `textOf` writes, piece by piece; lists of coordinates are no pieces. */
function* written(value: unknown): Generator<string> {
  if (!(Array.isArray(value) ? value.every(isRecord) : isRecord(value))) return;
  for (const part of Object.values(value as object)) yield* written(part);
  yield textOf(value);
}

/**
 * Writes the texts of a draft that was just opened in moments that the page has to spare, so that its first gesture writes
 * as little as the others. A browser that knows no such moments leaves it to that gesture.
 */
export function foldAhead({ annotations, history }: Pick<KeptDraft, 'annotations' | 'history'>): void {
  const pieces = written({ annotations, history });
  const go = (moment: IdleDeadline) => {
    while (moment.timeRemaining() > 0) if (pieces.next().done) return;
    requestIdleCallback(go);
  };
  globalThis.requestIdleCallback?.(go);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const folded = (draft: KeptDraft): Folded => ({
  ...draft,
  annotations: textOf(draft.annotations),
  history: textOf(draft.history),
});

/** Also one that an earlier version of the page left, which lies there as it is. */
export function unfolded(kept: Folded | KeptDraft): KeptDraft {
  const { annotations, history } = kept;
  if (typeof annotations !== 'string') return kept as KeptDraft;
  return { ...kept, annotations: JSON.parse(annotations), history: JSON.parse(history as string) };
}
