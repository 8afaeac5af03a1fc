import type { Position, Size } from '../../geometry/points';
import type { HintCode } from '../hints';
import type { Bench, Geometry, State } from '../tool';

/** The shape that two opposite corners span, and the hint that asks for it. Boxes, turned boxes and ellipses share the states. */
export interface Between {
  readonly hint: HintCode;
  shape(a: Position, b: Position, image: Size): Geometry;
  /** What is still to be drawn of the shape; left out, it is finished. */
  next?(bench: Bench, home: State, shape: Geometry): State;
}
