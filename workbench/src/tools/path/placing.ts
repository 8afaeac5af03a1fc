import { distance, type ImagePoint, inImage, type Position } from '../../geometry/points';
import { type Bench, DOUBLE_TAP_MS, type Draft, type Key, type Press, reach, State } from '../tool';
import { type Path, stored } from './path';
import { PressingVertex } from './pressing-vertex';

/** Some vertices stand. Every state keeps its own list, so that undo and redo are the lists before and after. */
export class Placing extends State {
  readonly name = 'path.placing';
  #hover: Press | null = null;

  constructor(
    bench: Bench,
    readonly home: State,
    readonly path: Path,
    readonly points: readonly Position[],
    private readonly lastTap: Press | null = null,
  ) {
    super(bench);
    if (points.length > 0) bench.hint(path.hintOpen);
  }

  override hover(press: Press): State {
    this.#hover = press.pointer === 'touch' ? null : press;
    return this;
  }

  override down(press: Press): State {
    return new PressingVertex(this.bench, this, press);
  }

  /** Whether a tap there ends the path: on the first point of a ring, on the last point of a line. */
  closes(press: Press): boolean {
    if (this.points.length < this.path.least) return false;
    const end = this.path.closed ? this.points[0]! : this.points.at(-1)!;
    return distance(end, press.at) * this.bench.scale <= reach(press.pointer);
  }

  /** A tap was finished: a vertex, or the end. */
  tapped(press: Press): State {
    const last = this.lastTap;
    const double =
      last !== null &&
      press.time - last.time < DOUBLE_TAP_MS &&
      distance(press.screen, last.screen) <= reach(press.pointer) &&
      press.pointer !== 'keyboard';
    if (double || this.closes(press)) {
      if (this.points.length >= this.path.least) return this.finish();
      return this;
    }
    return this.extended([inImage(press.at, this.bench.image)], press);
  }

  extended(more: readonly ImagePoint[], tap: Press | null): State {
    if (this.points.length === 0 && !this.path.store) this.bench.select([]);
    return new Placing(this.bench, this.home, this.path, [...this.points, ...more], tap);
  }

  finish(): State {
    const points = stored(this.points, this.path.closed);
    if (points.length < this.path.least) {
      // Too few points are not yet a small path.
      this.bench.hint(this.points.length < this.path.least ? this.path.hintOpen : 'too_small');
      return this;
    }
    if (this.path.store) this.path.store(this.bench, points);
    else this.bench.create(this.path.shape(points));
    this.bench.hint(this.path.hint);
    return this.home;
  }

  override key(key: Key): State | null {
    if (key === 'Escape') return this.dropped();
    return key === 'Enter' ? this.finish() : null;
  }

  private dropped(): State {
    this.bench.hint(this.path.hint);
    return this.home;
  }

  override get canUndo(): boolean {
    return this.points.length > 0;
  }

  override get offers(): readonly Key[] {
    return this.points.length < this.path.least ? [] : ['Enter'];
  }

  override undo(): State {
    return this.points.length > 1
      ? new Placing(this.bench, this.home, this.path, this.points.slice(0, -1))
      : this.dropped();
  }

  override draft(): Draft {
    const hover = this.#hover;
    return this.lineTo(hover?.at ?? null, hover !== null && this.closes(hover));
  }

  lineTo(cursor: Position | null, closing: boolean): Draft {
    const ended = cursor !== null && closing && this.path.closed ? this.points[0]! : cursor;
    const points = ended === null ? this.points : [...this.points, ended];
    return {
      line: {
        points: this.points,
        cursor: ended,
        closed: this.path.closed,
        closing,
        inHand: this.path.inHand?.(points, this.bench.scale),
      },
    };
  }
}
