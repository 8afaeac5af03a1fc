import { maskIou } from '../../geometry/overlap';
import type { MaskAnnotation } from '../../model/annotation';
import type { Measure } from '../../model/similarity';

export const similarity: Measure<MaskAnnotation> = (a, b) => maskIou(a.mask, b.mask);
