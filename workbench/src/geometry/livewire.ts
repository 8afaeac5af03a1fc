/**
 * Intelligent scissors: the cheapest way from pixel to pixel, cheap where edges are (Mortensen & Barrett, "Intelligent
 * scissors for image composition", SIGGRAPH 1995). Of the paper's costs the gradient's strength is used, and the length of
 * the step; ways are found by Dijkstra over buckets, as there.
 */
import type { Position } from './points';
import type { Raster } from './raster';

const STEEPEST = 255;
/** Going on costs something everywhere, so that the way does not wander along an edge for nothing. */
const STEP = 24;
/** More than the dearest step, so that buckets can be used round and round. */
const BUCKETS = 512;

/** For each pixel what it costs to go through it: STEP on the strongest edge, STEP + 255 where nothing is. */
export function edgeCosts({ width, height, rgba }: Raster): Uint16Array {
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * rgba[i * 4]! + 0.587 * rgba[i * 4 + 1]! + 0.114 * rgba[i * 4 + 2]!;
  }
  const strength = new Float32Array(width * height);
  let highest = 1;
  for (let y = 0; y < height; y++) {
    const [up, down] = [Math.max(0, y - 1) * width, Math.min(height - 1, y + 1) * width];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - 1), Math.min(width - 1, x + 1)];
      const row = y * width;
      // Sobel's two kernels.
      const across =
        grey[up + right]! +
        2 * grey[row + right]! +
        grey[down + right]! -
        (grey[up + left]! + 2 * grey[row + left]! + grey[down + left]!);
      const along =
        grey[down + left]! +
        2 * grey[down + x]! +
        grey[down + right]! -
        (grey[up + left]! + 2 * grey[up + x]! + grey[up + right]!);
      const size = Math.sqrt(across * across + along * along);
      strength[row + x] = size;
      if (size > highest) highest = size;
    }
  }
  const costs = new Uint16Array(strength.length);
  for (let i = 0; i < costs.length; i++) costs[i] = STEP + Math.round(STEEPEST * (1 - strength[i]! / highest));
  return costs;
}

/** The cheapest way between two pixels (indices), both ends included; `reach_px` is how far beyond both it may go. */
export function cheapestWay(
  costs: Uint16Array,
  { width, height }: { readonly width: number; readonly height: number },
  from: number,
  to: number,
  reach_px: number,
): number[] {
  const [fx, fy, tx, ty] = [from % width, Math.floor(from / width), to % width, Math.floor(to / width)];
  const [x0, x1] = [Math.max(0, Math.min(fx, tx) - reach_px), Math.min(width - 1, Math.max(fx, tx) + reach_px)];
  const [y0, y1] = [Math.max(0, Math.min(fy, ty) - reach_px), Math.min(height - 1, Math.max(fy, ty) + reach_px)];
  const columns = x1 - x0 + 1;
  const size = columns * (y1 - y0 + 1);
  const total = new Float64Array(size).fill(Infinity);
  const before = new Int32Array(size).fill(-1);
  const done = new Uint8Array(size);
  const place = (pixel: number) => (Math.floor(pixel / width) - y0) * columns + (pixel % width) - x0;
  const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
  let waiting = 0;
  const put = (cost: number, at: number) => {
    buckets[Math.floor(cost) % BUCKETS]!.push(at);
    waiting++;
  };
  const [start, end] = [place(from), place(to)];
  total[start] = 0;
  put(0, start);
  for (let cost = 0; waiting > 0 && done[end] === 0; cost++) {
    const bucket = buckets[cost % BUCKETS]!;
    // A step costs at least STEP, so a bucket that is being emptied gets nothing new.
    for (const at of bucket) {
      if (done[at] === 1) continue;
      done[at] = 1;
      const [ax, ay] = [at % columns, Math.floor(at / columns)];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const [x, y] = [ax + dx, ay + dy];
          if ((dx === 0 && dy === 0) || x < 0 || y < 0 || x >= columns || y > y1 - y0) continue;
          const other = y * columns + x;
          if (done[other] === 1) continue;
          const step = costs[(y + y0) * width + x + x0]! * (dx !== 0 && dy !== 0 ? Math.SQRT2 : 1);
          if (total[at]! + step < total[other]!) {
            total[other] = total[at]! + step;
            before[other] = at;
            put(total[other]!, other);
          }
        }
      }
    }
    waiting -= bucket.length;
    bucket.length = 0;
  }
  const way: number[] = [];
  for (let at = end; at !== -1; at = before[at]!) {
    way.push((Math.floor(at / columns) + y0) * width + (at % columns) + x0);
  }
  return way.reverse();
}

/** Fewer points that stay within `off` of all (Ramer 1972, Douglas & Peucker 1973). */
export function simplified(points: readonly Position[], off: number): Position[] {
  if (points.length < 3) return [...points];
  const [first, last] = [points[0]!, points.at(-1)!];
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]];
  const length = Math.hypot(dx, dy);
  let [farthest, at] = [0, 0];
  for (let i = 1; i < points.length - 1; i++) {
    const [px, py] = [points[i]![0] - first[0], points[i]![1] - first[1]];
    const far = length === 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
    if (far > farthest) [farthest, at] = [far, i];
  }
  if (farthest <= off) return [first, last];
  return [...simplified(points.slice(0, at + 1), off), ...simplified(points.slice(at), off).slice(1)];
}
