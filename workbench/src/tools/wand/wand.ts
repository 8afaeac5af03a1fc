import type { FoundRegion } from '../assist';
import { type Bench, type Draft, type Press, State } from '../tool';
import { take } from './take';

const TOLERANCE = 24;
const HIGHEST = 160;

export class WandIdle extends State {
  readonly name = 'wand.idle';

  constructor(bench: Bench) {
    super(bench);
    bench.hint('wand');
  }

  override down(press: Press): State {
    return this.bench.readOnly || this.bench.assist === null ? this : new Holding(this.bench, this, press);
  }
}

/** Held down: the way to the side says how much is taken, and what was found last is shown. */
class Holding extends State {
  readonly name = 'wand.holding';
  #tolerance = TOLERANCE;
  #found: { readonly tolerance: number; readonly answer: FoundRegion } | null = null;
  #asking = false;
  #over = false;
  #dropped = false;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
  ) {
    super(bench);
    this.#ask();
  }

  override move(press: Press): State {
    const aside = press.screen[0] - this.start.screen[0];
    this.#tolerance = Math.round(Math.max(0, Math.min(HIGHEST, TOLERANCE + aside / 3)));
    this.#ask();
    return this;
  }

  /** What was found may still be on its way: it is taken when it comes. */
  override up(press: Press): State {
    this.move(press);
    this.#over = true;
    this.#settle();
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
    if (this.#found === null) return {};
    const selected = this.bench.selected();
    const base = selected?.kind === 'mask' ? selected : null;
    return { stroke: { base, touched: this.#found.answer.region, erase: this.start.alt } };
  }

  /** One question at a time; the next one asks for what is wanted by then. */
  #ask(): void {
    if (this.#asking || this.#dropped || this.#found?.tolerance === this.#tolerance) return;
    this.#asking = true;
    const tolerance = this.#tolerance;
    this.bench.assist!.region({ tool: 'wand', at: this.start.at, tolerance }).then(
      (answer) => {
        this.#asking = false;
        if (this.#dropped) return;
        this.#found = { tolerance, answer };
        this.bench.touched([0, 0, answer.region.width, answer.region.height]);
        this.bench.refresh();
        this.#ask();
        this.#settle();
      },
      () => this.bench.hint('wand_failed'),
    );
  }

  #settle(): void {
    if (!this.#over || this.#dropped || this.#found?.tolerance !== this.#tolerance) return;
    this.#dropped = true;
    take(this.bench, this.#found.answer, this.start.alt);
  }
}
