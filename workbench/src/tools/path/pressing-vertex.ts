import { inImage } from '../../geometry/points';
import { type Bench, type Draft, Over, type Press, type State, strayed } from '../tool';
import type { Placing } from './placing';
import { Tracing } from './tracing';

/** Pressed for a vertex, which stands where it is let go: a finger may slide until it is right (the loupe shows where), a mouse or pen traces. */
export class PressingVertex extends Over {
  readonly name = 'path.pressing-vertex';
  #at: Press;

  constructor(
    bench: Bench,
    private readonly placing: Placing,
    private readonly start: Press,
  ) {
    super(bench, placing);
    this.#at = start;
  }

  override move(press: Press): State {
    this.#at = press;
    if (press.pointer === 'touch' || !strayed(this.start, press)) return this;
    return new Tracing(this.bench, this.placing, this.start).move(press);
  }

  override up(press: Press): State {
    return this.placing.tapped(press);
  }

  override withdraw(): State {
    return this.placing.points.length === 0 ? this.placing.home : this.placing;
  }

  override draft(): Draft {
    const at = inImage(this.#at.at, this.bench.image);
    return { ...this.placing.lineTo(at, this.placing.closes(this.#at)), focus: at };
  }
}
