import { describe, expect, test } from 'vitest';
import type { Annotation } from '../model/annotation';
import { aimOf, differences, findings, matchRatio, paired, pinned } from './compare';

const image = { width: 100, height: 100, sources: [] };
const box = (id: string, label: string, ...at: [number, number, number, number]): Annotation => ({
  id,
  kind: 'box',
  label,
  box: at,
});

describe('beside the expected answer', () => {
  test('the same box is a full match without a difference', () => {
    const pairs = paired([box('1', 'cat', 10, 10, 20, 20)], [box('a', 'cat', 10, 10, 20, 20)], image);
    expect(matchRatio(pairs)).toBe(1);
    expect(differences(pairs, image)).toEqual([]);
  });

  test('a box that covers half and reaches out as far is met by a third', () => {
    // Overlap 10 x 20, union 30 x 20.
    const pairs = paired([box('1', 'cat', 0, 0, 20, 20)], [box('a', 'cat', 10, 0, 20, 20)], image);
    expect(matchRatio(pairs)).toBeCloseTo(1 / 3, 10);
    expect(differences(pairs, image).map(({ look }) => look)).toEqual(['missed', 'extra']);
  });

  test('each mark is used once, and the most alike go together', () => {
    const expected = [box('1', 'cat', 0, 0, 20, 20), box('2', 'cat', 50, 50, 20, 20)];
    const given = [box('a', 'cat', 52, 50, 20, 20), box('b', 'cat', 0, 0, 20, 20)];
    expect(paired(expected, given, image).map((p) => [p.expected?.id, p.given?.id])).toEqual([
      ['1', 'b'],
      ['2', 'a'],
    ]);
  });

  test('another label is missed and extra, not a match', () => {
    const pairs = paired([box('1', 'cat', 0, 0, 20, 20)], [box('a', 'dog', 0, 0, 20, 20)], image);
    expect(matchRatio(pairs)).toBe(0);
    expect(differences(pairs, image).map(({ look }) => look)).toEqual(['missed', 'extra']);
  });

  test('nothing against nothing is right', () => {
    expect(matchRatio(paired([], [], image))).toBe(1);
  });
});

test('outlines are held to 75 %, boxes to 70 %', () => {
  expect(aimOf([box('1', 'cat', 0, 0, 1, 1)])).toBe(0.7);
  expect(aimOf([{ id: '1', kind: 'polygon', label: 'cat', polygon: [] }])).toBe(0.75);
});

describe('what a moderator steps through', () => {
  const tag = (label: string): Annotation => ({ id: label, kind: 'tag', label, of: 'weather', tag: true });
  const text = (id: string, of: string, words: string): Annotation => ({
    id,
    kind: 'text',
    label: 'cat',
    of,
    text: words,
  });

  test('differences come before what fits, each with the place around both marks', () => {
    const expected = [box('1', 'cat', 0, 0, 20, 20), box('2', 'cat', 40, 40, 20, 20), box('3', 'cat', 80, 0, 10, 10)];
    // The first fits, the second is half met (10 x 20 of 30 x 20), the third is missing, one is too much.
    const given = [box('a', 'cat', 0, 0, 20, 20), box('b', 'cat', 50, 40, 20, 20), box('c', 'cat', 0, 80, 10, 10)];
    const found = findings(expected, given, image);
    expect(found.map(({ outcome }) => outcome)).toEqual(['loose', 'missed', 'extra', 'fits']);
    expect(found[0]!.similarity).toBeCloseTo(1 / 3, 10);
    // From 40 to 70 and from 40 to 60, one pixel wider: a hundredth of the image's longer side.
    expect(found[0]!.mark).toEqual({ box: [39, 39, 32, 22], image: 0 });
    // At the border it stays on the image.
    expect(found[1]!.mark.box).toEqual([79, 0, 12, 11]);
    expect(found[1]!.overlays.map(({ look }) => look)).toEqual(['missed']);
    expect(found[3]!.similarity).toBe(1);
  });

  test('another tag is a difference about the whole image, the same tags are none', () => {
    const [found] = findings([tag('sun')], [tag('rain')], image);
    expect(found).toMatchObject({ outcome: 'wrong', label: 'weather', said: { expected: 'sun', given: 'rain' } });
    expect(found!.mark.box).toEqual([0, 0, 100, 100]);
    expect(findings([tag('sun'), tag('fog')], [tag('fog'), tag('sun')], image)).toEqual([]);
  });

  test('a text that is read differently makes a fitting mark wrong', () => {
    const one = [box('1', 'cat', 0, 0, 20, 20), text('t', '1', 'STOP')];
    const other = [box('a', 'cat', 0, 0, 20, 20), text('u', 'a', 'SHOP')];
    expect(findings(one, other, image)[0]).toMatchObject({
      outcome: 'wrong',
      // One letter of four.
      similarity: 0.75,
      said: { expected: 'STOP', given: 'SHOP' },
    });
  });

  test('comments are numbered as they are listed', () => {
    const shown = pinned([
      { mark: { point: [5, 6], image: 0 }, text: 'First.' },
      { mark: { box: [1, 2, 3, 4], image: 0 }, text: 'Second.' },
    ]);
    expect(shown).toEqual([
      { shape: { kind: 'point', point: [5, 6] }, look: 'pin', text: '1' },
      { shape: { kind: 'box', box: [1, 2, 3, 4] }, look: 'pin', text: '2' },
    ]);
  });
});
