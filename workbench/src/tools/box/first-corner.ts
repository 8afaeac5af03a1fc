import { inImage } from '../../geometry/points';
import { type Bench, type Draft, type Press, State, strayed } from '../tool';
import type { Between } from './between';
import { Dragging } from './dragging';
import { SecondCorner } from './second-corner';

/** Pressed for the first corner: a drag spans the box, a tap leaves the corner and waits for the second one. */
export class FirstCorner extends State {
  readonly name = 'box.first-corner';

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
    private readonly between: Between,
  ) {
    super(bench);
  }

  override move(press: Press): State {
    if (!strayed(this.start, press)) return this;
    return new Dragging(this.bench, this.home, inImage(this.start.at, this.bench.image), this.between, this.home).move(
      press,
    );
  }

  override up(press: Press): State {
    // On the border of a shape a tap means that shape; inside or beside it a new one begins.
    const shape = this.bench.borderAt(press);
    if (shape !== null && press.pointer !== 'keyboard') {
      this.bench.select([shape.id]);
      return this.home;
    }
    return new SecondCorner(this.bench, this.home, inImage(this.start.at, this.bench.image), this.between);
  }

  override withdraw(): State {
    return this.home;
  }

  override draft(): Draft {
    return { focus: this.start.at };
  }
}
