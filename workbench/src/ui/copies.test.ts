import { expect, it } from 'vitest';
import { isShape } from '../model/annotation';
import { Hands } from '../tools/testing/hands';
import type { Answer } from './answer';
import { copy, paste } from './copies';

/** What a copy needs to know of an answer whose marks these hands make. */
const answerOf = ({ session }: Hands): Answer =>
  ({
    drawn: { value: session.annotations },
    selected: { value: session.selection },
    schema: session.schema,
    picture: session.image,
    hint: { value: '' },
    editor: { value: { view: { scale: session.scale }, add: (shapes: never) => session.add(shapes) } },
  }) as unknown as Answer;

it('a copy lies beside its original, has its label and attributes, and the next one lies beside the copy', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.setAttribute('1', 'parked', true);
  hands.session.setText('1', 'A');
  hands.session.scale = 2;
  copy(answerOf(hands));
  paste(answerOf(hands));
  paste(answerOf(hands));
  expect(hands.annotations.slice(2)).toEqual([
    { id: '3', kind: 'box', label: 'car', box: [16, 16, 50, 50], attributes: { parked: true } },
    { id: '4', kind: 'box', label: 'car', box: [22, 22, 50, 50], attributes: { parked: true } },
  ]);
  expect(hands.session.selection).toEqual(['4']);
  hands.session.undo();
  hands.session.undo();
  expect(hands.annotations).toHaveLength(2);
});

it('on the next image a copy has the place it had, unless that image or its schema cannot have it', () => {
  const first = new Hands('box').drag([10, 10], [60, 60]).drag([900, 700], [990, 790]);
  first.session.select(['1', '2']);
  copy(answerOf(first));
  const next = new Hands('box');
  // Nothing is selected: what was copied before stays.
  copy(answerOf(next));
  paste(answerOf(next));
  expect(next.annotations).toMatchObject([{ box: [10, 10, 50, 50] }, { box: [900, 700, 90, 90] }]);
  next.session.undo();
  expect(next.annotations).toEqual([]);
  const small = new Hands(null, { image: { width: 100, height: 80 } });
  const others = new Hands(null, { schema: { labels: [{ name: 'car', kinds: ['polygon'] }] } });
  const looked = new Hands(null, { readOnly: true });
  for (const hands of [others, looked, small]) paste(answerOf(hands));
  expect([others.annotations, looked.annotations]).toEqual([[], []]);
  expect(small.annotations).toMatchObject([{ box: [10, 10, 50, 50] }]);
});

it('what is only suggested is nobody’s mark and is not copied', () => {
  const own = new Hands('box').drag([10, 10], [60, 60]);
  copy(answerOf(own));
  const [mark] = own.annotations.filter(isShape);
  const hands = new Hands(null, { annotations: [{ ...mark!, suggestion: { source: 'model', version: '1' } }] });
  hands.session.select(['1']);
  copy(answerOf(hands));
  const next = new Hands();
  paste(answerOf(next));
  expect(next.last).toMatchObject({ id: '1', label: 'car' });
  expect(next.last).not.toHaveProperty('suggestion');
});

it('at the border of the image a copy lies on the other side, and never exactly upon what is there', () => {
  const hands = new Hands('box').drag([900, 700], [1000, 800]);
  copy(answerOf(hands));
  paste(answerOf(hands));
  paste(answerOf(hands));
  expect(hands.annotations.slice(1)).toMatchObject([{ box: [888, 688, 100, 100] }, { box: [876, 676, 100, 100] }]);
  // There is no room beside it.
  const whole = new Hands('box').drag([0, 0], [1000, 800]);
  copy(answerOf(whole));
  paste(answerOf(whole));
  expect(whole.annotations).toHaveLength(1);
});

it('a mask, which cannot be moved, is copied onto the next image only', () => {
  const schema = { labels: [{ name: 'car', kinds: ['mask' as const] }] };
  const hands = new Hands('brush', { schema }).drag([100, 100], [200, 100]);
  const answer = answerOf(hands);
  copy(answer);
  paste(answer);
  expect(hands.annotations).toHaveLength(1);
  expect(answer.hint.value).toContain('Nothing was pasted');
  const next = new Hands('brush', { schema });
  const onNext = answerOf(next);
  paste(onNext);
  expect(onNext.hint.value).toBe('');
  expect(next.annotations).toEqual(hands.annotations);
});
