/** Rules about places that several kinds share, with the server's tolerance. */
import type { Position, Ring, Size } from '../geometry/points';
import type { Fault } from './kind';

/** Coordinates up to this far outside are pulled back by the server. */
const EDGE_TOLERANCE_PX = 1;

export const isOutside = ([x, y]: Position, { width, height }: Size): boolean =>
  x < -EDGE_TOLERANCE_PX || y < -EDGE_TOLERANCE_PX || x > width + EDGE_TOLERANCE_PX || y > height + EDGE_TOLERANCE_PX;

export function outsideProblem(points: Ring, image: Size, field: string): Fault | null {
  const at = points.findIndex((point) => isOutside(point, image));
  return at < 0 ? null : [`${field}[${at}]`, 'outside_image', 'A part of this mark lies outside the image.'];
}
