import { expect, it } from 'vitest';
import type { BoxAnnotation } from '../../model/annotation';
import { Hands } from '../testing/hands';

const drawn = () => new Hands('box').drag([100, 100], [400, 300]);
const box = (hands: Hands) => (hands.annotations[0] as BoxAnnotation).box;

it('corners and edges can be dragged at once after drawing', () => {
  expect(box(drawn().drag([400, 300], [450, 350]))).toEqual([100, 100, 350, 250]);
  expect(box(drawn().drag([400, 180], [450, 500]))).toEqual([100, 100, 350, 200]);
  expect(box(drawn().drag([180, 100], [180, 50]))).toEqual([100, 50, 300, 250]);
});

it('the grip keeps its distance to the pointer', () => {
  expect(box(drawn().drag([405, 304], [455, 354]))).toEqual([100, 100, 350, 250]);
});

it('a finger reaches 22 px, a mouse 12 px', () => {
  const mouse = drawn().drag([420, 320], [470, 370]);
  expect(mouse.annotations).toHaveLength(2);
  const finger = drawn();
  finger.pointer = 'touch';
  finger.drag([414, 314], [464, 364]);
  expect(finger.annotations).toHaveLength(1);
  expect(box(finger)).toEqual([100, 100, 350, 250]);
});

it('the reach is measured on the screen, not on the image', () => {
  const hands = drawn();
  hands.session.scale = 4;
  hands.drag([405, 300], [455, 350]);
  expect(hands.annotations, '5 image px are 20 screen px away').toHaveLength(2);
});

it('Alt moves the grip at a quarter of the speed', () => {
  const hands = drawn();
  hands.alt = true;
  expect(box(hands.drag([400, 300], [440, 340]))).toEqual([100, 100, 310, 210]);
});

it('the grip in the middle moves the whole box, up to the border of the image', () => {
  expect(box(drawn().drag([250, 200], [300, 260]))).toEqual([150, 160, 300, 200]);
  expect(box(drawn().drag([250, 200], [10, 10]))).toEqual([0, 0, 300, 200]);
});

it('a corner dragged over the opposite one turns the box over', () => {
  expect(box(drawn().drag([400, 300], [50, 60]))).toEqual([50, 60, 50, 40]);
});

it('a withdrawn drag changes nothing', () => {
  const hands = drawn().down([400, 300]).move([500, 500]);
  hands.session.withdraw();
  expect(box(hands)).toEqual([100, 100, 300, 200]);
  expect(hands.changes).toEqual(['create']);
});

it('undo in the middle of a drag ends the drag and keeps the box', () => {
  const hands = drawn().down([400, 300]).move([500, 500]);
  hands.session.undo();
  hands.up([500, 500]);
  expect(box(hands)).toEqual([100, 100, 300, 200]);
});

it('a locked shape is not adjusted', () => {
  const hands = drawn();
  hands.session.setLocked(['1']);
  hands.drag([400, 300], [450, 350]);
  expect(box(hands)).toEqual([100, 100, 300, 200]);
});

it('the turning grip turns a box about its centre', () => {
  const hands = new Hands('turned_box').drag([400, 300], [600, 400]);
  // The grip stands 32 px above the middle of the top edge; 218 px right of the centre is a quarter turn.
  hands.drag([500, 268], [600, 300], [582, 350]);
  expect(hands.annotations[0]).toMatchObject({ box: [400, 300, 200, 100], angle_degrees: 90 });
});

it('a large box turns as far as the grip is pulled, to half a screen pixel at the nearest zoom', () => {
  const hands = new Hands('turned_box').drag([100, 100], [900, 600]);
  hands.session.scale = 32;
  // The grip stands a pixel above the top, 251 px from the centre.
  hands.drag([500, 99], [501.3, 99.02]);
  const [box] = hands.annotations as [BoxAnnotation];
  const wanted = Math.atan2(1.3, 250.98);
  const corner = Math.hypot(400, 250);
  expect(Math.abs((box.angle_degrees! * Math.PI) / 180 - wanted) * corner * 32).toBeLessThan(0.5);
});

it('with Shift a new box begins on the corner of the last one', () => {
  const hands = drawn();
  hands.shift = true;
  hands.drag([400, 300], [450, 350]);
  expect(hands.annotations).toHaveLength(2);
  expect(hands.last).toMatchObject({ box: [400, 300, 50, 50] });
});
