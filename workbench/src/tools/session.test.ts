import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_STEPS } from '../model/history';
import { type At, Hands } from './testing/hands';

const at = (x: number, y: number): At => [x, y];

it('begins with a tool that the first label takes', () => {
  expect(new Hands().session.tool).toBe('box');
  const tagsOnly = { labels: [], tags: [{ name: 'weather', options: ['sun'] }] };
  expect(new Hands(null, { schema: tagsOnly }).session.tool).toBe('select');
});

it('a tool brings a label that takes it, and a label a tool', () => {
  const { session } = new Hands('polygon');
  session.setTool('skeleton');
  expect(session.label).toBe('person');
  session.setLabel('sign');
  expect(session.tool).toBe('box');
  expect(() => session.setLabel('moon')).toThrow(RangeError);
});

it('the label stays after a shape, for the next one', () => {
  const hands = new Hands('box');
  hands.session.setLabel('sign');
  hands.drag([10, 10], [60, 60]).drag([100, 100], [150, 150]);
  expect(hands.labels).toEqual(['sign', 'sign']);
});

it('changing the label takes the text along and drops foreign attributes', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.setAttribute('1', 'parked', true);
  hands.session.setText('1', 'STOP');
  hands.session.changeLabel('1', 'sign');
  expect(hands.annotations).toEqual([
    { id: '1', kind: 'box', label: 'sign', box: [10, 10, 50, 50], attributes: {} },
    { id: '2', kind: 'text', label: 'sign', text: 'STOP', of: '1' },
  ]);
  hands.session.undo();
  expect(hands.annotations[0]).toMatchObject({ label: 'car', attributes: { parked: true } });
});

it('an empty text stays (it cannot be read), null removes it', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.setText('1', '');
  expect(hands.last).toMatchObject({ kind: 'text', text: '' });
  hands.session.setText('1', 'A');
  hands.session.setText('2', 'AB');
  expect(hands.last).toMatchObject({ text: 'AB' });
  hands.session.setText('1', null);
  expect(hands.annotations).toHaveLength(1);
});

it('removing a shape removes its text, and one undo brings both back', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]).drag([100, 100], [150, 150]);
  hands.session.setText('1', 'A');
  const before = hands.annotations;
  hands.session.remove(['1']);
  expect(hands.annotations.map(({ id }) => id)).toEqual(['2']);
  hands.session.undo();
  expect(hands.annotations).toEqual(before);
});

it('tags are set as a group', () => {
  const hands = new Hands();
  hands.session.setTags('has', ['a', 'c']);
  hands.session.setTags('weather', ['sun']);
  hands.session.setTags('has', ['c', 'b']);
  expect(hands.annotations.map(({ id }, i) => `${id} ${hands.labels[i]}`)).toEqual(['2 c', '3 sun', '4 b']);
  hands.session.undo();
  expect(hands.labels).toEqual(['a', 'c', 'sun']);
});

it('the same value again is no step of undo', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.setAttribute('1', 'parked', true);
  hands.session.setAttribute('1', 'parked', true);
  expect(hands.changes).toEqual(['create', 'attribute']);
});

it('presses of an arrow key are one step of undo', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  for (let i = 0; i < 5; i++) hands.session.nudge(2, 0);
  expect(hands.last).toMatchObject({ box: [20, 10, 50, 50] });
  hands.session.undo();
  expect(hands.last).toMatchObject({ box: [10, 10, 50, 50] });
});

it('the keyboard picks grips, moves, inserts and removes vertices', () => {
  const hands = new Hands('polygon').tap([100, 100], [300, 100], [300, 300]);
  const { session } = hands;
  session.key('Enter');
  session.pickGrip(1);
  expect(session.grip).toBe('v0.0');
  session.nudge(-10, 0);
  expect(session.insertVertex()).toBe(true);
  expect(session.grip).toBe('v0.1');
  expect(hands.last).toMatchObject({
    polygon: [
      [
        [90, 100],
        [195, 100],
        [300, 100],
        [300, 300],
      ],
    ],
  });
  session.deletePicked();
  session.deletePicked();
  expect(hands.annotations).toEqual([]);
});

it('Tab goes through the shapes and out at the end', () => {
  const { session } = new Hands('box').drag([10, 10], [60, 60]).drag([100, 100], [150, 150]);
  expect(session.pickNext(false, null)?.id).toBe('1');
  expect(session.pickNext(false, '1')?.id).toBe('2');
  expect(session.pickNext(false, '2')).toBeNull();
  expect(session.pickNext(true, null)?.id).toBe('2');
});

