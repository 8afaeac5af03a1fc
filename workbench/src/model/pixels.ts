/**
 * Work on the pixels of masks, for the document and the bench. Masks enter it when their folder is loaded, so that a page
 * without them goes without its code.
 */
import type { Flip } from '../geometry/flip';
import type { Bitmap, EncodedMask } from '../geometry/mask';
import type { Size } from '../geometry/points';

export interface PixelWork {
  blank(size: Size): Bitmap;
  /** @throws RangeError when the encoding does not fill its size exactly. */
  decode(mask: EncodedMask): Bitmap;
  encode(bitmap: Bitmap): EncodedMask;
  flip(bitmap: Bitmap, change: Flip): void;
  /** What fills all holes, or removes all parts but the largest; null when there are none. */
  cleaning(bitmap: Bitmap, what: 'holes' | 'islands'): Flip | null;
}

let work: PixelWork | null = null;

export function enterPixelWork(entered: PixelWork): void {
  work = entered;
}

/** @throws Error where no kind of pixels was loaded. */
export function pixelWork(): PixelWork {
  if (work === null) throw new Error('the work on pixels is not loaded');
  return work;
}
