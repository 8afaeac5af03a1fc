import { grab } from '../../tools/adjust/grab';
import { type Bench, type Press, State } from '../../tools/tool';
import { PlacingPoint } from './placing';

export class PointIdle extends State {
  readonly name = 'point.idle';

  constructor(bench: Bench) {
    super(bench);
    bench.hint('point');
  }

  override down(press: Press): State {
    return grab(this.bench, press, this) ?? new PlacingPoint(this.bench, this, press);
  }
}
