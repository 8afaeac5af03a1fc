/**
 * Masks as bitmaps (one byte per pixel, row-major, 0 or 1) and as COCO run-length encodings (column-major runs that
 * start with background, compressed to text as in pycocotools' maskApi.c, rleToString and rleFrString).
 */
import type { Bounds } from './box';
import { clamped, type Position, type Ring, type Size } from './points';

export interface EncodedMask {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

export interface Bitmap extends Size {
  readonly pixels: Uint8Array;
}

export const emptyBitmap = ({ width, height }: Size): Bitmap => ({
  width,
  height,
  pixels: new Uint8Array(width * height),
});

/** A rectangle of whole pixels: x and y inclusive, x1 and y1 exclusive. */
export type PixelRect = readonly [x0: number, y0: number, x1: number, y1: number];

export const unionRect = (a: PixelRect | null, b: PixelRect | null): PixelRect | null =>
  a === null
    ? b
    : b === null
      ? a
      : [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];

/** Run lengths to text: differences to the run before last, five bits a character, offset 48. */
export function runsToText(runs: readonly number[]): string {
  let text = '';
  for (let i = 0; i < runs.length; i++) {
    let rest = i > 2 ? runs[i]! - runs[i - 2]! : runs[i]!;
    let more = true;
    while (more) {
      let bits = rest & 31;
      rest >>= 5;
      more = (bits & 16) !== 0 ? rest !== -1 : rest !== 0;
      if (more) bits |= 32;
      text += String.fromCharCode(bits + 48);
    }
  }
  return text;
}

/** @throws RangeError when the text is not a complete encoding. */
export function textToRuns(text: string): number[] {
  const runs: number[] = [];
  let at = 0;
  while (at < text.length) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more) {
      const code = text.charCodeAt(at++) - 48;
      if (!(code >= 0 && code < 64) || shift > 30) throw new RangeError('not a COCO run-length encoding');
      value |= (code & 31) << shift;
      more = (code & 32) !== 0;
      shift += 5;
      if (!more && (code & 16) !== 0 && shift < 32) value |= -1 << shift;
    }
    if (runs.length > 2) value += runs[runs.length - 2]!;
    if (value < 0) throw new RangeError('not a COCO run-length encoding');
    runs.push(value);
  }
  return runs;
}

/** The smallest rectangle with all set pixels, or null; searched row by row with the engine's own byte search. */
export function bitmapRect({ width, height, pixels }: Bitmap): PixelRect | null {
  const first = pixels.indexOf(1);
  if (first < 0) return null;
  const last = pixels.lastIndexOf(1);
  const y0 = Math.floor(first / width);
  const y1 = Math.floor(last / width) + 1;
  let x0 = width;
  let x1 = 0;
  for (let y = y0; y < Math.min(y1, height); y++) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    const left = row.indexOf(1);
    if (left < 0) continue;
    if (left < x0) x0 = left;
    const right = row.lastIndexOf(1) + 1;
    if (right > x1) x1 = right;
  }
  return [x0, y0, x1, y1];
}

/**
 * Column-major runs. Only the columns of the set rectangle are read, turned 64 at a time into a small buffer, because
 * walking a 12 megapixel image down its columns misses the cache at every step.
 */
export function bitmapToRuns(bitmap: Bitmap): number[] {
  const { width, height, pixels } = bitmap;
  const rect = bitmapRect(bitmap);
  if (rect === null) return [width * height];
  const [x0, y0, x1, y1] = rect;
  const rows = y1 - y0;
  const block = new Uint8Array(64 * rows);
  const runs: number[] = [];
  let current = 0;
  let length = x0 * height;
  const background = (count: number) => {
    if (count === 0) return;
    if (current === 1) {
      runs.push(length);
      length = 0;
      current = 0;
    }
    length += count;
  };
  for (let left = x0; left < x1; left += 64) {
    const columns = Math.min(64, x1 - left);
    for (let y = 0; y < rows; y++) {
      const from = (y0 + y) * width + left;
      for (let c = 0; c < columns; c++) block[c * rows + y] = pixels[from + c]!;
    }
    for (let c = 0; c < columns; c++) {
      background(y0);
      const column = block.subarray(c * rows, (c + 1) * rows);
      let at = 0;
      while (at < rows) {
        const change = column.indexOf(1 - current, at);
        if (change < 0) {
          length += rows - at;
          break;
        }
        length += change - at;
        runs.push(length);
        length = 0;
        current = 1 - current;
        at = change;
      }
      background(height - y1);
    }
  }
  background((width - x1) * height);
  runs.push(length);
  return runs;
}

