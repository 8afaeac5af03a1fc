/** The grips of a shape: which one a press means, and the shape after a grip was dragged. */
import { distance, type Position, type Size } from '../geometry/points';
import type { ShapeAnnotation } from './annotation';
import { type Handle, type HandleRole, modelOf } from './kind';
import { boundsOf, moved } from './shape';

export type { Handle, HandleRole } from './kind';

/** All grips at `scale` screen pixels per image pixel, in the order in which the keyboard visits them. */
export const handlesOf = (shape: ShapeAnnotation, scale: number): Handle[] => modelOf(shape.kind).handles(shape, scale);

const ROLE_ORDER: Record<HandleRole, number> = { vertex: 0, corner: 0, turn: 1, move: 2, insert: 3, edge: 4 };

/**
 * The grip a press means. `reach` is in image pixels (22 screen pixels for a finger, 12 for a mouse). Inside a small
 * shape the reach shrinks, so that its middle can still be pressed; corners win over edges, vertices over everything.
 * The edges of a box can be taken anywhere along their length.
 */
export function handleAt(shape: ShapeAnnotation, at: Position, reach: number, scale: number): Handle | null {
  const model = modelOf(shape.kind);
  const [x0, y0, x1, y1] = model.bounds(shape);
  const inside = at[0] > x0 && at[0] < x1 && at[1] > y0 && at[1] < y1;
  const near = model.solid && inside ? Math.min(reach, Math.max(4 / scale, Math.min(x1 - x0, y1 - y0) / 3.5)) : reach;
  let best: Handle | null = null;
  let bestGap = Infinity;
  for (const handle of model.handles(shape, scale)) {
    const gap = distance(handle.at, at);
    if (gap > near) continue;
    const order = best === null ? -1 : ROLE_ORDER[handle.role] - ROLE_ORDER[best.role];
    if (order < 0 || (order === 0 && gap < bestGap)) {
      best = handle;
      bestGap = gap;
    }
  }
  const along = best === null ? model.handleAlong?.(shape, at) : undefined;
  return along !== undefined && distance(along.at, at) <= near ? along : best;
}

/** The shape after its grip `key` was brought to `to`; borders of the image hold. Always applied to the shape as it was when the drag began. */
export function withHandleAt(shape: ShapeAnnotation, key: string, to: Position, image: Size): ShapeAnnotation {
  if (key !== 'move') return modelOf(shape.kind).dragged(shape, key, to, image);
  const [x0, y0, x1, y1] = boundsOf(shape);
  return moved(shape, to[0] - (x0 + x1) / 2, to[1] - (y0 + y1) / 2, image);
}

/** Takes a vertex away. A hole or line that would no longer be one goes too; null when the whole shape goes. */
export function withoutVertex(shape: ShapeAnnotation, key: string): ShapeAnnotation | null {
  const model = modelOf(shape.kind);
  return key.startsWith('v') && model.withoutVertex ? model.withoutVertex(shape, key) : shape;
}

/** A new vertex on the edge nearest to `at`, as the keyboard's Insert and a double click do. */
export const withVertexNear = (shape: ShapeAnnotation, at: Position): ShapeAnnotation =>
  modelOf(shape.kind).withVertexNear?.(shape, at) ?? shape;
