import { inImage, roundedPosition } from '../../geometry/points';
import { type Bench, type Draft, type Press, State } from '../../tools/tool';

/** The point stands where the finger is lifted. */
export class PlacingPoint extends State {
  readonly name = 'point.placing';
  #at: Press;

  constructor(
    bench: Bench,
    private readonly home: State,
    start: Press,
  ) {
    super(bench);
    this.#at = start;
  }

  override move(press: Press): State {
    this.#at = press;
    return this;
  }

  override up(press: Press): State {
    this.bench.create({ kind: 'point', point: roundedPosition(inImage(press.at, this.bench.image)) });
    return this.home;
  }

  override withdraw(): State {
    return this.home;
  }

  override draft(): Draft {
    const at = inImage(this.#at.at, this.bench.image);
    return { shape: { kind: 'point', point: at }, focus: at };
  }
}
