import type { Position } from '../../geometry/points';
import type { SkeletonAnnotation } from '../../model/annotation';
import type { ShapeInk } from '../../model/ink';

/** The points that are on the image (visibility above 0). */
export const placedPoints = (points: SkeletonAnnotation['skeleton']): Position[] =>
  Object.values(points)
    .filter(([, , visibility]) => visibility > 0)
    .map(([x, y]) => [x, y]);

export const ink: ShapeInk<SkeletonAnnotation> = {
  strokes({ skeleton }, edges) {
    const place = (name: string): Position | null => {
      const point = skeleton[name];
      return point !== undefined && point[2] > 0 ? [point[0], point[1]] : null;
    };
    const open = edges.flatMap(([from, to]) => {
      const [a, b] = [place(from), place(to)];
      return a !== null && b !== null ? [[a, b]] : [];
    });
    const of = (wanted: number) =>
      Object.values(skeleton)
        .filter(([, , visibility]) => visibility === wanted)
        .map(([x, y]): Position => [x, y]);
    return { open, dots: of(2), rings: of(1) };
  },
};
