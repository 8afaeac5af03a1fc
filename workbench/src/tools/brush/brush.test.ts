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

it("a pen's eraser rubs out of the mask and leaves the brush in the hand", () => {
  const hands = painted();
  const press = (x: number, y: number) => ({
    at: [x, y] as never,
    screen: [x, y] as never,
    trail: [[x, y]] as never,
    pointer: 'pen' as const,
    alt: false,
    shift: false,
    time: 0,
  });
  const before = maskArea(mask(hands));
  hands.session.rub(press(300, 150), 'down');
  expect(hands.session.tool).toBe('eraser');
  hands.session.rub(press(300, 250), 'move');
  hands.session.rub(press(300, 250), 'up');
  expect(hands.session.tool).toBe('brush');
  expect(maskArea(mask(hands))).toBeLessThan(before);
});

it("a pen's eraser takes a whole object away where nothing is painted, and unfinished work stays", () => {
  const hands = new Hands('box').drag([100, 100], [300, 220]).tap([400, 400]);
  const at = { at: [100, 150], screen: [100, 150], trail: [], pointer: 'pen', alt: false, shift: false, time: 0 };
  for (const what of ['down', 'up'] as const) hands.session.rub(at as never, what);
  expect([hands.annotations, hands.session.doing]).toEqual([[], 'box.second-corner']);
});

it('a light pen paints a thinner line', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 10 });
  const at = (x: number) => ({ at: [x, 100], screen: [x, 100], trail: [[x, 100]], pointer: 'pen', time: 0 });
  const light = (x: number) => ({ ...at(x), alt: false, shift: false, brushShare: 0.4 }) as never;
  hands.session.down(light(100));
  hands.session.move(light(200));
  hands.session.up(light(200));
  // Four pixels above and below the way, four before and behind it.
  expect(maskBounds(mask(hands))).toEqual([96, 96, 204, 104]);
});
