import { grab } from '../adjust/grab';
import { type Bench, type Press, State } from '../tool';
import type { Path } from './path';
import { Placing } from './placing';

export class PathIdle extends State {
  readonly name = 'path.idle';

  constructor(
    bench: Bench,
    private readonly path: Path,
  ) {
    super(bench);
    bench.hint(path.hint);
  }

  override down(press: Press): State {
    const grabbed = grab(this.bench, press, this);
    if (grabbed !== null) return grabbed;
    const shape = press.pointer === 'keyboard' ? null : this.bench.borderAt(press);
    if (shape !== null && shape.id !== this.bench.selected()?.id) {
      this.bench.select([shape.id]);
      return this;
    }
    return new Placing(this.bench, this, this.path, []).down(press);
  }
}
