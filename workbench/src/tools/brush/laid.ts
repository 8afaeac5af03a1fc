/**
 * What becomes of painted pixels, whatever painted them: they join the mask that is meant or leave it, or are a new one;
 * and what happens where other masks of the answer are.
 */
import { boundsMeet } from '../../geometry/box';
import { flipOf, isNothing } from '../../geometry/flip';
import {
  addMask,
  type Bitmap,
  bitmapRect,
  decodeMask,
  emptyBitmap,
  encodeMask,
  type PixelRect,
} from '../../geometry/mask';
import type { MaskAnnotation } from '../../model/annotation';
import { type Loss, taking } from '../../model/changes';
import type { Change } from '../../model/edit';
import { cachedBounds } from '../../model/hit-index';
import type { Joining } from '../joining';
import type { Bench, Geometry } from '../tool';

/** Pixels that others keep from the mask `id`; null for none. Nothing is ever taken from a locked mask. */
export function sparedFor(bench: Bench, id: string | undefined): Bitmap | null {
  const { mode } = bench.brush;
  if (mode === 'overlap') return null;
  const keepers = bench.masks().filter((mask) => mask.id !== id && (mode === 'empty' || bench.isLocked(mask.id)));
  if (keepers.length === 0) return null;
  const all = emptyBitmap(bench.image);
  for (const { mask } of keepers) addMask(all, mask);
  return all;
}

export function spare({ pixels, width }: Bitmap, spared: Bitmap | null, [x0, y0, x1, y1]: PixelRect): void {
  for (let y = y0; y < y1 && spared !== null; y++) {
    for (let i = y * width + x0; i < y * width + x1; i++) if (spared.pixels[i] === 1) pixels[i] = 0;
  }
}

/** A region that was found, or a copy without what others keep from the mask `id`. */
export function unkept(bench: Bench, id: string | undefined, region: Bitmap): Bitmap {
  const spared = sparedFor(bench, id);
  if (spared === null) return region;
  const own = { ...region, pixels: region.pixels.slice() };
  spare(own, spared, [0, 0, own.width, own.height]);
  return own;
}

/** True when nothing of the mask would be left: an empty one is not an answer. */
function coversAll(region: Bitmap, mask: Bitmap): boolean {
  const { pixels, width } = mask;
  const [x0, y0, x1, y1] = bitmapRect(mask) ?? [0, 0, 0, 0];
  for (let y = y0; y < y1; y++) {
    for (let i = y * width + x0; i < y * width + x1; i++) {
      if (pixels[i] === 1 && region.pixels[i] === 0) return false;
    }
  }
  return true;
}

function lossesTo(bench: Bench, id: string | undefined, region: Bitmap, rect: PixelRect): Loss[] {
  if (bench.brush.mode !== 'take') return [];
  return bench.masks().flatMap((other): Loss[] => {
    if (other.id === id || bench.isLocked(other.id) || !boundsMeet(cachedBounds(other), rect)) return [];
    const pixels = decodeMask(other.mask);
    const flip = flipOf(pixels, region, rect, true);
    if (isNothing(flip)) return [];
    return [{ id: other.id, flip: coversAll(region, pixels) ? null : flip }];
  });
}

export interface Lay {
  readonly erase: boolean;
  readonly reason: string;
  /** Of a new mask, where it is not the one in the hand. */
  readonly label?: string;
  /** What found the region. */
  readonly helper?: { readonly by: string; readonly version: string };
}

/**
 * One step of undo. `region` has been spared what others keep, and is set within `rect` alone. Answers with the id of the
 * mask, or null where there is none.
 */
export function lay(
  bench: Bench,
  base: MaskAnnotation | null,
  region: Bitmap,
  rect: PixelRect,
  how: Lay,
): string | null {
  const { erase, reason, label, helper } = how;
  if (erase) {
    if (base === null) return null;
    const flip = flipOf(bench.bitmap(base), region, rect, true);
    if (isNothing(flip)) return base.id;
    if (coversAll(region, bench.bitmap(base))) bench.remove([base.id]);
    else bench.flip(base, flip, reason, helper);
    return base.id;
  }
  const losses = lossesTo(bench, base?.id, region, rect);
  if (base !== null) {
    const flip = flipOf(bench.bitmap(base), region, rect, false);
    if (!isNothing(flip) || losses.length > 0) bench.flip(base, flip, reason, helper, losses);
    return base.id;
  }
  if (bitmapRect(region) === null) {
    bench.hint('all_taken');
    return null;
  }
  const shape = { kind: 'mask', mask: encodeMask(region), ...(helper && { assist: { ...helper, edited: false } }) };
  return bench.create(shape as Geometry, label, losses).id;
}

/** What was proposed is laid as if it were painted now; of what others keep whole nothing is accepted. */
export const beside: Joining = (bench, list, edit) => {
  const { mode } = bench.brush;
  if (mode === 'overlap') return edit;
  const all = emptyBitmap(bench.image);
  const kept: string[] = [];
  let main = '';
  const joined = edit.changes.flatMap((change): Change[] => {
    if (change.do !== 'put' || change.after?.kind !== 'mask') return [change];
    const { after } = change;
    main = after.id;
    const region = unkept(bench, main, decodeMask(after.mask));
    // Of two that are accepted in one step the second one finds the first.
    if (mode === 'empty') spare(region, all, [0, 0, region.width, region.height]);
    if (bitmapRect(region) === null) {
      kept.push(main);
      bench.hint('all_taken');
      return [];
    }
    const mask = encodeMask(region);
    addMask(all, mask);
    return [{ ...change, after: { ...after, mask } }];
  });
  // With a mark stays what was read from it.
  const changes = joined.filter(
    (change) => change.do !== 'put' || change.after?.kind !== 'text' || !kept.includes(change.after.of ?? ''),
  );
  const rect = bitmapRect(all);
  if (changes.length === 0) return null;
  return taking(list, { ...edit, changes }, main, rect === null ? [] : lossesTo(bench, undefined, all, rect));
};
