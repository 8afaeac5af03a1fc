import { type Position, type Ring, roundedPosition } from '../../geometry/points';
import type { HintCode } from '../hints';
import type { Bench, Geometry } from '../tool';

/** Outlines, holes and lines are drawn alike; this is what differs. */
export interface Path {
  readonly closed: boolean;
  readonly least: number;
  readonly hint: HintCode;
  readonly hintOpen: HintCode;
  shape(points: Ring): Geometry;
  /** Lines of one size on the screen that only the path in the hand shows. */
  inHand?(points: Ring, scale: number): readonly Ring[];
  /** What becomes of the finished path where it is not a new shape; what was selected stays so meanwhile. */
  store?(bench: Bench, points: Ring): void;
}

/** Points as they are stored: rounded, without immediate repetitions (for a ring also around its end). */
export function stored(points: readonly Position[], closed: boolean): Position[] {
  const kept: Position[] = [];
  for (const point of points.map(roundedPosition)) {
    const last = kept.at(-1);
    if (last === undefined || last[0] !== point[0] || last[1] !== point[1]) kept.push(point);
  }
  const [first, last] = [kept[0], kept.at(-1)];
  if (closed && kept.length > 1 && first![0] === last![0] && first![1] === last![1]) kept.pop();
  return kept;
}
