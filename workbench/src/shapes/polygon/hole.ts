import type { Position } from '../../geometry/points';
import { ringsContain } from '../../geometry/polygon';
import type { PolygonAnnotation } from '../../model/annotation';
import { grab } from '../../tools/adjust/grab';
import type { Path } from '../../tools/path/path';
import { Placing } from '../../tools/path/placing';
import { type Bench, type Press, State } from '../../tools/tool';
import { withHole } from './model';

/** A hole is drawn like an outline, and then belongs to the polygon in which its first point lies. */
export class HoleIdle extends State {
  readonly name = 'hole.idle';

  constructor(bench: Bench) {
    super(bench);
    bench.hint('hole');
  }

  override down(press: Press): State {
    const grabbed = grab(this.bench, press, this);
    if (grabbed !== null) return grabbed;
    const around = this.#around(press);
    if (around === null) {
      this.bench.hint('hole_outside');
      return this;
    }
    this.bench.select([around.id]);
    return new Placing(this.bench, this, holeIn(around.id), []).down(press);
  }

  /** The selected polygon when the press lies in it, else the one under the press. */
  #around(press: Press): PolygonAnnotation | null {
    const holds = (shape: ReturnType<Bench['selected']>): shape is PolygonAnnotation =>
      shape?.kind === 'polygon' && ringsContain(shape.polygon, press.at as Position);
    const selected = this.bench.selected();
    if (holds(selected)) return selected;
    const found = this.bench.shapeAt(press);
    return holds(found) ? found : null;
  }
}

/** The polygon is asked for again at the end: its label, its questions or its outline may have changed meanwhile. */
const holeIn = (id: string): Path => ({
  closed: true,
  least: 3,
  hint: 'hole',
  hintOpen: 'polygon_open',
  shape: (points) => ({ kind: 'polygon', polygon: [points] }),
  store(bench, points) {
    const around = bench.shape(id);
    if (around?.kind !== 'polygon') return;
    bench.replace(withHole(around, points), 'hole');
    bench.select([id]);
  },
});
