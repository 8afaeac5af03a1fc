import type { ImagePoint } from '../../geometry/points';
import { type Bench, type Draft, type Press, State } from '../tool';
import { type Aim, aimed, take } from './take';

export class PatchesIdle extends State {
  readonly name = 'superpixels.idle';
  #aim: Aim | null = null;

  constructor(bench: Bench) {
    super(bench);
    bench.hint('superpixels');
  }

  override down(press: Press): State {
    if (this.bench.readOnly || this.bench.assist === null) return this;
    this.#aim = aimed(this.bench, this.#aim);
    return new Dragging(this.bench, this, press, this.#aim);
  }
}

/** The patches under the whole way are taken at its end: one step of undo. */
class Dragging extends State {
  readonly name = 'superpixels.dragging';
  readonly #along: ImagePoint[];

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
    private readonly aim: Aim,
  ) {
    super(bench);
    this.#along = [start.at];
  }

  override move(press: Press): State {
    this.#along.push(...press.trail);
    return this;
  }

  override up(press: Press): State {
    this.#along.push(press.at);
    this.bench.settle(
      this.bench.assist!.region({ tool: 'superpixels', along: this.#along }),
      (found) => take(this.bench, found, this.aim, this.start.alt),
      () => this.bench.hint('wand_failed'),
    );
    return this.home;
  }

  override withdraw(): State {
    return this.home;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.home : null;
  }

  override draft(): Draft {
    const [from = this.start.at] = this.#along;
    return { line: { points: [from], cursor: null, trail: this.#along, closed: false, closing: false } };
  }
}
