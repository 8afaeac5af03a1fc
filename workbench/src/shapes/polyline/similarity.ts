/** How alike two lines are, by the server's measure (core/shapes/polyline.py tells where it comes from). */
import { distance, type Position, type Ring } from '../../geometry/points';
import { nearestEdge } from '../../geometry/polygon';
import type { PolylineAnnotation } from '../../model/annotation';
import type { Measure } from '../../model/similarity';

/** Mean distance at which two lines have nothing in common, as a share of the square root of the image's area. */
const TOLERANCE_RATIO = 0.02;
const SAMPLES = 64;

function sampled(line: Ring, count: number): Position[] {
  const along = [0];
  for (let i = 1; i < line.length; i++) along.push(along[i - 1]! + distance(line[i - 1]!, line[i]!));
  const length = along.at(-1)!;
  const points: Position[] = [];
  let edge = 1;
  for (let k = 0; k < count; k++) {
    const stop = (length * k) / (count - 1);
    while (edge < line.length - 1 && along[edge]! < stop) edge++;
    const [from, to] = [line[edge - 1]!, line[edge]!];
    const step = along[edge]! - along[edge - 1]!;
    const t = step === 0 ? 0 : (stop - along[edge - 1]!) / step;
    points.push([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]);
  }
  return points;
}

/** Mean distance between two lines in both directions, from equally spaced points; the way of drawing does not matter. */
export function polylineMeanDistance(a: Ring, b: Ring): number {
  const mean = (from: Ring, to: Ring) => {
    const points = sampled(from, SAMPLES);
    return points.reduce((sum, point) => sum + (nearestEdge(to, point, false)?.distance ?? 0), 0) / points.length;
  };
  return (mean(a, b) + mean(b, a)) / 2;
}

export const similarity: Measure<PolylineAnnotation> = (a, b, { width, height }) =>
  Math.max(0, 1 - polylineMeanDistance(a.polyline, b.polyline) / (TOLERANCE_RATIO * Math.sqrt(width * height)));
