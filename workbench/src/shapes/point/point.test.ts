import { expect, it } from 'vitest';
import { Hands } from '../../tools/testing/hands';

it('the point stands where the finger is lifted', () => {
  const hands = new Hands('point');
  hands.pointer = 'touch';
  hands.drag([100, 100], [110.127, 120.5]);
  expect(hands.last).toMatchObject({ kind: 'point', point: [110.13, 120.5] });
});

it('a point just placed can be dragged', () => {
  const hands = new Hands('point').tap([100, 100]).drag([105, 100], [205, 150]);
  expect(hands.annotations).toMatchObject([{ point: [200, 150] }]);
});

it('the keyboard places a point where a pointer would drag one', () => {
  const hands = new Hands('point').tap([100, 100]);
  hands.pointer = 'keyboard';
  hands.tap([103, 100]);
  expect(hands.annotations).toHaveLength(2);
});
