/** What keys, taps and the list of marks do to shapes beyond dragging: turning, holes, covered keypoints. */
import { expect, it } from 'vitest';
import type { PolygonAnnotation } from '../model/annotation';
import { Hands } from '../tools/testing/hands';

const RING: [number, number][] = [
  [100, 100],
  [500, 100],
  [500, 500],
  [100, 500],
];
const HOLE: [number, number][] = [
  [200, 200],
  [300, 200],
  [250, 300],
];

const drawn = () => new Hands('polygon').tap(...RING, RING[0]!);
const holed = () => {
  const hands = drawn();
  hands.session.setTool('hole');
  return hands.tap(...HOLE, HOLE[0]!);
};

it('a comma and a period turn a box by a degree, with Shift by fifteen', () => {
  const hands = new Hands('turned_box').drag([400, 300], [600, 400]);
  for (const key of ['.', '.', '>']) expect(hands.session.alter(key)).toBe(true);
  expect(hands.last).toMatchObject({ box: [400, 300, 200, 100], angle_degrees: 17 });
  hands.session.alter('<');
  for (let i = 0; i < 3; i++) hands.session.alter(',');
  expect(hands.last, 'angles stay within one turn').toMatchObject({ angle_degrees: 359 });
  hands.session.undo();
  expect(hands.last).toMatchObject({ angle_degrees: 0 });
});

it('an upright box is not turned by a key', () => {
  const hands = new Hands('box').drag([400, 300], [600, 400]);
  expect(hands.session.alter('.')).toBe(false);
});

it('an ellipse repeats after half a turn', () => {
  const hands = new Hands('ellipse').drag([400, 300], [600, 400]);
  hands.session.alter(',');
  expect(hands.last).toMatchObject({ ellipse: [500, 350, 100, 50, 179] });
});

it('a hole belongs to the polygon it begins in, as one step of undo', () => {
  const hands = holed();
  expect(hands.annotations).toMatchObject([{ polygon: [RING, HOLE] }]);
  hands.session.undo();
  expect(hands.annotations).toMatchObject([{ polygon: [RING] }]);
});

it('a hole keeps what was said of its polygon while it was drawn', () => {
  const hands = new Hands('polygon').tap([100, 100], [500, 100], [500, 500], [100, 500]);
  hands.session.key('Enter');
  hands.session.setTool('hole');
  hands.tap([200, 200], [300, 200], [300, 300]);
  hands.session.setAttribute('1', 'parked', true);
  hands.session.key('Enter');
  expect(hands.last).toMatchObject({ attributes: { parked: true } });
  expect((hands.last as PolygonAnnotation).polygon).toHaveLength(2);
});

it('a hole in a polygon that was deleted meanwhile comes to nothing', () => {
  const hands = new Hands('polygon').tap([100, 100], [500, 100], [500, 500], [100, 500]);
  hands.session.key('Enter');
  hands.session.setTool('hole');
  hands.tap([200, 200], [300, 200], [300, 300]);
  hands.session.remove(['1']);
  hands.session.key('Enter');
  expect(hands.annotations).toEqual([]);
});

it('a hole cannot begin beside every polygon', () => {
  const hands = drawn();
  hands.session.setTool('hole');
  hands.tap([700, 700]);
  expect(hands.hints.at(-1)).toBe('hole_outside');
  expect(hands.session.doing).toBe('hole.idle');
});

it('a vertex of a hole is dragged like any other', () => {
  const hands = holed();
  hands.drag([250, 300], [260, 350]);
  expect(hands.last).toMatchObject({ polygon: [RING, [HOLE[0], HOLE[1], [260, 350]]] });
});

it('a hole is filled by X at one of its vertices, by its third last vertex or from the list', () => {
  const byKey = holed();
  for (let i = 0; i < 5; i++) byKey.session.pickGrip(1);
  expect(byKey.session.grip).toBe('v1.0');
  byKey.session.alter('x');
  expect(byKey.last).toMatchObject({ polygon: [RING] });

  const byVertex = holed();
  for (let i = 0; i < 5; i++) byVertex.session.pickGrip(1);
  byVertex.session.deletePicked();
  expect(byVertex.last).toMatchObject({ polygon: [RING] });

  const byList = holed();
  expect(byList.session.partsOf(byList.last as never)).toEqual([
    { key: '1', name: 'hole', number: 1, state: 'open', states: ['open', 'filled'] },
  ]);
  byList.session.setPart('1', '1', 'filled');
  expect(byList.last).toMatchObject({ polygon: [RING] });
});

it('a tap or a key says of a keypoint whether it is in sight', () => {
  const hands = new Hands('skeleton').tap([100, 100], [50, 200], [120, 300]);
  hands.tap([50, 200]);
  expect(hands.last).toMatchObject({ skeleton: { hand: [50, 200, 1] } });
  hands.tap([50, 200]);
  expect(hands.last).toMatchObject({ skeleton: { hand: [50, 200, 2] } });
  hands.session.pickGrip(1);
  for (const [key, visibility] of [
    ['1', 1],
    ['x', 2],
    ['0', 0],
  ] as const) {
    hands.session.alter(key);
    expect(hands.last, key).toMatchObject({ skeleton: { head: [100, 100, visibility] } });
  }
});

it('the list brings back a keypoint that was passed over, in the middle of the others', () => {
  const hands = new Hands('skeleton').tap([100, 100]);
  hands.session.key('Delete');
  hands.tap([120, 300]);
  expect(hands.session.partsOf(hands.last as never).map(({ name, state }) => [name, state])).toEqual([
    ['head', 'visible'],
    ['hand', 'absent'],
    ['foot', 'visible'],
  ]);
  hands.session.setPart('1', 'hand', 'hidden');
  expect(hands.last).toMatchObject({ skeleton: { hand: [110, 200, 1] } });
});
