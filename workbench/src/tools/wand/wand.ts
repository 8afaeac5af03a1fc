import type { Bitmap } from '../../geometry/mask';
import { clamped } from '../../geometry/points';
import type { FoundRegion } from '../assist';
import { unkept } from '../brush/laid';
import { type Bench, type Draft, MOST_TOLERANCE, type Press, State } from '../tool';
import { type Aim, aimed, take } from './take';

export class WandIdle extends State {
  readonly name = 'wand.idle';
  #aim: Aim | null = null;

  constructor(bench: Bench) {
    super(bench);
    bench.hint('wand');
  }

  override down(press: Press): State {
    if (this.bench.readOnly || this.bench.assist === null) return this;
    this.#aim = aimed(this.bench, this.#aim);
    return new Holding(this.bench, this, press, this.#aim);
  }
}

/** Held down: the way to the side says how much is taken, and what was found last is shown. */
class Holding extends State {
  readonly name = 'wand.holding';
  #tolerance: number;
  #found: { readonly tolerance: number; readonly answer: FoundRegion } | null = null;
  /** What of it would be laid. */
  #shown: Bitmap | null = null;
  #asked: Promise<void> | null = null;
  #dropped = false;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
    private readonly aim: Aim,
  ) {
    super(bench);
    this.#tolerance = bench.brush.tolerance;
    this.#ask();
  }

  override move(press: Press): State {
    const aside = press.screen[0] - this.start.screen[0];
    this.#tolerance = Math.round(clamped(this.bench.brush.tolerance + aside / 3, 0, MOST_TOLERANCE));
    this.#ask();
    return this;
  }

  /** What was found may still be on its way: it is taken when it comes. */
  override up(press: Press): State {
    this.move(press);
    this.bench.settle(
      this.#wanted(),
      (found) => take(this.bench, found, this.aim, this.start.alt),
      () => this.bench.hint('wand_failed'),
      () => {
        this.#dropped = true;
      },
    );
    return this.home;
  }

  override withdraw(): State {
    this.#dropped = true;
    return this.home;
  }

  override leave(): void {
    this.#dropped = true;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.withdraw() : null;
  }

  override draft(): Draft {
    if (this.#shown === null) return {};
    const selected = this.aim.id === null ? null : this.bench.shape(this.aim.id);
    const base = selected?.kind === 'mask' ? selected : null;
    return { stroke: { base, touched: this.#shown, erase: this.start.alt } };
  }

  /** One question at a time; the next one asks for what is wanted by then. */
  #ask(): void {
    if (this.#asked !== null || this.#dropped || this.#found?.tolerance === this.#tolerance) return;
    const tolerance = this.#tolerance;
    this.#asked = this.bench.assist!.region({ tool: 'wand', at: this.start.at, tolerance }).then((answer) => {
      this.#asked = null;
      if (this.#dropped) return;
      this.#found = { tolerance, answer };
      const { region } = answer;
      this.#shown = this.start.alt ? region : unkept(this.bench, this.aim.id ?? undefined, region);
      this.bench.touched([0, 0, region.width, region.height]);
      this.bench.refresh();
      this.#ask();
    });
    this.#asked.catch(() => this.bench.hint('wand_failed'));
  }

  async #wanted(): Promise<FoundRegion> {
    while (this.#asked !== null) await this.#asked;
    return this.#found!.answer;
  }
}
