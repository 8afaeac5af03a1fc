import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxRing } from '../geometry/rotation';
import type { BoxAnnotation, PolygonAnnotation } from './annotation';
import { handleAt, handlesOf, withHandleAt, withoutVertex } from './handle';
import { moved } from './shape';

const IMAGE = { width: 1000, height: 800 };
const box = (angle_degrees?: number): BoxAnnotation => ({
  id: '1',
  kind: 'box',
  label: 'car',
  box: [300, 200, 200, 100],
  ...(angle_degrees === undefined ? {} : { angle_degrees }),
});

describe('a turned box', () => {
  it('keeps the opposite corner in its place when a corner is dragged', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 359 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: -60, max: 60 }),
        fc.integer({ min: -40, max: 40 }),
        (angle, corner, dx, dy) => {
          const shape = box(angle);
          const before = boxRing(shape.box, angle);
          const to = [before[corner]![0] + dx / 2, before[corner]![1] + dy / 2] as const;
          const next = withHandleAt(shape, ['nw', 'ne', 'se', 'sw'][corner]!, to, IMAGE) as BoxAnnotation;
          const after = boxRing(next.box, next.angle_degrees);
          const opposite = before[(corner + 2) % 4]!;
          // The box may have been turned over, so the corner can have another name.
          const gap = Math.min(...after.map(([x, y]) => Math.hypot(x - opposite[0], y - opposite[1])));
          expect(gap).toBeLessThan(0.05);
        },
      ),
    );
  });

  it('points with its grip to the pointer', () => {
    const turned = withHandleAt(box(0), 'turn', [500, 250], IMAGE) as BoxAnnotation;
    expect(turned.angle_degrees).toBe(90);
    expect((withHandleAt(box(0), 'turn', [400, 400], IMAGE) as BoxAnnotation).angle_degrees).toBe(180);
    expect((withHandleAt(box(0), 'turn', [0, 250], IMAGE) as BoxAnnotation).angle_degrees).toBe(270);
  });
});

describe('grips', () => {
  it('win in the order corner, middle, edge', () => {
    expect(handleAt(box(), [302, 203], 12, 1)?.key).toBe('nw');
    expect(handleAt(box(), [400, 250], 12, 1)?.key).toBe('move');
    expect(handleAt(box(), [350, 204], 12, 1)?.key).toBe('n');
    expect(handleAt(box(), [350, 240], 12, 1)).toBeNull();
  });

  it('leave the middle of a small box free, and reach outwards', () => {
    const small: BoxAnnotation = { ...box(), box: [300, 200, 24, 24] };
    expect(handleAt(small, [312, 212], 22, 1)).toBeNull();
    expect(handleAt(small, [280, 190], 22.4, 1)?.key).toBe('nw');
  });

  it('are as far apart on the screen at any zoom', () => {
    const inserts = (scale: number) => {
      const shape: PolygonAnnotation = {
        id: '1',
        kind: 'polygon',
        label: 'car',
        polygon: [
          [
            [0, 0],
            [100, 0],
            [100, 30],
          ],
        ],
      };
      return handlesOf(shape, scale).filter(({ role }) => role === 'insert').length;
    };
    // Edges of 100, 30 and 104 px: shown from 44 screen px on.
    expect([inserts(0.3), inserts(1), inserts(2)]).toEqual([0, 2, 3]);
  });
});

it('no box becomes thinner than a pixel', () => {
  expect((withHandleAt(box(), 'e', [300.2, 250], IMAGE) as BoxAnnotation).box).toEqual([300, 200, 1, 100]);
  expect((withHandleAt(box(), 'w', [499.9, 250], IMAGE) as BoxAnnotation).box).toEqual([499, 200, 1, 100]);
});

it('the last three vertices of an outline go together, those of a hole take only the hole', () => {
  const outer = [
    [0, 0],
    [100, 0],
    [100, 100],
  ] as const;
  const hole = [
    [60, 20],
    [80, 20],
    [80, 40],
  ] as const;
  const shape: PolygonAnnotation = { id: '1', kind: 'polygon', label: 'car', polygon: [outer, hole] };
  expect(withoutVertex(shape, 'v0.1')).toBeNull();
  expect(withoutVertex(shape, 'v1.0')).toEqual({ ...shape, polygon: [outer] });
});

it('nothing can be moved out of the image', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -2000, max: 2000 }), (dx, dy) => {
      const [x, y, width, height] = moved(box(), dx, dy, IMAGE).box;
      expect([width, height]).toEqual([200, 100]);
      expect(x >= 0 && y >= 0 && x + width <= 1000 && y + height <= 800).toBe(true);
    }),
  );
});
