import { expect, it } from 'vitest';
import { emptyBitmap, fillCapsule, maskArea } from '../geometry/mask';
import type { Position } from '../geometry/points';
import type { MaskAnnotation, PolygonAnnotation } from '../model/annotation';
import { withoutNotes } from '../model/suggestions';
import type { Assist, FoundRegion, FoundWay, RegionPrompt } from './assist';
import { NothingThere } from './cutout/refusals';
import './livewire/wiring';
import { Hands } from './testing/hands';

/** Reads no picture: a region is a disc whose radius is the tolerance, a way goes round by the corner. */
class Discs implements Assist {
  readonly asked: RegionPrompt[] = [];
  constructor(readonly cutsOut = false) {}
  async region(prompt: RegionPrompt): Promise<FoundRegion> {
    this.asked.push(prompt);
    const bitmap = emptyBitmap({ width: 1000, height: 800 });
    if (prompt.tool === 'wand') fillCapsule(bitmap, prompt.at, prompt.at, prompt.tolerance);
    if (prompt.tool === 'superpixels') fillCapsule(bitmap, prompt.along[0]!, prompt.along.at(-1)!, 10);
    return { region: bitmap, by: prompt.tool, version: '7' };
  }
  async way({ from, to }: { from: Position; to: Position }): Promise<FoundWay> {
    return { way: [from, [to[0], from[1]], to], by: 'livewire', version: '7' };
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
  expect(names(new Hands(null, { assist: new Discs() }))).not.toContain('cutout');
  expect(names(new Hands(null, { assist: new Discs(true) }))).toContain('cutout');
});

