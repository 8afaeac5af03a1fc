/** Where a hand would go to draw a shape: the path that the guided item's ghost hand follows. */
import { distance, type Position } from '../geometry/points';
import type { ShapeAnnotation } from '../model/annotation';
import { modelOf } from '../model/kind';

/** A path of at least one point; null where a hand has no one way to go, as in a mask. */
export const pathOf = (shape: ShapeAnnotation): readonly Position[] | null => modelOf(shape.kind).way?.(shape) ?? null;

/** The place at `share` (0 to 1) of the way along the path. */
export function along(path: readonly Position[], share: number): Position {
  const lengths = path.slice(1).map((point, i) => distance(path[i]!, point));
  let left = lengths.reduce((sum, length) => sum + length, 0) * Math.min(1, Math.max(0, share));
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i]!;
    if (left <= length && length > 0) {
      const [[ax, ay], [bx, by]] = [path[i]!, path[i + 1]!];
      const t = left / length;
      return [ax + (bx - ax) * t, ay + (by - ay) * t];
    }
    left -= length;
  }
  return path.at(-1)!;
}

const TRAVEL_MS = 2400;
const REST_MS = 900;

/** How far along a hand is that has drawn for so long, over and over; it rests at the end, then lifts (null). */
export function shareAt(elapsed_ms: number): number | null {
  const within = elapsed_ms % (TRAVEL_MS + 2 * REST_MS);
  return within > TRAVEL_MS + REST_MS ? null : Math.min(1, within / TRAVEL_MS);
}
