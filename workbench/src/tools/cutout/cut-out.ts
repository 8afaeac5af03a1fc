import { encodeMask } from '../../geometry/mask';
import { newBox } from '../../model/frame';
import '../../model/proposals';
import type { RegionPrompt } from '../assist';
import { type Between, spanned } from '../box/between';
import { BoxIdle } from '../box/idle';
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
  #asked: { readonly prompt: Prompt; readonly withdrawn: AbortController } | null = null;

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
    if (key !== 'Escape' || this.#asked === null) return null;
    this.#withdraw();
    this.bench.hint('cutout');
    return this;
  }

  override leave(): void {
    this.#withdraw();
  }

  /** The frame stays in sight while it is waited for. */
  override draft(): Draft {
    if (this.#asked === null) return super.draft();
    const [x, y, width, height] = this.#asked.prompt.box;
    return spanned(framed, [x, y], [x + width, y + height], this.bench.image);
  }

  #ask(shape: Geometry): void {
    const { box } = shape as Geometry & { box: Prompt['box'] };
    if (Math.min(box[2], box[3]) < SMALLEST_PX) {
      this.bench.hint('too_small');
      return;
    }
    const asked = { prompt: { tool: 'cutout', box } as const, withdrawn: new AbortController() };
    this.#asked = asked;
    this.bench.hint('cutout_asking');
    const done = (hint: string) => {
      this.#asked = null;
      this.bench.hint(hint);
      this.bench.refresh();
    };
    this.bench.assist!.region(asked.prompt, asked.withdrawn.signal).then(
      ({ region, by, version, note = 'cutout_found' }) => {
        if (this.#asked !== asked) return;
        // No part of the answer until it is accepted or changed.
        this.bench.create({ kind: 'mask', mask: encodeMask(region), suggestion: { source: by, by, version } });
        done(note);
      },
      (error) => {
        if (this.#asked === asked) done(error instanceof NothingThere ? 'cutout_nothing' : 'cutout_failed');
      },
    );
  }

  #withdraw(): void {
    this.#asked?.withdrawn.abort();
    this.#asked = null;
  }
}
