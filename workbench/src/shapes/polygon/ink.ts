import type { PolygonAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<PolygonAnnotation> = { strokes: ({ polygon }) => ({ closed: polygon }) };
