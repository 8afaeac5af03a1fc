/** An ellipse by its centre, two radii and the clockwise angle of the first. */
import { type Box, boundsOfPoints } from '../../geometry/box';
import type { Position, Ring } from '../../geometry/points';
import { rounded } from '../../geometry/points';
import { nearestEdge, ringsContain } from '../../geometry/polygon';
import { canonicalDegrees, ellipseRing, rotated } from '../../geometry/rotation';
import type { EllipseAnnotation } from '../../model/annotation';
import { angleTowards, edgeHandles, MIN_SIDE_PX, moveHandles, turnHandle, turnOf } from '../../model/frame';
import { isOutside } from '../../model/inside';
import type { ShapeModel } from '../../model/kind';

const MIN_RADIUS_PX = 0.5;

const ringOf = ({ ellipse }: EllipseAnnotation): Ring => ellipseRing(ellipse);
const frameOf = ({ ellipse: [cx, cy, rx, ry] }: EllipseAnnotation): Box => [cx - rx, cy - ry, 2 * rx, 2 * ry];
const borderDistance = (shape: EllipseAnnotation, at: Position) => nearestEdge(ringOf(shape), at, true)!.distance;
const radius = (value: number) => rounded(Math.max(MIN_SIDE_PX / 2, Math.abs(value)));

const turned = (shape: EllipseAnnotation, degrees: number): EllipseAnnotation => {
  const [cx, cy, rx, ry] = shape.ellipse;
  return { ...shape, ellipse: [cx, cy, rx, ry, canonicalDegrees(degrees, 180)] };
};

export const ellipse: ShapeModel<EllipseAnnotation> = {
  kind: 'ellipse',
  accept: 0.7,
  solid: true,
  bounds: (shape) => boundsOfPoints(ringOf(shape)),
  outline: (shape) => [ringOf(shape)],
  covers: (shape, at, slack) => ringsContain([ringOf(shape)], at) || borderDistance(shape, at) <= slack,
  borderDistance,

  shifted(shape, shift) {
    const [cx, cy, rx, ry, angle] = shape.ellipse;
    const [x, y] = shift([cx, cy]);
    return { ...shape, ellipse: [x, y, rx, ry, angle] };
  },
  way: (shape) => [...ringOf(shape), ringOf(shape)[0]!],

  handles: (shape, scale) => [
    ...edgeHandles(frameOf(shape), shape.ellipse[4]),
    turnHandle(frameOf(shape), shape.ellipse[4], scale),
    ...moveHandles(boundsOfPoints(ringOf(shape)), scale),
  ],

  dragged(shape, key, to) {
    const [cx, cy, rx, ry, angle] = shape.ellipse;
    if (key === 'turn') return turned(shape, angleTowards([cx, cy], to));
    const [lx, ly] = rotated(to, [cx, cy], -angle);
    return key === 'e' || key === 'w'
      ? { ...shape, ellipse: [cx, cy, radius(lx - cx), ry, angle] }
      : { ...shape, ellipse: [cx, cy, rx, radius(ly - cy), angle] };
  },

  keyed(shape, key) {
    const step = turnOf(key);
    return step === null ? null : { shape: turned(shape, shape.ellipse[4] + step), reason: 'turn' };
  },

  problem({ ellipse: [cx, cy, rx, ry] }, _rule, image) {
    if (rx < MIN_RADIUS_PX || ry < MIN_RADIUS_PX) return ['ellipse', 'too_small', 'This ellipse is too small.'];
    return isOutside([cx, cy], image) || Math.max(rx, ry) > image.width + image.height
      ? ['ellipse', 'outside_image', 'This ellipse lies outside the image.']
      : null;
  },
};
