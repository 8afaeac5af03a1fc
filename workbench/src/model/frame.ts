/** Grips of shapes that stand in a frame, turned or not: its edges, the grip that turns it and the one that moves it. */
import { type Bounds, type Box, boxBetween } from '../geometry/box';
import { inImage, type Position, type Size } from '../geometry/points';
import { boxCentre, boxRing, rotated } from '../geometry/rotation';
import type { Handle } from './kind';
import { between } from './vertices';

/** No side of a box is shorter than this; a thinner one cannot be seen, taken or scored. */
export const MIN_SIDE_PX = 1;
/** Screen distance of the turning grip from the shape's top. */
const TURN_ARM_PX = 32;
/** A shape smaller than this on the screen has no room for a grip in its middle. */
const MOVE_SIDE_PX = 88;
/** One press of the turning keys, and with Shift. */
export const TURN_STEP_DEGREES = 1;
export const TURN_LEAP_DEGREES = 15;

export const EDGES = ['n', 'e', 's', 'w'] as const;

export const edgeHandles = (frame: Box, angle: number): Handle[] => {
  const ring = boxRing(frame, angle);
  return EDGES.map((key, i) => ({ key, role: 'edge', at: between(ring[i]!, ring[(i + 1) % 4]!) }));
};

export const turnHandle = (frame: Box, angle: number, scale: number): Handle => ({
  key: 'turn',
  role: 'turn',
  at: rotated([frame[0] + frame[2] / 2, frame[1] - TURN_ARM_PX / scale], boxCentre(frame), angle),
});

/** The grip in the middle, where there is room for one. */
export const moveHandles = ([x0, y0, x1, y1]: Bounds, scale: number): Handle[] =>
  Math.min(x1 - x0, y1 - y0) * scale >= MOVE_SIDE_PX
    ? [{ key: 'move', role: 'move', at: [(x0 + x1) / 2, (y0 + y1) / 2] }]
    : [];

/** The angle at which the top of a shape points from its centre to `to`. */
export const angleTowards = ([cx, cy]: Position, [x, y]: Position): number =>
  (Math.atan2(y - cy, x - cx) * 180) / Math.PI + 90;

/** `,` and `.` turn by a degree, with Shift (`<` and `>`) by fifteen; null for any other key. */
export function turnOf(key: string): number | null {
  switch (key) {
    case ',':
      return -TURN_STEP_DEGREES;
    case '.':
      return TURN_STEP_DEGREES;
    case '<':
      return -TURN_LEAP_DEGREES;
    case '>':
      return TURN_LEAP_DEGREES;
    default:
      return null;
  }
}

export const newBox = (a: Position, b: Position, image: Size): Box => boxBetween(inImage(a, image), inImage(b, image));
