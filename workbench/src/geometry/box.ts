/** Axis-parallel boxes [x, y, width, height] and rectangles by their corners [x0, y0, x1, y1]. */
import { clamped, type Position, rounded, type Size } from './points';

export type Box = readonly [x: number, y: number, width: number, height: number];
export type Bounds = readonly [x0: number, y0: number, x1: number, y1: number];

export const boundsOfBox = ([x, y, width, height]: Box): Bounds => [x, y, x + width, y + height];

export function boxOfBounds([x0, y0, x1, y1]: Bounds): Box {
  // The width is taken from the rounded edges, so that x + width is the far edge to the same 0.01 px.
  const left = rounded(Math.min(x0, x1));
  const top = rounded(Math.min(y0, y1));
  return [left, top, rounded(rounded(Math.max(x0, x1)) - left), rounded(rounded(Math.max(y0, y1)) - top)];
}

export const boxBetween = (a: Position, b: Position): Box => boxOfBounds([a[0], a[1], b[0], b[1]]);

export function boundsOfPoints(points: Iterable<Position>): Bounds {
  let x0 = Infinity;
  let y0 = Infinity;
  let x1 = -Infinity;
  let y1 = -Infinity;
  for (const [x, y] of points) {
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  return x0 > x1 ? [0, 0, 0, 0] : [x0, y0, x1, y1];
}

export const unionBounds = (a: Bounds, b: Bounds): Bounds => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

export const boundsMeet = (a: Bounds, b: Bounds): boolean =>
  a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

export const inBounds = ([x, y]: Position, [x0, y0, x1, y1]: Bounds, slack = 0): boolean =>
  x >= x0 - slack && x <= x1 + slack && y >= y0 - slack && y <= y1 + slack;

/** The offset nearest to (dx, dy) that keeps the bounds inside the image. */
export function offsetInside(bounds: Bounds, dx: number, dy: number, image: Size): [dx: number, dy: number] {
  const [x0, y0, x1, y1] = bounds;
  return [
    clamped(dx, Math.min(0, -x0), Math.max(0, image.width - x1)),
    clamped(dy, Math.min(0, -y0), Math.max(0, image.height - y1)),
  ];
}
