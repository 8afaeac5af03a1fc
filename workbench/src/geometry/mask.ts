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

/**
 * Calls `see` for every horizontal run of set pixels, row by row. Runs are found by the engine's own byte search, which
 * passes over 12 empty megapixels in two milliseconds.
 */
function eachRun({ width, pixels }: Bitmap, see: (y: number, x0: number, x1: number) => void): void {
  let from = pixels.indexOf(1);
  while (from >= 0) {
    const y = Math.floor(from / width);
    const start = y * width;
    const off = pixels.indexOf(0, from);
    const to = off < 0 ? start + width : Math.min(off, start + width);
    see(y, from - start, to - start);
    from = pixels.indexOf(1, to);
  }
}

/** The smallest rectangle with all set pixels, or null. */
export function bitmapRect(bitmap: Bitmap): PixelRect | null {
  let x0 = bitmap.width;
  let x1 = 0;
  let y0 = -1;
  let y1 = 0;
  eachRun(bitmap, (y, from, to) => {
    if (y0 < 0) y0 = y;
    y1 = y + 1;
    if (from < x0) x0 = from;
    if (to > x1) x1 = to;
  });
  return y0 < 0 ? null : [x0, y0, x1, y1];
}

/**
 * Column-major runs. Down a column the mask changes only where two rows beside each other differ, so the cost goes with
 * the border of the mask and not with the megapixels.
 */
export function bitmapToRuns(bitmap: Bitmap): number[] {
  const { width, height } = bitmap;
  /** For each column the rows at which it changes, downwards. */
  const changes: number[][] = [];
  let above: number[] = [];
  let row: number[] = [];
  let current = 0;
  const turnTo = (y: number) => {
    while (current < y) {
      eachDifference(above, row, (x) => {
        changes[x] ??= [];
        changes[x].push(current);
      });
      [above, row] = [row, above];
      row.length = 0;
      current++;
      // Rows of nothing below nothing.
      if (above.length === 0 && current < y) current = y;
    }
  };
  eachRun(bitmap, (y, from, to) => {
    turnTo(y);
    row.push(from, to);
  });
  turnTo(height + 1);

  const runs: number[] = [];
  let last = 0;
  for (let x = 0; x < changes.length; x++) {
    for (const y of changes[x] ?? []) {
      const at = x * height + y;
      // A run that goes on at the top of the next column neither ends nor begins there.
      if (at === last && runs.length > 0) last -= runs.pop()!;
      else {
        runs.push(at - last);
        last = at;
      }
    }
  }
  const rest = width * height - last;
  if (rest > 0 || runs.length === 0) runs.push(rest);
  return runs;
}

/** Calls `see` for every place that lies in one of two rows of runs [from, to, from, to…] and not in the other. */
function eachDifference(a: readonly number[], b: readonly number[], see: (x: number) => void): void {
  let [i, j, from] = [0, 0, -1];
  while (i < a.length || j < b.length) {
    const at = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i++]! : b[j++]!;
    if (from < 0) from = at;
    else {
      for (let x = from; x < at; x++) see(x);
      from = -1;
    }
  }
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
  addMask(bitmap, mask);
  return bitmap;
}

/** Sets the pixels of a mask of the same size. */
export function addMask({ width, pixels }: Bitmap, mask: EncodedMask): void {
  eachSpan(mask, (x, y0, y1) => {
    for (let i = y0 * width + x, end = y1 * width + x; i < end; i += width) pixels[i] = 1;
  });
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
 * The tip is measured at pixel centres; below a radius of 0.71 it also paints the pixels the segment runs through, at 0.5
 * and less those alone.
 */
export function fillCapsule(bitmap: Bitmap, a: Position, b: Position, radius: number): PixelRect | null {
  // So narrow a tip can pass between the middles of all pixels.
  const thread = radius < Math.SQRT1_2 ? fillPixelLine(bitmap, a, b) : null;
  if (radius <= 0.5) return thread;
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
  return unionRect(thread, left < right ? [left, y0, right, y1] : null);
}

/** The left (or upper) border of the pixels under a square tip: a whole width always covers as many pixels. */
export const squareStart = (centre: number, radius: number): number => Math.ceil(centre - radius - 0.5);

/**
 * Fills the pixels whose centres lie in a square (its left and upper sides count, the others do not) that is moved along
 * the segment without turning. `radius` is half its side; one of 0.5 or less paints single pixels, as a round tip does.
 */
export function fillSquare(bitmap: Bitmap, a: Position, b: Position, radius: number): PixelRect | null {
  if (radius <= 0.5) return fillPixelLine(bitmap, a, b);
  const { width, height, pixels } = bitmap;
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const y0 = Math.max(0, squareStart(Math.min(a[1], b[1]), radius));
  const y1 = Math.min(height, squareStart(Math.max(a[1], b[1]), -radius));
  let rect: PixelRect | null = null;
  for (let y = y0; y < y1; y++) {
    // The part of the way, 0 to 1, on which the square lies over the middle of this row.
    const [first, last] = [y + 0.5 - radius, y + 0.5 + radius].map((side) => (side - a[1]) / dy).sort((p, q) => p - q);
    const [from, to] = dy === 0 ? [0, 1] : [Math.max(0, first!), Math.min(1, last!)];
    const [x0, x1] = [a[0] + from * dx, a[0] + to * dx].sort((p, q) => p - q);
    const left = Math.max(0, squareStart(x0!, radius));
    const right = Math.min(width, squareStart(x1!, -radius));
    if (left >= right) continue;
    pixels.fill(1, y * width + left, y * width + right);
    rect = unionRect(rect, [left, y, right, y + 1]);
  }
  return rect;
}

/**
 * The pixels that the segment runs through (Amanatides and Woo, A fast voxel traversal algorithm, 1987): a way is the same
 * pixels into however many moves a hand or a zoom cuts it. Through a corner it goes aslant.
 */
function fillPixelLine({ width, height, pixels }: Bitmap, a: Position, b: Position): PixelRect | null {
  let [x, y] = [Math.floor(a[0]), Math.floor(a[1])];
  const [endX, endY] = [Math.floor(b[0]), Math.floor(b[1])];
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  let rect: PixelRect | null = null;
  for (;;) {
    if (x >= 0 && y >= 0 && x < width && y < height) {
      pixels[y * width + x] = 1;
      rect = unionRect(rect, [x, y, x + 1, y + 1]);
    }
    if (x === endX && y === endY) return rect;
    // The shares of the way at which it leaves this column and this row.
    const column = x === endX ? Infinity : (x + (dx > 0 ? 1 : 0) - a[0]) / dx;
    const row = y === endY ? Infinity : (y + (dy > 0 ? 1 : 0) - a[1]) / dy;
    if (column <= row) x += Math.sign(dx);
    if (row <= column) y += Math.sign(dy);
  }
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
