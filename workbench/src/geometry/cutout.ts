/**
 * What stands out in a box, by colour alone: the patches around the box are the ground, and those in it that are far from
 * all of them are the object. Rougher than a cut along edges, and done on any device.
 */
import { labOf } from './lab';
import type { Bitmap } from './mask';
import type { Raster } from './raster';
import { superpixels } from './slic';

/** Of the box, on each side: how far the ground is looked at. */
const MARGIN = 0.2;
/** Patches across the longer side of what is looked at. */
const PATCHES_ACROSS = 36;
const ROUNDS = 10;
/** Distances in L*a*b* below it are hardly seen: there is only ground. */
const LEAST = 6;

/** `box` in pixels of the raster, x1 and y1 exclusive. Nothing set where all of it looks like the ground. */
export function cutOut(raster: Raster, [bx0, by0, bx1, by1]: readonly [number, number, number, number]): Bitmap {
  const [across, down] = [Math.ceil((bx1 - bx0) * MARGIN), Math.ceil((by1 - by0) * MARGIN)];
  const [x0, y0] = [Math.max(0, bx0 - across), Math.max(0, by0 - down)];
  const width = Math.min(raster.width, bx1 + across) - x0;
  const height = Math.min(raster.height, by1 + down) - y0;
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((y + y0) * raster.width + x0) * 4;
    rgba.set(raster.rgba.subarray(from, from + width * 4), y * width * 4);
  }
  const crop = { width, height, rgba };
  const patches = superpixels(crop, Math.max(3, Math.max(width, height) / PATCHES_ACROSS));
  // A box of the whole picture has its own rim for a ground.
  const rim = bx1 - bx0 === width && by1 - by0 === height ? Math.max(2, Math.round(Math.min(width, height) * 0.03)) : 0;
  const inBox = (i: number) => {
    const [x, y] = [(i % width) + x0, Math.floor(i / width) + y0];
    return x >= bx0 + rim && x < bx1 - rim && y >= by0 + rim && y < by1 - rim;
  };
  // L, a, b, pixels, pixels in the box: sums, then means.
  const figures = new Map<number, number[]>();
  const lab = labOf(crop);
  patches.forEach((patch, i) => {
    const sums = figures.get(patch) ?? [0, 0, 0, 0, 0];
    for (let c = 0; c < 3; c++) sums[c]! += lab[i * 3 + c]!;
    sums[3]! += 1;
    if (inBox(i)) sums[4]! += 1;
    figures.set(patch, sums);
  });
  const means = [...figures].map(([patch, [l, a, b, all, inside]]) => ({
    patch,
    colour: [l! / all!, a! / all!, b! / all!] as const,
    ground: inside! * 2 < all!,
  }));
  const grounds = means.filter(({ ground }) => ground);
  const far = new Map(
    means
      .filter(({ ground }) => !ground)
      .map(({ patch, colour }) => [
        patch,
        Math.min(...grounds.map((other) => Math.hypot(...colour.map((value, c) => value - other.colour[c]!)))),
      ]),
  );
  const limit = parting([...far.values()]);
  const pixels = new Uint8Array(raster.width * raster.height);
  patches.forEach((patch, i) => {
    if (far.get(patch)! > limit && inBox(i)) pixels[(Math.floor(i / width) + y0) * raster.width + (i % width) + x0] = 1;
  });
  return { width: raster.width, height: raster.height, pixels };
}

/** Half way between the means of what is below and above it (Ridler and Calvard, 1978). */
function parting(values: readonly number[]): number {
  const mean = (some: readonly number[]) => some.reduce((a, b) => a + b, 0) / Math.max(1, some.length);
  let limit = mean(values);
  for (let round = 0; round < ROUNDS; round++)
    limit = (mean(values.filter((value) => value <= limit)) + mean(values.filter((value) => value > limit))) / 2;
  return Math.max(LEAST, limit);
}
