import { type Bench, type Press, State } from '../tool';

export class Panning extends State {
  readonly name = 'hand.panning';
  #last: Press;

  constructor(
    bench: Bench,
    private readonly home: State,
    start: Press,
  ) {
    super(bench);
    this.#last = start;
  }

  override move(press: Press): State {
    this.bench.pan(press.screen[0] - this.#last.screen[0], press.screen[1] - this.#last.screen[1]);
    this.#last = press;
    return this;
  }

  override up(): State {
    return this.home;
  }

  override withdraw(): State {
    return this.home;
  }
}
