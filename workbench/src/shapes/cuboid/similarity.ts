import { regionIou } from '../../geometry/overlap';
import { modelOf } from '../../model/kind';
import type { Measure } from '../../model/similarity';
import type { CuboidAnnotation } from './model';

const silhouette = (shape: CuboidAnnotation) => modelOf(shape.kind).outline!(shape);

/** The mean overlap of the front faces and of the silhouettes: the corner nobody can see is in neither. */
export const similarity: Measure<CuboidAnnotation> = (a, b) =>
  (regionIou([a.cuboid[0]], [b.cuboid[0]]) + regionIou(silhouette(a), silhouette(b))) / 2;
