import { holes, islands } from '../../geometry/clean';
import { flip, flipOf, isNothing } from '../../geometry/flip';
import { bitmapRect, decodeMask, emptyBitmap, encodeMask } from '../../geometry/mask';
import type { PixelWork } from '../../model/pixels';

export const pixels: PixelWork = {
  blank: emptyBitmap,
  decode: decodeMask,
  encode: encodeMask,
  flip,

  cleaning(bitmap, what) {
    const rect = bitmapRect(bitmap);
    if (rect === null) return null;
    const stray = what === 'holes' ? holes(bitmap, rect) : islands(bitmap, rect);
    const change = flipOf(bitmap, stray, rect, what === 'islands');
    return isNothing(change) ? null : change;
  },
};
