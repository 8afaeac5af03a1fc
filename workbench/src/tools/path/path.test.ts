import { expect, it } from 'vitest';
import type { PolygonAnnotation } from '../../model/annotation';
import { type At, Hands } from '../testing/hands';

const SQUARE: At[] = [
  [100, 100],
  [300, 100],
  [300, 300],
  [100, 300],
];
const ring = (hands: Hands) => (hands.last as PolygonAnnotation).polygon[0];

it('taps and a tap on the first point make a polygon', () => {
  const hands = new Hands('polygon').tap(...SQUARE, [104, 103]);
  expect(ring(hands)).toEqual(SQUARE);
  expect(hands.changes).toEqual(['create']);
  expect(hands.session.doing).toBe('path.idle');
});

it('a double tap closes without a vertex more', () => {
  const hands = new Hands('polygon').tap(...SQUARE.slice(0, 3)).doubleTap([100, 300]);
  expect(ring(hands)).toEqual(SQUARE);
});

it('Enter closes, and not before there are three points', () => {
  const hands = new Hands('polygon').tap(...SQUARE.slice(0, 2));
  expect(hands.session.key('Enter')).toBe(true);
  expect(hands.annotations).toEqual([]);
  hands.tap(SQUARE[2]!);
  hands.session.key('Enter');
  expect(ring(hands)).toEqual(SQUARE.slice(0, 3));
});

it('Backspace, undo and redo work inside the polygon', () => {
  const hands = new Hands('polygon').tap(...SQUARE, [50, 50]);
  hands.session.key('Backspace');
  hands.session.undo();
  hands.session.redo();
  hands.session.key('Enter');
  expect(ring(hands)).toEqual(SQUARE);
  hands.session.undo();
  expect(hands.annotations).toEqual([]);
  hands.session.redo();
  expect(ring(hands)).toEqual(SQUARE);
});

it('undo goes back to no vertex and redo brings the first one back', () => {
  const hands = new Hands('polygon').tap(SQUARE[0]!);
  hands.session.undo();
  expect(hands.session.canUndo).toBe(false);
  hands.session.redo();
  hands.tap(...SQUARE.slice(1));
  hands.session.key('Enter');
  expect(ring(hands)).toEqual(SQUARE);
});

it('Escape drops the unfinished polygon', () => {
  const hands = new Hands('polygon').tap(...SQUARE);
  hands.session.key('Escape');
  expect(hands.session.doing).toBe('path.idle');
  expect(hands.annotations).toEqual([]);
  hands.session.redo();
  hands.session.key('Enter');
  expect(ring(hands), 'redo brings back what a slip has dropped').toEqual(SQUARE);
});

it('a second finger withdraws only the vertex it came upon', () => {
  const hands = new Hands('polygon');
  hands.pointer = 'touch';
  hands.tap(...SQUARE).down([50, 50]);
  hands.session.withdraw();
  hands.session.key('Enter');
  expect(ring(hands)).toEqual(SQUARE);
});

it('a finger slides until the vertex is right', () => {
  const hands = new Hands('polygon');
  hands.pointer = 'touch';
  hands.tap(...SQUARE.slice(0, 3)).drag([160, 360], [130, 330], [100, 300]);
  hands.session.key('Enter');
  expect(ring(hands)).toEqual(SQUARE);
});

it('a vertex stands where it was seen last, however little the hand slid', () => {
  for (const pointer of ['touch', 'pen', 'mouse'] as const) {
    const hands = new Hands('polygon');
    hands.pointer = pointer;
    hands.tap(...SQUARE.slice(0, 3)).drag([98, 299], [100, 300]);
    hands.session.key('Enter');
    expect(ring(hands), pointer).toEqual(SQUARE);
  }
});

it('a mouse traces, and a straight trace needs two points', () => {
  const way = Array.from({ length: 21 }, (_, i): At => [100 + 10 * i, 100]);
  const hands = new Hands('polyline').drag(way[0]!, ...way.slice(1));
  hands.session.key('Enter');
  expect(hands.last).toMatchObject({
    kind: 'polyline',
    polyline: [
      [100, 100],
      [300, 100],
    ],
  });
});

it('a trace that comes back to its beginning closes by itself', () => {
  const circle = Array.from({ length: 200 }, (_, i): At => {
    const t = (2 * Math.PI * i) / 199;
    return [400 + 200 * Math.cos(t), 400 + 200 * Math.sin(t)];
  });
  const hands = new Hands('polygon').drag(circle[0]!, ...circle.slice(1));
  const points = ring(hands)!;
  expect(points.length).toBeLessThan(60);
  for (const [x, y] of points) expect(Math.abs(Math.hypot(x - 400, y - 400) - 200)).toBeLessThan(1);
});

it('a line ends on its last point', () => {
  const hands = new Hands('polyline').tap([10, 10], [60, 60], [90, 20], [92, 22]);
  expect(hands.last).toMatchObject({
    polyline: [
      [10, 10],
      [60, 60],
      [90, 20],
    ],
  });
});
