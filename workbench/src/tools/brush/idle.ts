import type { ImagePoint } from '../../geometry/points';
import { type Bench, type Draft, type Press, State } from '../tool';
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

  /** Strokes go on in the selected mask; with none selected the brush begins a new one, the eraser takes the one below. */
  override down(press: Press): State {
    if (this.bench.readOnly) return this;
    this.#hover = null;
    const selected = this.bench.selected();
    if (selected?.kind === 'mask') return new Painting(this.bench, this, selected, this.erase, press);
    if (!this.erase) return new Painting(this.bench, this, null, false, press);
    const below = this.bench.shapeAt(press);
    if (below?.kind !== 'mask') {
      this.bench.hint('no_mask');
      return this;
    }
    this.bench.select([below.id]);
    return new Painting(this.bench, this, below, true, press);
  }

  override draft(): Draft {
    return this.#hover === null ? {} : { brush: { at: this.#hover } };
  }
}
