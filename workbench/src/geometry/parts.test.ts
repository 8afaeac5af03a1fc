import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPart } from './parts';
import { screenPoint } from './points';
import { clampView, fitView, MAX_SCALE, toImage, type View } from './view';

const size = (most: number) =>
  fc.record({ width: fc.integer({ min: 40, max: most }), height: fc.integer({ min: 40, max: most }) });

/** What of the image is in sight, [x0, y0, x1, y1]. */
const inSight = (view: View, sight: { width: number; height: number }) => [
  ...toImage(view, screenPoint(0, 0)),
  ...toImage(view, screenPoint(sight.width, sight.height)),
];

describe('the walk through a dense image', () => {
  it('begins at its first corner, comes by every part once in rows, and begins again', () => {
    fc.assert(
      fc.property(size(6000), size(1500), fc.double({ min: 2, max: 9, noNaN: true }), (image, sight, factor) => {
        const whole = fitView(image, sight);
        const scale = Math.min(whole.scale * factor, MAX_SCALE);
        let at = nextPart({ scale, x: 1e9, y: 1e9 }, image, sight);
        // From anywhere before the first corner the walk goes on at the second part: back to the first one.
        for (let i = at.number; i <= at.of; i++) at = nextPart(at.view, image, sight);
        expect(at.number).toBe(1);
        const { of } = at;
        const seen: number[][] = [];
        for (let number = 1; number <= of; number++) {
          expect(at).toMatchObject({ number, of });
          expect(at.view.scale).toBe(scale);
          // The editor keeps the view on the image: that must not move a part.
          const kept = clampView(at.view, image, sight);
          expect([kept.x, kept.y]).toEqual([expect.closeTo(at.view.x, 6), expect.closeTo(at.view.y, 6)]);
          seen.push(inSight(at.view, sight));
          at = nextPart(at.view, image, sight);
        }
        expect(at.number).toBe(1);
        // Every corner of a fine grid lies well inside of one part, or the part ends where the image does.
        for (let i = 0; i <= 20; i++)
          for (let j = 0; j <= 20; j++) {
            const [x, y] = [(image.width * i) / 20, (image.height * j) / 20];
            expect(
              seen.some(([x0, y0, x1, y1]) => x0! <= x + 1e-6 && x <= x1! + 1e-6 && y0! <= y + 1e-6 && y <= y1! + 1e-6),
            ).toBe(true);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('shows a tenth of the part before again', () => {
    const [image, sight] = [
      { width: 1000, height: 100 },
      { width: 300, height: 300 },
    ];
    const parts = [nextPart(null, image, sight)];
    while (parts.length < parts[0]!.of) parts.push(nextPart(parts.at(-1)!.view, image, sight));
    expect(parts.length).toBeGreaterThan(2);
    const across = parts.map(({ view }) => inSight(view, sight));
    expect(across[0]![0]).toBeCloseTo(0);
    expect(across.at(-1)![2]).toBeCloseTo(1000);
    for (const [i, [x0]] of across.slice(1).entries()) {
      const shared = across[i]![2]! - x0!;
      expect(shared / (300 / parts[0]!.view.scale)).toBeGreaterThan(0.099);
    }
  });

  it('goes on from where somebody has moved to', () => {
    const [image, sight] = [
      { width: 3000, height: 3000 },
      { width: 300, height: 300 },
    ];
    const first = nextPart(null, image, sight);
    const side = Math.sqrt(first.of);
    // In the middle of the second row, its first part.
    const moved = { ...first.view, y: first.view.y - 280 };
    expect(nextPart(moved, image, sight).number).toBe(side + 2);
  });

  it('has one part where the largest zoom shows the whole', () => {
    expect(nextPart(null, { width: 8, height: 8 }, { width: 300, height: 300 })).toMatchObject({ number: 1, of: 1 });
  });
});
