/** The grips of a shape: where they are, which one a press means, and the shape after a grip was dragged. */
import { type Box, boxBetween, boxOfBounds } from '../geometry/box';
import { distance, inImage, type Position, type Ring, rounded, roundedPosition, type Size } from '../geometry/points';
import { nearestEdge, nearestOnSegment } from '../geometry/polygon';
import { boxCentre, boxRing, canonicalDegrees, rotated } from '../geometry/rotation';
import type { BoxAnnotation, EllipseAnnotation, ShapeAnnotation } from './annotation';
import { boundsOf, moved } from './shape';

export type HandleRole = 'corner' | 'edge' | 'vertex' | 'insert' | 'turn' | 'move';

export interface Handle {
  readonly key: string;
  readonly role: HandleRole;
  readonly at: Position;
}

/** Screen distance of the turning grip from the shape's top. */
const TURN_ARM_PX = 32;
/** An edge shorter than this on the screen shows no grip to insert a vertex. */
const INSERT_EDGE_PX = 44;
/** A shape smaller than this on the screen has no room for a grip in its middle. */
const MOVE_SIDE_PX = 88;

const CORNERS = ['nw', 'ne', 'se', 'sw'] as const;
const EDGES = ['n', 'e', 's', 'w'] as const;

const between = (a: Position, b: Position): Position => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** A box can be turned once it carries an angle (the tool for turned boxes gives it one, 0 included). */
const turns = (shape: ShapeAnnotation): shape is BoxAnnotation | EllipseAnnotation =>
  shape.kind === 'ellipse' || (shape.kind === 'box' && shape.angle_degrees !== undefined);

/** All grips at `scale` screen pixels per image pixel, in the order in which the keyboard visits them. */
export function handlesOf(shape: ShapeAnnotation, scale: number): Handle[] {
  const handles: Handle[] = [];
  const vertices = (ring: Ring, r: number, closed: boolean) => {
    ring.forEach((at, i) => {
      handles.push({ key: `v${r}.${i}`, role: 'vertex', at });
    });
    for (let i = 0; i < (closed ? ring.length : ring.length - 1); i++) {
      const next = ring[(i + 1) % ring.length]!;
      if (distance(ring[i]!, next) * scale < INSERT_EDGE_PX) continue;
      handles.push({ key: `i${r}.${i}`, role: 'insert', at: between(ring[i]!, next) });
    }
  };
  switch (shape.kind) {
    case 'box': {
      const ring = boxRing(shape.box, shape.angle_degrees);
      CORNERS.forEach((key, i) => {
        handles.push({ key, role: 'corner', at: ring[i]! });
      });
      EDGES.forEach((key, i) => {
        handles.push({ key, role: 'edge', at: between(ring[i]!, ring[(i + 1) % 4]!) });
      });
      break;
    }
    case 'ellipse': {
      const ring = boxRing(frameOf(shape), shape.ellipse[4]);
      EDGES.forEach((key, i) => {
        handles.push({ key, role: 'edge', at: between(ring[i]!, ring[(i + 1) % 4]!) });
      });
      break;
    }
    case 'polygon':
      shape.polygon.forEach((ring, r) => {
        vertices(ring, r, true);
      });
      break;
    case 'polyline':
      vertices(shape.polyline, 0, false);
      break;
    case 'point':
      handles.push({ key: 'point', role: 'vertex', at: shape.point });
      break;
    case 'skeleton':
      for (const [name, [x, y, visibility]] of Object.entries(shape.skeleton)) {
        if (visibility > 0) handles.push({ key: `k${name}`, role: 'vertex', at: [x, y] });
      }
      break;
    case 'mask':
      break;
  }
  if (turns(shape)) {
    const frame = shape.kind === 'box' ? shape.box : frameOf(shape);
    const angle = shape.kind === 'box' ? (shape.angle_degrees ?? 0) : shape.ellipse[4];
    const top: Position = [frame[0] + frame[2] / 2, frame[1] - TURN_ARM_PX / scale];
    handles.push({ key: 'turn', role: 'turn', at: rotated(top, boxCentre(frame), angle) });
  }
  if (shape.kind !== 'point' && shape.kind !== 'mask' && shape.kind !== 'skeleton') {
    const [x0, y0, x1, y1] = boundsOf(shape);
    if (Math.min(x1 - x0, y1 - y0) * scale >= MOVE_SIDE_PX) {
      handles.push({ key: 'move', role: 'move', at: [(x0 + x1) / 2, (y0 + y1) / 2] });
    }
  }
  return handles;
}

