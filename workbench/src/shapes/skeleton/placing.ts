import { inImage, type Position, roundedPosition } from '../../geometry/points';
import type { SkeletonAnnotation } from '../../model/annotation';
import { type Bench, type Draft, type Key, type Press, State } from '../../tools/tool';

type Points = SkeletonAnnotation['skeleton'];

/** Whose keypoints are placed: of the label at the beginning, whatever label is chosen meanwhile. */
type Plan = Pick<Bench, 'label' | 'keypoints'>;

/** Keypoints are asked for in the order of the schema; Delete says that the next one is not in the image. */
export class PlacingKeypoints extends State {
  readonly name = 'skeleton.placing';
  #pressed: Position | null = null;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly points: Points,
    private readonly next: number,
    private readonly plan: Plan = { label: bench.label, keypoints: bench.keypoints },
  ) {
    super(bench);
    const name = this.plan.keypoints[next];
    if (name !== undefined) bench.hint('skeleton_next', name);
  }

  override down(press: Press): State {
    return this.move(press);
  }

  override move(press: Press): State {
    this.#pressed = inImage(press.at, this.bench.image);
    return this;
  }

  override up(press: Press): State {
    const name = this.plan.keypoints[this.next];
    if (name === undefined) return this.home;
    const at = roundedPosition(inImage(press.at, this.bench.image));
    if (this.next === 0) this.bench.select([]);
    return this.advanced({ ...this.points, [name]: [...at, 2] });
  }

  override withdraw(): State {
    this.#pressed = null;
    return this.next === 0 ? this.home : this;
  }

  override key(key: Key): State | null {
    if (key === 'Escape') return this.home;
    if (key === 'Delete') return this.advanced(this.points);
    return key === 'Enter' && Object.keys(this.points).length > 0 ? this.finished(this.points) : null;
  }

  override get canUndo(): boolean {
    return this.next > 0;
  }

  override get offers(): readonly Key[] {
    return Object.keys(this.points).length > 0 ? ['Delete', 'Enter'] : this.next > 0 ? ['Delete'] : [];
  }

  override undo(): State {
    if (this.next <= 1) return this.home;
    const { [this.plan.keypoints[this.next - 1]!]: _, ...points } = this.points;
    return new PlacingKeypoints(this.bench, this.home, points, this.next - 1, this.plan);
  }

  private advanced(points: Points): State {
    return this.next + 1 < this.plan.keypoints.length
      ? new PlacingKeypoints(this.bench, this.home, points, this.next + 1, this.plan)
      : this.finished(points);
  }

  private finished(points: Points): State {
    if (Object.keys(points).length > 0) {
      const { label, keypoints } = this.plan;
      // Another label with the same points takes them.
      const fits = String(keypoints) === String(this.bench.keypoints);
      this.bench.create({ kind: 'skeleton', skeleton: points }, fits ? this.bench.label! : label!);
    }
    this.bench.hint('skeleton_next', this.bench.keypoints[0] ?? '');
    return this.home;
  }

  override draft(): Draft {
    const name = this.plan.keypoints[this.next];
    const at = this.#pressed;
    if (at === null || name === undefined) return { shape: { kind: 'skeleton', skeleton: this.points } };
    return { shape: { kind: 'skeleton', skeleton: { ...this.points, [name]: [at[0], at[1], 2] } }, focus: at };
  }
}
