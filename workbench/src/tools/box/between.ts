import type { Position, Size } from '../../geometry/points';
import type { HintCode } from '../hints';
import type { Bench, Draft, Geometry, State } from '../tool';

/** The shape that two opposite corners span, and the hint that asks for it. Boxes, turned boxes and ellipses share the states. */
export interface Between {
  readonly hint: HintCode;
  /** Shown as a frame until it is made: the task may have no boxes that could be drawn. */
  readonly framed?: boolean;
  shape(a: Position, b: Position, image: Size): Geometry;
  /** What is still to be drawn of the shape; left out, it is finished. */
  next?(bench: Bench, home: State, shape: Geometry): State;
}

export const spanned = (between: Between, a: Position, b: Position, image: Size): Draft =>
  between.framed
    ? { line: { points: [a, [b[0], a[1]], b, [a[0], b[1]]], cursor: null, closed: true, closing: false } }
    : { shape: between.shape(a, b, image) };