it('the history survives a reload', () => {
  const first = new Hands('box').drag([10, 10], [60, 60]).drag([100, 100], [150, 150]);
  first.session.undo();
  const saved = JSON.parse(JSON.stringify(first.session.serializeHistory()));
  const second = new Hands('box', { annotations: JSON.parse(JSON.stringify(first.annotations)) });
  second.session.restoreHistory(saved);
  second.session.redo();
  expect(second.annotations).toHaveLength(2);
  second.session.undo();
  second.session.undo();
  expect(second.annotations).toEqual([]);
});

it('another document forgets the history', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.session.setAnnotations([]);
  expect(hands.session.canUndo).toBe(false);
});

it('the history keeps the last steps only', () => {
  const hands = new Hands('box');
  for (let i = 0; i <= MAX_STEPS; i++) hands.session.setTags('weather', [i % 2 === 0 ? 'sun' : 'rain']);
  expect(hands.session.serializeHistory().done).toHaveLength(MAX_STEPS);
});

it('whatever is done, undoing it all gives the beginning and redoing it all the end', () => {
  const place = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 799 }));
  const act = fc.oneof(
    fc.tuple(fc.constant('box' as const), place, place),
    fc.tuple(fc.constant('brush' as const), place, place),
    fc.tuple(fc.constant('eraser' as const), place, place),
    fc.tuple(fc.constant('select' as const), place, place),
    fc.tuple(fc.constant('delete' as const), place, place),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const hands = new Hands();
      hands.session.setBrush({ radius_px: 30 });
      for (const [what, from, to] of acts) {
        if (what === 'delete') hands.session.deletePicked();
        else {
          hands.session.setTool(what);
          if (what === 'select') hands.tap(from);
          hands.drag(from, to);
        }
      }
      // An unfinished first corner is not part of the document.
      hands.session.setTool('hand');
      const end = hands.annotations;
      while (hands.session.canUndo) hands.session.undo();
      expect(hands.annotations).toEqual([]);
      while (hands.session.canRedo) hands.session.redo();
      expect(hands.annotations).toEqual(end);
    }),
    { numRuns: 40 },
  );
});

it('a shape is put nearer to the eye past the next shape, texts of others stay where they are, and undo brings it back', () => {
  const hands = new Hands('box').drag([100, 100], [200, 200]).drag([500, 500], [600, 600]);
  hands.session.setText('1', 'STOP');
  const before = hands.annotations.map(({ id }) => id);
  expect(before).toEqual(['1', '2', '3']);
  hands.session.select(['1']);
  expect(hands.session.reorder(true)).toBe(true);
  expect(hands.annotations.map(({ id }) => id)).toEqual(['2', '1', '3']);
  expect(hands.session.reorder(true)).toBe(false);
  hands.session.undo();
  expect(hands.annotations.map(({ id }) => id)).toEqual(before);
});

it('the brush grows and shrinks by whole pixels, down to one', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 1 });
  hands.session.stepBrush(true);
  expect(hands.session.brush.radius_px).toBe(1.5);
  for (let i = 0; i < 5; i++) hands.session.stepBrush(false);
  expect(hands.session.brush.radius_px).toBe(0.5);
});

it('undo goes to unfinished work while there is some', () => {
  const hands = new Hands('polygon');
  expect(hands.session.hasUnfinished('undo')).toBe(false);
  hands.tap([100, 100]);
  expect(hands.session.hasUnfinished('undo')).toBe(true);
  expect(hands.steps).toBeGreaterThan(0);
  hands.session.undo();
  expect(hands.session.hasUnfinished('redo')).toBe(true);
});

it('what a tool says to do ends with the tool', () => {
  const hands = new Hands('box');
  expect(hands.hints.at(-1)).toBe('box');
  hands.session.setTool('select');
  expect(hands.hints.at(-1)).toBe('');
});

