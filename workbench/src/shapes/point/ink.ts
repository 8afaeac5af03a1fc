import type { PointAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<PointAnnotation> = { strokes: ({ point }) => ({ dots: [point] }) };
