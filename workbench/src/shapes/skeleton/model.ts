/** Named keypoints with COCO's visibility: 0 not in the image, 1 there but covered, 2 in sight. */
import { boundsOfPoints } from '../../geometry/box';
import { distance, inImage, type Position, rounded, roundedPosition } from '../../geometry/points';
import type { SkeletonAnnotation, Visibility } from '../../model/annotation';
import { isOutside } from '../../model/inside';
import type { ShapeModel } from '../../model/kind';
import { placedPoints } from './ink';

/** In the order of COCO's numbers. */
const STATES = ['absent', 'hidden', 'visible'] as const;

const boundsOf = ({ skeleton: points }: SkeletonAnnotation) => boundsOfPoints(placedPoints(points));

const withVisibility = (shape: SkeletonAnnotation, name: string, visibility: Visibility): SkeletonAnnotation => {
  const [x0, y0, x1, y1] = boundsOf(shape);
  // A keypoint that was never placed appears in the middle, to be dragged from there.
  const [x, y] = shape.skeleton[name] ?? [rounded((x0 + x1) / 2), rounded((y0 + y1) / 2)];
  return { ...shape, skeleton: { ...shape.skeleton, [name]: [x, y, visibility] } };
};

const nameOf = (grip: string): string => grip.slice(1);

export const skeleton: ShapeModel<SkeletonAnnotation> = {
  kind: 'skeleton',
  accept: 0.7,
  bounds: boundsOf,
  covers: (shape, at, slack) => placedPoints(shape.skeleton).some((point) => distance(point, at) <= slack),
  borderDistance: () => Infinity,

  shifted: (shape, shift) => ({
    ...shape,
    skeleton: Object.fromEntries(
      Object.entries(shape.skeleton).map(([name, [x, y, visibility]]) => [
        name,
        visibility > 0 ? ([...shift([x, y]), visibility] as const) : [x, y, visibility],
      ]),
    ),
  }),

  way: (shape) => Object.values(shape.skeleton).map(([x, y]) => [x, y]),

  handles: (shape) =>
    Object.entries(shape.skeleton)
      .filter(([, [, , visibility]]) => visibility > 0)
      .map(([name, [x, y]]) => ({ key: `k${name}`, role: 'vertex', at: [x, y] as Position })),

  dragged(shape, key, to, image) {
    const old = shape.skeleton[nameOf(key)];
    if (old === undefined) return shape;
    const [x, y] = roundedPosition(inImage(to, image));
    return { ...shape, skeleton: { ...shape.skeleton, [nameOf(key)]: [x, y, old[2]] } };
  },

  /** 0, 1 and 2 say it for the picked keypoint; X goes between in sight and covered. */
  keyed(shape, key, grip) {
    const old = grip === null ? undefined : shape.skeleton[nameOf(grip)];
    if (grip === null || old === undefined) return null;
    const wanted = key.toLowerCase() === 'x' ? 3 - old[2] : ['0', '1', '2'].indexOf(key);
    if (wanted < 0) return null;
    return { shape: withVisibility(shape, nameOf(grip), wanted as Visibility), reason: 'visibility' };
  },

  /** A tap on a keypoint of the selected skeleton: covered, in sight, covered. */
  tapped(shape, grip) {
    const old = shape.skeleton[nameOf(grip)];
    if (old === undefined) return null;
    return { shape: withVisibility(shape, nameOf(grip), old[2] === 2 ? 1 : 2), reason: 'visibility' };
  },

  parts: (shape, rule) =>
    (rule.keypoints ?? []).map((name) => ({
      key: name,
      name,
      state: STATES[shape.skeleton[name]?.[2] ?? 0],
      states: STATES,
    })),

  withPart: (shape, _rule, key, state) =>
    withVisibility(shape, key, Math.max(0, STATES.indexOf(state as (typeof STATES)[number])) as Visibility),

  problem({ skeleton: points }, rule, image) {
    if (Object.keys(points).some((name) => !rule.keypoints?.includes(name))) {
      return ['skeleton', 'unknown_keypoint', `A point does not belong to ${rule.name}.`];
    }
    let placed = 0;
    for (const [name, [x, y, visibility]] of Object.entries(points)) {
      if (![0, 1, 2].includes(visibility)) {
        return [`skeleton.${name}`, 'not_an_option', `“${name}” must be visible, hidden or absent.`];
      }
      if (visibility === 0) continue;
      placed++;
      if (isOutside([x, y], image)) return [`skeleton.${name}`, 'outside_image', `“${name}” lies outside the image.`];
    }
    return placed === 0 ? ['skeleton', 'too_few_points', 'Place at least one point.'] : null;
  },
};
