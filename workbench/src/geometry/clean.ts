/** Tidying a mask: holes filled, islands removed, by the size of what is enclosed. */
import type { Bitmap, PixelRect } from './mask';

/**
 * Visits every patch of pixels of one value within the rectangle, joined by their sides, with its pixels and whether it
 * reaches the rectangle's border.
 */
function eachPatch(
  { width, pixels }: Bitmap,
  [x0, y0, x1, y1]: PixelRect,
  value: 0 | 1,
  visit: (patch: readonly number[], touchesBorder: boolean) => void,
): void {
  const columns = x1 - x0;
  const seen = new Uint8Array(columns * (y1 - y0));
  for (let start = 0; start < seen.length; start++) {
    const index = (at: number) => (y0 + Math.floor(at / columns)) * width + x0 + (at % columns);
    if (seen[start] === 1 || pixels[index(start)] !== value) continue;
    const found = [start];
    seen[start] = 1;
    let border = false;
    for (let i = 0; i < found.length; i++) {
      const at = found[i]!;
      const column = at % columns;
      const row = (at - column) / columns;
      if (column === 0 || row === 0 || column === columns - 1 || row === y1 - y0 - 1) border = true;
      const near = [
        column > 0 ? at - 1 : -1,
        column < columns - 1 ? at + 1 : -1,
        row > 0 ? at - columns : -1,
        at + columns < seen.length ? at + columns : -1,
      ];
      for (const next of near) {
        if (next < 0 || seen[next] === 1 || pixels[index(next)] !== value) continue;
        seen[next] = 1;
        found.push(next);
      }
    }
    visit(found.map(index), border);
  }
}

/** The pixels of the holes. In the smallest rectangle around the mask all that is open to the outside reaches its border. */
export function holes(bitmap: Bitmap, rect: PixelRect): Bitmap {
  const result = { ...bitmap, pixels: new Uint8Array(bitmap.pixels.length) };
  eachPatch(bitmap, rect, 0, (patch, touchesBorder) => {
    if (!touchesBorder) for (const i of patch) result.pixels[i] = 1;
  });
  return result;
}

/** The pixels of all parts but the largest. */
export function islands(bitmap: Bitmap, rect: PixelRect): Bitmap {
  const result = { ...bitmap, pixels: new Uint8Array(bitmap.pixels.length) };
  let largest: readonly number[] = [];
  eachPatch(bitmap, rect, 1, (patch) => {
    const smaller = patch.length > largest.length ? largest : patch;
    if (smaller !== patch) largest = patch;
    for (const i of smaller) result.pixels[i] = 1;
  });
  return result;
}
