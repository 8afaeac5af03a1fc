import { flipOf, isNothing } from '../../geometry/flip';
import { bitmapRect, encodeMask, fillCapsule, type PixelRect, unionRect } from '../../geometry/mask';
import type { ImagePoint } from '../../geometry/points';
import type { MaskAnnotation } from '../../model/annotation';
import { type Bench, type Draft, type Press, State } from '../tool';

/**
 * The stroke is gathered in a bitmap of its own; the mask changes only at the end, by the pixels that differ. So a
 * withdrawn stroke costs nothing, and undo is exactly what was flipped.
 */
export class Painting extends State {
  readonly name = 'brush.painting';
  readonly #touched = this.bench.scratch();
  #rect: PixelRect | null = null;
  #last: ImagePoint;

  constructor(
    bench: Bench,
    private readonly home: State,
    private readonly base: MaskAnnotation | null,
    private readonly erase: boolean,
    start: Press,
  ) {
    super(bench);
    this.#last = start.at;
    this.#paintTo(start.at, start);
  }

  override move(press: Press): State {
    for (const at of press.trail) this.#paintTo(at, press);
    return this;
  }

  override up(press: Press): State {
    // Lifted it presses no more: the end of a stroke is as wide as its last move.
    if (press.brushShare === undefined) this.#paintTo(press.at, press);
    if (this.#rect !== null) {
      if (this.base === null) this.bench.create({ kind: 'mask', mask: encodeMask(this.#touched) });
      else this.#change(this.base, this.#rect);
    }
    this.#clear();
    return this.home;
  }

  override withdraw(): State {
    this.#clear();
    return this.home;
  }

  override leave(): void {
    this.#clear();
  }

  override key(key: string): State | null {
    return key === 'Escape' ? this.withdraw() : null;
  }

  override draft(): Draft {
    return {
      stroke: { base: this.base, touched: this.#touched, erase: this.erase },
      brush: { at: this.#last },
    };
  }

  #paintTo(at: ImagePoint, { brushShare = 1 }: Press): void {
    const radius_px = Math.max(0.5, this.bench.brush.radius_px * brushShare);
    const rect = fillCapsule(this.#touched, this.#last, at, radius_px);
    this.#last = at;
    if (rect === null) return;
    this.#rect = unionRect(this.#rect, rect);
    this.bench.touched(rect);
  }

  #change(base: MaskAnnotation, rect: PixelRect): void {
    const flip = flipOf(this.bench.bitmap(base), this.#touched, rect, this.erase);
    if (isNothing(flip)) return;
    const empties = this.erase && this.#coversAll(base);
    if (empties) this.bench.remove([base.id]);
    else this.bench.flip(base, flip, this.erase ? 'erase' : 'paint');
  }

  /** A mask that is rubbed out completely goes away: an empty one is not an answer. */
  #coversAll(base: MaskAnnotation): boolean {
    const { pixels, width } = this.bench.bitmap(base);
    const [x0, y0, x1, y1] = bitmapRect(this.bench.bitmap(base)) ?? [0, 0, 0, 0];
    for (let y = y0; y < y1; y++) {
      for (let i = y * width + x0; i < y * width + x1; i++) {
        if (pixels[i] === 1 && this.#touched.pixels[i] === 0) return false;
      }
    }
    return true;
  }

  #clear(): void {
    if (this.#rect === null) return;
    const [x0, y0, x1, y1] = this.#rect;
    const { pixels, width } = this.#touched;
    for (let y = y0; y < y1; y++) pixels.fill(0, y * width + x0, y * width + x1);
    this.#rect = null;
  }
}
