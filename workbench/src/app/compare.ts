/** One answer beside another: which mark belongs to which, how alike they are, and where they differ. */

import { type Annotation, isShape, type ShapeAnnotation } from '../model/annotation';
import { modelOf } from '../model/kind';
import { missedAndExtra, similarity } from '../model/similarity';
import type { Overlay } from '../render/editor';
import type { Mark, Picture } from '../wire';

/** The place on the image that a verdict points at. */
export const marked = (mark: Mark, text: string): Overlay => ({
  shape: 'box' in mark ? { kind: 'box', box: mark.box } : { kind: 'point', point: mark.point },
  look: 'mark',
  text,
});

export interface Pair {
  readonly expected: ShapeAnnotation | null;
  readonly given: ShapeAnnotation | null;
  /** 0 when one of the two is missing. */
  readonly similarity: number;
}

/** Below this two marks are not of one object (the house's match threshold). */
const MATCH_FROM = 0.1;
const AIM = 0.7;

/** The match from which a mark of this kind is accepted by default. */
export const aimOf = (expected: readonly Annotation[]): number =>
  Math.max(AIM, ...expected.filter(isShape).map(({ kind }) => modelOf(kind).accept));

/**
 * Pairs marks of one label, the most alike first; what is left over is missed or extra. Greedy, as detection benchmarks
 * do it (Everingham et al. 2010): practice images have few objects, and the server's score is the one that counts.
 */
export function paired(expected: readonly Annotation[], given: readonly Annotation[], image: Picture): Pair[] {
  const wanted = expected.filter(isShape);
  const found = given.filter(isShape);
  const candidates = wanted
    .flatMap((a) => found.filter((b) => b.label === a.label).map((b) => ({ a, b, value: similarity(a, b, image) })))
    .filter(({ value }) => value >= MATCH_FROM)
    .sort((first, second) => second.value - first.value);
  const pairs: Pair[] = [];
  const used = new Set<ShapeAnnotation>();
  for (const { a, b, value } of candidates) {
    if (used.has(a) || used.has(b)) continue;
    used.add(a).add(b);
    pairs.push({ expected: a, given: b, similarity: value });
  }
  for (const a of wanted) if (!used.has(a)) pairs.push({ expected: a, given: null, similarity: 0 });
  for (const b of found) if (!used.has(b)) pairs.push({ expected: null, given: b, similarity: 0 });
  return pairs;
}

/** Mean over the pairs; empty against empty is a full match. */
export const matchRatio = (pairs: readonly Pair[]): number =>
  pairs.length === 0 ? 1 : pairs.reduce((sum, pair) => sum + pair.similarity, 0) / pairs.length;

/** The parts that were missed and the parts beyond, for the eye. */
export function differences(pairs: readonly Pair[], image: Picture): Overlay[] {
  return pairs.flatMap(({ expected, given }): Overlay[] => {
    if (!expected) return given ? [{ shape: given, look: 'extra' }] : [];
    if (!given) return [{ shape: expected, look: 'missed' }];
    const { missed, extra } = missedAndExtra(expected, given, image);
    return [
      ...(missed ? [{ shape: missed, look: 'missed' as const }] : []),
      ...(extra ? [{ shape: extra, look: 'extra' as const }] : []),
    ];
  });
}

export const ghosts = (annotations: readonly Annotation[]): Overlay[] =>
  annotations.filter(isShape).map((shape) => ({ shape, look: 'expected' }));
