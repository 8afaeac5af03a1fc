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
  const { width, pixels } = bitmap;
  const stroke = touched.pixels;
  const flippable = erase ? 1 : 0;
  const runs: number[] = [];
  let flipped = 0;
  let length = 0;
  for (let y = y0; y < y1; y++) {
    for (let i = y * width + x0, end = y * width + x1; i < end; i++) {
      const flips = stroke[i] === 1 && pixels[i] === flippable ? 1 : 0;
      if (flips !== flipped) {
        runs.push(length);
        length = 0;
        flipped = flips;
      }
      length++;
    }
  }
  if (flipped === 1) runs.push(length);
  return { x: x0, y: y0, width: x1 - x0, runs };
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
