/**
 * How alike two shapes are, 0 to 1: the same measures as the server's, so that the dial in the tutorial shows the score
 * that will count. Shapes are in image pixels; the structure is that of an annotation, without its id and label.
 */
import { type Box, boxArea, boxIntersection } from './box';
import { type Bitmap, decodeMask, type EncodedMask, emptyBitmap, encodeMask, ringsToBitmap, textToRuns } from './mask';
import { regionDifference, regionIou } from './overlap';
import { distance, type Position, type Ring, type Size } from './points';
import { nearestEdge } from './polygon';
import { boxRing, type Ellipse, ellipseRing } from './rotation';

type Keypoints = Readonly<Record<string, readonly [x: number, y: number, visibility: number]>>;

export type Comparable =
  | { readonly kind: 'box'; readonly box: Box; readonly angle_degrees?: number }
  | { readonly kind: 'polygon'; readonly polygon: readonly Ring[] }
  | { readonly kind: 'mask'; readonly mask: EncodedMask }
  | { readonly kind: 'ellipse'; readonly ellipse: Ellipse }
  | { readonly kind: 'point'; readonly point: Position }
  | { readonly kind: 'polyline'; readonly polyline: Ring }
  | { readonly kind: 'skeleton'; readonly skeleton: Keypoints };

export const OKS_SIGMA = 0.09;
/** A lone point says nothing of the size of its object: it is taken to cover one hundredth of the image. */
const POINT_OBJECT_SHARE = 0.01;
/** A skeleton drawn as one line still has a width: it is taken to be at most four times as long as wide. */
const SKELETON_MAX_ASPECT = 4;
/** Mean distance at which two lines have nothing in common, as a share of the square root of the image's area. */
const POLYLINE_TOLERANCE_RATIO = 0.02;
const POLYLINE_SAMPLES = 64;

export function boxIou(a: Box, b: Box): number {
  const both = boxIntersection(a, b);
  return both / (boxArea(a) + boxArea(b) - both);
}

/** Intersection over union of two masks of one size, run by run, without bitmaps. */
export function maskIou(a: EncodedMask, b: EncodedMask): number {
  const [runsA, runsB] = [textToRuns(a.counts), textToRuns(b.counts)];
  let [i, j] = [0, 0];
  let [restA, restB] = [runsA[0] ?? 0, runsB[0] ?? 0];
  let [both, either] = [0, 0];
  while (i < runsA.length && j < runsB.length) {
    const step = Math.min(restA, restB);
    const [inA, inB] = [i % 2 === 1, j % 2 === 1];
    if (inA && inB) both += step;
    if (inA || inB) either += step;
    restA -= step;
    restB -= step;
    if (restA === 0) restA = runsA[++i] ?? 0;
    if (restB === 0) restB = runsB[++j] ?? 0;
  }
  return either === 0 ? 0 : both / either;
}

/** Object keypoint similarity of one keypoint (COCO 2016): exp(-d² / (2 s² k²)), k = 2 sigma, s² the object's area. */
const keypointSimilarity = (distance2: number, area: number): number =>
  Math.exp(-distance2 / (2 * area * (2 * OKS_SIGMA) ** 2));

const pointObjectArea = ({ width, height }: Size): number => POINT_OBJECT_SHARE * width * height;

/** Mean over the keypoints on either side; one that only one side has counts as 0. */
export function skeletonOks(expected: Keypoints, given: Keypoints, image: Size): number {
  const shown = (points: Keypoints) => Object.entries(points).filter(([, [, , visibility]]) => visibility > 0);
  const wanted = new Map(shown(expected));
  const found = new Map(shown(given));
  if (wanted.size === 0) return found.size === 0 ? 1 : 0;
  const xs = [...wanted.values()].map(([x]) => x);
  const ys = [...wanted.values()].map(([, y]) => y);
  const [width, height] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  const longest = Math.max(width, height);
  const area = Math.max(width * height, (longest * longest) / SKELETON_MAX_ASPECT) || pointObjectArea(image);
  let total = 0;
  for (const [name, [x, y]] of wanted) {
    const other = found.get(name);
    if (other !== undefined) total += keypointSimilarity((x - other[0]) ** 2 + (y - other[1]) ** 2, area);
  }
  return total / new Set([...wanted.keys(), ...found.keys()]).size;
}

