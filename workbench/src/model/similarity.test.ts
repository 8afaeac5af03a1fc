import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskArea } from '../geometry/mask';
import { overlapOf, regionDifference, regionIou } from '../geometry/overlap';
import { type Position, type Ring, rounded } from '../geometry/points';
import { ringArea } from '../geometry/polygon';
import { maskOf, missedAndExtra, similarity } from './similarity';

const IMAGE = { width: 400, height: 300 };

const square = (x: number, y: number, side: number): Ring => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

/** A star-shaped ring never crosses itself. */
const stars = fc
  .tuple(
    fc.integer({ min: 100, max: 300 }),
    fc.integer({ min: 100, max: 200 }),
    fc.array(fc.integer({ min: 20, max: 95 }), { minLength: 5, maxLength: 24 }),
  )
  .map(
    ([cx, cy, radii]): Ring =>
      radii.map((radius, i): Position => {
        const t = (2 * Math.PI * i) / radii.length;
        return [rounded(cx + radius * Math.cos(t)), rounded(cy + radius * Math.sin(t))];
      }),
  );

it('missed, extra and common area add up', () => {
  fc.assert(
    fc.property(stars, stars, (a, b) => {
      const { areaA, areaB, both } = overlapOf([a], [b]);
      const sum = (rings: Ring[]) => rings.reduce((total, ring) => total + ringArea(ring), 0);
      expect(Math.abs(areaA - ringArea(a))).toBeLessThan(1e-6);
      expect(Math.abs(areaB - ringArea(b))).toBeLessThan(1e-6);
      // Pieces are rounded to hundredths; a slab may be thin and long.
      expect(Math.abs(sum(regionDifference([a], [b])) - (areaA - both))).toBeLessThan(areaA * 0.005);
    }),
  );
});

it('polygons agree with the masks they cover', () => {
  fc.assert(
    fc.property(stars, stars, (a, b) => {
      const [first, second] = [
        { kind: 'polygon', polygon: [a] },
        { kind: 'polygon', polygon: [b] },
      ] as const;
      const byPixels = similarity({ kind: 'mask', mask: maskOf(first, IMAGE)! }, second, IMAGE);
      expect(Math.abs(byPixels - regionIou([a], [b]))).toBeLessThan(0.05);
    }),
    { numRuns: 30 },
  );
});

it('a box answered by a polygon is compared by area', () => {
  const box = { kind: 'box', box: [0, 0, 100, 100] } as const;
  expect(similarity(box, { kind: 'polygon', polygon: [square(0, 0, 100)] }, IMAGE)).toBeCloseTo(1, 9);
  expect(similarity(box, { kind: 'polygon', polygon: [square(50, 0, 100)] }, IMAGE)).toBeCloseTo(1 / 3, 9);
  expect(similarity(box, { kind: 'point', point: [50, 50] }, IMAGE)).toBe(0);
});

it('a hole that was not left out is extra', () => {
  const ring = { kind: 'polygon', polygon: [square(0, 0, 100), square(40, 40, 20)] } as const;
  const full = { kind: 'polygon', polygon: [square(0, 0, 100)] } as const;
  const { missed, extra } = missedAndExtra(ring, full, IMAGE);
  expect(missed).toBeNull();
  expect(extra!.kind === 'polygon' && extra!.polygon.reduce((sum, part) => sum + ringArea(part), 0)).toBeCloseTo(
    400,
    6,
  );
});

it('for masks the missed and extra parts are masks', () => {
  const a = { kind: 'mask', mask: maskOf({ kind: 'box', box: [0, 0, 100, 100] }, IMAGE)! } as const;
  const b = { kind: 'box', box: [50, 0, 100, 50] } as const;
  const { missed, extra } = missedAndExtra(a, b, IMAGE);
  expect(missed!.kind === 'mask' && maskArea(missed!.mask)).toBe(7500);
  expect(extra!.kind === 'mask' && maskArea(extra!.mask)).toBe(2500);
  expect(missedAndExtra(a, a, IMAGE)).toEqual({ missed: null, extra: null });
});

it('points and lines have no missed area', () => {
  const point = { kind: 'point', point: [1, 1] } as const;
  expect(missedAndExtra(point, point, IMAGE)).toEqual({ missed: null, extra: null });
});