it('unfinished work is ended as Enter does, and what cannot be ended is said', () => {
  const hands = new Hands('polygon').tap([100, 100], [300, 100]);
  expect(hands.session.isOpen).toBe(true);
  expect(hands.session.finish()).toBe(false);
  expect(hands.hints.at(-1)).toBe('polygon_open');
  hands.tap([300, 300]);
  expect(hands.session.finish()).toBe(true);
  expect(hands.last).toMatchObject({ kind: 'polygon', polygon: [[at(100, 100), at(300, 100), at(300, 300)]] });
  expect(hands.session.isOpen).toBe(false);
  expect(hands.session.finish()).toBe(true);
  expect(hands.annotations).toHaveLength(1);
});

it.each([
  { tool: 'extremes', places: [at(100, 100), at(200, 50), at(300, 100)], rest: at(200, 200) },
  { tool: 'box', places: [at(100, 100)], rest: at(200, 200) },
])('three of four ends, or one corner, are not sent as nothing: $tool', ({ tool, places, rest }) => {
  const hands = new Hands(tool).tap(...places);
  expect(hands.session.finish()).toBe(false);
  hands.tap(rest);
  expect(hands.session.finish()).toBe(true);
  expect(hands.annotations).toHaveLength(1);
});

it('a press that is still down is unfinished, and undo withdraws it and nothing else', () => {
  const hands = new Hands('box').drag([10, 10], [60, 60]);
  hands.down([100, 100]).move([150, 150]);
  expect(hands.session.hasUnfinished('undo')).toBe(true);
  expect(hands.session.finish()).toBe(false);
  hands.session.undo();
  expect(hands.annotations).toHaveLength(1);
  // The rest of that press means nothing any more.
  hands.move([180, 180]).up([200, 200]);
  expect(hands.annotations).toHaveLength(1);
  expect(hands.session.hasUnfinished('undo')).toBe(false);
});

it.each(['hand', 'select'])('an open outline waits while the view is moved: %s', (resting) => {
  const hands = new Hands('polygon').tap([100, 100], [300, 100]);
  hands.session.setTool(resting);
  hands.drag([500, 500], [520, 500]);
  expect(hands.session.draft().line?.points).toHaveLength(2);
  expect(hands.session.isOpen).toBe(true);
  hands.session.setTool('polygon');
  hands.tap([300, 300]);
  hands.session.key('Enter');
  expect(hands.last).toMatchObject({ polygon: [[at(100, 100), at(300, 100), at(300, 300)]] });
});

it('what is open when another tool is taken up comes back by undo, or with its tool, until something else is drawn', () => {
  const hands = new Hands('polygon').tap([100, 100], [300, 100]);
  hands.session.setTool('box');
  hands.session.undo();
  expect([hands.session.tool, hands.session.doing]).toEqual(['polygon', 'path.placing']);
  hands.session.setTool('box');
  hands.drag([500, 500], [600, 600]);
  expect(hands.session.isOpen).toBe(false);
  hands.session.setTool('polygon');
  expect(hands.session.doing).toBe('path.idle');
});

it('the tool pressed again, and another label, leave an open outline as it is', () => {
  const hands = new Hands('box').tap([100, 100]);
  hands.session.setTool('box');
  hands.session.setLabel('sign');
  hands.tap([200, 200]);
  expect(hands.last).toMatchObject({ kind: 'box', label: 'sign', box: [100, 100, 100, 100] });
});

it('redo gives back each step that undo took from what is open, whatever the tool', () => {
  const skeleton = new Hands('skeleton').tap([100, 100], [50, 200]);
  skeleton.session.undo();
  skeleton.session.redo();
  skeleton.tap([120, 300]);
  expect(skeleton.last).toMatchObject({ skeleton: { hand: [50, 200, 2], foot: [120, 300, 2] } });

  const box = new Hands('box').drag([10, 10], [60, 60]);
  box.session.undo();
  box.tap([100, 100]);
  box.session.undo();
  box.session.redo();
  expect(box.session.doing).toBe('box.second-corner');
  expect(box.hints.at(-1)).toBe('box_second_corner');
  expect(box.annotations).toEqual([]);
});

it('keys that end or pass over a point are offered while they mean something', () => {
  const hands = new Hands('skeleton').tap([100, 100]);
  expect(hands.session.offers).toEqual(['Delete', 'Enter']);
  hands.session.key('Enter');
  // The first point of the next one may be absent.
  expect(hands.session.offers).toEqual(['Delete']);
  const path = new Hands('polygon').tap([100, 100], [300, 100]);
  expect(path.session.offers).toEqual([]);
  path.tap([300, 300]).down([100, 300]);
  expect(path.session.offers).toEqual(['Enter']);
});
