import { describe, expect, test } from 'vitest';
import type { Annotation } from '../model/annotation';
import type { LabelSchema, TagGroup } from '../model/schema';
import type { Editor } from '../render/editor';
import { Answer, missing, needsEditor, oneTapGroup, wholeTexts } from './answer';

const subject: TagGroup = { name: 'subject', options: ['cat', 'dog'], choose: 'one', required: true };
const seen: TagGroup = { name: 'seen', options: ['sun', 'rain', 'snow'], choose: 'many' };
const picture = { width: 100, height: 50, sources: [] };
const box: Annotation = { id: '1', kind: 'box', label: 'car', box: [1, 2, 3, 4] };

describe('the shape of a task', () => {
  test('one group of one is answered by a tap', () => {
    expect(oneTapGroup({ labels: [], tags: [subject] })).toBe(subject);
    expect(oneTapGroup({ labels: [], tags: [{ name: 'q', options: ['a'] }] })?.name).toBe('q');
  });

  test('many, two groups or labels are not', () => {
    expect(oneTapGroup({ labels: [], tags: [seen] })).toBeNull();
    expect(oneTapGroup({ labels: [], tags: [subject, seen] })).toBeNull();
    expect(oneTapGroup({ labels: [{ name: 'car', kinds: ['box'] }], tags: [subject] })).toBeNull();
  });

  test('tags and texts of the whole image need no Editor', () => {
    const schema: LabelSchema = { labels: [{ name: 'caption', kinds: ['text'] }], tags: [subject] };
    expect(needsEditor(schema)).toBe(false);
    expect(wholeTexts(schema)).toEqual(['caption']);
    expect(needsEditor({ labels: [{ name: 'sign', kinds: ['box', 'text'] }] })).toBe(true);
  });
});

describe('tags', () => {
  test('in a group of one the last choice counts', () => {
    const answer = new Answer({ labels: [], tags: [subject] }, picture);
    answer.toggleTag(subject, 'cat');
    answer.toggleTag(subject, 'dog');
    expect(answer.all.value).toEqual([{ id: 't1', kind: 'tag', label: 'dog', of: 'subject', tag: true }]);
  });

  test('in a group of many each is switched, and they keep the order of the client', () => {
    const answer = new Answer({ labels: [], tags: [seen] }, picture);
    for (const option of ['snow', 'sun', 'rain', 'rain']) answer.toggleTag(seen, option);
    expect(answer.tagsOf('seen')).toEqual(['sun', 'snow']);
    expect(answer.all.value.map(({ id }) => id)).toEqual(['t1', 't2']);
  });

  test('undo and redo walk through them', () => {
    const answer = new Answer({ labels: [], tags: [subject] }, picture);
    answer.toggleTag(subject, 'cat');
    answer.toggleTag(subject, 'dog');
    answer.undo();
    expect(answer.tagsOf('subject')).toEqual(['cat']);
    answer.undo();
    expect(answer.tagsOf('subject')).toEqual([]);
    expect(answer.canUndo.value).toBe(false);
    answer.redo();
    expect(answer.tagsOf('subject')).toEqual(['cat']);
  });

  test('undo survives a reload', () => {
    const first = new Answer({ labels: [], tags: [subject] }, picture);
    first.toggleTag(subject, 'cat');
    first.toggleTag(subject, 'dog');
    const kept = JSON.parse(JSON.stringify(first.history()));
    const second = new Answer({ labels: [], tags: [subject] }, picture, first.all.value, kept);
    second.undo();
    expect(second.tagsOf('subject')).toEqual(['cat']);
  });
});

/** As much of the Editor as undo needs. */
function drawing(answer: Answer) {
  const done: Annotation[][] = [[]];
  let at = 0;
  const editor = {
    get canUndo() {
      return at > 0;
    },
    get canRedo() {
      return at < done.length - 1;
    },
    hasUnfinished: () => false,
    undo: () => answer.drew(done[--at]!, 'undo'),
    redo: () => answer.drew(done[++at]!, 'redo'),
    serializeHistory: () => ({ version: 1, done: [], undone: [] }),
  } as unknown as Editor;
  answer.editor.value = editor;
  return (list: Annotation[]) => {
    done.splice(++at, done.length, list);
    answer.drew(list, 'create');
  };
}

describe('one undo for what is drawn and what is said', () => {
  const schema: LabelSchema = { labels: [{ name: 'car', kinds: ['box'] }], tags: [subject] };

  test('it goes back in the order of doing', () => {
    const answer = new Answer(schema, picture);
    const draw = drawing(answer);
    answer.toggleTag(subject, 'cat');
    draw([box]);
    answer.toggleTag(subject, 'dog');
    answer.undo();
    expect([answer.tagsOf('subject'), answer.drawn.value.length]).toEqual([['cat'], 1]);
    answer.undo();
    expect([answer.tagsOf('subject'), answer.drawn.value.length]).toEqual([['cat'], 0]);
    answer.undo();
    expect(answer.tagsOf('subject')).toEqual([]);
    answer.redo();
    answer.redo();
    expect([answer.tagsOf('subject'), answer.drawn.value.length]).toEqual([['cat'], 1]);
  });

  test('drawing takes back "nothing to mark"', () => {
    const answer = new Answer(schema, picture);
    const draw = drawing(answer);
    answer.nothing.value = true;
    draw([box]);
    expect(answer.nothing.value).toBe(false);
  });

  test('the Editor is given shapes and their texts, never tags', () => {
    const text: Annotation = { id: '2', kind: 'text', label: 'car', text: 'STOP', of: '1' };
    const tag: Annotation = { id: 't1', kind: 'tag', label: 'cat', of: 'subject', tag: true };
    const answer = new Answer(schema, picture, [tag, box, text]);
    expect(answer.drawn.value).toEqual([box, text]);
    expect(answer.own.value).toEqual([tag]);
  });
});

test('a box that was never ticked says no when the answer is sent', () => {
  const schema: LabelSchema = {
    labels: [{ name: 'car', kinds: ['box'], attributes: [{ name: 'hidden', type: 'boolean' }] }],
  };
  const ticked: Annotation = { ...box, id: '2', attributes: { hidden: true } };
  const answer = new Answer(schema, picture, [box, ticked]);
  expect(answer.finished.map(({ attributes }) => attributes)).toEqual([{ hidden: false }, { hidden: true }]);
});

test('missing names the required groups without a tag', () => {
  const schema: LabelSchema = {
    labels: [],
    tags: [subject, { ...seen, required: false }, { name: 'q', options: ['a'] }],
  };
  expect(missing(schema, [])).toEqual(['subject', 'q']);
});
