/** One answer beside another: which mark belongs to which, how alike they are, and where they differ. */

import type { Bounds } from '../geometry/box';
import { type Annotation, type Geometry, isShape, type ShapeAnnotation } from '../model/annotation';
import { cachedBounds } from '../model/hit-index';
import { modelOf } from '../model/kind';
import { missedAndExtra, similarity, textSimilarity } from '../model/similarity';
import '../shapes/measures';
import type { Overlay } from '../render/editor';
import type { Finding } from '../ui/review-desk';
import type { Comment, Mark, Picture } from '../wire';

/** The place on the image that a verdict points at. */
export const marked = (mark: Mark, text: string): Overlay => ({ shape: placeOf(mark), look: 'mark', text });

const placeOf = (mark: Mark): Geometry =>
  'box' in mark ? { kind: 'box', box: mark.box } : { kind: 'point', point: mark.point };

/** Comments of a verdict, at their places, numbered as they are listed. */
export const pinned = (comments: readonly Comment[]): Overlay[] =>
  comments.map(({ mark }, index) => ({ shape: placeOf(mark), look: 'pin', text: String(index + 1) }));

/** In image pixels; around a point there is nothing but the point. */
export function boundsOfMark(mark: Finding['mark'] | Mark): Bounds {
  const [x, y, width = 0, height = 0] = 'box' in mark ? mark.box : mark.point;
  return [x, y, x + width, y + height];
}

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

/**
 * Two answers side by side, what differs first: each pair of marks with its match, then what is said of the image as a
 * whole. A pair that fits is a finding, too: it is shown, and N and P pass it by.
 */
export function findings(expected: readonly Annotation[], given: readonly Annotation[], image: Picture): Finding[] {
  const aim = (shape: ShapeAnnotation) => modelOf(shape.kind).accept;
  const drawn = paired(expected, given, image).map((pair): Finding => {
    const shape = (pair.expected ?? pair.given)!;
    const texts = pair.expected && pair.given ? [textAt(expected, pair.expected), textAt(given, pair.given)] : [];
    const alike = textSimilarity(texts[0] ?? '', texts[1] ?? '');
    const outcome = !pair.given
      ? 'missed'
      : !pair.expected
        ? 'extra'
        : alike < 1
          ? 'wrong'
          : pair.similarity < aim(pair.expected)
            ? 'loose'
            : 'fits';
    return {
      outcome,
      label: shape.label,
      mark: { box: placeAround([pair.expected, pair.given], image), image: 0 },
      similarity: !pair.expected || !pair.given ? null : outcome === 'wrong' ? alike : pair.similarity,
      said: outcome === 'wrong' ? { expected: texts[0] ?? '', given: texts[1] ?? '' } : null,
      overlays: differences([pair], image),
    };
  });
  const all = [...drawn, ...said(expected, given, image)];
  return [...all.filter(({ outcome }) => outcome !== 'fits'), ...all.filter(({ outcome }) => outcome === 'fits')];
}

const textAt = (answer: readonly Annotation[], { id }: ShapeAnnotation): string =>
  answer.flatMap((one) => (one.kind === 'text' && one.of === id ? [one.text] : [])).join(' ');

/** Chosen tags by group and texts of the whole image by label, where the two part; they lie on no place. */
function said(expected: readonly Annotation[], given: readonly Annotation[], image: Picture): Finding[] {
  const wanted = saidBy(expected);
  const written = saidBy(given);
  return [...new Set([...wanted.keys(), ...written.keys()])]
    .filter((name) => wanted.get(name) !== written.get(name))
    .map((name) => ({
      outcome: 'wrong',
      label: name,
      mark: { box: [0, 0, image.width, image.height], image: 0 },
      similarity: null,
      said: { expected: wanted.get(name) ?? '', given: written.get(name) ?? '' },
      overlays: [],
    }));
}

function saidBy(answer: readonly Annotation[]): Map<string, string> {
  const found = new Map<string, string[]>();
  for (const one of answer) {
    if (one.kind === 'tag') found.set(one.of, [...(found.get(one.of) ?? []), one.label].sort());
    else if (one.kind === 'text' && one.of === undefined) found.set(one.label, [one.text]);
  }
  return new Map([...found].map(([name, values]) => [name, values.join(', ')]));
}

/** Around the pair that is least alike; null when nothing is drawn and nothing expected. */
export function worstPlace(pairs: readonly Pair[], image: Picture): Bounds | null {
  const [first, ...others] = pairs;
  if (!first) return null;
  const worst = others.reduce((least, pair) => (pair.similarity < least.similarity ? pair : least), first);
  return boundsOfMark({ box: placeAround([worst.expected, worst.given], image), image: 0 });
}

/** A little wider than what it goes around, so that the border of the mark hides nothing; inside the image. */
function placeAround(
  shapes: readonly (ShapeAnnotation | null)[],
  { width, height }: Picture,
): [number, number, number, number] {
  const all = shapes.filter((shape) => shape !== null).map((shape) => cachedBounds(shape));
  const margin = Math.max(width, height) / 100;
  const left = Math.max(0, Math.min(...all.map(([x]) => x)) - margin);
  const top = Math.max(0, Math.min(...all.map(([, y]) => y)) - margin);
  const right = Math.min(width, Math.max(...all.map(([, , x]) => x)) + margin);
  const bottom = Math.min(height, Math.max(...all.map(([, , , y]) => y)) + margin);
  return [left, top, right - left, bottom - top];
}
