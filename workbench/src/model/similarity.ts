/**
 * How alike two shapes are, 0 to 1, and where they differ: the same measures as the server's, so that the dial in the
 * tutorial shows the score that will count.
 */
import { type Bitmap, decodeMask, type EncodedMask, emptyBitmap, encodeMask, ringsToBitmap } from '../geometry/mask';
import { maskIou, regionDifference, regionIou } from '../geometry/overlap';
import type { Ring, Size } from '../geometry/points';
import type { Geometry, ShapeAnnotation } from './annotation';
import { modelOf } from './kind';

export type Comparable = Geometry;

/** How alike an expected (a) and a given (b) shape of one kind are, 0 to 1. */
export type Measure<S extends ShapeAnnotation = ShapeAnnotation> = (a: S, b: S, image: Size) => number;

const MEASURES = new Map<string, Measure>();

/** Of a kind that is not measured by the overlap of its outlines. */
export function enterMeasure(kind: string, measure: Measure): void {
  MEASURES.set(kind, measure);
}

/** Outlines of a shape with an area that is not pixels; null for the others. */
function ringsOf(shape: Comparable): readonly Ring[] | null {
  return modelOf(shape.kind).outline?.(shape as ShapeAnnotation) ?? null;
}

/** The mask of a shape with an area: pixels whose centres it covers. Null for points and lines. */
export function maskOf(shape: Comparable, image: Size): EncodedMask | null {
  const pixels = modelOf(shape.kind).pixels?.(shape as ShapeAnnotation);
  if (pixels !== undefined) return pixels;
  const rings = ringsOf(shape);
  return rings === null ? null : encodeMask(ringsToBitmap(rings, image));
}

/**
 * Similarity of what was expected (a) to what was given (b). Shapes of one kind are compared as their kind says; others by
 * intersection over union (a polygon against a mask by pixels). Shapes that cannot be compared give 0.
 */
export function similarity(a: Comparable, b: Comparable, image: Size): number {
  const measure = a.kind === b.kind ? MEASURES.get(a.kind) : undefined;
  if (measure !== undefined) return measure(a as ShapeAnnotation, b as ShapeAnnotation, image);
  const [ringsA, ringsB] = [ringsOf(a), ringsOf(b)];
  if (ringsA !== null && ringsB !== null) return regionIou(ringsA, ringsB);
  const [maskA, maskB] = [maskOf(a, image), maskOf(b, image)];
  return maskA === null || maskB === null ? 0 : maskIou(maskA, maskB);
}

/** White space as Python's `str.split` knows it: JavaScript's \s lacks some of it, and counts the byte order mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the file and unit separators are white space to Python
const BLANKS = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** What is compared of a text: Unicode NFC, runs of white space as one blank, none at the ends. Case counts. */
export const plainText = (text: string): string => text.normalize('NFC').split(BLANKS).filter(Boolean).join(' ');

/** 1 - character error rate (edit distance over expected length, in code points), not below 0; two empty texts agree. */
export function textSimilarity(expected: string, given: string): number {
  const [wanted, found] = [[...plainText(expected)], [...plainText(given)]];
  if (wanted.length === 0) return found.length === 0 ? 1 : 0;
  return Math.max(0, 1 - editDistance(wanted, found) / wanted.length);
}

/** Insertions, deletions and substitutions (Wagner and Fischer 1974), one row of the table at a time. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = b.map((_, j) => j + 1);
  for (const [i, wanted] of a.entries()) {
    let diagonal = i;
    let left = i + 1;
    row = row.map((above, j) => {
      left = Math.min(left + 1, above + 1, diagonal + (wanted === b[j] ? 0 : 1));
      diagonal = above;
      return left;
    });
  }
  return row.at(-1) ?? a.length;
}

export type Area = Extract<Geometry, { kind: 'polygon' | 'mask' }>;

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
