/**
 * A box in space as a photograph shows it: two faces of four corners, the n-th corner of the front joined to the n-th of
 * the back (core/shapes/cuboid.py has the source and the rules).
 */
import { boundsOfPoints, offsetInside } from '../../geometry/box';
import { inImage, type Position, type Ring, roundedPosition, type Size } from '../../geometry/points';
import { nearestEdge, nearestOnSegment, ringArea, ringsContain } from '../../geometry/polygon';
import type { ShapeAnnotation } from '../../model/annotation';
import { moveHandles } from '../../model/frame';
import { outsideProblem } from '../../model/inside';
import type { Handle, ShapeModel } from '../../model/kind';

export type CuboidAnnotation = Extract<ShapeAnnotation, { kind: 'cuboid' }>;
export type Faces = CuboidAnnotation['cuboid'];

const CORNERS = [0, 1, 2, 3] as const;
const MIN_FACE_PX = 1;

const boundsOf = ({ cuboid }: CuboidAnnotation) => boundsOfPoints(cuboid.flat());

const hundredths = ([x, y]: Position): Position => [Math.floor(x * 100 + 0.5), Math.floor(y * 100 + 0.5)];

/** Twice the signed area of the corner at b, in square hundredths, exactly: above 0 when it turns clockwise. */
function turn(a: Position, b: Position, c: Position): number {
  const [[ax, ay], [bx, by], [cx, cy]] = [hundredths(a), hundredths(b), hundredths(c)];
  return (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
}

/** Every corner turns the one way: then the sides go round once and none cross. */
const turns = (face: Ring, clockwise: boolean): boolean =>
  CORNERS.every((i) => {
    const here = turn(face[(i + 3) % 4]!, face[i]!, face[(i + 1) % 4]!);
    return clockwise ? here > 0 : here < 0;
  });

/** The convex hull of all corners (Andrew's monotone chain, 1979): what the cuboid covers. */
function hullOf({ cuboid }: CuboidAnnotation): Ring {
  const corners = cuboid.flat().sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const chain = (way: Ring): Position[] => {
    const found: Position[] = [];
    for (const corner of way) {
      while (found.length > 1 && turn(found.at(-2)!, found.at(-1)!, corner) <= 0) found.pop();
      found.push(corner);
    }
    return found.slice(0, -1);
  };
  return [...chain(corners), ...chain([...corners].reverse())];
}

function borderDistance({ cuboid: [front, back] }: CuboidAnnotation, at: Position): number {
  const joins = CORNERS.map((i) => nearestOnSegment(front[i], back[i], at));
  return Math.min(
    nearestEdge(front, at, true)!.distance,
    nearestEdge(back, at, true)!.distance,
    ...joins.map(([x, y]) => Math.hypot(x - at[0], y - at[1])),
  );
}

/** The face that is bent, or turns the other way than the front; null when both are well. */
function twisted([front, back]: Faces): 0 | 1 | null {
  // Of a front that goes round at all, every corner says which way.
  const clockwise = turn(front[0], front[1], front[2]) > 0;
  if (!turns(front, clockwise)) return 0;
  return turns(back, clockwise) ? null : 1;
}

const withFace = (
  { cuboid: [front, back], ...rest }: CuboidAnnotation,
  face: number,
  ring: Ring,
): CuboidAnnotation => ({
  ...rest,
  cuboid: (face === 0 ? [ring, back] : [front, ring]) as unknown as Faces,
});

export const middleOf = (face: Ring): Position => {
  const [x0, y0, x1, y1] = boundsOfPoints(face);
  return [(x0 + x1) / 2, (y0 + y1) / 2];
};

/** The face moved as a whole so that its middle comes to `to`, or as near as the borders of the image let it. */
export function faceAt(face: Ring, to: Position, image: Size): Ring {
  const [cx, cy] = middleOf(face);
  const [dx, dy] = offsetInside(boundsOfPoints(face), to[0] - cx, to[1] - cy, image);
  return face.map(([x, y]) => roundedPosition([x + dx, y + dy]));
}

/** Grips: `f` or `b` and the number of a corner; `back` pulls that whole face, and so the depth. */
export const cuboid: ShapeModel<CuboidAnnotation> = {
  kind: 'cuboid',
  accept: 0.7,
  bounds: boundsOf,
  outline: (shape) => [hullOf(shape)],
  covers: (shape, at, slack) => ringsContain([hullOf(shape)], at) || borderDistance(shape, at) <= slack,
  borderDistance,
  shifted: (shape, shift) => ({ ...shape, cuboid: shape.cuboid.map((face) => face.map(shift)) as unknown as Faces }),
  way: ({ cuboid: [front, back] }) => [front[0], front[2], back[2]],

  handles(shape, scale): Handle[] {
    const [front, back] = shape.cuboid;
    return [
      ...CORNERS.map((i): Handle => ({ key: `f${i}`, role: 'corner', at: front[i] })),
      ...CORNERS.map((i): Handle => ({ key: `b${i}`, role: 'vertex', at: back[i] })),
      { key: 'back', role: 'edge', at: middleOf(back) },
      ...moveHandles(boundsOf(shape), scale),
    ];
  },

  /** A corner that would bend its face stays where it was. */
  dragged(shape, key, to, image) {
    const [front, back] = shape.cuboid;
    if (key === 'back') return withFace(shape, 1, faceAt(back, to, image));
    const face = key.startsWith('f') ? 0 : 1;
    const ring = [...(face === 0 ? front : back)];
    ring[Number(key.slice(1))] = roundedPosition(inImage(to, image));
    const next = withFace(shape, face, ring);
    return twisted(next.cuboid) === null ? next : shape;
  },

  problem({ cuboid: faces }, _rule, image) {
    for (const [i, face] of faces.entries()) {
      const outside = outsideProblem(face, image, `cuboid[${i}]`);
      if (outside !== null) return outside;
    }
    const bent = twisted(faces);
    if (bent === 0) return ['cuboid[0]', 'twisted', 'The corners of a face must go round it.'];
    for (const [i, face] of faces.entries()) {
      if (i === 1 && bent === 1) return ['cuboid[1]', 'twisted', 'Front and back must not be turned to each other.'];
      if (ringArea(face) < MIN_FACE_PX) return [`cuboid[${i}]`, 'too_small', 'This cuboid is too small.'];
    }
    return null;
  },
};
