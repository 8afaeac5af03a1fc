import { expect, it } from 'vitest';
import type { MaskAnnotation } from '../model/annotation';
import { proposed, withNotes } from '../model/proposals';
import { withoutNotes } from '../model/suggestions';
import { Hands } from './testing/hands';

const CAR = { id: '1', kind: 'box' as const, label: 'car', box: [10, 10, 50, 50] as const, attributes: {}, image: 0 };
const SIGN = { ...CAR, id: '7', label: 'sign', box: [200, 200, 40, 40] as const, confidence: 0.5 };
const STOP = { id: '8', kind: 'text' as const, label: 'sign', text: 'STOP', of: '7', image: 0 };
// biome-ignore lint/suspicious/noExplicitAny: the API's type of a proposal is open, and readonly tuples are not its numbers
const SET = { source: 'detector-2', version: 3, annotations: [CAR, SIGN, STOP] as any };
const BY = 'suggestion:detector-2';

const begun = () => new Hands('box', { annotations: proposed(SET) });
const sent = (hands: Hands) => withoutNotes(hands.annotations);

it('is shown under ids of its own, and a text stays with its shape', () => {
  const [car, sign, stop] = proposed(SET);
  expect([car!.id, sign!.id, stop]).toMatchObject(['s1', 's2', { id: 's3', of: 's2' }]);
  expect(car!.suggestion).toEqual({ source: 'detector-2', version: '3' });
  expect(sign!.suggestion).toEqual({ source: 'detector-2', version: '3', confidence: 0.5 });
  expect(sign).not.toHaveProperty('confidence');
  expect(proposed(null)).toEqual([]);
});

it('what nobody touched is no part of the answer', () => {
  const hands = begun().drag([300, 300], [360, 360]);
  expect(sent(hands)).toEqual({ annotations: [expect.objectContaining({ id: '1' })], assists: {} });
});

it('the first press of the key only goes to a suggestion, the second accepts it and goes to the next', () => {
  const { session } = begun();
  expect(session.decide('accept')).toBe(true);
  expect([session.selection, session.suggestions().length]).toEqual([['s1'], 2]);
  session.decide('accept');
  expect(session.selection).toEqual(['s2']);
  session.decide('accept');
  expect(session.selection).toEqual([]);
  expect(session.decide('accept')).toBe(false);
});

it('accepted, it is sent with what helped and its text', () => {
  const hands = begun();
  hands.session.select(['s2']);
  hands.session.decide('accept');
  expect(sent(hands).annotations).toEqual([
    { id: 's2', kind: 'box', label: 'sign', box: [200, 200, 40, 40], attributes: {}, image: 0 },
    { id: 's3', kind: 'text', label: 'sign', text: 'STOP', of: 's2', image: 0 },
  ]);
  expect(sent(hands).assists).toEqual({
    s2: { by: BY, version: '3', edited: false },
    s3: { by: BY, version: '3', edited: false },
  });
});

it('changed, it becomes an own mark that says so', () => {
  const hands = begun();
  hands.session.select(['s1']);
  hands.session.nudge(5, 0);
  expect(sent(hands).annotations).toMatchObject([{ id: 's1', box: [15, 10, 50, 50] }]);
  expect(sent(hands).assists).toEqual({ s1: { by: BY, version: '3', edited: true } });
  hands.session.undo();
  expect(sent(hands)).toEqual({ annotations: [], assists: {} });
});

it('accepted and then changed, it is edited; undo takes back one after the other', () => {
  const hands = begun();
  hands.session.select(['s1']);
  hands.session.decide('accept');
  hands.session.changeLabel('s1', 'sign');
  expect(sent(hands).assists).toEqual({ s1: { by: BY, version: '3', edited: true } });
  hands.session.undo();
  expect(sent(hands).assists).toEqual({ s1: { by: BY, version: '3', edited: false } });
  hands.session.undo();
  expect(sent(hands).annotations).toEqual([]);
});

it('a corrected text brings its shape along, unedited', () => {
  const hands = begun();
  hands.session.setText('s2', 'STOP!');
  expect(sent(hands).assists).toEqual({
    s2: { by: BY, version: '3', edited: false },
    s3: { by: BY, version: '3', edited: true },
  });
});

it('rejected, it is gone with its text, and one undo brings both back', () => {
  const hands = begun();
  hands.session.select(['s2']);
  hands.session.decide('reject');
  expect(hands.annotations.map(({ id }) => id)).toEqual(['s1']);
  hands.session.undo();
  expect(hands.annotations.map(({ id }) => id)).toEqual(['s1', 's2', 's3']);
});

it('all are accepted in one step of undo', () => {
  const hands = begun();
  expect(hands.session.acceptAll()).toBe(true);
  expect(Object.keys(sent(hands).assists)).toEqual(['s1', 's2', 's3']);
  hands.session.undo();
  expect(sent(hands).annotations).toEqual([]);
  expect(hands.session.suggestions()).toHaveLength(2);
});

it('a stroke on a proposed mask makes it one’s own, and its undo gives it back', () => {
  const mask = (new Hands('brush').drag([50, 50], [60, 50]).last as MaskAnnotation).mask;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const annotations: any = [{ id: '1', kind: 'mask', label: 'car', mask, attributes: {}, image: 0 }];
  const hands = new Hands('brush', { annotations: proposed({ source: 'detector-2', version: 3, annotations }) });
  hands.session.select(['s1']);
  hands.drag([60, 50], [90, 50]);
  expect(sent(hands).assists).toEqual({ s1: { by: BY, version: '3', edited: true } });
  hands.session.undo();
  expect(sent(hands).annotations).toEqual([]);
  expect(hands.annotations).toMatchObject([{ id: 's1', mask, suggestion: { source: 'detector-2' } }]);
});

it('a mark without help is not touched by any of this', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.nudge(1, 1);
  expect(hands.last).not.toHaveProperty('assist');
});

it('what helped comes back to the marks of a stored answer', () => {
  const [one] = withNotes([{ id: '1', kind: 'point', label: 'car', point: [1, 2] }], {
    '1': { by: 'wand', edited: false },
  });
  expect(one).toMatchObject({ assist: { by: 'wand' } });
});
