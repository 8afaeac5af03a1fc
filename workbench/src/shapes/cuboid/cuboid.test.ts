import { expect, it } from 'vitest';
import type { LabelSchema } from '../../model/schema';
import { figureOf } from '../../render/figure';
import { type At, Hands } from '../../tools/testing/hands';
import type { CuboidAnnotation } from './model';

const SCHEMA: LabelSchema = { labels: [{ name: 'crate', kinds: ['cuboid'] }], tags: [] };
const FRONT = [
  [100, 200],
  [200, 200],
  [200, 300],
  [100, 300],
];
const BACK = [
  [140, 180],
  [240, 180],
  [240, 280],
  [140, 280],
];

const hands = () => new Hands('cuboid', { schema: SCHEMA });
const faces = (of: Hands) => (of.annotations[0] as CuboidAnnotation | undefined)?.cuboid;
/** The top right corner of the back lies at 240, 180. */
const drawn = () => hands().drag([100, 200], [200, 300]).tap([240, 180]);

it('a drag over the front and a tap where a corner of the back lies make a cuboid', () => {
  expect(faces(drawn())).toEqual([FRONT, BACK]);
});

it('three taps make it too, and so does a drag that pulls the back out', () => {
  expect(faces(hands().tap([100, 200], [200, 300], [240, 180]))).toEqual([FRONT, BACK]);
  expect(faces(hands().drag([100, 200], [200, 300]).drag([200, 200], [220, 190], [240, 180]))).toEqual([FRONT, BACK]);
});

it('whichever corner is nearest to the tap is the one that is pulled', () => {
  const pulled = (at: At) => faces(hands().drag([100, 200], [200, 300]).tap(at))?.[1][0];
  expect(pulled([140, 180])).toEqual([140, 180]);
  expect(pulled([240, 280])).toEqual([140, 180]);
  // Left and below: the bottom left corner goes 20 to the left and 10 down.
  expect(pulled([80, 310])).toEqual([80, 210]);
});

it('the keyboard taps it as a finger does', () => {
  const keyboard = hands();
  keyboard.pointer = 'keyboard';
  expect(faces(keyboard.tap([100, 200], [200, 300]).hover([230, 190]).tap([240, 180]))).toEqual([FRONT, BACK]);
});

it('the front is one step back, and is no answer alone', () => {
  for (const back of [(h: Hands) => h.session.undo(), (h: Hands) => h.session.key('Escape')]) {
    const half = hands().drag([100, 200], [200, 300]);
    expect([half.session.doing, half.annotations]).toEqual(['cuboid.pulling-back', []]);
    back(half);
    expect(half.session.doing).toBe('box.idle');
  }
});

it('a second finger withdraws the back that was being pulled, not the front', () => {
  const half = hands().drag([100, 200], [200, 300]).down([400, 100]);
  half.session.withdraw();
  expect(half.annotations).toEqual([]);
  expect(faces(half.tap([240, 180]))).toEqual([FRONT, BACK]);
});

it('the back stays on the image as a whole', () => {
  // The image is 1000 x 800: pulled over its corner the back ends there, as large as it was.
  expect(faces(hands().drag([800, 600], [900, 700]).tap([1200, 900]))?.[1]).toEqual([
    [900, 700],
    [1000, 700],
    [1000, 800],
    [900, 800],
  ]);
});

it('every corner can be dragged; one that would bend its face stays', () => {
  const cuboid = drawn();
  expect(faces(cuboid.drag([240, 280], [230, 270]))?.[1][2]).toEqual([230, 270]);
  expect(faces(cuboid.drag([100, 300], [110, 310]))?.[0][3]).toEqual([110, 310]);
  const before = faces(cuboid);
  cuboid.drag([200, 200], [130, 290]);
  expect(faces(cuboid)).toEqual(before);
});

it('the grip in the middle of the back changes the depth alone', () => {
  expect(faces(drawn().drag([190, 230], [200, 220]))).toEqual([FRONT, BACK.map(([x, y]) => [x! + 10, y! - 10])]);
});

it('it is moved as one', () => {
  const cuboid = drawn();
  cuboid.session.nudge(5, -5);
  expect(faces(cuboid)).toEqual([FRONT, BACK].map((face) => face.map(([x, y]) => [x! + 5, y! - 5])));
});

it('it is drawn as twelve edges, the front filled', () => {
  const figure = figureOf(drawn().annotations[0] as never);
  expect(figure.closed).toEqual([FRONT]);
  // The back goes round, and four lines join it to the front.
  expect(figure.open).toHaveLength(5);
  expect(figure.bounds).toEqual([100, 180, 240, 300]);
});
