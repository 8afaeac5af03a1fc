import { type ImagePoint, inImage } from '../../geometry/points';
import { simplified } from '../../geometry/polygon';
import { type Bench, type Draft, Over, type Press, type State } from '../tool';
import type { Placing } from './placing';

/** Vertices nearer to the traced line than this add nothing that a hand could mean. */
const TOLERANCE_PX = 1.25;

/** The line follows the pointer; released, it becomes as few vertices as show the same line. */
export class Tracing extends Over {
  readonly name = 'path.tracing';
  #trail: ImagePoint[];
  #last: Press;

  constructor(
    bench: Bench,
    private readonly placing: Placing,
    start: Press,
  ) {
    super(bench, placing);
    this.#trail = [inImage(start.at, bench.image)];
    this.#last = start;
  }

  override move(press: Press): State {
    for (const at of press.trail) this.#trail.push(inImage(at, this.bench.image));
    this.#last = press;
    return this;
  }

  override up(press: Press): State {
    const line = simplified(this.#trail, TOLERANCE_PX / this.bench.scale, false) as ImagePoint[];
    const next = this.placing.extended(line, null) as Placing;
    return next.closes(press) && this.placing.path.closed ? next.finish() : next;
  }

  override withdraw(): State {
    return this.placing.points.length === 0 ? this.placing.home : this.placing;
  }

  override draft(): Draft {
    const { points, path } = this.placing;
    return {
      line: {
        points,
        cursor: null,
        trail: this.#trail,
        closed: path.closed,
        closing: path.closed && points.length > 0 && this.placing.closes(this.#last),
      },
    };
  }
}
