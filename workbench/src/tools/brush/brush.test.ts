import { expect, it } from 'vitest';
import { decodeMask, maskArea, maskBounds } from '../../geometry/mask';
import type { MaskAnnotation } from '../../model/annotation';
import { Hands } from '../testing/hands';

const mask = (hands: Hands) => (hands.annotations[0] as MaskAnnotation).mask;

function painted(): Hands {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 20 });
  return hands.drag([200, 200], [250, 200], [400, 200]);
}

it('a stroke makes a mask of the area it swept', () => {
  const area = maskArea(mask(painted()));
  // A capsule: the rectangle of 200 x 40 and a circle of radius 20.
  expect(Math.abs(area - (200 * 40 + Math.PI * 400)) / area).toBeLessThan(0.005);
  expect(maskBounds(mask(painted()))).toEqual([180, 180, 420, 220]);
});

it('the next stroke goes on in the same mask', () => {
  const hands = painted().drag([300, 100], [300, 300]);
  expect(hands.annotations).toHaveLength(1);
  expect(maskBounds(mask(hands))).toEqual([180, 80, 420, 320]);
  expect(hands.changes).toEqual(['create', 'paint']);
});

it('with nothing selected the next stroke begins another object', () => {
  const hands = painted();
  hands.session.select([]);
  hands.drag([300, 500], [400, 500]);
  expect(hands.annotations).toHaveLength(2);
});

it('undo and redo give back the very same masks', () => {
  const hands = painted();
  const first = mask(hands);
  hands.drag([300, 100], [300, 300]);
  hands.session.setTool('eraser');
  hands.drag([200, 100], [230, 300]);
  const third = mask(hands);
  hands.session.undo();
  hands.session.undo();
  expect(mask(hands)).toEqual(first);
  hands.session.redo();
  hands.session.redo();
  expect(mask(hands)).toEqual(third);
});

it('the eraser takes away exactly what the brush would paint', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.drag([300, 100], [300, 300]);
  const { pixels, width } = decodeMask(mask(hands));
  expect(pixels[200 * width + 300]).toBe(0);
  expect(pixels[200 * width + 279]).toBe(1);
  expect(pixels[200 * width + 280]).toBe(0);
});

it('a mask that is rubbed out completely is removed, and undo brings it back', () => {
  const hands = painted();
  const before = mask(hands);
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 100 });
  hands.drag([150, 200], [450, 200]);
  expect(hands.annotations).toEqual([]);
  hands.session.undo();
  expect(mask(hands)).toEqual(before);
});

it('the eraser without a mask only says so', () => {
  const hands = new Hands('eraser').drag([100, 100], [200, 200]);
  expect(hands.annotations).toEqual([]);
  expect(hands.hints).toContain('no_mask');
});

it('a withdrawn stroke leaves no trace, also not in the next one', () => {
  const hands = painted();
  const before = mask(hands);
  hands.down([600, 600]).move([700, 700]);
  hands.session.withdraw();
  expect(mask(hands)).toEqual(before);
  hands.drag([300, 190], [300, 210]);
  expect(maskBounds(mask(hands))).toEqual([180, 170, 420, 230]);
});

it('a stroke over what is painted already is no step of undo', () => {
  const hands = painted().drag([250, 200], [350, 200]);
  expect(hands.changes).toEqual(['create']);
});

it('the smallest brush paints single pixels', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 0.5 });
  hands.drag([10.5, 10.5], [14.5, 10.5]);
  expect(maskArea(mask(hands))).toBe(5);
});

it('deleting the mask under a running stroke harms nothing', () => {
  const hands = painted().down([300, 100]).move([300, 300]);
  hands.session.remove(['1']);
  hands.up([300, 300]);
  expect(hands.annotations).toEqual([]);
});

it('holes are filled and islands removed, as one step of undo each', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 5 });
  hands.drag([300, 200], [300, 201]);
  hands.session.setTool('brush');
  hands.drag([300, 400], [310, 400]);
  const before = mask(hands);
  hands.session.cleanMask('1', 'islands');
  expect(maskBounds(mask(hands))).toEqual([180, 180, 420, 220]);
  hands.session.cleanMask('1', 'holes');
  expect(mask(hands)).toEqual(mask(painted()));
  hands.session.cleanMask('1', 'holes');
  hands.session.undo();
  hands.session.undo();
  expect(mask(hands)).toEqual(before);
});

it('a bay that is open to the outside is no hole', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 5 });
  hands.drag([300, 170], [300, 200]);
  const before = mask(hands);
  hands.session.cleanMask('1', 'holes');
  expect(mask(hands)).toEqual(before);
});
