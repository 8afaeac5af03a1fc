/** Measures of likeness, 0 to 1, that several kinds of shapes share. Shapes are in image pixels. */
import { type Box, boxArea, boxIntersection } from './box';
import { type EncodedMask, textToRuns } from './mask';
import type { Size } from './points';

export const OKS_SIGMA = 0.09;
/** A lone point says nothing of the size of its object: it is taken to cover one hundredth of the image. */
const POINT_OBJECT_SHARE = 0.01;

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
export const keypointSimilarity = (distance2: number, area: number): number =>
  Math.exp(-distance2 / (2 * area * (2 * OKS_SIGMA) ** 2));

export const pointObjectArea = ({ width, height }: Size): number => POINT_OBJECT_SHARE * width * height;
