/** Turned boxes and ellipses as outlines. Angles in degrees, clockwise on the screen (y points down). */
import type { Box } from './box';
import type { Position, Ring } from './points';

export function rotated([x, y]: Position, [cx, cy]: Position, angle_degrees: number): Position {
  const angle = (angle_degrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const dx = x - cx;
  const dy = y - cy;
  return [cx + dx * cos - dy * sin, cy + dx * sin + dy * cos];
}

export const boxCentre = ([x, y, width, height]: Box): Position => [x + width / 2, y + height / 2];

/** Corners in the order top left, top right, bottom right, bottom left of the box before it is turned. */
export function boxRing(box: Box, angle_degrees = 0): Ring {
  const [x, y, width, height] = box;
  const corners: Position[] = [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
  if (angle_degrees === 0) return corners;
  const centre = boxCentre(box);
  return corners.map((corner) => rotated(corner, centre, angle_degrees));
}

export type Ellipse = readonly [cx: number, cy: number, rx: number, ry: number, angle_degrees: number];

/** A polygon with the area of the ellipse: the radii grow by what inscribing it loses. */
export function ellipseRing([cx, cy, rx, ry, angle_degrees]: Ellipse, sides = 96): Ring {
  const ring: Position[] = [];
  const swell = Math.sqrt((2 * Math.PI) / (sides * Math.sin((2 * Math.PI) / sides)));
  for (let i = 0; i < sides; i++) {
    const t = (2 * Math.PI * i) / sides;
    ring.push(rotated([cx + rx * swell * Math.cos(t), cy + ry * swell * Math.sin(t)], [cx, cy], angle_degrees));
  }
  return ring;
}

/**
 * 0 <= angle < turn, in 1/10,000 degree as on the server, so that the far corner of a large shape is as exact as a near one:
 * boxes repeat after 360 degrees, ellipses after 180.
 */
export function canonicalDegrees(angle: number, turn: 180 | 360): number {
  return (Math.floor((((angle % turn) + turn) % turn) * 10_000 + 0.5) / 10_000) % turn;
}
