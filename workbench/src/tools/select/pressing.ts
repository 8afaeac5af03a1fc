import { canMove, covers } from '../../model/shape';
import { MovingBody } from '../adjust/moving-body';
import { Panning } from '../hand/panning';
import { type Bench, type Press, reach, State, strayed } from '../tool';

/**
 * Pressed, not yet moved: a tap selects, a drag moves the image, or the shape under it when that was selected before.
 * A shape that is not selected never moves: people lost work to drags that were meant for the image.
 */
export class Pressing extends State {
  readonly name = 'select.pressing';

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
  ) {
    super(bench);
  }

  override move(press: Press): State {
    if (!strayed(this.start, press)) return this;
    const shape = this.bench.selected();
    const slack = reach(press.pointer) / this.bench.scale;
    const body = shape !== null && !this.bench.readOnly && canMove(shape) && covers(shape, this.start.at, slack);
    const next = body
      ? new MovingBody(this.bench, this.home, this.start, shape)
      : new Panning(this.bench, this.home, this.start);
    return next.move(press);
  }

  override up(press: Press): State {
    return this.home.up(press);
  }

  override withdraw(): State {
    return this.home;
  }
}
