import type { ShapeAnnotation } from '../../model/annotation';
import { moved } from '../../model/shape';
import { type Bench, type Draft, type Press, State } from '../tool';

export class MovingBody extends State {
  readonly name = 'adjust.moving-body';
  #shape: ShapeAnnotation;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
    private readonly original: ShapeAnnotation,
  ) {
    super(bench);
    this.#shape = original;
  }

  override move(press: Press): State {
    const [dx, dy] = [press.at[0] - this.start.at[0], press.at[1] - this.start.at[1]];
    this.#shape = moved(this.original, dx, dy, this.bench.image);
    return this;
  }

  override up(): State {
    this.bench.replace(this.#shape, 'move');
    return this.home;
  }

  override withdraw(): State {
    return this.home;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.home : null;
  }

  override draft(): Draft {
    return { shape: this.#shape };
  }
}
