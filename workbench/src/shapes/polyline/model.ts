/** An open line. */
import { boundsOfPoints } from '../../geometry/box';
import { distance, inImage, type Position, type Ring, roundedPosition } from '../../geometry/points';
import { nearestEdge } from '../../geometry/polygon';
import type { PolylineAnnotation } from '../../model/annotation';
import { moveHandles } from '../../model/frame';
import { outsideProblem } from '../../model/inside';
import type { ShapeModel } from '../../model/kind';
import { between, placeOf, vertexHandles, withVertex } from '../../model/vertices';
import { arrowheads } from './arrowheads';

const MIN_LENGTH_PX = 1;

const gap = ({ polyline }: PolylineAnnotation, at: Position): number =>
  nearestEdge(polyline, at, false)?.distance ?? Infinity;

const unrepeated = (points: Ring): Ring =>
  points.filter((point, i) => i === 0 || point[0] !== points[i - 1]![0] || point[1] !== points[i - 1]![1]);

export const polyline: ShapeModel<PolylineAnnotation> = {
  kind: 'polyline',
  accept: 0.7,
  bounds: (shape) => boundsOfPoints(shape.polyline),
  covers: (shape, at, slack) => gap(shape, at) <= slack,
  borderDistance: gap,
  shifted: (shape, shift) => ({ ...shape, polyline: shape.polyline.map(shift) }),

  way: (shape) => shape.polyline,
  inHand: ({ polyline: line }, scale) => arrowheads(line, scale),
  handles: (shape, scale) => [
    ...vertexHandles(shape.polyline, 0, false, scale),
    ...moveHandles(boundsOfPoints(shape.polyline), scale),
  ],

  dragged: (shape, key, to, image) => ({
    ...shape,
    polyline: withVertex(shape.polyline, key, placeOf(key)[1], roundedPosition(inImage(to, image))),
  }),

  withoutVertex: (shape, key) =>
    shape.polyline.length > 2 ? { ...shape, polyline: shape.polyline.filter((_, i) => i !== placeOf(key)[1]) } : null,

  withVertexNear(shape, at) {
    const edge = nearestEdge(shape.polyline, at, false);
    if (edge === null) return shape;
    return { ...shape, polyline: withVertex(shape.polyline, 'i', edge.index, roundedPosition(edge.point)) };
  },

  behindVertex({ polyline: line }, key) {
    const i = placeOf(key)[1];
    const next = line[i + 1];
    return next === undefined ? null : { at: between(line[i]!, next), key: `v0.${i + 1}` };
  },

  problem(shape, _rule, image) {
    const outside = outsideProblem(shape.polyline, image, 'polyline');
    if (outside !== null) return outside;
    const path = unrepeated(shape.polyline);
    if (path.length < 2) return ['polyline', 'too_few_points', 'A line needs at least two points.'];
    const length_px = path.slice(1).reduce((sum, point, i) => sum + distance(path[i]!, point), 0);
    return length_px < MIN_LENGTH_PX ? ['polyline', 'too_small', 'This line is too short.'] : null;
  },
};
