import type { PolylineAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<PolylineAnnotation> = { strokes: ({ polyline }) => ({ open: [polyline] }) };