export function encodeMask(bitmap: Bitmap): EncodedMask {
  return { size: [bitmap.height, bitmap.width], counts: runsToText(bitmapToRuns(bitmap)) };
}

/** Calls `paint` for every vertical span [x, y0, y1) of set pixels. */
function eachSpan(mask: EncodedMask, paint: (x: number, y0: number, y1: number) => void): void {
  const height = mask.size[0];
  let at = 0;
  textToRuns(mask.counts).forEach((length, i) => {
    if (i % 2 === 1) {
      let from = at;
      const to = at + length;
      while (from < to) {
        const x = Math.floor(from / height);
        const end = Math.min(to, (x + 1) * height);
        paint(x, from - x * height, end - x * height);
        from = end;
      }
    }
    at += length;
  });
}

/** @throws RangeError when the encoding does not fill its size exactly. */
export function decodeMask(mask: EncodedMask): Bitmap {
  const [height, width] = mask.size;
  const total = textToRuns(mask.counts).reduce((sum, length) => sum + length, 0);
  if (total !== width * height) throw new RangeError(`runs cover ${total} of ${width * height} pixels`);
  const bitmap = emptyBitmap({ width, height });
  const { pixels } = bitmap;
  eachSpan(mask, (x, y0, y1) => {
    for (let i = y0 * width + x, end = y1 * width + x; i < end; i += width) pixels[i] = 1;
  });
  return bitmap;
}

/** Only the rectangle that holds the mask, and where its top left corner lies; 1 x 1 and empty for an empty mask. */
export function decodeCropped(mask: EncodedMask): { x: number; y: number; bitmap: Bitmap } {
  const [x0, y0, x1, y1] = maskBounds(mask);
  const bitmap = emptyBitmap({ width: Math.max(1, x1 - x0), height: Math.max(1, y1 - y0) });
  const { width, pixels } = bitmap;
  eachSpan(mask, (x, from, to) => {
    for (let i = (from - y0) * width + x - x0, end = (to - y0) * width; i < end; i += width) pixels[i] = 1;
  });
  return { x: x0, y: y0, bitmap };
}

export function maskArea(mask: EncodedMask): number {
  return textToRuns(mask.counts).reduce((sum, length, i) => (i % 2 === 1 ? sum + length : sum), 0);
}

export function maskBounds(mask: EncodedMask): Bounds {
  let x0 = Infinity;
  let y0 = Infinity;
  let x1 = 0;
  let y1 = 0;
  eachSpan(mask, (x, from, to) => {
    x0 = Math.min(x0, x);
    x1 = Math.max(x1, x + 1);
    y0 = Math.min(y0, from);
    y1 = Math.max(y1, to);
  });
  return x0 === Infinity ? [0, 0, 0, 0] : [x0, y0, x1, y1];
}

export function maskContains(mask: EncodedMask, [x, y]: Position): boolean {
  const [height, width] = mask.size;
  if (x < 0 || y < 0 || x >= width || y >= height) return false;
  const wanted = Math.floor(x) * height + Math.floor(y);
  let at = 0;
  let set = false;
  for (const length of textToRuns(mask.counts)) {
    at += length;
    if (wanted < at) return set;
    set = !set;
  }
  return false;
}

/**
 * Fills the pixels whose centres lie within `radius` of the segment (a capsule), one scan line at a time.
 * The tip is measured at pixel centres; a radius of 0.5 or less paints the single pixels the segment runs through.
 */
