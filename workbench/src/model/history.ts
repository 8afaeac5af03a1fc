/** One stack for everything: drawing, moving, labels, attributes, texts, deletes. Kept as plain JSON across reloads. */
import type { Edit } from './edit';
import { inverse } from './edit';

export const MAX_STEPS = 200;
export const MAX_BYTES = 10_000_000;

export interface SerializedHistory {
  readonly version: 1;
  readonly done: readonly Edit[];
  readonly undone: readonly Edit[];
}

export class History {
  #done: Edit[] = [];
  #undone: Edit[] = [];
  #sizes = new WeakMap<Edit, number>();

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Remembers an edit that was just applied; what had been undone is forgotten. */
  push(edit: Edit): void {
    const last = this.#done.at(-1);
    const joined = last !== undefined && this.#undone.length === 0 ? joinedNudge(last, edit) : null;
    if (joined === null) this.#done.push(edit);
    else this.#done[this.#done.length - 1] = joined;
    this.#undone = [];
    this.#trim();
  }

  /** The edit to apply in order to undo, or null. */
  undo(): Edit | null {
    const edit = this.#done.pop();
    if (edit === undefined) return null;
    this.#undone.push(edit);
    return inverse(edit);
  }

  redo(): Edit | null {
    const edit = this.#undone.pop();
    if (edit === undefined) return null;
    this.#done.push(edit);
    return edit;
  }

  clear(): void {
    this.#done = [];
    this.#undone = [];
  }

  serialize(): SerializedHistory {
    return { version: 1, done: [...this.#done], undone: [...this.#undone] };
  }

  /** @throws TypeError when the value was not made by `serialize`. */
  restore(saved: SerializedHistory): void {
    if (saved?.version !== 1 || !Array.isArray(saved.done) || !Array.isArray(saved.undone)) {
      throw new TypeError('not a saved history');
    }
    this.#done = [...saved.done];
    this.#undone = [...saved.undone];
    this.#trim();
  }

  #bytes(edit: Edit): number {
    let size = this.#sizes.get(edit);
    if (size === undefined) {
      size = JSON.stringify(edit).length;
      this.#sizes.set(edit, size);
    }
    return size;
  }

  #trim(): void {
    let bytes = this.#done.reduce((sum, edit) => sum + this.#bytes(edit), 0);
    while (this.#done.length > MAX_STEPS || (bytes > MAX_BYTES && this.#done.length > 1)) {
      bytes -= this.#bytes(this.#done.shift()!);
    }
  }
}

/** Presses of the arrow keys on one shape are one step: nobody wants to undo fifty of them. */
function joinedNudge(first: Edit, second: Edit): Edit | null {
  const [a, b] = [first.changes[0], second.changes[0]];
  if (first.reason !== 'nudge' || second.reason !== 'nudge' || a?.do !== 'put' || b?.do !== 'put') return null;
  if (a.index !== b.index || a.after?.id !== b.before?.id) return null;
  return { reason: 'nudge', changes: [{ ...b, before: a.before }] };
}
