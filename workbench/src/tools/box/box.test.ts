import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BoxAnnotation } from '../../model/annotation';
import { modelOf } from '../../model/kind';
import { Hands } from '../testing/hands';

const box = (hands: Hands, id = '1') => (hands.session.find(id) as BoxAnnotation).box;

it('a drag makes a box and selects it', () => {
  const hands = new Hands('box').drag([100, 100], [180, 150], [300, 220]);
  expect(hands.annotations).toEqual([
    { id: '1', kind: 'box', label: 'car', attributes: {}, box: [100, 100, 200, 120] },
  ]);
  expect(hands.session.selection).toEqual(['1']);
  expect(hands.changes).toEqual(['create']);
});

it('a drag from any corner makes the same box', () => {
  const boxes = [
    [
      [100, 100],
      [300, 220],
    ],
    [
      [300, 220],
      [100, 100],
    ],
    [
      [300, 100],
      [100, 220],
    ],
    [
      [100, 220],
      [300, 100],
    ],
  ] as const;
  for (const [from, to] of boxes) expect(box(new Hands('box').drag(from, to))).toEqual([100, 100, 200, 120]);
});

it('two taps make a box', () => {
  const hands = new Hands('box').tap([100, 100]);
  expect(hands.session.doing).toBe('box.second-corner');
  expect(hands.annotations).toEqual([]);
  hands.tap([300, 220]);
  expect(box(hands)).toEqual([100, 100, 200, 120]);
  expect(hands.session.doing).toBe('box.idle');
});

it('the second corner may be slid into place', () => {
  const hands = new Hands('box').tap([100, 100]).drag([310, 230], [300, 220]);
  expect(box(hands)).toEqual([100, 100, 200, 120]);
});

it('undo and Escape take back the first corner before any box', () => {
  for (const back of [(h: Hands) => h.session.undo(), (h: Hands) => h.session.key('Escape')]) {
    const hands = new Hands('box').drag([10, 10], [50, 50]).tap([100, 100]);
    back(hands);
    expect(hands.session.doing).toBe('box.idle');
    expect(hands.annotations).toHaveLength(1);
  }
});

it('a second finger withdraws what the first began', () => {
  const hands = new Hands('box').down([100, 100]).move([200, 200]);
  hands.session.withdraw();
  hands.up([200, 200]);
  expect(hands.annotations).toEqual([]);
  expect(hands.session.doing).toBe('box.idle');
});

it('a withdrawn second corner leaves the first one standing', () => {
  const hands = new Hands('box').tap([100, 100]).down([200, 200]);
  hands.session.withdraw();
  expect(hands.session.doing).toBe('box.second-corner');
});

it('the borders of the image hold', () => {
  expect(box(new Hands('box').drag([900, 700], [1200, 900]))).toEqual([900, 700, 100, 100]);
});

it('a box without width is refused with a hint', () => {
  const hands = new Hands('box').drag([100, 100], [100.4, 200]);
  expect(hands.annotations).toEqual([]);
  expect(hands.hints).toContain('too_small');
});

it('a tap on the border of a shape selects it and begins nothing', () => {
  const hands = new Hands('box').drag([100, 100], [300, 300]);
  hands.session.select([]);
  hands.tap([100, 200]);
  expect(hands.session.selection).toEqual(['1']);
  expect(hands.session.doing).toBe('box.idle');
});

it('inside a selected box another one can be drawn', () => {
  const hands = new Hands('box').drag([100, 100], [500, 500]).drag([150, 150], [220, 220]);
  expect(box(hands, '2')).toEqual([150, 150, 70, 70]);
});

it('the box is the same at every zoom', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 32, noNaN: true }),
      fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 40_000 })),
      (scale, [x, y]) => {
        const hands = new Hands('box');
        hands.session.scale = scale;
        hands.tap([x / 100, y / 100]).tap([x / 100 + 300.25, y / 100 + 200.5]);
        expect(box(hands)).toEqual([x / 100, y / 100, 300.25, 200.5]);
      },
    ),
  );
});

it('an ellipse fills the dragged frame and a turned box carries an angle', () => {
  expect(new Hands('ellipse').drag([100, 100], [300, 200]).last).toMatchObject({ ellipse: [200, 150, 100, 50, 0] });
  expect(new Hands('turned_box').drag([100, 100], [300, 200]).last).toMatchObject({
    box: [100, 100, 200, 100],
    angle_degrees: 0,
  });
});

it('its size is told while it is drawn or pulled, and not while it is moved', () => {
  const told = ({ session }: Hands) => {
    const { shape, focus } = session.draft();
    return shape !== undefined && focus !== undefined
      ? modelOf(shape.kind).measure?.(shape as BoxAnnotation)
      : undefined;
  };
  const hands = new Hands('box').down([100, 100]).move([240.4, 160]);
  expect(told(hands)).toBe('140 × 60 px');
  hands.up([240.4, 160]);
  expect(told(hands)).toBeUndefined();
  expect(told(hands.down([240, 160]).move([250, 190]))).toBe('150 × 90 px');
  hands.up([250, 190]);
  // The grip in the middle.
  expect(told(hands.down([175, 145]).move([300, 300]))).toBeUndefined();
  hands.up([300, 300]);
  hands.session.select([]);
  hands.tap([700, 500]);
  expect(told(hands), 'nothing has moved yet').toBeUndefined();
  expect(told(hands.hover([730, 540]))).toBe('30 × 40 px');
});
