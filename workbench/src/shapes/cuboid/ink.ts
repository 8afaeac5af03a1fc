import type { ShapeInk } from '../../model/ink';
import type { CuboidAnnotation } from './model';

/** The front is filled; of the rest there are lines only, so that what lies behind can be seen. */
export const ink: ShapeInk<CuboidAnnotation> = {
  strokes: ({ cuboid: [front, back] }) => ({
    closed: [front],
    open: [[...back, back[0]], ...front.map((corner, i) => [corner, back[i]!])],
  }),
};
