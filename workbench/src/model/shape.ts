/** What every shape can be asked: where it is, what it covers, and itself moved. */
import { type Bounds, offsetInside } from '../geometry/box';
import { type Position, roundedPosition, type Size } from '../geometry/points';
import type { ShapeAnnotation } from './annotation';
import { modelOf } from './kind';

export const boundsOf = (shape: ShapeAnnotation): Bounds => modelOf(shape.kind).bounds(shape);

/** Whether the shape covers the point; shapes without an area cover what lies within `slack` of them. */
export const covers = (shape: ShapeAnnotation, at: Position, slack: number): boolean =>
  modelOf(shape.kind).covers(shape, at, slack);

/** Distance to the nearest drawn line of the shape; Infinity for masks and points, which have none. */
export const borderDistance = (shape: ShapeAnnotation, at: Position): number =>
  modelOf(shape.kind).borderDistance(shape, at);

export const canMove = (shape: ShapeAnnotation): boolean => modelOf(shape.kind).shifted !== undefined;

/** Moves the whole shape, stopped at the borders of the image. What cannot move (a mask) stays. */
export function moved<S extends ShapeAnnotation>(shape: S, dx: number, dy: number, image: Size): S {
  const [ox, oy] = offsetInside(boundsOf(shape), dx, dy, image);
  const next = modelOf(shape.kind).shifted?.(shape, ([x, y]) => roundedPosition([x + ox, y + oy]));
  return (next ?? shape) as S;
}
