import { distance } from '../../geometry/points';
import { keypointSimilarity, pointObjectArea } from '../../geometry/similarity';
import type { PointAnnotation } from '../../model/annotation';
import type { Measure } from '../../model/similarity';

export const similarity: Measure<PointAnnotation> = (a, b, image) =>
  keypointSimilarity(distance(a.point, b.point) ** 2, pointObjectArea(image));