it('a press of the wand makes a mask that says what helped, in one step of undo', async () => {
  const hands = new Hands('wand', { assist: new Discs() }).tap([300, 300]);
  await settle();
  expect(hands.last).toMatchObject({ kind: 'mask', label: 'car', assist: { by: 'wand', version: '7', edited: false } });
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

it('the keys of the brush give the wand its tolerance, which a press begins with and leaves as it was', async () => {
  const discs = new Discs();
  const hands = new Hands('wand', { assist: discs });
  const { radius_px } = hands.session.brush;
  hands.session.stepBrush(true);
  hands.session.stepBrush(true);
  hands.tap([300, 300]);
  await settle();
  hands.drag([600, 300], [630, 300]);
  await settle();
  hands.session.setBrush({ tolerance: 2 });
  hands.session.stepBrush(false);
  hands.tap([800, 300]);
  await settle();
  expect(discs.asked).toMatchObject([{ tolerance: 32 }, { tolerance: 32 }, { tolerance: 42 }, { tolerance: 0 }]);
  expect(hands.session.brush).toMatchObject({ radius_px, tolerance: 0 });
  hands.session.setBrush({ tolerance: 1_000 });
  expect(hands.session.brush.tolerance).toBe(160);
  hands.session.setTool('brush');
  hands.session.stepBrush(true);
  expect(hands.session.brush).toMatchObject({ tolerance: 160 });
  expect(hands.session.brush.radius_px).toBeGreaterThan(radius_px);
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
  expect(assist).toEqual({ by: 'livewire', version: '7', edited: false });
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

/** Answers when the test says so, with a disc in the middle of the box. */
class Slow extends Discs {
  readonly signals: AbortSignal[] = [];
  #answers: ((answer: FoundRegion | Error) => void)[] = [];
  constructor() {
    super(true);
  }
  override region(prompt: RegionPrompt, signal?: AbortSignal): Promise<FoundRegion> {
    this.asked.push(prompt);
    this.signals.push(signal!);
    return new Promise((found, failed) => {
      this.#answers.push((answer) => (answer instanceof Error ? failed(answer) : found(answer)));
    });
  }
  async answer(index: number, change: Partial<FoundRegion> | Error = {}): Promise<void> {
    const region = emptyBitmap({ width: 1000, height: 800 });
    fillCapsule(region, [200, 200], [200, 200], 30);
    const found = { region, by: 'grabcut', version: '1+opencv-5', ...change };
    this.#answers[index]!(change instanceof Error ? change : found);
    await settle();
  }
}

it('a box asks for what stands out in it; the proposal is no answer until it is accepted', async () => {
  const slow = new Slow();
  const hands = new Hands('cutout', { assist: slow }).drag([100, 120], [300, 280]);
  expect(slow.asked).toEqual([{ tool: 'cutout', box: [100, 120, 200, 160] }]);
  expect(hands.hints.at(-1)).toBe('cutout_asking');
  // The frame stays in sight while it is waited for.
  expect(hands.session.draft().line?.points).toHaveLength(4);
  await slow.answer(0);
  expect(withoutNotes(hands.annotations)).toEqual({ annotations: [], assists: {} });
  expect(hands.session.suggestions().map(({ id }) => id)).toEqual(hands.session.selection);
  hands.session.decide('accept');
  const { annotations, assists } = withoutNotes(hands.annotations);
  expect(maskArea((annotations[0] as MaskAnnotation).mask)).toBeCloseTo(disc(30), -2);
  expect(assists).toEqual({ '1': { by: 'grabcut', version: '1+opencv-5', edited: false } });
  hands.session.undo();
  hands.session.undo();
  expect(hands.annotations).toEqual([]);
});

/** A mask by hand over the left half of what is found: a disc of 30 about (200, 200). */
function beside(mode: 'empty' | 'take', assist: Assist): Hands {
  const hands = new Hands('brush', { assist });
  hands.session.setBrush({ radius_px: 50, square: true });
  hands.tap([150, 200]);
  hands.session.setBrush({ mode });
  hands.session.select([]);
  return hands;
}
const areaOf = (hands: Hands, index: number) => maskArea((hands.annotations[index] as MaskAnnotation).mask);

it('paint only empty: the wand shows what it will take, and a cut-out is proposed and accepted without what others have', async () => {
  const slow = new Slow();
  const hands = beside('empty', slow);
  hands.session.setTool('cutout');
  hands.drag([100, 120], [300, 280]);
  await slow.answer(0);
  expect(areaOf(hands, 1)).toBeCloseTo(disc(30) / 2, -2);
  hands.session.decide('accept');
  expect([areaOf(hands, 0), hands.annotations.length]).toEqual([10_000, 2]);
  expect(areaOf(hands, 1)).toBeCloseTo(disc(30) / 2, -2);

  const wand = beside('empty', new Discs());
  wand.session.setTool('wand');
  wand.down([200, 200]);
  await settle();
  const { touched } = wand.session.draft().stroke!;
  expect(touched.pixels.reduce((sum, pixel) => sum + pixel, 0)).toBeCloseTo(disc(24) / 2, -2);
  wand.up([200, 200]);
  await settle();
  expect(areaOf(wand, 1)).toBeCloseTo(disc(24) / 2, -2);
});

it('take over: others keep their pixels until a cut-out is accepted, and one undo gives all back', async () => {
  const slow = new Slow();
  const hands = beside('take', slow);
  hands.session.setTool('cutout');
  hands.drag([100, 120], [300, 280]);
  await slow.answer(0);
  expect(areaOf(hands, 0)).toBe(10_000);
  hands.session.decide('accept');
  expect(areaOf(hands, 0)).toBeCloseTo(10_000 - disc(30) / 2, -2);
  expect(areaOf(hands, 1)).toBeCloseTo(disc(30), -2);
  hands.session.undo();
  expect([areaOf(hands, 0), hands.session.suggestions().length]).toEqual([10_000, 1]);
});

it('of two that are accepted in one step under paint only empty, the first has the pixels; all of which are taken is not accepted', () => {
  const slow = new Slow();
  const hands = beside('take', slow);
  const [mine] = hands.annotations as [MaskAnnotation];
  const proposal = (id: string): MaskAnnotation => ({ ...mine, id, suggestion: { source: 'model', version: '1' } });
  hands.session.setAnnotations([proposal('8'), proposal('9')]);
  hands.session.setBrush({ mode: 'empty' });
  expect(hands.session.acceptAll()).toBe(true);
  expect(hands.session.suggestions().map(({ id }) => id)).toEqual(['9']);
  expect(hands.hints.at(-1)).toBe('all_taken');
  expect(hands.session.acceptAll()).toBe(false);
});

it('two taps make the same box, by finger and by keyboard, and the first is taken back by Escape', async () => {
  for (const pointer of ['touch', 'keyboard'] as const) {
    const slow = new Slow();
    const hands = new Hands('cutout', { assist: slow });
    hands.pointer = pointer;
    hands.tap([500, 500]);
    hands.session.key('Escape');
    hands.tap([300, 280]);
    expect(hands.session.doing).toBe('box.second-corner');
    hands.tap([100, 120]);
    expect(slow.asked).toEqual([{ tool: 'cutout', box: [100, 120, 200, 160] }]);
  }
});

it('another box, Escape or another tool withdraws the question, and its answer comes to nothing', async () => {
  const slow = new Slow();
  const hands = new Hands('cutout', { assist: slow }).drag([100, 100], [300, 300]).drag([150, 100], [300, 300]);
  expect(slow.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  hands.session.key('Escape');
  hands.drag([160, 100], [300, 300]);
  hands.session.setTool('brush');
  expect(slow.signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  for (const index of [0, 1, 2]) await slow.answer(index);
  expect(hands.annotations).toEqual([]);
});

it('a proposal that is changed by the brush is one’s own and says so', async () => {
  const slow = new Slow();
  const hands = new Hands('cutout', { assist: slow }).drag([100, 100], [300, 300]);
  await slow.answer(0);
  hands.session.setTool('brush');
  hands.drag([200, 200], [260, 200]);
  expect(withoutNotes(hands.annotations).assists).toMatchObject({ '1': { by: 'grabcut', edited: true } });
});

it('where nothing is found, or nobody can be asked, a word says so', async () => {
  const slow = new Slow();
  const hands = new Hands('cutout', { assist: slow }).drag([100, 100], [300, 300]);
  await slow.answer(0, new NothingThere());
  expect(hands.hints.at(-1)).toBe('cutout_nothing');
  hands.drag([100, 100], [300, 300]);
  await slow.answer(1, new Error('no picture'));
  expect(hands.hints.at(-1)).toBe('cutout_failed');
  hands.drag([100, 100], [104, 300]);
  expect(hands.hints.at(-1)).toBe('too_small');
  expect(slow.asked).toHaveLength(2);
  expect(hands.annotations).toEqual([]);
});

/** Answers wait until the test lets them go. */
class Waiting extends Discs {
  readonly go: (() => void)[] = [];
  override async region(prompt: RegionPrompt): Promise<FoundRegion> {
    await new Promise<void>((done) => this.go.push(done));
    return super.region(prompt);
  }
  override async way(prompt: { from: Position; to: Position }): Promise<FoundWay> {
    await new Promise<void>((done) => this.go.push(done));
    return super.way(prompt);
  }
}

it.each(['wand', 'superpixels'])(
  '%s: until the answer is there the mark is unfinished, and undo drops it',
  async (tool) => {
    const assist = new Waiting();
    const hands = new Hands(tool, { assist }).tap([300, 300]);
    expect(hands.session.isOpen).toBe(true);
    expect(hands.session.finish()).toBe(false);
    expect(hands.hints.at(-1)).toBe('settling');
    hands.session.undo();
    expect(hands.session.finish()).toBe(true);
    assist.go[0]!();
    await settle();
    expect(hands.annotations).toEqual([]);
  },
);

it('a region that comes late goes where it was meant to, whatever is chosen by then', async () => {
  const assist = new Waiting();
  const hands = new Hands('wand', { assist }).tap([300, 300], [500, 300]);
  hands.session.setTool('box');
  hands.session.setLabel('sign');
  hands.drag([700, 700], [750, 750]);
  for (const go of assist.go) go();
  await settle();
  // Two presses before the first mask was there mean one mask; the box keeps the selection.
  expect(hands.annotations.map(({ kind }) => kind)).toEqual(['box', 'mask']);
  expect(hands.labels).toEqual(['sign', 'car']);
  expect(area(hands)).toBeCloseTo(2 * disc(24), -2);
  expect(hands.session.selection).toEqual(['1']);
  expect(hands.session.isOpen).toBe(false);
});

it('a region for a mask that is gone by then comes to nothing, and no other mask gets it', async () => {
  const assist = new Waiting();
  const hands = new Hands('brush', { assist }).drag([100, 100], [140, 100]);
  hands.session.select([]);
  hands.drag([600, 600], [640, 600]);
  hands.session.setTool('wand');
  const before = hands.annotations[0];
  hands.tap([300, 300]);
  hands.session.remove(['2']);
  hands.session.select(['1']);
  assist.go[0]!();
  await settle();
  expect(hands.annotations).toEqual([before]);
});

it('the wire’s last way is waited for under the label it was drawn with', async () => {
  const assist = new Waiting();
  const hands = new Hands('livewire', { assist });
  await settle();
  hands.tap([100, 100], [300, 200], [150, 400]);
  expect(hands.session.finish()).toBe(false);
  hands.session.setTool('box');
  hands.session.setLabel('sign');
  for (const go of assist.go) go();
  await settle();
  expect(hands.last).toMatchObject({ kind: 'polygon', label: 'car' });
  expect(hands.session.finish()).toBe(true);
});