function sampled(line: Ring, count: number): Position[] {
  const along = [0];
  for (let i = 1; i < line.length; i++) along.push(along[i - 1]! + distance(line[i - 1]!, line[i]!));
  const length = along.at(-1)!;
  const points: Position[] = [];
  let edge = 1;
  for (let k = 0; k < count; k++) {
    const stop = (length * k) / (count - 1);
    while (edge < line.length - 1 && along[edge]! < stop) edge++;
    const [from, to] = [line[edge - 1]!, line[edge]!];
    const step = along[edge]! - along[edge - 1]!;
    const t = step === 0 ? 0 : (stop - along[edge - 1]!) / step;
    points.push([from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t]);
  }
  return points;
}

/** Mean distance between two lines in both directions, from equally spaced points; the way of drawing does not matter. */
export function polylineMeanDistance(a: Ring, b: Ring): number {
  const mean = (from: Ring, to: Ring) => {
    const points = sampled(from, POLYLINE_SAMPLES);
    return points.reduce((sum, point) => sum + (nearestEdge(to, point, false)?.distance ?? 0), 0) / points.length;
  };
  return (mean(a, b) + mean(b, a)) / 2;
}

/** Outlines of a shape with an area that is not a mask; null for the others. */
function ringsOf(shape: Comparable): readonly Ring[] | null {
  switch (shape.kind) {
    case 'box':
      return [boxRing(shape.box, shape.angle_degrees)];
    case 'polygon':
      return shape.polygon;
    case 'ellipse':
      return [ellipseRing(shape.ellipse)];
    default:
      return null;
  }
}

/** The mask of a shape with an area: pixels whose centres it covers. Null for points and lines. */
export function maskOf(shape: Comparable, image: Size): EncodedMask | null {
  if (shape.kind === 'mask') return shape.mask;
  const rings = ringsOf(shape);
  return rings === null ? null : encodeMask(ringsToBitmap(rings, image));
}

/**
 * Similarity of what was expected (a) to what was given (b). Shapes with an area are compared by intersection over
 * union, also across kinds (a polygon against a mask by pixels); shapes that cannot be compared give 0.
 */
export function similarity(a: Comparable, b: Comparable, image: Size): number {
  if (a.kind === 'point' && b.kind === 'point') {
    return keypointSimilarity(distance(a.point, b.point) ** 2, pointObjectArea(image));
  }
  if (a.kind === 'skeleton' && b.kind === 'skeleton') return skeletonOks(a.skeleton, b.skeleton, image);
  if (a.kind === 'polyline' && b.kind === 'polyline') {
    const tolerance = POLYLINE_TOLERANCE_RATIO * Math.sqrt(image.width * image.height);
    return Math.max(0, 1 - polylineMeanDistance(a.polyline, b.polyline) / tolerance);
  }
  if (a.kind === 'box' && b.kind === 'box' && !a.angle_degrees && !b.angle_degrees) return boxIou(a.box, b.box);
  const [ringsA, ringsB] = [ringsOf(a), ringsOf(b)];
  if (ringsA !== null && ringsB !== null) return regionIou(ringsA, ringsB);
  const [maskA, maskB] = [maskOf(a, image), maskOf(b, image)];
  return maskA === null || maskB === null ? 0 : maskIou(maskA, maskB);
}

export type Area =
  | { readonly kind: 'polygon'; readonly polygon: readonly Ring[] }
  | { readonly kind: 'mask'; readonly mask: EncodedMask };

/** The parts of the expected shape that are missing and the given parts beyond it; null where there is none. */
export function missedAndExtra(
  expected: Comparable,
  given: Comparable,
  image: Size,
): { readonly missed: Area | null; readonly extra: Area | null } {
  const [wanted, found] = [ringsOf(expected), ringsOf(given)];
  if (wanted !== null && found !== null) {
    const area = (rings: Ring[]): Area | null => (rings.length === 0 ? null : { kind: 'polygon', polygon: rings });
    return { missed: area(regionDifference(wanted, found)), extra: area(regionDifference(found, wanted)) };
  }
  const [maskA, maskB] = [maskOf(expected, image), maskOf(given, image)];
  if (maskA === null || maskB === null) return { missed: null, extra: null };
  const [a, b] = [decodeMask(maskA), decodeMask(maskB)];
  return { missed: without(a, b), extra: without(b, a) };
}

function without(a: Bitmap, b: Bitmap): Area | null {
  const rest = emptyBitmap(a);
  let some = false;
  for (let i = 0; i < a.pixels.length; i++) {
    if (a.pixels[i] === 1 && b.pixels[i] === 0) {
      rest.pixels[i] = 1;
      some = true;
    }
  }
  return some ? { kind: 'mask', mask: encodeMask(rest) } : null;
}
