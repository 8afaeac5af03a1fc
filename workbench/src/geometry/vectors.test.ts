/** The cases that Python and TypeScript share; the expected values come from Shapely, pycocotools and hand calculation. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  bitmapToRuns,
  decodeMask,
  emptyBitmap,
  encodeMask,
  fillRings,
  maskArea,
  maskBounds,
  ringsToBitmap,
  runsToText,
  textToRuns,
} from './mask';
import { maskIou, regionIou } from './overlap';
import type { Ring } from './points';
import { firstCrossing, ringArea, ringsContain } from './polygon';
import { boxRing, type Ellipse, ellipseRing } from './rotation';

// biome-ignore lint/suspicious/noExplicitAny: the cases differ by operation and are read where they are used
type Case = { operation: string; name?: string } & Record<string, any>;

const cases = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../../vectors/${file}.json`, import.meta.url), 'utf8')).cases;

const geometry: Record<string, (c: Case) => unknown> = {
  box_iou: (c) => regionIou([boxRing(c.a)], [boxRing(c.b)]),
  box_corners: (c) => boxRing(c.box, c.angle_degrees),
  turned_box_iou: (c) => regionIou([boxRing(c.a, c.a_degrees)], [boxRing(c.b, c.b_degrees)]),
  polygon_area: (c) => (c.polygon as Ring[]).reduce((sum, ring, i) => sum + (i === 0 ? 1 : -1) * ringArea(ring), 0),
  polygon_iou: (c) => regionIou(c.a, c.b),
  point_in_polygon: (c) => ringsContain(c.polygon, c.point),
  self_crossing: (c) => firstCrossing(c.polygon) !== null,
  ellipse_iou: (c) => regionIou([ellipseRing(c.a as Ellipse)], [ellipseRing(c.b as Ellipse)]),
};

function expectNear(actual: unknown, expected: unknown, tolerance: number): void {
  if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((part, i) => {
      expectNear((actual as unknown[])[i], part, tolerance);
    });
  } else if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected)).toBeLessThanOrEqual(tolerance);
  } else {
    expect(actual).toBe(expected);
  }
}

describe('shared geometry', () => {
  cases('geometry').forEach((c, i) => {
    it(`agrees on ${c.operation} ${i}`, () => {
      expectNear(geometry[c.operation]!(c), c.expected, c.tolerance);
    });
  });
});

describe('shared masks', () => {
  for (const [i, c] of cases('masks').entries()) {
    const size = c.size as [number, number];
    it(`agrees on ${c.operation} ${c.name ?? i}`, () => {
      if (c.operation === 'mask') {
        const mask = { size, counts: c.compressed };
        const runs = textToRuns(c.compressed);
        // The runs of the largest case are too many to be written out.
        if (c.counts !== undefined) expect(runs).toEqual(c.counts);
        expect(runsToText(runs)).toBe(c.compressed);
        const bitmap = decodeMask(mask);
        if (c.rows !== undefined) {
          const rows = Array.from({ length: size[0] }, (_, y) =>
            [...bitmap.pixels.subarray(y * size[1], (y + 1) * size[1])].map((v) => (v ? '#' : '.')).join(''),
          );
          expect(rows).toEqual(c.rows);
        }
        expect(bitmapToRuns(bitmap)).toEqual(runs);
        expect(encodeMask(bitmap)).toEqual(mask);
        expect(maskArea(mask)).toBe(c.area);
        // pycocotools gives x, y, width, height; an empty mask has none of it.
        const [x0, y0, x1, y1] = maskBounds(mask);
        expect([x0, y0, x1 - x0, y1 - y0]).toEqual(c.bbox);
        expect(columnChecksum(bitmap.pixels, size)).toBe(c.checksum);
      } else if (c.operation === 'mask_iou') {
        expectNear(maskIou({ size, counts: c.a }, { size, counts: c.b }), c.expected, c.tolerance);
      } else if (c.operation === 'polygon_to_mask') {
        const bitmap = ringsToBitmap(c.polygon, { height: size[0], width: size[1] });
        expect(encodeMask(bitmap).counts).toBe(c.compressed);
      } else {
        expect(c.operation).toBe('bad_mask');
        expect(() => decodeMask({ size, counts: c.compressed })).toThrow(RangeError);
      }
    });
  }
});

function columnChecksum(pixels: Uint8Array, [height, width]: [number, number]): number {
  let sum = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) if (pixels[y * width + x] === 1) sum = (sum + x * height + y) % 1_000_000_007;
  }
  return sum;
}

it('fills nothing for a ring without area', () => {
  const bitmap = emptyBitmap({ width: 4, height: 4 });
  fillRings(bitmap, [
    [
      [1, 1],
      [3, 1],
    ],
  ]);
  expect(bitmap.pixels.includes(1)).toBe(false);
});
