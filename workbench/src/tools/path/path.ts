import { type Position, type Ring, roundedPosition } from '../../geometry/points';
import type { Geometry } from '../tool';

/** Polygons and polylines are drawn alike; this is what differs. */
export interface Path {
  readonly closed: boolean;
  readonly least: number;
  readonly hint: 'polygon' | 'polyline';
  readonly hintOpen: 'polygon_open' | 'polyline_open';
  shape(points: Ring): Geometry;
}

export const polygonPath: Path = {
  closed: true,
  least: 3,
  hint: 'polygon',
  hintOpen: 'polygon_open',
  shape: (points) => ({ kind: 'polygon', polygon: [points] }),
};

export const polylinePath: Path = {
  closed: false,
  least: 2,
  hint: 'polyline',
  hintOpen: 'polyline_open',
  shape: (points) => ({ kind: 'polyline', polyline: points }),
};

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
