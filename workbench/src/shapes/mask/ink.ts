import { traceMask } from '../../geometry/trace';
import type { MaskAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

export const ink: ShapeInk<MaskAnnotation> = { strokes: ({ mask }) => ({ closed: traceMask(mask), wound: true }) };
