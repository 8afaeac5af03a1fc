import { expect, it } from 'vitest';
import { modelOf } from '../../model/kind';
import { Hands } from '../../tools/testing/hands';
import { arrowheads } from './arrowheads';

it('a short line has one arrow, behind its middle, that points the way it was drawn', () => {
  // 60 px long: the tip at two thirds, the arms 9 px back and 9 px aside.
  const there = [
    [0, 0],
    [60, 0],
  ] as const;
  expect(arrowheads(there, 1)).toEqual([
    [
      [31, 9],
      [40, 0],
      [31, -9],
    ],
  ]);
  expect(arrowheads([...there].reverse(), 1)).toEqual([
    [
      [29, -9],
      [20, 0],
      [29, 9],
    ],
  ]);
});

it('arrows keep their size on the screen', () => {
  // 9 px of the image are 54 on the screen, and the arms 1.5 image pixels.
  const [head] = arrowheads(
    [
      [0, 0],
      [0, 9],
    ],
    6,
  );
  expect(head).toEqual([
    [-1.5, 4.5],
    [0, 6],
    [1.5, 4.5],
  ]);
});

it('each stretch with room for one has its arrow, and the last one always', () => {
  const heads = arrowheads(
    [
      [0, 0],
      [90, 0],
      [90, 30],
      [90, 30],
      [60, 30],
    ],
    1,
  );
  // 90 px, then 30 that have no room, then a point that stands twice, then 30 at the end.
  expect(heads.map(([, tip]) => tip)).toEqual([
    [60, 0],
    [70, 30],
  ]);
});

it('where there is no way there is no arrow', () => {
  for (const line of [
    [],
    [[5, 5]],
    [
      [5, 5],
      [5, 5],
    ],
  ] as [number, number][][])
    expect(arrowheads(line, 1)).toEqual([]);
});

it('shows while the line is drawn, and afterwards as long as it is in the hand', () => {
  const hands = new Hands('polyline').tap([100, 100]);
  expect(hands.session.draft().line?.inHand).toEqual([]);
  hands.hover([160, 100]);
  const heads = [
    [
      [131, 109],
      [140, 100],
      [131, 91],
    ],
  ];
  expect(hands.session.draft().line?.inHand).toEqual(heads);
  hands.tap([160, 100]).session.key('Enter');
  const line = hands.session.selected()!;
  expect(modelOf(line.kind).inHand?.(line, 1)).toEqual(heads);
});

it('an outline has no direction', () => {
  const hands = new Hands('polygon').tap([100, 100], [200, 100]);
  expect(hands.session.draft().line?.inHand).toBeUndefined();
});
