import { describe, expect, it } from 'vitest';
import { encodeMask, ringsToBitmap } from '../geometry/mask';
import type { Ring } from '../geometry/points';
import { ringArea } from '../geometry/polygon';
import type { ShapeAnnotation } from '../model/annotation';
import { OKABE_ITO } from '../model/schema';
import { figureOf, LeveledFigure, levelFor } from './figure';
import { haloOf, luminance } from './ink';

const common = { id: '1', label: 'car' };
const square = (from: number, to: number): Ring => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
];

const signed = (ring: Ring): number =>
  ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + x * nextY - nextX * y;
  }, 0) / 2;

describe('figures', () => {
  it('wind outlines one way and holes the other, however they were drawn', () => {
    const rings = [square(0, 100), square(40, 60)];
    for (const drawn of [rings, rings.map((ring) => [...ring].reverse())]) {
      const figure = figureOf({ ...common, kind: 'polygon', polygon: drawn });
      expect(figure.closed.map(signed)).toEqual([10_000, -400]);
    }
  });

  it('of masks wind the same way', () => {
    const mask = encodeMask(ringsToBitmap([square(0, 100), square(40, 60)], { width: 120, height: 120 }));
    expect(figureOf({ ...common, kind: 'mask', mask }).closed.map(signed)).toEqual([10_000, -400]);
  });

  it('hang the sign on the first corner of a box and on top of other shapes', () => {
    expect(figureOf({ ...common, kind: 'box', box: [10, 20, 30, 40] }).anchor).toEqual([10, 20]);
    const triangle: ShapeAnnotation = {
      ...common,
      kind: 'polygon',
      polygon: [
        [
          [0, 50],
          [60, 90],
          [30, 5],
        ],
      ],
    };
    expect(figureOf(triangle).anchor).toEqual([30, 5]);
  });

  it('join the keypoints that are in the image', () => {
    const skeleton = { head: [5, 5, 2], hand: [9, 9, 1], foot: [0, 0, 0] } as const;
    const figure = figureOf({ ...common, kind: 'skeleton', skeleton }, [
      ['head', 'hand'],
      ['hand', 'foot'],
    ]);
    expect(figure.dots).toEqual([[5, 5]]);
    expect(figure.rings, 'a covered one is hollow').toEqual([[9, 9]]);
    expect(figure.open).toEqual([
      [
        [5, 5],
        [9, 9],
      ],
    ]);
  });

  it('have fewer points from afar and nearly the same area', () => {
    const circle = Array.from({ length: 720 }, (_, i) => {
      const t = (i / 720) * 2 * Math.PI;
      return [500 + 400 * Math.cos(t), 500 + 400 * Math.sin(t)] as const;
    });
    const leveled = new LeveledFigure(figureOf({ ...common, kind: 'polygon', polygon: [circle] }));
    const far = leveled.at(levelFor(10)).closed[0]!;
    expect(far.length).toBeLessThan(40);
    expect(Math.abs(ringArea(far) / ringArea(circle) - 1)).toBeLessThan(0.02);
    expect(leveled.at(levelFor(0.5)).closed[0]).toHaveLength(720);
  });
});

it('every colour of the palette stands out from its halo by 3:1', () => {
  // WCAG 2: (lighter + 0.05) / (darker + 0.05), with the halo's own tone at full strength.
  for (const color of OKABE_ITO) {
    const tone = haloOf(color).startsWith('rgba(255') ? 1 : 0;
    const [lighter, darker] = [Math.max(luminance(color), tone), Math.min(luminance(color), tone)];
    expect((lighter + 0.05) / (darker + 0.05)).toBeGreaterThanOrEqual(3);
  }
});
