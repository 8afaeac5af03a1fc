/** All shapes that nobody is touching, kept and painted in the worker, or on the main thread where there is none. */
import { type Bounds, boundsMeet } from '../geometry/box';
import { toScreen } from '../geometry/view';
import type { ShapeAnnotation } from '../model/annotation';
import { figureOf, LeveledFigure, levelFor } from './figure';
import {
  addDots,
  addFigure,
  addLines,
  addRings,
  applyView,
  type Context,
  DOT_RADIUS_PX,
  inkPaths,
  inkSign,
  type Paths,
  type Style,
} from './ink';
import { imageBoundsOf, type Level, REACH_PX, type Tile, tileSize } from './tiles';

export interface StaticShape {
  readonly shape: ShapeAnnotation;
  readonly style: Style;
  readonly edges?: readonly (readonly [string, string])[];
  /** Place of the label in the schema: colour is never the only sign. Absent when there is one label only. */
  readonly sign?: string;
}

/** How the tiles of one level are to be painted. */
export interface Look {
  readonly level: Level;
  /** Ids that the active layer shows instead. */
  readonly hidden: readonly string[];
  readonly fillOpacity: number;
  /** About which share of the image is in sight: signs are left out where they would be too many. */
  readonly share: number;
}

/** Shapes in one path; one path for all is slow in Skia, one each too (measured: 32 is best). */
const BATCH = 32;
/** Below this size on the screen a shape is a small rectangle. */
const SPECK_PX = 3;

/** Signs are drawn on shapes of at least this size, and only while there are few enough to be read. */
const SIGN_SIDE_PX = 30;
const SIGN_HEIGHT_PX = 15;
const MAX_SIGNS = 300;

/** How far a shape's lines and dots reach beyond its bounds on the screen. */
const LINE_REACH_PX = 8;

interface Entry {
  readonly style: Style;
  readonly sign: string | undefined;
  readonly figure: LeveledFigure;
}

export class StaticScene {
  #entries = new Map<string, Entry>();
  /** How many shapes are large enough for a sign, at which scale. */
  #signed = { scale: 0, count: 0 };

  patch(put: readonly StaticShape[], remove: readonly string[]): void {
    for (const id of remove) this.#entries.delete(id);
    for (const { shape, style, edges, sign } of put) {
      this.#entries.set(shape.id, { style, sign, figure: new LeveledFigure(figureOf(shape, edges)) });
    }
    this.#signed = { scale: 0, count: 0 };
  }

  /** Paints the tile over the whole context; false when there is nothing in it. */
  paint(context: Context, { level, hidden, fillOpacity, share }: Look, tile: Tile): boolean {
    const { view, density } = level;
    const { width, height } = tileSize(level);
    const [left, top] = [tile.column * width, tile.row * height];
    const near = this.#within(imageBoundsOf(level, tile, REACH_PX), hidden);
    if (near.length === 0) return false;
    // This also clears it.
    context.canvas.width = level.tile.width;
    context.canvas.height = level.tile.height;
    applyView(context, view, density, -left, -top);
    const coarseness = levelFor(1 / (view.scale * density));
    const byStyle = new Map<string, Entry[]>();
    const lined = imageBoundsOf(level, tile, LINE_REACH_PX);
    for (const entry of near) {
      if (!boundsMeet(entry.figure.bounds, lined)) continue;
      const key = `${entry.style.color} ${entry.style.dash}`;
      const same = byStyle.get(key);
      if (same === undefined) byStyle.set(key, [entry]);
      else same.push(entry);
    }
    for (const entries of byStyle.values()) {
      for (let from = 0; from < entries.length; from += BATCH) {
        const paths = { area: new Path2D(), lines: new Path2D(), dots: new Path2D() };
        for (const { figure } of entries.slice(from, from + BATCH)) addAt(paths, figure, view.scale, coarseness);
        paths.lines.addPath(paths.area);
        inkPaths(context, paths, entries[0]!.style, view.scale, fillOpacity);
      }
    }
    if (this.#largeAt(view.scale) * share > MAX_SIGNS) return true;
    context.setTransform(density, 0, 0, density, -left * density, -top * density);
    for (const { sign, style, figure } of near) {
      if (sign === undefined || !isLarge(figure, view.scale)) continue;
      const [x, y] = toScreen(view, figure.at(0).anchor);
      inkSign(context, sign, style.color, x + 2, y + 2, SIGN_HEIGHT_PX);
    }
    return true;
  }

  #largeAt(scale: number): number {
    if (this.#signed.scale !== scale) {
      let count = 0;
      for (const { sign, figure } of this.#entries.values()) if (sign !== undefined && isLarge(figure, scale)) count++;
      this.#signed = { scale, count };
    }
    return this.#signed.count;
  }

  /** What touches the rectangle, in the order of the list: going through thousands costs less than a single stroke. */
  #within(rect: Bounds, hidden: readonly string[]): Entry[] {
    const found: Entry[] = [];
    for (const [id, entry] of this.#entries) {
      if (boundsMeet(entry.figure.bounds, rect) && !hidden.includes(id)) found.push(entry);
    }
    return found;
  }
}

const isLarge = ({ bounds: [x0, y0, x1, y1] }: LeveledFigure, scale: number): boolean =>
  Math.min(x1 - x0, y1 - y0) * scale >= SIGN_SIDE_PX;

function addAt({ area, lines, dots }: Paths, figure: LeveledFigure, scale: number, coarseness: number): void {
  const [x0, y0, x1, y1] = figure.bounds;
  if (figure.at(0).closed.length > 0 && Math.max(x1 - x0, y1 - y0) * scale < SPECK_PX) {
    area.rect(x0, y0, x1 - x0, y1 - y0);
    return;
  }
  const drawn = figure.at(coarseness);
  addFigure(area, drawn);
  addLines(lines, drawn);
  addRings(lines, drawn, DOT_RADIUS_PX / scale);
  addDots(dots, drawn, DOT_RADIUS_PX / scale);
}
