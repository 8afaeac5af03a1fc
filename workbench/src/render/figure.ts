/** A shape made ready for painting: flat arrays of coordinates, with coarser copies for when it is far away. */
import type { Bounds } from '../geometry/box';
import { boundsOfPoints } from '../geometry/box';
import type { Position, Ring } from '../geometry/points';
import { simplified } from '../geometry/polygon';
import type { ShapeAnnotation } from '../model/annotation';
import { inkOf } from '../model/ink';

export interface Figure {
  readonly bounds: Bounds;
  /** Outer rings clockwise, holes the other way, so that many shapes can share one path under the non-zero rule. */
  readonly closed: readonly Ring[];
  readonly open: readonly Ring[];
  readonly dots: readonly Position[];
  /** Hollow dots. */
  readonly rings: readonly Position[];
  /** Where a sign hangs: the first corner of a box, the topmost point of anything else. */
  readonly anchor: Position;
}

/** Image pixels by which a drawn line may be off at each level. */
const TOLERANCES = [0, 0.5, 0.8, 1.3, 2, 3.2, 5, 8, 13, 20, 32];

const signedArea = (ring: Ring): number => {
  let twice = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    twice += ring[j]![0] * ring[i]![1] - ring[i]![0] * ring[j]![1];
  }
  return twice;
};

const wound = (ring: Ring, clockwise: boolean): Ring =>
  signedArea(ring) > 0 === clockwise ? ring : [...ring].reverse();

/** @param edges names of the keypoints that the label joins */
export function figureOf(shape: ShapeAnnotation, edges: readonly (readonly [string, string])[] = []): Figure {
  const strokes = inkOf(shape.kind).strokes(shape, edges);
  const { open = [], dots = [], rings = [] } = strokes;
  const outlines = strokes.closed ?? [];
  const closed = strokes.wound ? outlines : outlines.map((ring, i) => wound(ring, i === 0));
  const points = [...closed.flat(), ...open.flat(), ...dots, ...rings];
  const topmost = points.reduce<Position>((top, point) => (point[1] < top[1] ? point : top), points[0] ?? [0, 0]);
  return { bounds: boundsOfPoints(points), closed, open, dots, rings, anchor: strokes.anchor ?? topmost };
}

/** The coarsest level whose error stays below 0.7 of a device pixel. */
export function levelFor(devicePixel: number): number {
  let level = 0;
  while (level + 1 < TOLERANCES.length && TOLERANCES[level + 1]! < 0.7 * devicePixel) level++;
  return level;
}

/** The figure at each level, made when first asked for. */
export class LeveledFigure {
  readonly bounds: Bounds;
  #levels: (Figure | undefined)[];

  constructor(figure: Figure) {
    this.bounds = figure.bounds;
    this.#levels = [figure];
  }

  at(level: number): Figure {
    const finest = this.#levels[0]!;
    this.#levels[level] ??= {
      ...finest,
      closed: finest.closed.map((ring) => simplified(ring, TOLERANCES[level]!, true)),
      open: finest.open.map((line) => simplified(line, TOLERANCES[level]!, false)),
    };
    return this.#levels[level]!;
  }
}
