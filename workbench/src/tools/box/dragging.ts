import { type ImagePoint, inImage } from '../../geometry/points';
import { MIN_SIDE_PX } from '../../model/frame';
import { type Bench, type Draft, Over, type Press, type State } from '../tool';
import { type Between, spanned } from './between';

/** The second corner follows the pointer until it is released. */
export class Dragging extends Over {
  readonly name = 'box.dragging';
  #to: ImagePoint;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly anchor: ImagePoint,
    private readonly between: Between,
    /** Where a withdrawn or cancelled drag returns to. */
    before: State,
  ) {
    super(bench, before);
    this.#to = anchor;
  }

  override move(press: Press): State {
    this.#to = inImage(press.at, this.bench.image);
    return this;
  }

  override up(press: Press): State {
    this.move(press);
    const [from, to] = [this.anchor, this.#to];
    if (Math.min(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) < MIN_SIDE_PX) {
      this.bench.hint('too_small');
      return this.behind;
    }
    const shape = this.between.shape(from, to, this.bench.image);
    if (this.between.next !== undefined) return this.between.next(this.bench, this.home, shape);
    this.bench.create(shape);
    this.bench.hint(this.between.hint);
    return this.home;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.home : null;
  }

  override draft(): Draft {
    return {
      ...spanned(this.between, this.anchor, this.#to, this.bench.image),
      focus: this.#to,
      crosshair: this.#to,
    };
  }
}
