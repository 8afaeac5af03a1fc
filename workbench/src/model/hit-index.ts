/** Which shapes lie at a point: an R-tree over extents, then the exact test. Made anew when the list has changed. */
import Flatbush from 'flatbush';
import type { Bounds } from '../geometry/box';
import type { Position } from '../geometry/points';
import { type Annotation, isShape, type ShapeAnnotation } from './annotation';
import { borderDistance, boundsOf, covers } from './shape';

const boundsCache = new WeakMap<ShapeAnnotation, Bounds>();

export function cachedBounds(shape: ShapeAnnotation): Bounds {
  let bounds = boundsCache.get(shape);
  if (bounds === undefined) {
    bounds = boundsOf(shape);
    boundsCache.set(shape, bounds);
  }
  return bounds;
}

const extent = ([x0, y0, x1, y1]: Bounds): number => (x1 - x0) * (y1 - y0);

export class HitIndex {
  #list: readonly Annotation[] = [];
  #shapes: ShapeAnnotation[] = [];
  #tree: Flatbush | null = null;

  /** Shapes that cover the point, the smallest first. */
  covering(list: readonly Annotation[], at: Position, slack: number): ShapeAnnotation[] {
    return this.#near(list, at, slack)
      .filter((shape) => covers(shape, at, slack))
      .sort((a, b) => extent(cachedBounds(a)) - extent(cachedBounds(b)));
  }

  /** The shape whose border is nearest within the slack. */
  border(list: readonly Annotation[], at: Position, slack: number): ShapeAnnotation | null {
    let best: ShapeAnnotation | null = null;
    let bestGap = slack;
    for (const shape of this.#near(list, at, slack)) {
      const gap = borderDistance(shape, at);
      if (gap <= bestGap) {
        best = shape;
        bestGap = gap;
      }
    }
    return best;
  }

  #near(list: readonly Annotation[], [x, y]: Position, slack: number): ShapeAnnotation[] {
    if (list !== this.#list) {
      this.#list = list;
      this.#shapes = list.filter(isShape);
      this.#tree = null;
      if (this.#shapes.length > 0) {
        this.#tree = new Flatbush(this.#shapes.length);
        for (const shape of this.#shapes) this.#tree.add(...cachedBounds(shape));
        this.#tree.finish();
      }
    }
    const found = this.#tree?.search(x - slack, y - slack, x + slack, y + slack) ?? [];
    return found.map((i) => this.#shapes[i]!);
  }
}