const frameOf = ({ ellipse: [cx, cy, rx, ry] }: EllipseAnnotation): Box => [cx - rx, cy - ry, 2 * rx, 2 * ry];

const ROLE_ORDER: Record<HandleRole, number> = { vertex: 0, corner: 0, turn: 1, move: 2, insert: 3, edge: 4 };

/**
 * The grip a press means. `reach` is in image pixels (22 screen pixels for a finger, 12 for a mouse). Inside a small
 * shape the reach shrinks, so that its middle can still be pressed; corners win over edges, vertices over everything.
 * The edges of a box can be taken anywhere along their length.
 */
export function handleAt(shape: ShapeAnnotation, at: Position, reach: number, scale: number): Handle | null {
  const [x0, y0, x1, y1] = boundsOf(shape);
  const inside = at[0] > x0 && at[0] < x1 && at[1] > y0 && at[1] < y1;
  const solid = shape.kind === 'box' || shape.kind === 'ellipse';
  const near = solid && inside ? Math.min(reach, Math.max(4 / scale, Math.min(x1 - x0, y1 - y0) / 3.5)) : reach;
  let best: Handle | null = null;
  let bestGap = Infinity;
  for (const handle of handlesOf(shape, scale)) {
    const gap = distance(handle.at, at);
    if (gap > near) continue;
    const order = best === null ? -1 : ROLE_ORDER[handle.role] - ROLE_ORDER[best.role];
    if (order < 0 || (order === 0 && gap < bestGap)) {
      best = handle;
      bestGap = gap;
    }
  }
  if (best !== null || shape.kind !== 'box') return best;
  const ring = boxRing(shape.box, shape.angle_degrees);
  EDGES.forEach((key, i) => {
    const point = nearestOnSegment(ring[i]!, ring[(i + 1) % 4]!, at);
    const gap = distance(point, at);
    if (gap <= near && gap < bestGap) {
      best = { key, role: 'edge', at: point };
      bestGap = gap;
    }
  });
  return best;
}

/** The shape after its grip `key` was brought to `to`; borders of the image hold. Always applied to the shape as it was when the drag began. */
export function withHandleAt(shape: ShapeAnnotation, key: string, to: Position, image: Size): ShapeAnnotation {
  if (key === 'move') {
    const [x0, y0, x1, y1] = boundsOf(shape);
    return moved(shape, to[0] - (x0 + x1) / 2, to[1] - (y0 + y1) / 2, image);
  }
  const target = roundedPosition(inImage(to, image));
  switch (shape.kind) {
    case 'box':
      return draggedBox(shape, key, to, image);
    case 'ellipse':
      return draggedEllipse(shape, key, to);
    case 'polygon': {
      const [r, i] = place(key);
      return {
        ...shape,
        polygon: shape.polygon.map((ring, index) => (index === r ? withVertex(ring, key, i, target) : ring)),
      };
    }
    case 'polyline':
      return { ...shape, polyline: withVertex(shape.polyline, key, place(key)[1], target) };
    case 'point':
      return { ...shape, point: target };
    case 'skeleton': {
      const name = key.slice(1);
      const old = shape.skeleton[name];
      if (old === undefined) return shape;
      return { ...shape, skeleton: { ...shape.skeleton, [name]: [...target, old[2]] } };
    }
    case 'mask':
      return shape;
  }
}

const place = (key: string): [ring: number, index: number] => {
  const [ring, index] = key.slice(1).split('.');
  return [Number(ring), Number(index)];
};

