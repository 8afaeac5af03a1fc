/**
 * A box by the four points where an object is highest, lowest, furthest left and furthest right: 7 s a box in place of 35
 * by its imaginary corners, at the same quality (Papadopoulos et al., Extreme clicking, ICCV 2017). In any order.
 */
import { type ImagePoint, inImage, type Position, type Size } from '../../geometry/points';
import { grab } from '../adjust/grab';
import { type Bench, type Draft, type Geometry, type Key, Over, type Press, State } from '../tool';

const POINTS = 4;

export type Around = (points: readonly Position[], image: Size) => Geometry;

export class Extremes extends State {
  readonly name = 'box.extremes';
  #hover: Press | null = null;

  constructor(
    bench: Bench,
    private readonly around: Around,
    private readonly points: readonly Position[] = [],
  ) {
    super(bench);
    bench.hint('extremes', points.length === 0 ? undefined : `${points.length}/${POINTS}`);
  }

  override down(press: Press): State {
    // With a point set already a press never takes a grip of the shape drawn before.
    const grabbed = this.points.length === 0 ? grab(this.bench, press, this) : null;
    return grabbed ?? new PlacingExtreme(this.bench, this, inImage(press.at, this.bench.image));
  }

  override hover(press: Press): State {
    this.#hover = press.pointer === 'touch' ? null : press;
    return this;
  }

  placed(at: Position): State {
    const points = [...this.points, at];
    if (points.length < POINTS) return new Extremes(this.bench, this.around, points);
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const thin = Math.min(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)) * this.bench.scale < 2;
    if (thin) this.bench.hint('too_small');
    else this.bench.create(this.around(points, this.bench.image));
    return new Extremes(this.bench, this.around);
  }

  override key(key: Key): State | null {
    return key === 'Escape' && this.canUndo ? new Extremes(this.bench, this.around) : null;
  }

  override get canUndo(): boolean {
    return this.points.length > 0;
  }

  override undo(): State {
    return new Extremes(this.bench, this.around, this.points.slice(0, -1));
  }

  override draft(): Draft {
    const at = this.#hover?.at;
    return { ...this.drawn(), ...(at !== undefined && { crosshair: at }) };
  }

  drawn(): Draft {
    return this.points.length === 0
      ? {}
      : { line: { points: this.points, cursor: null, closed: false, closing: false } };
  }
}

/** The finger is down and looks for the place through the loupe; lifting it sets the point. */
class PlacingExtreme extends Over {
  readonly name = 'box.placing-extreme';

  constructor(
    bench: Bench,
    private readonly home: Extremes,
    private readonly at: ImagePoint,
  ) {
    super(bench, home);
  }

  override move(press: Press): State {
    return new PlacingExtreme(this.bench, this.home, inImage(press.at, this.bench.image));
  }

  override up(): State {
    return this.home.placed(this.at);
  }

  override draft(): Draft {
    return { ...this.home.drawn(), focus: this.at, crosshair: this.at };
  }
}
