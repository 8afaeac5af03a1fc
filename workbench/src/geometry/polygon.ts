/** Rings (closed, first point not repeated) and open lines. Filling follows the even-odd rule everywhere. */
import { distance, type Position, type Ring } from './points';

/** Shoelace area, positive whatever the direction. */
export function ringArea(ring: Ring): number {
  let twice = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    twice += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1];
  }
  return Math.abs(twice) / 2;
}

/** Even-odd test over all rings: a point in a hole is outside. */
export function ringsContain(rings: readonly Ring[], [x, y]: Position): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i]!;
      const [xj, yj] = ring[j]!;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}

export function nearestOnSegment(a: Position, b: Position, p: Position): Position {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length2));
  return [a[0] + t * dx, a[1] + t * dy];
}

export interface NearestEdge {
  /** The edge runs from point `index` to the next one. */
  readonly index: number;
  readonly point: Position;
  readonly distance: number;
}

export function nearestEdge(line: Ring, p: Position, closed: boolean): NearestEdge | null {
  let best: NearestEdge | null = null;
  const edges = closed ? line.length : line.length - 1;
  for (let index = 0; index < edges; index++) {
    const point = nearestOnSegment(line[index]!, line[(index + 1) % line.length]!, p);
    const gap = distance(point, p);
    if (best === null || gap < best.distance) best = { index, point, distance: gap };
  }
  return best;
}

const turn = (a: Position, b: Position, c: Position): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** True when the inner parts of the two segments cross in one point. */
export function segmentsCross(a: Position, b: Position, c: Position, d: Position): boolean {
  const t1 = turn(a, b, c);
  const t2 = turn(a, b, d);
  const t3 = turn(c, d, a);
  const t4 = turn(c, d, b);
  return t1 * t2 < 0 && t3 * t4 < 0;
}

/** The first place where a ring crosses itself, or null. Quadratic, with a cheap test of extents first. */
export function selfCrossing(ring: Ring): readonly [edge: number, edge: number] | null {
  const n = ring.length;
  for (let i = 0; i < n; i++) {
    const a = ring[i]!;
    const b = ring[(i + 1) % n]!;
    const low = Math.min(a[1], b[1]);
    const high = Math.max(a[1], b[1]);
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const c = ring[j]!;
      const d = ring[(j + 1) % n]!;
      if (Math.max(c[1], d[1]) < low || Math.min(c[1], d[1]) > high) continue;
      if (segmentsCross(a, b, c, d)) return [i, j];
    }
  }
  return null;
}

/**
 * Douglas and Peucker (1973), iterative. For a ring the two anchors are its first point and the point farthest from it,
 * so that the result does not collapse.
 */
export function simplified(line: Ring, tolerance: number, closed: boolean): Ring {
  if (line.length < (closed ? 4 : 3) || tolerance <= 0) return line;
  const points = closed ? [...line, line[0]!] : line;
  const keep = new Uint8Array(points.length);
  keep[0] = 1;
  keep[points.length - 1] = 1;
  const spans: [number, number][] = [];
  if (closed) {
    let far = 1;
    for (let i = 1; i < line.length; i++) if (distance(line[i]!, line[0]!) > distance(line[far]!, line[0]!)) far = i;
    keep[far] = 1;
    spans.push([0, far], [far, points.length - 1]);
  } else {
    spans.push([0, points.length - 1]);
  }
  while (spans.length > 0) {
    const [from, to] = spans.pop()!;
    let worst = tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const gap = distance(points[i]!, nearestOnSegment(points[from]!, points[to]!, points[i]!));
      if (gap > worst) {
        worst = gap;
        at = i;
      }
    }
    if (at >= 0) {
      keep[at] = 1;
      spans.push([from, at], [at, to]);
    }
  }
  const kept = points.filter((_, i) => keep[i] === 1);
  if (closed) kept.pop();
  return closed && kept.length < 3 ? line : kept;
}
