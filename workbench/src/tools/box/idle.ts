import { grab } from '../adjust/grab';
import { type Bench, type Draft, type Press, State } from '../tool';
import type { Between } from './between';
import { FirstCorner } from './first-corner';

export class BoxIdle extends State {
  readonly name: string = 'box.idle';
  #hover: Press | null = null;

  constructor(
    bench: Bench,
    private readonly between: Between,
  ) {
    super(bench);
    bench.hint(between.hint);
  }

  override down(press: Press): State {
    this.#hover = null;
    return grab(this.bench, press, this) ?? new FirstCorner(this.bench, this, press, this.between);
  }

  override hover(press: Press): State {
    this.#hover = press.pointer === 'touch' ? null : press;
    return this;
  }

  override draft(): Draft {
    return this.#hover === null ? {} : { crosshair: this.#hover.at };
  }
}
