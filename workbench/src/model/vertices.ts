/** Grips of rings and lines: one on each vertex, one between any two that are far enough apart to make another. */
import { distance, type Position, type Ring } from '../geometry/points';
import type { Handle } from './kind';

/** An edge shorter than this on the screen shows no grip to insert a vertex. */
const INSERT_EDGE_PX = 44;

export const between = (a: Position, b: Position): Position => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

export function vertexHandles(ring: Ring, r: number, closed: boolean, scale: number): Handle[] {
  const handles: Handle[] = ring.map((at, i) => ({ key: `v${r}.${i}`, role: 'vertex', at }));
  for (let i = 0; i < (closed ? ring.length : ring.length - 1); i++) {
    const next = ring[(i + 1) % ring.length]!;
    if (distance(ring[i]!, next) * scale < INSERT_EDGE_PX) continue;
    handles.push({ key: `i${r}.${i}`, role: 'insert', at: between(ring[i]!, next) });
  }
  return handles;
}

/** Ring and index in a key such as `v0.3` (a vertex) or `i0.3` (the place behind it). */
export const placeOf = (key: string): [ring: number, index: number] => {
  const [ring, index] = key.slice(1).split('.');
  return [Number(ring), Number(index)];
};

export function withVertex(ring: Ring, key: string, index: number, to: Position): Ring {
  if (key.startsWith('i')) return [...ring.slice(0, index + 1), to, ...ring.slice(index + 1)];
  return ring.map((vertex, i) => (i === index ? to : vertex));
}
