import { expect, it } from 'vitest';
import type { SkeletonAnnotation } from '../../model/annotation';
import { Hands } from '../../tools/testing/hands';

it('asks for the points in the order of the schema', () => {
  const hands = new Hands('skeleton').tap([100, 100], [50, 200], [120, 300]);
  expect(hands.session.label).toBe('person');
  expect(hands.last).toMatchObject({
    kind: 'skeleton',
    skeleton: { head: [100, 100, 2], hand: [50, 200, 2], foot: [120, 300, 2] },
  });
});

it('Delete passes over a point that is not in the image', () => {
  const hands = new Hands('skeleton').tap([100, 100]);
  hands.session.key('Delete');
  hands.tap([120, 300]);
  expect(hands.last).toMatchObject({ skeleton: { head: [100, 100, 2], foot: [120, 300, 2] } });
});

it('undo takes back one point after the other', () => {
  const hands = new Hands('skeleton').tap([100, 100], [50, 200]);
  hands.session.undo();
  hands.tap([60, 210], [120, 300]);
  expect(hands.last).toMatchObject({ skeleton: { hand: [60, 210, 2] } });
});

it('Enter ends early, Escape drops it', () => {
  const hands = new Hands('skeleton').tap([100, 100]);
  hands.session.key('Enter');
  expect(hands.last).toMatchObject({ skeleton: { head: [100, 100, 2] } });
  hands.session.select([]);
  hands.tap([300, 300]);
  hands.session.key('Escape');
  expect(hands.annotations).toHaveLength(1);
});

it('a point can be marked as covered', () => {
  const hands = new Hands('skeleton').tap([100, 100], [50, 200], [120, 300]);
  hands.session.setPart('1', 'hand', 'hidden');
  expect(hands.last).toMatchObject({ skeleton: { hand: [50, 200, 1] } });
});

it('a label that is chosen in between does not take points of another kind', () => {
  const schema = {
    labels: [
      { name: 'person', kinds: ['skeleton' as const], keypoints: ['head', 'hand'] },
      { name: 'dog', kinds: ['skeleton' as const], keypoints: ['nose', 'tail'] },
      { name: 'child', kinds: ['skeleton' as const], keypoints: ['head', 'hand'] },
    ],
  };
  const hands = new Hands('skeleton', { schema }).tap([100, 100]);
  hands.session.setLabel('dog');
  hands.tap([50, 200]);
  expect(hands.last).toMatchObject({ label: 'person', skeleton: { head: [100, 100, 2], hand: [50, 200, 2] } });
  hands.session.setLabel('person');
  hands.tap([300, 100]);
  hands.session.setLabel('child');
  hands.tap([350, 200]);
  expect(hands.last).toMatchObject({ label: 'child' });
});

it('the first point may be the one that is not in the image, for a finger too', () => {
  const hands = new Hands('skeleton');
  hands.session.setLabel('person');
  expect(hands.session.offers).toEqual(['Delete']);
  hands.session.key('Delete');
  expect(hands.session.isOpen).toBe(true);
  hands.tap([50, 200], [120, 300]);
  expect(hands.last).toMatchObject({ kind: 'skeleton', skeleton: { hand: [50, 200, 2], foot: [120, 300, 2] } });
  expect(Object.keys((hands.last as SkeletonAnnotation).skeleton)).toEqual(['hand', 'foot']);
});

it('with a skeleton in the hand Delete deletes it, and begins no other', () => {
  const hands = new Hands('skeleton').tap([100, 100], [50, 200], [120, 300]);
  expect(hands.session.key('Delete')).toBe(false);
  expect(hands.session.isOpen).toBe(false);
  expect(hands.session.deletePicked()).toBe(true);
  expect(hands.annotations).toEqual([]);
});

it('a skeleton of one point cannot do without it', () => {
  const schema = { labels: [{ name: 'nose', kinds: ['skeleton' as const], keypoints: ['tip'] }] };
  const hands = new Hands('skeleton', { schema });
  expect(hands.session.offers).toEqual([]);
  expect(hands.session.key('Delete')).toBe(false);
});
