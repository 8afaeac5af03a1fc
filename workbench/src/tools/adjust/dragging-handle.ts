import { distance, imagePoint } from '../../geometry/points';
import type { ShapeAnnotation } from '../../model/annotation';
import { withHandleAt } from '../../model/handle';
import { modelOf } from '../../model/kind';
import { type Bench, type Draft, type Handle, type Press, State, strayed } from '../tool';

/** With Alt the grip follows at a quarter of the speed. */
const FINE = 0.25;

export class DraggingHandle extends State {
  readonly name = 'adjust.dragging-handle';
  #shape: ShapeAnnotation;
  #moved = false;
  #at: readonly [number, number];
  #last: Press;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly start: Press,
    private readonly original: ShapeAnnotation,
    private readonly handle: Handle,
  ) {
    super(bench);
    this.#shape = original;
    this.#at = handle.at;
    this.#last = start;
  }

  override move(press: Press): State {
    if (!this.#moved && !strayed(this.start, press)) return this;
    this.#moved = true;
    // The grip keeps its distance to the finger: it does not jump to it.
    const speed = press.alt ? FINE : 1;
    this.#at = imagePoint(
      this.#at[0] + (press.at[0] - this.#last.at[0]) * speed,
      this.#at[1] + (press.at[1] - this.#last.at[1]) * speed,
    );
    this.#last = press;
    this.#shape = withHandleAt(this.original, this.handle.key, this.#at, this.bench.image);
    return this;
  }

  override up(press: Press): State {
    if (!this.#moved) {
      const altered = modelOf(this.original.kind).tapped?.(this.original, this.handle.key) ?? null;
      if (altered === null) return this.home.up(press);
      this.bench.replace(altered.shape, altered.reason);
      return this.home;
    }
    if (distance(this.#at, this.handle.at) > 0) this.bench.replace(this.#shape, 'adjust');
    return this.home;
  }

  override withdraw(): State {
    return this.home;
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.home : null;
  }

  override draft(): Draft {
    return {
      shape: this.#shape,
      grip: this.handle.key,
      ...(this.handle.role === 'move' ? {} : { focus: this.#at }),
    };
  }
}
