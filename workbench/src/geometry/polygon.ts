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

/** Coordinates are hundredths below 10^7: doubled areas this small are zero, rounded. */
const NOTHING = 1e-7;

const opposite = (p: number, q: number): boolean => Math.min(p, q) < -NOTHING && Math.max(p, q) > NOTHING;

/** True when an inner point of one segment lies on an inner point of the other; touching is not crossing. */
export function segmentsCross(a: Position, b: Position, c: Position, d: Position): boolean {
  return opposite(turn(a, b, c), turn(a, b, d)) && opposite(turn(c, d, a), turn(c, d, b));
}

/**
 * Where two edges of a region first cross, or null. Edges are swept from top to bottom, so that only those that overlap
 * in height are compared.
 */
export function firstCrossing(rings: readonly Ring[]): Position | null {
  const edges = rings
    .flatMap((ring) => ring.map((point, i) => [point, ring[(i + 1) % ring.length]!] as const))
    .map(([a, b]) => ({ a, b, top: Math.min(a[1], b[1]), bottom: Math.max(a[1], b[1]) }))
    .sort((p, q) => p.top - q.top);
  for (let i = 0; i < edges.length; i++) {
    const { a, b, bottom } = edges[i]!;
    for (let j = i + 1; j < edges.length && edges[j]!.top <= bottom; j++) {
      const { a: c, b: d } = edges[j]!;
      if (!segmentsCross(a, b, c, d)) continue;
      const share = turn(c, d, a) / (turn(c, d, a) - turn(c, d, b));
      return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
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
    // Written out: thousands of outlines are made coarser for each level of the screen.
    const [ax, ay] = points[from]!;
    const [dx, dy] = [points[to]![0] - ax, points[to]![1] - ay];
    const length2 = dx * dx + dy * dy;
    let worst = tolerance * tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const [x, y] = [points[i]![0] - ax, points[i]![1] - ay];
      const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / length2));
      const gap = (x - t * dx) ** 2 + (y - t * dy) ** 2;
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
