import { grab } from '../../tools/adjust/grab';
import { type Bench, type Key, type Press, State } from '../../tools/tool';
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

  /** The first point may be the one that is not in the image. With a mark in the hand the key deletes that mark. */
  override key(key: Key): State | null {
    if (key !== 'Delete' || this.offers.length === 0 || this.bench.selected() !== null) return null;
    return new PlacingKeypoints(this.bench, this, {}, 0).key(key);
  }

  override get offers(): readonly Key[] {
    return this.bench.keypoints.length > 1 ? ['Delete'] : [];
  }
}