function withVertex(ring: Ring, key: string, index: number, to: Position): Ring {
  if (key.startsWith('i')) return [...ring.slice(0, index + 1), to, ...ring.slice(index + 1)];
  return ring.map((vertex, i) => (i === index ? to : vertex));
}

/** Takes a vertex away. A hole or line that would no longer be one goes too; null when the whole shape goes. */
export function withoutVertex(shape: ShapeAnnotation, key: string): ShapeAnnotation | null {
  if (!key.startsWith('v')) return shape;
  const [r, i] = place(key);
  if (shape.kind === 'polyline') {
    return shape.polyline.length > 2 ? { ...shape, polyline: shape.polyline.filter((_, k) => k !== i) } : null;
  }
  if (shape.kind !== 'polygon') return shape;
  if (shape.polygon[r]!.length > 3) {
    return {
      ...shape,
      polygon: shape.polygon.map((ring, k) => (k === r ? ring.filter((_, vertex) => vertex !== i) : ring)),
    };
  }
  return r === 0 ? null : { ...shape, polygon: shape.polygon.filter((_, k) => k !== r) };
}

/** A new vertex on the edge nearest to `at`, as the keyboard's Insert and a double click do. */
export function withVertexNear(shape: ShapeAnnotation, at: Position): ShapeAnnotation {
  if (shape.kind === 'polyline') {
    const edge = nearestEdge(shape.polyline, at, false);
    return edge === null
      ? shape
      : { ...shape, polyline: withVertex(shape.polyline, 'i', edge.index, roundedPosition(edge.point)) };
  }
  if (shape.kind !== 'polygon') return shape;
  const edges = shape.polygon.map((ring) => nearestEdge(ring, at, true));
  let r = 0;
  edges.forEach((edge, i) => {
    if ((edge?.distance ?? Infinity) < (edges[r]?.distance ?? Infinity)) r = i;
  });
  const edge = edges[r];
  if (!edge) return shape;
  return {
    ...shape,
    polygon: shape.polygon.map((ring, k) =>
      k === r ? withVertex(ring, 'i', edge.index, roundedPosition(edge.point)) : ring,
    ),
  };
}

/** No side of a box is shorter than this; a thinner one cannot be seen, taken or scored. */
export const MIN_SIDE_PX = 1;

function draggedBox(shape: BoxAnnotation, key: string, to: Position, image: Size): BoxAnnotation {
  const angle = shape.angle_degrees ?? 0;
  const centre = boxCentre(shape.box);
  if (key === 'turn') return { ...shape, angle_degrees: canonicalDegrees(angleTowards(centre, to), 360) };
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
}

/** A side may pass the opposite one (the box turns over), but not rest on it. */
const apart = (side: number, opposite: number, direction: number): number =>
  Math.abs(side - opposite) < MIN_SIDE_PX ? opposite + direction * MIN_SIDE_PX : side;

function draggedEllipse(shape: EllipseAnnotation, key: string, to: Position): EllipseAnnotation {
  const [cx, cy, rx, ry, angle] = shape.ellipse;
  if (key === 'turn') return { ...shape, ellipse: [cx, cy, rx, ry, canonicalDegrees(angleTowards([cx, cy], to), 180)] };
  const [lx, ly] = rotated(to, [cx, cy], -angle);
  const radius = (value: number) => rounded(Math.max(MIN_SIDE_PX / 2, Math.abs(value)));
  return key === 'e' || key === 'w'
    ? { ...shape, ellipse: [cx, cy, radius(lx - cx), ry, angle] }
    : { ...shape, ellipse: [cx, cy, rx, radius(ly - cy), angle] };
}

/** The angle at which the top of a shape points from its centre to `to`, in steps of 0.1 degrees. */
function angleTowards([cx, cy]: Position, [x, y]: Position): number {
  return Math.round(((Math.atan2(y - cy, x - cx) * 180) / Math.PI + 90) * 10) / 10;
}

export const newBox = (a: Position, b: Position, image: Size): Box => boxBetween(inImage(a, image), inImage(b, image));
