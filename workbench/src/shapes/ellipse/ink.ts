import { ellipseRing } from '../../geometry/rotation';
import type { EllipseAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<EllipseAnnotation> = {
  strokes: ({ ellipse }) => ({ closed: [ellipseRing(ellipse)] }),
};
