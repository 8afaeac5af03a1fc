import type { ImagePoint } from '../../geometry/points';
import { type Bench, type Draft, type Press, State } from '../tool';
import { meant } from './meant';
import { Painting } from './painting';

export class BrushIdle extends State {
  readonly name = 'brush.idle';
  #hover: ImagePoint | null = null;

  constructor(
    bench: Bench,
    private readonly erase: boolean,
  ) {
    super(bench);
    bench.hint(erase ? 'eraser' : 'brush');
  }

  override hover(press: Press): State {
    this.#hover = press.pointer === 'touch' ? null : press.at;
    return this;
  }

  override down(press: Press): State {
    if (this.bench.readOnly) return this;
    this.#hover = null;
    const mask = meant(this.bench, press, this.erase);
    return mask === null && this.erase ? this : new Painting(this.bench, this, mask, this.erase, press);
  }

  override draft(): Draft {
    return this.#hover === null ? {} : { brush: { at: this.#hover } };
  }
}