export function fillCapsule(bitmap: Bitmap, a: Position, b: Position, radius: number): PixelRect | null {
  if (radius <= 0.5) return fillPixelLine(bitmap, a, b);
  const { width, height, pixels } = bitmap;
  const y0 = clamped(Math.ceil(Math.min(a[1], b[1]) - radius - 0.5), 0, height);
  const y1 = clamped(Math.floor(Math.max(a[1], b[1]) + radius - 0.5) + 1, 0, height);
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  // The rectangle between the two caps, by the normal of the segment.
  const nx = length === 0 ? 0 : (-(b[1] - a[1]) / length) * radius;
  const ny = length === 0 ? 0 : ((b[0] - a[0]) / length) * radius;
  const corners: Position[] = [
    [a[0] + nx, a[1] + ny],
    [b[0] + nx, b[1] + ny],
    [b[0] - nx, b[1] - ny],
    [a[0] - nx, a[1] - ny],
  ];
  let left = width;
  let right = 0;
  for (let y = y0; y < y1; y++) {
    const line = y + 0.5;
    let low = Infinity;
    let high = -Infinity;
    for (const cap of [a, b]) {
      const half2 = radius * radius - (line - cap[1]) * (line - cap[1]);
      if (half2 < 0) continue;
      const half = Math.sqrt(half2);
      low = Math.min(low, cap[0] - half);
      high = Math.max(high, cap[0] + half);
    }
    for (let k = 0; k < 4 && length > 0; k++) {
      const p = corners[k]!;
      const q = corners[(k + 1) % 4]!;
      if (p[1] > line === q[1] > line) continue;
      const x = p[0] + ((q[0] - p[0]) * (line - p[1])) / (q[1] - p[1]);
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    const from = Math.max(0, Math.ceil(low - 0.5));
    const to = Math.min(width, Math.floor(high - 0.5) + 1);
    if (from >= to) continue;
    pixels.fill(1, y * width + from, y * width + to);
    left = Math.min(left, from);
    right = Math.max(right, to);
  }
  return left < right ? [left, y0, right, y1] : null;
}

function fillPixelLine({ width, height, pixels }: Bitmap, a: Position, b: Position): PixelRect | null {
  const steps = Math.max(1, Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]))));
  let rect: PixelRect | null = null;
  for (let i = 0; i <= steps; i++) {
    const x = Math.floor(a[0] + ((b[0] - a[0]) * i) / steps);
    const y = Math.floor(a[1] + ((b[1] - a[1]) * i) / steps);
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    pixels[y * width + x] = 1;
    rect = unionRect(rect, [x, y, x + 1, y + 1]);
  }
  return rect;
}

/** Sets the pixels whose centres lie inside the rings (even-odd). */
export function fillRings(bitmap: Bitmap, rings: readonly Ring[]): void {
  const { width, height, pixels } = bitmap;
  let low = Infinity;
  let high = -Infinity;
  for (const ring of rings) {
    for (const [, y] of ring) {
      if (y < low) low = y;
      if (y > high) high = y;
    }
  }
  const crossings: number[] = [];
  for (let y = clamped(Math.ceil(low - 0.5), 0, height); y < Math.min(height, high + 0.5); y++) {
    const line = y + 0.5;
    crossings.length = 0;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i]!;
        const [xj, yj] = ring[j]!;
        if (yi > line !== yj > line) crossings.push(((xj - xi) * (line - yi)) / (yj - yi) + xi);
      }
    }
    crossings.sort((p, q) => p - q);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! - 0.5));
      const to = Math.min(width, Math.ceil(crossings[k + 1]! - 0.5));
      if (to > from) pixels.fill(1, y * width + from, y * width + to);
    }
  }
}

export function ringsToBitmap(rings: readonly Ring[], size: Size): Bitmap {
  const bitmap = emptyBitmap(size);
  fillRings(bitmap, rings);
  return bitmap;
}
