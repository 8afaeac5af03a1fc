/** Which shapes lie at a point: by their extents, then the exact test. Long lists have an R-tree, made anew when they change. */
import type Flatbush from 'flatbush';
import { type Bounds, boundsMeet } from '../geometry/box';
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

/** Shorter lists are walked: that takes microseconds, and most pages never fetch the tree's code. */
const LONG = 500;

let Tree: typeof Flatbush | null = null;
let asked = false;

/** Fetches the code of the tree; lists are walked until it is there, and for good where it cannot be had. */
function askForTree(): void {
  if (asked) return;
  asked = true;
  import('flatbush').then(
    (loaded) => {
      Tree = loaded.default;
    },
    () => undefined,
  );
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
    }
    if (this.#shapes.length > LONG) {
      askForTree();
      this.#tree ??= Tree === null ? null : grown(new Tree(this.#shapes.length), this.#shapes);
    }
    const rect = [x - slack, y - slack, x + slack, y + slack] as const;
    if (this.#tree === null) return this.#shapes.filter((shape) => boundsMeet(cachedBounds(shape), rect));
    return this.#tree
      .search(...rect)
      .sort((a, b) => a - b)
      .map((i) => this.#shapes[i]!);
  }
}

function grown(tree: Flatbush, shapes: readonly ShapeAnnotation[]): Flatbush {
  for (const shape of shapes) tree.add(...cachedBounds(shape));
  tree.finish();
  return tree;
}
