import { distance, type ImagePoint, inImage, type Position, type Ring, type Size } from '../../geometry/points';
import { type Bench, type Draft, type Geometry, type Press, State } from '../../tools/tool';
import { type Faces, faceAt, middleOf } from './model';

/** The back as large as the front, pulled away so that the corner of it nearest to `to` comes to lie there. */
export function cuboidPulled(front: Ring, to: Position, image: Size): Geometry {
  const nearest = front.reduce((best, corner) => (distance(corner, to) < distance(best, to) ? corner : best));
  const [cx, cy] = middleOf(front);
  const back = faceAt(front, [cx + to[0] - nearest[0], cy + to[1] - nearest[1]], image);
  return { kind: 'cuboid', cuboid: [front, back] as unknown as Faces };
}

/** The front stands. Where the next tap or the end of the next drag lies, the nearest corner of the back will be. */
export class PullingBack extends State {
  readonly name = 'cuboid.pulling-back';
  #at: ImagePoint | null = null;
  #pressed = false;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly front: Ring,
  ) {
    super(bench);
    bench.hint('cuboid_back');
  }

  override hover(press: Press): State {
    this.#at = inImage(press.at, this.bench.image);
    return this;
  }

  override down(press: Press): State {
    this.#pressed = true;
    return this.hover(press);
  }

  override move(press: Press): State {
    return this.hover(press);
  }

  override up(press: Press): State {
    this.hover(press);
    this.bench.create(cuboidPulled(this.front, this.#at!, this.bench.image));
    this.bench.hint('cuboid');
    return this.home;
  }

  override withdraw(): State {
    this.#pressed = false;
    this.#at = null;
    return this;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.undo() : null;
  }

  override get canUndo(): boolean {
    return true;
  }

  override undo(): State {
    this.bench.hint('cuboid');
    return this.home;
  }

  override draft(): Draft {
    const at = this.#at;
    const shape = cuboidPulled(this.front, at ?? this.front[0]!, this.bench.image);
    return { shape, ...(at !== null && { crosshair: at }), ...(at !== null && this.#pressed && { focus: at }) };
  }
}
