/** Object keypoint similarity of two skeletons, by the server's measure (core/similarity.py). */
import { keypointSimilarity, pointObjectArea } from '../../geometry/similarity';
import type { SkeletonAnnotation } from '../../model/annotation';
import type { Measure } from '../../model/similarity';

type Keypoints = SkeletonAnnotation['skeleton'];

/** A skeleton drawn as one line still has a width: it is taken to be at most four times as long as wide. */
const MAX_ASPECT = 4;

/** Mean over the keypoints on either side; one that only one side has counts as 0. */
export const similarity: Measure<SkeletonAnnotation> = ({ skeleton: expected }, { skeleton: given }, image) => {
  const shown = (points: Keypoints) => Object.entries(points).filter(([, [, , visibility]]) => visibility > 0);
  const wanted = new Map(shown(expected));
  const found = new Map(shown(given));
  if (wanted.size === 0) return found.size === 0 ? 1 : 0;
  const xs = [...wanted.values()].map(([x]) => x);
  const ys = [...wanted.values()].map(([, y]) => y);
  const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  const longest = Math.max(width, height);
  const area = Math.max(width * height, (longest * longest) / MAX_ASPECT) || pointObjectArea(image);
  let total = 0;
  for (const [name, [x, y]] of wanted) {
    const other = found.get(name);
    if (other !== undefined) total += keypointSimilarity((x - other[0]) ** 2 + (y - other[1]) ** 2, area);
  }
  return total / new Set([...wanted.keys(), ...found.keys()]).size;
};
