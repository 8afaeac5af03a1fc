/** One place. */
import { distance, inImage, roundedPosition } from '../../geometry/points';
import type { PointAnnotation } from '../../model/annotation';
import { isOutside } from '../../model/inside';
import type { ShapeModel } from '../../model/kind';

export const point: ShapeModel<PointAnnotation> = {
  kind: 'point',
  accept: 0.7,
  bounds: (shape) => [...shape.point, ...shape.point],
  covers: (shape, at, slack) => distance(shape.point, at) <= slack,
  borderDistance: () => Infinity,
  shifted: (shape, shift) => ({ ...shape, point: shift(shape.point) }),
  way: (shape) => [shape.point],
  handles: (shape) => [{ key: 'point', role: 'vertex', at: shape.point }],
  dragged: (shape, _key, to, image) => ({ ...shape, point: roundedPosition(inImage(to, image)) }),
  problem: (shape, _rule, image) =>
    isOutside(shape.point, image) ? ['point', 'outside_image', 'This point lies outside the image.'] : null,
};
