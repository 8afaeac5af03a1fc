/** What a brush stroke changed: the flipped pixels of a rectangle as run lengths. Applied twice it undoes itself. */
import type { Bitmap, PixelRect } from './mask';

export interface Flip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Row-major within the rectangle, starting with a run of kept pixels. */
  readonly runs: readonly number[];
}

/** The pixels of `rect` that a stroke would change: those it touched that are not set, or, erasing, that are. */
export function flipOf(bitmap: Bitmap, touched: Bitmap, [x0, y0, x1, y1]: PixelRect, erase: boolean): Flip {
  const flippable = erase ? 1 : 0;
  const width = x1 - x0;
  const runs: number[] = [];
  /** Where in the rectangle the last run ended. */
  let end = 0;
  for (let y = y0; y < y1; y++) {
    const [from, to] = [y * bitmap.width + x0, y * bitmap.width + x1];
    const stroke = touched.pixels.subarray(from, to);
    const pixels = bitmap.pixels.subarray(from, to);
    for (let x = stroke.indexOf(1); x >= 0; x = stroke.indexOf(1, x)) {
      const last = until(stroke, 0, x, width);
      for (let p = until(pixels, flippable, x, last); p < last; p = until(pixels, flippable, x, last)) {
        x = until(pixels, 1 - flippable, p, last);
        const at = (y - y0) * width + p;
        // Runs that touch across the rectangle's border are one.
        if (at === end && runs.length > 0) runs[runs.length - 1]! += x - p;
        else runs.push(at - end, x - p);
        end = at + x - p;
      }
      x = last;
    }
  }
  return { x: x0, y: y0, width, runs };
}

/** The first place at or after `from` that holds `value`, or `end`. */
function until(row: Uint8Array, value: number, from: number, end: number): number {
  const at = row.indexOf(value, from);
  return at < 0 || at > end ? end : at;
}

export const isNothing = (change: Flip): boolean => change.runs.length < 2;

export function flip({ width: stride, pixels }: Bitmap, { x, y, width, runs }: Flip): void {
  let [column, index] = [0, y * stride + x];
  let flips = false;
  for (const length of runs) {
    let rest = length;
    while (rest > 0) {
      const step = Math.min(rest, width - column);
      if (flips) for (let i = index; i < index + step; i++) pixels[i] = 1 - pixels[i]!;
      rest -= step;
      column += step;
      index += step;
      if (column === width) {
        column = 0;
        index += stride - width;
      }
    }
    flips = !flips;
  }
}
