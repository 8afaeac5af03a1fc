import { describe, expect, it } from 'vitest';
import { along, pathOf, shareAt } from './finger';

const base = { id: '1', label: 'a', image: 0, attributes: {} } as const;

describe('the ghost hand', () => {
  it('goes along a line by its length', () => {
    // 3 right, 4 down: 7 in all; half of it is 3.5, half a pixel down the second part.
    const path = [
      [0, 0],
      [3, 0],
      [3, 4],
    ] as const;
    expect(along(path, 0)).toEqual([0, 0]);
    expect(along(path, 0.5)).toEqual([3, 0.5]);
    expect(along(path, 1)).toEqual([3, 4]);
    expect(along(path, 7)).toEqual([3, 4]);
  });

  it('stands still on a point and never divides by nothing', () => {
    expect(along([[5, 6]], 0.4)).toEqual([5, 6]);
    expect(
      along(
        [
          [5, 6],
          [5, 6],
        ],
        0.4,
      ),
    ).toEqual([5, 6]);
  });

  it('drags a box from corner to corner, turned as it is', () => {
    expect(pathOf({ ...base, kind: 'box', box: [10, 20, 30, 40] })).toEqual([
      [10, 20],
      [40, 60],
    ]);
    const [start] = pathOf({ ...base, kind: 'box', box: [0, 0, 2, 2], angle_degrees: 90 })!;
    expect(start![0]).toBeCloseTo(2);
    expect(start![1]).toBeCloseTo(0);
  });

  it('closes an outline, follows joints in order, and has no way through a mask', () => {
    expect(
      pathOf({
        ...base,
        kind: 'polygon',
        polygon: [
          [
            [0, 0],
            [4, 0],
            [4, 4],
          ],
        ],
      }),
    ).toHaveLength(4);
    expect(pathOf({ ...base, kind: 'skeleton', skeleton: { a: [1, 2, 2], b: [3, 4, 1] } })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(pathOf({ ...base, kind: 'mask', mask: { size: [1, 1], counts: '1' } })).toBeNull();
  });

  it('draws, rests at the end, lifts, and begins again', () => {
    expect(shareAt(0)).toBe(0);
    expect(shareAt(1200)).toBe(0.5);
    expect(shareAt(3000)).toBe(1);
    expect(shareAt(3500)).toBeNull();
    expect(shareAt(4200)).toBe(0);
  });
});
