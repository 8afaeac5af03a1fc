import { inImage } from '../../geometry/points';
import { type Bench, type Press, State } from '../tool';

/** Few outlines are drawn so: what draws them comes when the tool is first taken up. */
let code: typeof import('./wiring') | null = null;

export class WireIdle extends State {
  readonly name = 'livewire.idle';
  #first: Press | null = null;

  constructor(bench: Bench) {
    super(bench);
    bench.hint('livewire');
    void this.#load();
  }

  override hover(press: Press): State {
    return this.#first === null ? this : this.#begun().hover(press);
  }

  /** A tap that was there before the code waits for it. */
  override up(press: Press): State {
    if (this.bench.readOnly || this.bench.assist === null) return this;
    const waited = this.#first !== null;
    this.#first ??= press;
    const begun = this.#begun();
    return waited && begun !== this ? begun.up(press) : begun;
  }

  #begun(): State {
    if (code === null || this.#first === null) return this;
    const press = this.#first;
    this.#first = null;
    this.bench.select([]);
    return new code.Wiring(this.bench, this, [[inImage(press.at, this.bench.image)]], press);
  }

  async #load(): Promise<void> {
    code ??= await import('./wiring').catch(() => null);
  }
}
