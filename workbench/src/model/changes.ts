/** Edits in the words of the user, built for the list they are applied to. */
import type { Flip } from '../geometry/flip';
import { type Annotation, isShape } from './annotation';
import type { Change, Edit, PutChange } from './edit';

export const added = (list: readonly Annotation[], annotation: Annotation): Edit => ({
  reason: 'create',
  changes: [{ do: 'put', index: list.length, before: null, after: annotation }],
});

/** Replaces annotations of the same ids; null when nothing would change. */
export function replaced(list: readonly Annotation[], next: readonly Annotation[], reason: string): Edit | null {
  const changes: PutChange[] = [];
  for (const after of next) {
    const index = list.findIndex(({ id }) => id === after.id);
    const before = list[index];
    if (before === undefined || JSON.stringify(before) === JSON.stringify(after)) continue;
    changes.push({ do: 'put', index, before, after });
  }
  return changes.length === 0 ? null : { reason, changes };
}

/** Removes annotations and the texts that were read from them; from the end, so that every index holds. */
export function removed(list: readonly Annotation[], ids: readonly string[]): Edit | null {
  const gone = new Set(ids);
  const changes: PutChange[] = [];
  for (let index = list.length - 1; index >= 0; index--) {
    const before = list[index]!;
    const orphan = before.kind === 'text' && before.of !== undefined && gone.has(before.of);
    if (gone.has(before.id) || orphan) changes.push({ do: 'put', index, before, after: null });
  }
  return changes.length === 0 ? null : { reason: 'delete', changes };
}

/** Takes the place of the shape after it (or before it) in the list; null where there is none. */
export function reordered(list: readonly Annotation[], id: string, forward: boolean): Edit | null {
  const from = list.findIndex((annotation) => annotation.id === id);
  const step = forward ? 1 : -1;
  let to = from + step;
  while (list[to] !== undefined && !isShape(list[to]!)) to += step;
  const shape = list[from];
  if (shape === undefined || list[to] === undefined) return null;
  return {
    reason: 'order',
    changes: [
      { do: 'put', index: from, before: shape, after: null },
      { do: 'put', index: to, before: null, after: shape },
    ],
  };
}

export const flipped = (id: string, flip: Flip, reason: string): Edit => ({
  reason,
  changes: [{ do: 'flip', id, flip }],
});

/** What a mask loses to another one: pixels, or null for all that it has. */
export interface Loss {
  readonly id: string;
  readonly flip: Flip | null;
}

/** The edit of the mask `main`, and in the same step what others lose to it; who loses all goes. */
export function taking(list: readonly Annotation[], edit: Edit, main: string, losses: readonly Loss[]): Edit {
  if (losses.length === 0) return edit;
  const less = losses.flatMap(({ id, flip }): Change[] => (flip === null ? [] : [{ do: 'flip', id, flip }]));
  const gone = losses.flatMap(({ id, flip }) => (flip === null ? [id] : []));
  // A new mask stands at the end, so that every index of those that go still holds.
  return { ...edit, main, changes: [...less, ...edit.changes, ...(removed(list, gone)?.changes ?? [])] };
}

/** Makes `labels` the chosen tags of the group `of`; tags that stay keep their ids. */
export function retagged(
  list: readonly Annotation[],
  of: string,
  labels: readonly string[],
  newId: () => string,
): Edit | null {
  const changes: PutChange[] = [];
  const present = new Set<string>();
  let length = list.length;
  for (let index = list.length - 1; index >= 0; index--) {
    const before = list[index]!;
    if (before.kind !== 'tag' || before.of !== of) continue;
    if (labels.includes(before.label) && !present.has(before.label)) {
      present.add(before.label);
    } else {
      changes.push({ do: 'put', index, before, after: null });
      length--;
    }
  }
  for (const label of labels) {
    if (present.has(label)) continue;
    present.add(label);
    changes.push({
      do: 'put',
      index: length++,
      before: null,
      after: { id: newId(), kind: 'tag', label, of, tag: true },
    });
  }
  return changes.length === 0 ? null : { reason: 'tags', changes };
}
