/**
 * The document and its changes. Every change knows both of its sides, so that undo is the same change turned round;
 * a brush stroke is kept as the run lengths of what it flipped, not as two masks.
 */

import type { Flip } from '../geometry/flip';
import type { Bitmap } from '../geometry/mask';
import type { Annotation, MaskAnnotation } from './annotation';
import { pixelWork } from './pixels';

/** Puts `after` in the place of `before` at `index`; null on one side makes or removes the annotation. */
export interface PutChange {
  readonly do: 'put';
  readonly index: number;
  readonly before: Annotation | null;
  readonly after: Annotation | null;
}

/** Flips pixels of the mask `id`; its own inverse. */
export interface FlipChange {
  readonly do: 'flip';
  readonly id: string;
  readonly flip: Flip;
}

export type Change = PutChange | FlipChange;

/** One step of undo. */
export interface Edit {
  readonly reason: string;
  readonly changes: readonly Change[];
  /** The one that was in the hand, where the step changed others too: undo and redo give it back to the hand. */
  readonly main?: string;
}

export const inverse = (edit: Edit): Edit => ({
  ...edit,
  changes: [...edit.changes]
    .reverse()
    .map((change) => (change.do === 'put' ? { ...change, before: change.after, after: change.before } : change)),
});

/** The annotations of one image, and the bitmap of the mask that was touched last (decoding 12 MP costs 10 to 50 ms). */
export class AnnotationStore {
  #list: readonly Annotation[];
  #open: { id: string; counts: string; bitmap: Bitmap } | null = null;

  constructor(list: readonly Annotation[]) {
    this.#list = list;
  }

  get list(): readonly Annotation[] {
    return this.#list;
  }

  find(id: string): Annotation | undefined {
    return this.#list.find((annotation) => annotation.id === id);
  }

  reset(list: readonly Annotation[]): void {
    this.#list = list;
    this.#open = null;
  }

  /** The pixels of a mask; shared, so the caller must not write to them. */
  bitmap(mask: MaskAnnotation): Bitmap {
    if (this.#open?.id !== mask.id || this.#open.counts !== mask.mask.counts) {
      this.#open = { id: mask.id, counts: mask.mask.counts, bitmap: pixelWork().decode(mask.mask) };
    }
    return this.#open.bitmap;
  }

  /** @throws Error when the edit was made for another state of the list. */
  apply(edit: Edit): void {
    const list = [...this.#list];
    for (const change of edit.changes) {
      if (change.do === 'put') {
        const { index, before, after } = change;
        if (before !== null && list[index]?.id !== before.id) throw new Error(`no annotation ${before.id} at ${index}`);
        if (index > list.length) throw new Error(`place ${index} is behind the end`);
        list.splice(index, before === null ? 0 : 1, ...(after === null ? [] : [after]));
      } else {
        const index = list.findIndex(({ id }) => id === change.id);
        const mask = list[index];
        if (mask?.kind !== 'mask') throw new Error(`no mask ${change.id}`);
        const bitmap = this.bitmap(mask);
        pixelWork().flip(bitmap, change.flip);
        const encoded = pixelWork().encode(bitmap);
        this.#open = { id: mask.id, counts: encoded.counts, bitmap };
        list[index] = { ...mask, mask: encoded };
      }
    }
    this.#list = list;
  }
}
