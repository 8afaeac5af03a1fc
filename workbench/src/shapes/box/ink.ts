import { boxRing } from '../../geometry/rotation';
import type { BoxAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<BoxAnnotation> = {
  strokes({ box, angle_degrees }) {
    const ring = boxRing(box, angle_degrees);
    return { closed: [ring], anchor: ring[0]! };
  },
};
