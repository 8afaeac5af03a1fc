import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flip, flipOf } from './flip';
import {
  type Bitmap,
  bitmapRect,
  bitmapToRuns,
  decodeMask,
  emptyBitmap,
  encodeMask,
  fillCapsule,
  fillRings,
  maskArea,
  maskBounds,
  maskContains,
  ringsToBitmap,
} from './mask';
import type { Position } from './points';
import { ringArea } from './polygon';
import { maskToRings, traceMask } from './trace';

/** Small bitmaps of any shape and filling; 67 columns reach over the 64 that are turned at once. */
const bitmaps = fc
  .tuple(
    fc.integer({ min: 1, max: 67 }),
    fc.integer({ min: 1, max: 23 }),
    fc.integer({ min: 1, max: 2 ** 30 }),
    fc.integer({ min: 1, max: 9 }),
  )
  .map(([width, height, seed, density]): Bitmap => {
    let state = seed;
    const pixels = Uint8Array.from({ length: width * height }, () => {
      state = (state * 48271) % 2147483647;
      return state % 10 < density ? 1 : 0;
    });
    return { width, height, pixels };
  });

it('every bitmap survives encoding', () => {
  fc.assert(
    fc.property(bitmaps, (bitmap) => {
      const mask = encodeMask(bitmap);
      expect(decodeMask(mask).pixels).toEqual(bitmap.pixels);
      expect(maskArea(mask)).toBe(bitmap.pixels.reduce((sum, pixel) => sum + pixel, 0));
      expect(maskBounds(mask)).toEqual(bitmapRect(bitmap) ?? [0, 0, 0, 0]);
    }),
  );
});

it('runs are those of walking down the columns, pixel by pixel', () => {
  fc.assert(
    fc.property(bitmaps, (bitmap) => {
      const { width, height, pixels } = bitmap;
      const runs: number[] = [];
      let [current, length] = [0, 0];
      for (let x = 0; x < width; x++) {
        for (let y = 0; y < height; y++) {
          if (pixels[y * width + x] !== current) {
            runs.push(length);
            length = 0;
            current = 1 - current;
          }
          length++;
        }
      }
      runs.push(length);
      expect(bitmapToRuns(bitmap)).toEqual(runs);
    }),
  );
});

it('a mask knows its pixels without being decoded', () => {
  fc.assert(
    fc.property(bitmaps, fc.nat(), (bitmap, n) => {
      const i = n % bitmap.pixels.length;
      const [x, y] = [i % bitmap.width, Math.floor(i / bitmap.width)];
      expect(maskContains(encodeMask(bitmap), [x + 0.5, y + 0.5])).toBe(bitmap.pixels[i] === 1);
    }),
  );
  expect(maskContains({ size: [1, 1], counts: '01' }, [1, 0])).toBe(false);
});

it('the traced border, filled again, is the same mask', () => {
  fc.assert(
    fc.property(bitmaps, (bitmap) => {
      const rings = traceMask(encodeMask(bitmap));
      expect(ringsToBitmap(rings, bitmap).pixels).toEqual(bitmap.pixels);
    }),
  );
});

it('a ring-shaped mask has an outer ring and a hole', () => {
  const bitmap = emptyBitmap({ width: 10, height: 10 });
  fillRings(bitmap, [
    [
      [1, 1],
      [9, 1],
      [9, 9],
      [1, 9],
    ],
    [
      [3, 3],
      [6, 3],
      [6, 6],
      [3, 6],
    ],
  ]);
  const rings = traceMask(encodeMask(bitmap));
  expect(rings.map(ringArea)).toEqual([64, 9]);
});

it('a mask of a circle becomes a polygon of few points and nearly the same area', () => {
  const bitmap = emptyBitmap({ width: 400, height: 400 });
  fillCapsule(bitmap, [200, 200], [200, 200], 150);
  const [ring] = maskToRings(encodeMask(bitmap), 1);
  // A chord that strays 1 px from this circle is 35 px long; the stairs of the pixels take up part of the tolerance.
  expect(ring!.length).toBeLessThan(110);
  expect(Math.abs(ringArea(ring!) - Math.PI * 150 ** 2) / (Math.PI * 150 ** 2)).toBeLessThan(0.01);
});

it('a capsule is the pixels whose centres are within the radius of the segment', () => {
  const coordinate = fc.double({ min: -5, max: 45, noNaN: true });
  const point = fc.tuple(coordinate, coordinate);
  fc.assert(
    fc.property(point, point, fc.double({ min: 0.75, max: 12, noNaN: true }), (a, b, radius) => {
      const bitmap = emptyBitmap({ width: 40, height: 40 });
      const rect = fillCapsule(bitmap, a, b, radius);
      const wrong: string[] = [];
      for (let y = 0; y < 40; y++) {
        for (let x = 0; x < 40; x++) {
          const gap = distanceToSegment([x + 0.5, y + 0.5], a, b) - radius;
          // On the very border rounding may decide either way.
          if (Math.abs(gap) > 1e-6 && (bitmap.pixels[y * 40 + x] === 1) !== gap < 0) wrong.push(`${x} ${y}`);
        }
      }
      expect(wrong).toEqual([]);
      const set = bitmapRect(bitmap);
      if (set === null) return;
      expect(rect![0]).toBeLessThanOrEqual(set[0]);
      expect(rect![1]).toBeLessThanOrEqual(set[1]);
      expect(rect![2]).toBeGreaterThanOrEqual(set[2]);
      expect(rect![3]).toBeGreaterThanOrEqual(set[3]);
    }),
  );
});

function distanceToSegment(p: Position, a: Position, b: Position): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(a[0] + t * dx - p[0], a[1] + t * dy - p[1]);
}

it('painting sets what the stroke touched, erasing clears it, and twice is nothing', () => {
  fc.assert(
    fc.property(bitmaps, fc.nat(), fc.boolean(), (bitmap, seed, erase) => {
      const before = bitmap.pixels.slice();
      const touched = { ...bitmap, pixels: before.map((_, i) => ((i * 7919 + seed) % 5 === 0 ? 1 : 0)) };
      const wanted = before.map((pixel, i) => (touched.pixels[i] === 1 ? (erase ? 0 : 1) : pixel));
      const change = flipOf(bitmap, touched, [0, 0, bitmap.width, bitmap.height], erase);
      flip(bitmap, change);
      expect(bitmap.pixels).toEqual(wanted);
      flip(bitmap, change);
      expect(bitmap.pixels).toEqual(before);
    }),
  );
});

it('a long stroke over 12 megapixels is remembered in a few kilobytes', () => {
  const bitmap = emptyBitmap({ width: 4000, height: 3000 });
  let [x, y, turn] = [700, 700, 0.3];
  for (let i = 0; i < 200; i++) {
    turn += Math.sin(i / 9) * 0.25;
    const next: Position = [x + Math.cos(turn) * 14, y + Math.sin(turn) * 14];
    fillCapsule(bitmap, [x, y], next, 40);
    [x, y] = next;
  }
  const change = flipOf(emptyBitmap(bitmap), bitmap, bitmapRect(bitmap)!, false);
  expect(JSON.stringify(change).length).toBeLessThan(20_000);
});
