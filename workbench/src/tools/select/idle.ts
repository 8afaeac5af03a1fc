import { withVertexNear } from '../../model/handle';
import { grab } from '../adjust/grab';
import { type Press, State } from '../tool';
import { Pressing } from './pressing';

const DOUBLE_MS = 350;

export class SelectIdle extends State {
  readonly name = 'select.idle';
  #lastTap: Press | null = null;

  override down(press: Press): State {
    return grab(this.bench, press, this) ?? new Pressing(this.bench, this, press);
  }

  /** A press that did not move. */
  override up(press: Press): State {
    const last = this.#lastTap;
    this.#lastTap = press;
    const selected = this.bench.selected();
    if (
      last !== null &&
      selected !== null &&
      press.time - last.time < DOUBLE_MS &&
      this.bench.borderAt(press)?.id === selected.id
    ) {
      this.#lastTap = null;
      if (!this.bench.readOnly) this.bench.replace(withVertexNear(selected, press.at), 'insert vertex');
      return this;
    }
    const shape = this.bench.shapeAt(press);
    this.bench.select(shape === null ? [] : [shape.id]);
    return this;
  }
}
