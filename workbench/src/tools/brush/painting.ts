import { type Bitmap, fillCapsule, fillSquare, type PixelRect, unionRect } from '../../geometry/mask';
import type { ImagePoint } from '../../geometry/points';
import type { MaskAnnotation } from '../../model/annotation';
import { type Bench, type Draft, type Press, State } from '../tool';
import { lay, spare, sparedFor } from './laid';

/**
 * The stroke is gathered in a bitmap of its own; the mask changes only at the end, by the pixels that differ. So a
 * withdrawn stroke costs nothing, and undo is exactly what was flipped.
 */
export class Painting extends State {
  readonly name = 'brush.painting';
  readonly #touched = this.bench.scratch();
  readonly #spared: Bitmap | null;
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
    this.#spared = erase ? null : sparedFor(bench, base?.id);
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
    const reason = this.erase ? 'erase' : 'paint';
    if (this.#rect !== null) lay(this.bench, this.base, this.#touched, this.#rect, { erase: this.erase, reason });
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
    const { radius_px, square } = this.bench.brush;
    const fill = square ? fillSquare : fillCapsule;
    const rect = fill(this.#touched, this.#last, at, Math.max(0.5, radius_px * brushShare));
    this.#last = at;
    if (rect === null) return;
    spare(this.#touched, this.#spared, rect);
    this.#rect = unionRect(this.#rect, rect);
    this.bench.touched(rect);
  }

  #clear(): void {
    if (this.#rect === null) return;
    const [x0, y0, x1, y1] = this.#rect;
    const { pixels, width } = this.#touched;
    for (let y = y0; y < y1; y++) pixels.fill(0, y * width + x0, y * width + x1);
    this.#rect = null;
  }
}
