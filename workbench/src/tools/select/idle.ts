import { distance } from '../../geometry/points';
import type { ShapeAnnotation } from '../../model/annotation';
import { handleAt, withoutVertex, withVertexNear } from '../../model/handle';
import { grab, gripAt } from '../adjust/grab';
import { DOUBLE_TAP_MS, type Press, reach, State } from '../tool';
import { Pressing } from './pressing';

export class SelectIdle extends State {
  readonly name = 'select.idle';
  #lastTap: Press | null = null;

  override down(press: Press): State {
    return grab(this.bench, press, this) ?? new Pressing(this.bench, this, press);
  }

  /** A press that did not move: it selects; a second one on a vertex removes it, on a line makes one. */
  override up(press: Press): State {
    const last = this.#lastTap;
    this.#lastTap = press;
    const shape = this.bench.selected();
    const again =
      last !== null &&
      press.time - last.time < DOUBLE_TAP_MS &&
      distance(press.screen, last.screen) <= reach(press.pointer);
    if (again && shape !== null && !this.bench.readOnly && this.#changeVertices(shape, press)) {
      this.#lastTap = null;
      return this;
    }
    // On a grip it is the shape in the hand that was meant, not the one below it. The grip in the middle is no such word:
    // it lies over whatever has the same middle.
    if ((gripAt(this.bench, press)?.role ?? 'move') !== 'move') return this;
    const found = this.bench.shapeAt(press);
    this.bench.select(found === null ? [] : [found.id]);
    return this;
  }

  #changeVertices(shape: ShapeAnnotation, press: Press): boolean {
    const handle = handleAt(shape, press.at, reach(press.pointer) / this.bench.scale, this.bench.scale);
    if (handle?.role === 'vertex') {
      const rest = withoutVertex(shape, handle.key);
      // The last vertices stay: a shape is deleted by Delete, not by a tap too many.
      if (rest !== null) this.bench.replace(rest, 'delete vertex');
      return true;
    }
    if (this.bench.borderAt(press)?.id !== shape.id) return false;
    this.bench.replace(withVertexNear(shape, press.at), 'insert vertex');
    return true;
  }
}
