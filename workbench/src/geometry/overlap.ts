/** Exact areas of overlapping regions (rings, even-odd, or masks), and the parts of one that the other lacks. */
import { boundsOfPoints } from './box';
import { type EncodedMask, textToRuns } from './mask';
import { type Position, type Ring, rounded } from './points';

export interface Overlap {
  readonly areaA: number;
  readonly areaB: number;
  readonly both: number;
}

interface Edge {
  readonly x0: number;
  readonly y0: number;
  readonly y1: number;
  readonly slope: number;
  readonly ofB: boolean;
}

/** A piece between two horizontal lines, bounded by two edges. */
interface Piece {
  readonly y0: number;
  readonly y1: number;
  /** x of the left edge at y0 and y1, then of the right edge. */
  readonly corners: readonly [number, number, number, number];
  readonly inA: boolean;
  readonly inB: boolean;
}

/** Above this many pairs of edges two outlines are traced from pixels, and sampled lines say the same as exact slabs. */
const EXACT_EDGE_PAIRS = 250_000;
const SAMPLED_LINES = 2_048;

function edgesOf(rings: readonly Ring[], ofB: boolean): Edge[] {
  const edges: Edge[] = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [from, to] = ring[j]![1] < ring[i]![1] ? [ring[j]!, ring[i]!] : [ring[i]!, ring[j]!];
      if (from[1] === to[1]) continue;
      edges.push({ x0: from[0], y0: from[1], y1: to[1], slope: (to[0] - from[0]) / (to[1] - from[1]), ofB });
    }
  }
  return edges;
}

function crossingHeights(a: readonly Edge[], b: readonly Edge[]): number[] {
  const heights: number[] = [];
  for (const p of a) {
    for (const q of b) {
      const top = Math.max(p.y0, q.y0);
      const bottom = Math.min(p.y1, q.y1);
      if (top >= bottom || p.slope === q.slope) continue;
      const y = (q.x0 - q.slope * q.y0 - (p.x0 - p.slope * p.y0)) / (p.slope - q.slope);
      if (y > top && y < bottom) heights.push(y);
    }
  }
  return heights;
}

/**
 * Cuts both regions into trapezoids by the slab method: between two neighbouring heights at which an edge begins, ends
 * or crosses an edge of the other region no two edges cross, so their order on the middle line holds for the slab.
 */
function eachPiece(a: readonly Ring[], b: readonly Ring[], visit: (piece: Piece) => void): void {
  const edgesA = edgesOf(a, false);
  const edgesB = edgesOf(b, true);
  const edges = [...edgesA, ...edgesB].sort((p, q) => p.y0 - q.y0);
  if (edges.length === 0) return;
  const levels = new Set<number>();
  if (edgesA.length * edgesB.length <= EXACT_EDGE_PAIRS) {
    for (const { y0, y1 } of edges) levels.add(y0).add(y1);
    for (const y of crossingHeights(edgesA, edgesB)) levels.add(y);
  } else {
    const low = edges[0]!.y0;
    const high = edges.reduce((most, { y1 }) => Math.max(most, y1), low);
    for (let i = 0; i <= SAMPLED_LINES; i++) levels.add(low + ((high - low) * i) / SAMPLED_LINES);
  }
  const heights = [...levels].sort((p, q) => p - q);
  let active: Edge[] = [];
  let next = 0;
  for (let i = 0; i + 1 < heights.length; i++) {
    const [y0, y1] = [heights[i]!, heights[i + 1]!];
    const middle = (y0 + y1) / 2;
    while (next < edges.length && edges[next]!.y0 < middle) active.push(edges[next++]!);
    active = active.filter((edge) => edge.y1 > middle);
    const at = (edge: Edge, y: number) => edge.x0 + edge.slope * (y - edge.y0);
    active.sort((p, q) => at(p, middle) - at(q, middle));
    let [inA, inB] = [false, false];
    for (let k = 0; k + 1 < active.length; k++) {
      const [left, right] = [active[k]!, active[k + 1]!];
      if (left.ofB) inB = !inB;
      else inA = !inA;
      if (!inA && !inB) continue;
      visit({ y0, y1, corners: [at(left, y0), at(left, y1), at(right, y0), at(right, y1)], inA, inB });
    }
  }
}

const pieceArea = ({ y0, y1, corners: [l0, l1, r0, r1] }: Piece): number => ((r0 - l0 + r1 - l1) / 2) * (y1 - y0);

export function overlapOf(a: readonly Ring[], b: readonly Ring[]): Overlap {
  let [areaA, areaB, both] = [0, 0, 0];
  eachPiece(a, b, (piece) => {
    const area = pieceArea(piece);
    if (piece.inA) areaA += area;
    if (piece.inB) areaB += area;
    if (piece.inA && piece.inB) both += area;
  });
  return { areaA, areaB, both };
}

/** Intersection over union of two regions, 0 to 1. */
export function regionIou(a: readonly Ring[], b: readonly Ring[]): number {
  const [ax0, ay0, ax1, ay1] = boundsOfPoints(a.flat());
  const [bx0, by0, bx1, by1] = boundsOfPoints(b.flat());
  if (ax0 >= bx1 || bx0 >= ax1 || ay0 >= by1 || by0 >= ay1) return 0;
  const { areaA, areaB, both } = overlapOf(a, b);
  const union = areaA + areaB - both;
  return union > 0 ? Math.min(1, Math.max(0, both / union)) : 0;
}

/** What `a` covers and `b` does not, as trapezoids that share edges but no area. */
export function regionDifference(a: readonly Ring[], b: readonly Ring[]): Ring[] {
  const pieces: Ring[] = [];
  eachPiece(a, b, (piece) => {
    if (!piece.inA || piece.inB || pieceArea(piece) <= 0) return;
    const {
      y0,
      y1,
      corners: [l0, l1, r0, r1],
    } = piece;
    const corner = (x: number, y: number): Position => [rounded(x), rounded(y)];
    pieces.push([corner(l0, y0), corner(r0, y0), corner(r1, y1), corner(l1, y1)]);
  });
  return pieces;
}

/** Intersection over union of two masks of one size, run by run, without bitmaps. */
export function maskIou(a: EncodedMask, b: EncodedMask): number {
  const [runsA, runsB] = [textToRuns(a.counts), textToRuns(b.counts)];
  let [i, j] = [0, 0];
  let [restA, restB] = [runsA[0] ?? 0, runsB[0] ?? 0];
  let [both, either] = [0, 0];
  while (i < runsA.length && j < runsB.length) {
    const step = Math.min(restA, restB);
    const [inA, inB] = [i % 2 === 1, j % 2 === 1];
    if (inA && inB) both += step;
    if (inA || inB) either += step;
    restA -= step;
    restB -= step;
    if (restA === 0) restA = runsA[++i] ?? 0;
    if (restB === 0) restB = runsB[++j] ?? 0;
  }
  return either === 0 ? 0 : both / either;
}
