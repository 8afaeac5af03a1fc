import { expect, it } from 'vitest';
import type { BoxAnnotation } from '../../model/annotation';
import { type At, Hands } from '../testing/hands';

const EXTREMES: readonly At[] = [
  [250, 100],
  [400, 220],
  [300, 300],
  [120, 180],
];
const tapped = (...places: readonly At[]) => {
  const hands = new Hands('extremes');
  for (const place of places) hands.tap(place);
  return hands;
};
const box = (hands: Hands) => (hands.annotations[0] as BoxAnnotation | undefined)?.box;

it('four taps on the ends of an object make its box, in any order', () => {
  expect(box(tapped(...EXTREMES))).toEqual([120, 100, 280, 200]);
  expect(box(tapped(...[...EXTREMES].reverse()))).toEqual([120, 100, 280, 200]);
});

it('three taps are not an answer yet', () => {
  expect(tapped(...EXTREMES.slice(0, 3)).annotations).toEqual([]);
});

it('each point can be taken back and given again', () => {
  const hands = tapped(...EXTREMES.slice(0, 3));
  hands.session.undo();
  hands.session.undo();
  hands.session.redo();
  hands.session.redo();
  hands.tap(EXTREMES[3]!);
  expect(box(hands)).toEqual([120, 100, 280, 200]);
  hands.session.undo();
  expect(hands.annotations).toEqual([]);
});

it('a wrong point is taken back by Backspace and set anew', () => {
  const hands = tapped(EXTREMES[0]!, [900, 700]);
  hands.session.key('Backspace');
  for (const place of EXTREMES.slice(1)) hands.tap(place);
  expect(box(hands)).toEqual([120, 100, 280, 200]);
});

it('a second finger withdraws the point that was being placed, not those before', () => {
  const hands = tapped(EXTREMES[0]!);
  hands.down([500, 500]);
  hands.session.withdraw();
  for (const place of EXTREMES.slice(1)) hands.tap(place);
  expect(box(hands)).toEqual([120, 100, 280, 200]);
});

it('four taps on one line say that it is too small', () => {
  const hands = tapped([100, 100], [200, 100], [300, 100], [400, 100]);
  expect(hands.annotations).toEqual([]);
  expect(hands.hints).toContain('too_small');
});
