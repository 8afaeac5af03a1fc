import { type ImagePoint, inImage } from '../../geometry/points';
import { type Bench, type Draft, type Press, State } from '../tool';
import { type Between, spanned } from './between';
import { Dragging } from './dragging';

/** The first corner stands; the next tap, or the end of the next drag, sets the opposite one. */
export class SecondCorner extends State {
  readonly name = 'box.second-corner';
  #hover: ImagePoint;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly anchor: ImagePoint,
    private readonly between: Between,
  ) {
    super(bench);
    this.#hover = anchor;
    bench.hint('box_second_corner');
  }

  override hover(press: Press): State {
    this.#hover = inImage(press.at, this.bench.image);
    return this;
  }

  override down(press: Press): State {
    return new Dragging(this.bench, this.home, this.anchor, this.between, this).move(press);
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.undo() : null;
  }

  override get canUndo(): boolean {
    return true;
  }

  override undo(): State {
    this.bench.hint(this.between.hint);
    return this.home;
  }

  override draft(): Draft {
    const { anchor } = this;
    return {
      line: { points: [anchor], cursor: null, closed: false, closing: false },
      ...spanned(this.between, anchor, this.#hover, this.bench.image),
      crosshair: this.#hover,
      // Before the hand has moved there is no size to tell.
      ...(this.#hover !== this.anchor && { focus: this.#hover }),
    };
  }
}
