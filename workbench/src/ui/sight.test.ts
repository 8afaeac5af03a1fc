import { beforeEach, expect, it } from 'vitest';
import type { Annotation } from '../model/annotation';
import { Answer } from './answer';
import { Sight } from './sight';

const box = (id: string): Annotation => ({ id, kind: 'box', label: 'car', box: [0, 0, 10, 10], attributes: {} });

let answer: Answer;
let sight: Sight;

beforeEach(() => {
  const schema = { labels: [{ name: 'car', kinds: ['box' as const] }] };
  answer = new Answer(schema, { width: 100, height: 100, sources: [] }, ['1', '2', '3'].map(box));
  sight = new Sight(answer);
});

it('a peek hides every mark and gives them back', () => {
  sight.run('peek');
  expect(sight.unseen.value).toEqual(['1', '2', '3']);
  sight.peek.value = false;
  expect(sight.unseen.value).toEqual([]);
});

it('the selected mark is hidden, and with nothing selected all come back', () => {
  answer.selected.value = ['2'];
  sight.run('hide');
  expect(sight.unseen.value).toEqual(['2']);
  answer.selected.value = [];
  sight.run('hide');
  expect(sight.unseen.value).toEqual([]);
});

it('alone means that the others are hidden, but not what is drawn since', () => {
  answer.selected.value = ['2'];
  sight.run('isolate');
  answer.drew([...answer.drawn.value, box('4')], 'create');
  expect(sight.unseen.value).toEqual(['1', '3']);
  sight.run('isolate');
  expect(sight.unseen.value).toEqual([]);
});

it('nothing that is hidden is missing from what is sent', () => {
  answer.selected.value = ['2'];
  sight.run('hide');
  sight.run('lock');
  expect(answer.finished.map(({ id }) => id)).toEqual(['1', '2', '3']);
});
