/** Measures of likeness, 0 to 1, that several kinds of shapes share. Shapes are in image pixels. */
import type { Size } from './points';

export const OKS_SIGMA = 0.09;
/** A lone point says nothing of the size of its object: it is taken to cover one hundredth of the image. */
const POINT_OBJECT_SHARE = 0.01;

/** Object keypoint similarity of one keypoint (COCO 2016): exp(-d² / (2 s² k²)), k = 2 sigma, s² the object's area. */
export const keypointSimilarity = (distance2: number, area: number): number =>
  Math.exp(-distance2 / (2 * area * (2 * OKS_SIGMA) ** 2));

export const pointObjectArea = ({ width, height }: Size): number => POINT_OBJECT_SHARE * width * height;
