import { describe, expect, test } from 'vitest';
import type { Annotation } from '../model/annotation';
import { aimOf, differences, matchRatio, paired } from './compare';

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
