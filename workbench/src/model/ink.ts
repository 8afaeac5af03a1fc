/** How a kind of shape is drawn: lines, areas and dots. Apart from the model, because the painting worker needs this alone. */
import type { Position, Ring } from '../geometry/points';
import type { ShapeAnnotation } from './annotation';

export interface Strokes {
  /** An outline and its holes, in any direction unless `wound`. */
  readonly closed?: readonly Ring[];
  readonly open?: readonly Ring[];
  readonly dots?: readonly Position[];
  /** Dots that are drawn hollow. */
  readonly rings?: readonly Position[];
  /** The outer rings of `closed` already run clockwise, holes the other way. */
  readonly wound?: boolean;
  /** Where a sign hangs; left out, the topmost point. */
  readonly anchor?: Position;
}

export interface ShapeInk<S extends ShapeAnnotation = ShapeAnnotation> {
  /** @param edges names of the keypoints that the label joins */
  strokes(shape: S, edges: readonly (readonly [string, string])[]): Strokes;
}

const INKS = new Map<string, ShapeInk>();

export function enterInk(kind: string, ink: ShapeInk): void {
  INKS.set(kind, ink);
}

/** @throws Error for a kind whose folder was not loaded. */
export function inkOf(kind: string): ShapeInk {
  const ink = INKS.get(kind);
  if (ink === undefined) throw new Error(`the shape ${kind} is not loaded`);
  return ink;
}
