import { bitmapRect, encodeMask } from '../../geometry/mask';
import { newBox } from '../../model/frame';
import '../../model/proposals';
import type { RegionPrompt } from '../assist';
import { type Between, spanned } from '../box/between';
import { BoxIdle } from '../box/idle';
import { unkept } from '../brush/laid';
import type { Bench, Draft, Geometry, Key, Press, State } from '../tool';
import { NothingThere } from './refusals';

type Prompt = Extract<RegionPrompt, { tool: 'cutout' }>;

/** Fewer pixels of the image than the server looks at. */
const SMALLEST_PX = 8;

const framed: Between = {
  hint: 'cutout',
  framed: true,
  shape: (a, b, image) => ({ kind: 'box', box: newBox(a, b, image) }),
};

/** A box around an object, drawn as any box is; what stands out in it is proposed when it comes. */
export class CutOutIdle extends BoxIdle {
  override readonly name = 'cutout.idle';
  #prompt: Prompt | null = null;
  #withdraw = () => {};

  constructor(bench: Bench) {
    const next = (_: Bench, home: State, shape: Geometry) => {
      this.#ask(shape);
      return home;
    };
    super(bench, { ...framed, next });
  }

  override down(press: Press): State {
    this.#withdraw();
    return this.bench.readOnly ? this : super.down(press);
  }

  override key(key: Key): State | null {
    if (key !== 'Escape' || this.#prompt === null) return null;
    this.#withdraw();
    return this;
  }

  override leave(): void {
    this.#withdraw();
  }

  /** The frame stays in sight while it is waited for. */
  override draft(): Draft {
    if (this.#prompt === null) return super.draft();
    const [x, y, width, height] = this.#prompt.box;
    return spanned(framed, [x, y], [x + width, y + height], this.bench.image);
  }

  #ask(shape: Geometry): void {
    const { box } = shape as Geometry & { box: Prompt['box'] };
    if (Math.min(box[2], box[3]) < SMALLEST_PX) {
      this.bench.hint('too_small');
      return;
    }
    const prompt = { tool: 'cutout', box } as const;
    const withdrawn = new AbortController();
    const label = this.bench.label!;
    this.#prompt = prompt;
    this.bench.hint('cutout_asking');
    const over = (hint: string) => {
      this.#prompt = null;
      this.bench.hint(hint);
    };
    this.#withdraw = this.bench.settle(
      this.bench.assist!.region(prompt, withdrawn.signal),
      ({ region, by, version, note = 'cutout_found' }) => {
        // Proposed is what would join the answer: what others keep from it is not shown either.
        const own = unkept(this.bench, undefined, region);
        if (bitmapRect(own) === null) return over('all_taken');
        // No part of the answer until it is accepted or changed.
        this.bench.create({ kind: 'mask', mask: encodeMask(own), suggestion: { source: by, by, version } }, label);
        over(note);
      },
      (error) => over(error instanceof NothingThere ? 'cutout_nothing' : 'cutout_failed'),
      () => {
        withdrawn.abort();
        over('cutout');
      },
    );
  }
}
