/** What a brush stroke changed: the flipped pixels of a rectangle as run lengths. Applied twice it undoes itself. */
import type { Bitmap, PixelRect } from './mask';

export interface Flip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Row-major within the rectangle, starting with a run of kept pixels. */
  readonly runs: readonly number[];
}

/** Runs of the pixels in `rect` where the two bitmaps would differ, given by `flips(index)`. */
export function flipOf(bitmap: Bitmap, rect: PixelRect, flips: (index: number) => boolean): Flip {
  const [x0, y0, x1, y1] = rect;
  const runs: number[] = [];
  let flipped = false;
  let length = 0;
  for (let y = y0; y < y1; y++) {
    for (let i = y * bitmap.width + x0, end = y * bitmap.width + x1; i < end; i++) {
      if (flips(i) !== flipped) {
        runs.push(length);
        length = 0;
        flipped = !flipped;
      }
      length++;
    }
  }
  if (flipped) runs.push(length);
  return { x: x0, y: y0, width: x1 - x0, runs };
}

export const isNothing = (change: Flip): boolean => change.runs.length < 2;

export function flip(bitmap: Bitmap, { x, y, width, runs }: Flip): void {
  let at = 0;
  runs.forEach((length, i) => {
    if (i % 2 === 1) {
      for (let k = at; k < at + length; k++) {
        const index = (y + Math.floor(k / width)) * bitmap.width + x + (k % width);
        bitmap.pixels[index] = 1 - bitmap.pixels[index]!;
      }
    }
    at += length;
  });
}
