import { type ImagePoint, inImage } from '../../geometry/points';
import type { ShapeAnnotation } from '../../model/annotation';
import { MIN_SIDE_PX } from '../../model/frame';
import { boundsOf } from '../../model/shape';
import { type Bench, type Draft, type Press, State } from '../tool';
import type { Between } from './between';

/** The second corner follows the pointer until it is released. */
export class Dragging extends State {
  readonly name = 'box.dragging';
  #to: ImagePoint;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly anchor: ImagePoint,
    private readonly between: Between,
    /** Where a withdrawn or cancelled drag returns to. */
    private readonly before: State,
  ) {
    super(bench);
    this.#to = anchor;
  }

  override move(press: Press): State {
    this.#to = inImage(press.at, this.bench.image);
    return this;
  }

  override up(press: Press): State {
    this.move(press);
    const shape = this.between.shape(this.anchor, this.#to, this.bench.image);
    const [x0, y0, x1, y1] = boundsOf(shape as ShapeAnnotation);
    if (x1 - x0 < MIN_SIDE_PX || y1 - y0 < MIN_SIDE_PX) {
      this.bench.hint('too_small');
      return this.before;
    }
    if (this.between.next !== undefined) return this.between.next(this.bench, this.home, shape);
    this.bench.create(shape);
    this.bench.hint(this.between.hint);
    return this.home;
  }

  override withdraw(): State {
    return this.before;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.home : null;
  }

  override draft(): Draft {
    return {
      shape: this.between.shape(this.anchor, this.#to, this.bench.image),
      focus: this.#to,
      crosshair: this.#to,
    };
  }
}
