import { expect, it } from 'vitest';
import { emptyBitmap, fillCapsule, maskArea } from '../geometry/mask';
import type { Position } from '../geometry/points';
import type { MaskAnnotation, PolygonAnnotation } from '../model/annotation';
import type { Assist, RegionPrompt } from './assist';
import './livewire/wiring';
import { Hands } from './testing/hands';

/** Reads no picture: a region is a disc whose radius is the tolerance, a way goes round by the corner. */
class Discs implements Assist {
  readonly asked: RegionPrompt[] = [];
  async region(prompt: RegionPrompt) {
    this.asked.push(prompt);
    const bitmap = emptyBitmap({ width: 1000, height: 800 });
    if (prompt.tool === 'wand') fillCapsule(bitmap, prompt.at, prompt.at, prompt.tolerance);
    if (prompt.tool === 'superpixels') fillCapsule(bitmap, prompt.along[0]!, prompt.along.at(-1)!, 10);
    return bitmap;
  }
  async way({ from, to }: { from: Position; to: Position }): Promise<Position[]> {
    return [from, [to[0], from[1]], to];
  }
  dispose(): void {}
}

const settle = () => new Promise((done) => setTimeout(done, 0));
const area = (hands: Hands) => maskArea((hands.last as MaskAnnotation).mask);
const disc = (radius: number) => Math.PI * radius * radius;

it('without anybody who reads the picture the tools are not there', () => {
  const names = (hands: Hands) => hands.session.tools().map(({ name }) => name);
  expect(names(new Hands())).not.toContain('wand');
  expect(names(new Hands(null, { assist: new Discs() }))).toEqual(
    expect.arrayContaining(['wand', 'superpixels', 'livewire']),
  );
});

it('a press of the wand makes a mask that says what helped, in one step of undo', async () => {
  const hands = new Hands('wand', { assist: new Discs() }).tap([300, 300]);
  await settle();
  expect(hands.last).toMatchObject({ kind: 'mask', label: 'car', assist: { by: 'wand', edited: false } });
  expect(area(hands)).toBeCloseTo(disc(24), -2);
  hands.session.undo();
  expect(hands.annotations).toEqual([]);
});

it('dragged aside it takes more, and asks one question at a time', async () => {
  const discs = new Discs();
  const hands = new Hands('wand', { assist: discs }).drag([300, 300], [330, 300], [360, 300], [390, 300]);
  await settle();
  // 90 px aside are 30 more; the two between were never asked for.
  expect(discs.asked).toMatchObject([{ tolerance: 24 }, { tolerance: 54 }]);
  expect(area(hands)).toBeCloseTo(disc(54), -3);
});

it('a second press joins the selected mask; with Alt it takes away, and the last pixel takes the mask', async () => {
  const hands = new Hands('wand', { assist: new Discs() }).tap([300, 300]);
  await settle();
  hands.tap([500, 300]);
  await settle();
  expect(area(hands)).toBeCloseTo(2 * disc(24), -2);
  hands.alt = true;
  hands.tap([300, 300]);
  await settle();
  expect(area(hands)).toBeCloseTo(disc(24), -2);
  expect(hands.last).toMatchObject({ assist: { by: 'wand', edited: true } });
  hands.tap([500, 300]);
  await settle();
  expect(hands.annotations).toEqual([]);
});

it('a mask that was painted by hand says that the wand helped with a part', async () => {
  const hands = new Hands('brush', { assist: new Discs() }).drag([100, 100], [140, 100]);
  hands.session.setTool('wand');
  hands.tap([300, 300]);
  await settle();
  expect(hands.last).toMatchObject({ assist: { by: 'wand', edited: true } });
  hands.session.undo();
  expect(hands.last).not.toHaveProperty('assist');
});

it('what is found after Escape or another tool is not taken', async () => {
  const hands = new Hands('wand', { assist: new Discs() }).down([300, 300]);
  hands.session.key('Escape');
  hands.up([300, 300]);
  await settle();
  hands.down([300, 300]);
  hands.session.setTool('box');
  await settle();
  expect(hands.annotations).toEqual([]);
});

it('patches under a whole drag are one mask', async () => {
  const discs = new Discs();
  const hands = new Hands('superpixels', { assist: discs }).drag([100, 100], [150, 100], [200, 100]);
  await settle();
  expect(hands.last).toMatchObject({ kind: 'mask', assist: { by: 'superpixels', edited: false } });
  expect(discs.asked).toHaveLength(1);
  expect(area(hands)).toBeCloseTo(100 * 20 + disc(10), -2);
});

it('the wire bends between taps and closes on its first point', async () => {
  const hands = new Hands('livewire', { assist: new Discs() });
  await settle();
  hands.tap([100, 100], [300, 200]);
  await settle();
  hands.tap([150, 400]);
  await settle();
  hands.tap([100, 100]);
  await settle();
  const { polygon, assist } = hands.last as PolygonAnnotation;
  expect(polygon).toEqual([
    [
      [100, 100],
      [300, 100],
      [300, 200],
      [150, 200],
      [150, 400],
      [100, 400],
    ],
  ]);
  expect(assist).toEqual({ by: 'livewire', edited: false });
});

it('undo takes the wire back tap by tap, then away', async () => {
  const hands = new Hands('livewire', { assist: new Discs() });
  await settle();
  hands.tap([100, 100], [300, 200]);
  await settle();
  hands.session.undo();
  expect(hands.session.draft().line?.points).toEqual([[100, 100]]);
  hands.session.undo();
  expect(hands.session.doing).toBe('livewire.idle');
});

it('a tap before the wire’s code has come is its first point', async () => {
  const hands = new Hands('livewire', { assist: new Discs() }).tap([100, 100]);
  await settle();
  hands.hover([200, 200]);
  await settle();
  expect(hands.session.draft().line).toMatchObject({ points: [[100, 100]] });
});
