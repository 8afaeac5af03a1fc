/** What every kind of shape can be asked: where it is, what it covers, and itself moved. */
import { type Bounds, boundsOfBox, boundsOfPoints, offsetInside } from '../geometry/box';
import { maskBounds, maskContains } from '../geometry/mask';
import { distance, type Position, type Ring, rounded, roundedPosition, type Size } from '../geometry/points';
import { nearestEdge, ringsContain } from '../geometry/polygon';
import { boxRing, ellipseRing } from '../geometry/rotation';
import type { ShapeAnnotation } from './annotation';

/** Closed outlines of the shapes that have an area (masks apart: their outline must be traced); else none. */
export function outline(shape: ShapeAnnotation): readonly Ring[] {
  switch (shape.kind) {
    case 'box':
      return [boxRing(shape.box, shape.angle_degrees)];
    case 'polygon':
      return shape.polygon;
    case 'ellipse':
      return [ellipseRing(shape.ellipse)];
    default:
      return [];
  }
}

/** The points of a skeleton that are on the image (visibility above 0). */
export function skeletonPoints(shape: ShapeAnnotation & { kind: 'skeleton' }): Position[] {
  return Object.values(shape.skeleton)
    .filter(([, , visibility]) => visibility > 0)
    .map(([x, y]) => [x, y]);
}

export function boundsOf(shape: ShapeAnnotation): Bounds {
  switch (shape.kind) {
    case 'box':
      return shape.angle_degrees ? boundsOfPoints(outline(shape)[0]!) : boundsOfBox(shape.box);
    case 'polygon':
      return boundsOfPoints(shape.polygon.flat());
    case 'ellipse':
      return boundsOfPoints(outline(shape)[0]!);
    case 'polyline':
      return boundsOfPoints(shape.polyline);
    case 'point':
      return [...shape.point, ...shape.point];
    case 'skeleton':
      return boundsOfPoints(skeletonPoints(shape));
    case 'mask':
      return maskBounds(shape.mask);
  }
}

/** Whether the shape covers the point; shapes without an area cover what lies within `slack` of them. */
export function covers(shape: ShapeAnnotation, at: Position, slack: number): boolean {
  switch (shape.kind) {
    case 'mask':
      return maskContains(shape.mask, at);
    case 'point':
      return distance(shape.point, at) <= slack;
    case 'skeleton':
      return skeletonPoints(shape).some((point) => distance(point, at) <= slack);
    case 'polyline':
      return (nearestEdge(shape.polyline, at, false)?.distance ?? Infinity) <= slack;
    default:
      return ringsContain(outline(shape), at) || borderDistance(shape, at) <= slack;
  }
}

/** Distance to the nearest drawn line of the shape; Infinity for masks and points, which have none. */
export function borderDistance(shape: ShapeAnnotation, at: Position): number {
  if (shape.kind === 'polyline') return nearestEdge(shape.polyline, at, false)?.distance ?? Infinity;
  let best = Infinity;
  for (const ring of outline(shape)) best = Math.min(best, nearestEdge(ring, at, true)?.distance ?? Infinity);
  return best;
}

/** Moves the whole shape, stopped at the borders of the image. A mask stays: it is bound to its pixels. */
export function moved<S extends ShapeAnnotation>(shape: S, dx: number, dy: number, image: Size): S {
  const [ox, oy] = offsetInside(boundsOf(shape), dx, dy, image);
  const shift = ([x, y]: Position): Position => roundedPosition([x + ox, y + oy]);
  const whole: ShapeAnnotation = shape;
  switch (whole.kind) {
    case 'box':
      return { ...shape, box: [rounded(whole.box[0] + ox), rounded(whole.box[1] + oy), whole.box[2], whole.box[3]] };
    case 'polygon':
      return { ...shape, polygon: whole.polygon.map((ring) => ring.map(shift)) };
    case 'polyline':
      return { ...shape, polyline: whole.polyline.map(shift) };
    case 'point':
      return { ...shape, point: shift(whole.point) };
    case 'ellipse': {
      const [cx, cy, ...rest] = whole.ellipse;
      return { ...shape, ellipse: [rounded(cx + ox), rounded(cy + oy), ...rest] };
    }
    case 'skeleton':
      return {
        ...shape,
        skeleton: Object.fromEntries(
          Object.entries(whole.skeleton).map(([name, [x, y, visibility]]) => [
            name,
            visibility > 0 ? [...shift([x, y]), visibility] : [x, y, visibility],
          ]),
        ),
      };
    case 'mask':
      return shape;
  }
}
