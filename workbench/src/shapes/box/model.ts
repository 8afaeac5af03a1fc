/** A box, upright or turned clockwise about its centre. */
import { type Box, boundsOfBox, boundsOfPoints, boxOfBounds } from '../../geometry/box';
import { inImage, type Position, type Ring, rounded, type Size } from '../../geometry/points';
import { nearestEdge, nearestOnSegment, ringsContain } from '../../geometry/polygon';
import { boxCentre, boxRing, canonicalDegrees, rotated } from '../../geometry/rotation';
import type { BoxAnnotation } from '../../model/annotation';
import { angleTowards, EDGES, edgeHandles, MIN_SIDE_PX, moveHandles, turnHandle, turnOf } from '../../model/frame';
import { isOutside } from '../../model/inside';
import type { Handle, ShapeModel } from '../../model/kind';

const CORNERS = ['nw', 'ne', 'se', 'sw'] as const;

const ringOf = ({ box, angle_degrees }: BoxAnnotation): Ring => boxRing(box, angle_degrees);
const boundsOf = (shape: BoxAnnotation) =>
  shape.angle_degrees ? boundsOfPoints(ringOf(shape)) : boundsOfBox(shape.box);
const borderDistance = (shape: BoxAnnotation, at: Position) => nearestEdge(ringOf(shape), at, true)!.distance;

/** A side may pass the opposite one (the box turns over), but not rest on it. */
const apart = (side: number, opposite: number, direction: number): number =>
  Math.abs(side - opposite) < MIN_SIDE_PX ? opposite + direction * MIN_SIDE_PX : side;

/** Once it carries an angle, 0 included, a box shows the grip for turning. */
const turned = (shape: BoxAnnotation, degrees: number): BoxAnnotation => ({
  ...shape,
  angle_degrees: canonicalDegrees(degrees, 360),
});

export const box: ShapeModel<BoxAnnotation> = {
  kind: 'box',
  accept: 0.7,
  solid: true,
  bounds: boundsOf,
  outline: (shape) => [ringOf(shape)],
  covers: (shape, at, slack) => ringsContain([ringOf(shape)], at) || borderDistance(shape, at) <= slack,
  borderDistance,

  shifted(shape, shift) {
    const [x, y, width, height] = shape.box;
    return { ...shape, box: [...shift([x, y]), width, height] as unknown as Box };
  },

  way(shape) {
    const [first, , opposite] = ringOf(shape);
    return [first!, opposite!];
  },

  measure: ({ box: [, , ...sides] }) => `${sides.map(Math.round).join(' × ')} px`,

  handles(shape, scale): Handle[] {
    const ring = ringOf(shape);
    return [
      ...CORNERS.map((key, i): Handle => ({ key, role: 'corner', at: ring[i]! })),
      ...edgeHandles(shape.box, shape.angle_degrees ?? 0),
      ...(shape.angle_degrees === undefined ? [] : [turnHandle(shape.box, shape.angle_degrees, scale)]),
      ...moveHandles(boundsOf(shape), scale),
    ];
  },

  handleAlong(shape, at): Handle {
    const edge = nearestEdge(ringOf(shape), at, true)!;
    const ring = ringOf(shape);
    const point = nearestOnSegment(ring[edge.index]!, ring[(edge.index + 1) % 4]!, at);
    return { key: EDGES[edge.index]!, role: 'edge', at: point };
  },

  dragged(shape, key, to, image) {
    const angle = shape.angle_degrees ?? 0;
    const centre = boxCentre(shape.box);
    if (key === 'turn') return turned(shape, angleTowards(centre, to));
    const [x, y, width, height] = shape.box;
    const [tx, ty] = angle === 0 ? inImage(to, image) : rotated(to, centre, -angle);
    let [x0, y0, x1, y1] = [x, y, x + width, y + height];
    if (key.includes('w')) x0 = apart(tx, x1, -1);
    if (key.includes('e')) x1 = apart(tx, x0, 1);
    if (key.includes('n')) y0 = apart(ty, y1, -1);
    if (key.includes('s')) y1 = apart(ty, y0, 1);
    if (angle === 0) return { ...shape, box: boxOfBounds([x0, y0, x1, y1]) };
    // The centre moved within the turned frame: bring it back to the image's frame.
    const [cx, cy] = rotated([(x0 + x1) / 2, (y0 + y1) / 2], centre, angle);
    const [w, h] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
    return { ...shape, box: [rounded(cx - w / 2), rounded(cy - h / 2), rounded(w), rounded(h)] };
  },

  keyed(shape, key) {
    const step = shape.angle_degrees === undefined ? null : turnOf(key);
    return step === null ? null : { shape: turned(shape, shape.angle_degrees! + step), reason: 'turn' };
  },

  problem({ box: [x, y, width, height], angle_degrees }, _rule, image: Size) {
    if (width < MIN_SIDE_PX || height < MIN_SIDE_PX) return ['box', 'too_small', 'This box is too small.'];
    const corners: Ring = angle_degrees
      ? [[x + width / 2, y + height / 2]]
      : [
          [x, y],
          [x + width, y + height],
        ];
    const tooLong = angle_degrees && Math.max(width, height) > image.width + image.height;
    return tooLong || corners.some((corner) => isOutside(corner, image))
      ? ['box', 'outside_image', 'This box lies outside the image.']
      : null;
  },
};
