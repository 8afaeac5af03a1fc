/** An outline with holes inside it; filling follows the even-odd rule. */
import { boundsOfPoints } from '../../geometry/box';
import { inImage, type Position, roundedPosition } from '../../geometry/points';
import { firstCrossing, nearestEdge, ringArea, ringsContain } from '../../geometry/polygon';
import type { PolygonAnnotation } from '../../model/annotation';
import { moveHandles } from '../../model/frame';
import { outsideProblem } from '../../model/inside';
import type { ShapeModel } from '../../model/kind';
import { between, placeOf, vertexHandles, withVertex } from '../../model/vertices';

const MAX_POINTS = 20_000;

type Rings = PolygonAnnotation['polygon'];

const boundsOf = ({ polygon }: PolygonAnnotation) => boundsOfPoints(polygon[0] ?? []);

function borderDistance({ polygon }: PolygonAnnotation, at: Position): number {
  let best = Infinity;
  for (const ring of polygon) best = Math.min(best, nearestEdge(ring, at, true)?.distance ?? Infinity);
  return best;
}

const withRing = (shape: PolygonAnnotation, r: number, ring: Rings[number]): PolygonAnnotation => ({
  ...shape,
  polygon: shape.polygon.map((old, k) => (k === r ? ring : old)),
});

const withoutRing = (shape: PolygonAnnotation, r: number): PolygonAnnotation => ({
  ...shape,
  polygon: shape.polygon.filter((_, k) => k !== r),
});

export const withHole = (shape: PolygonAnnotation, hole: Rings[number]): PolygonAnnotation => ({
  ...shape,
  polygon: [...shape.polygon, hole],
});

export const polygon: ShapeModel<PolygonAnnotation> = {
  kind: 'polygon',
  accept: 0.75,
  bounds: boundsOf,
  outline: (shape) => shape.polygon,
  covers: (shape, at, slack) => ringsContain(shape.polygon, at) || borderDistance(shape, at) <= slack,
  borderDistance,
  shifted: (shape, shift) => ({ ...shape, polygon: shape.polygon.map((ring) => ring.map(shift)) }),
  way: ({ polygon: [ring = []] }) => [...ring, ...ring.slice(0, 1)],

  handles: (shape, scale) => [
    ...shape.polygon.flatMap((ring, r) => vertexHandles(ring, r, true, scale)),
    ...moveHandles(boundsOf(shape), scale),
  ],

  dragged(shape, key, to, image) {
    const [r, i] = placeOf(key);
    return withRing(shape, r, withVertex(shape.polygon[r]!, key, i, roundedPosition(inImage(to, image))));
  },

  withoutVertex(shape, key) {
    const [r, i] = placeOf(key);
    const ring = shape.polygon[r]!;
    if (ring.length > 3)
      return withRing(
        shape,
        r,
        ring.filter((_, k) => k !== i),
      );
    return r === 0 ? null : withoutRing(shape, r);
  },

  withVertexNear(shape, at) {
    const edges = shape.polygon.map((ring) => nearestEdge(ring, at, true));
    let r = 0;
    edges.forEach((edge, i) => {
      if ((edge?.distance ?? Infinity) < (edges[r]?.distance ?? Infinity)) r = i;
    });
    const edge = edges[r];
    if (!edge) return shape;
    return withRing(shape, r, withVertex(shape.polygon[r]!, 'i', edge.index, roundedPosition(edge.point)));
  },

  behindVertex(shape, key) {
    const [r, i] = placeOf(key);
    const ring = shape.polygon[r]!;
    return { at: between(ring[i]!, ring[(i + 1) % ring.length]!), key: `v${r}.${i + 1}` };
  },

  /** X takes away the hole whose vertex is picked. */
  keyed(shape, key, grip) {
    const r = key.toLowerCase() === 'x' && grip !== null ? placeOf(grip)[0] : 0;
    return r > 0 ? { shape: withoutRing(shape, r), reason: 'delete hole' } : null;
  },

  parts: (shape) =>
    shape.polygon.slice(1).map((_, i) => ({
      key: String(i + 1),
      name: 'hole',
      number: i + 1,
      state: 'open',
      states: ['open', 'filled'],
    })),

  withPart: (shape, _rule, key, state) => (state === 'filled' ? withoutRing(shape, Number(key)) : shape),

  problem({ polygon: rings }, _rule, image) {
    if (rings.reduce((sum, ring) => sum + ring.length, 0) > MAX_POINTS) {
      return ['polygon', 'too_many_points', 'This outline has too many points.'];
    }
    for (const [i, ring] of rings.entries()) {
      const outside = outsideProblem(ring, image, `polygon[${i}]`);
      if (outside !== null) return outside;
      if (new Set(ring.map(([x, y]) => `${x} ${y}`)).size < 3) {
        return [`polygon[${i}]`, 'too_few_points', 'An outline needs at least three points.'];
      }
    }
    if (firstCrossing(rings) !== null) return ['polygon', 'self_crossing', 'This outline crosses itself.'];
    for (const [i, hole] of rings.entries()) {
      // Without crossings a hole is wholly inside or outside: the middle of one edge decides, as corners may touch.
      if (i > 0 && !ringsContain(rings.slice(0, 1), between(hole[0]!, hole[1]!))) {
        return [`polygon[${i}]`, 'hole_outside', 'A hole lies outside its outline.'];
      }
    }
    const area = rings.reduce((sum, ring, i) => sum + (i === 0 ? ringArea(ring) : -ringArea(ring)), 0);
    return area < 1 ? ['polygon', 'too_small', 'This outline covers nothing.'] : null;
  },
};
