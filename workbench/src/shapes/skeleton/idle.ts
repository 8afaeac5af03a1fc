import { grab } from '../../tools/adjust/grab';
import { type Bench, type Press, State } from '../../tools/tool';
import { PlacingKeypoints } from './placing';

export class SkeletonIdle extends State {
  readonly name = 'skeleton.idle';

  constructor(bench: Bench) {
    super(bench);
    bench.hint('skeleton_next', bench.keypoints[0] ?? '');
  }

  override down(press: Press): State {
    return grab(this.bench, press, this) ?? new PlacingKeypoints(this.bench, this, {}, 0).down(press);
  }
}
