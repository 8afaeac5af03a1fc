/** All shapes that nobody is touching, kept and painted in the worker, or on the main thread where there is none. */
import Flatbush from 'flatbush';
import { toScreen, type View } from '../geometry/view';
import type { ShapeAnnotation } from '../model/annotation';
import { figureOf, LeveledFigure, levelFor } from './figure';
import {
  addDots,
  addFigure,
  addLines,
  applyView,
  type Context,
  DOT_RADIUS_PX,
  inkPaths,
  inkSign,
  type Paths,
  type Style,
} from './ink';

export interface StaticShape {
  readonly shape: ShapeAnnotation;
  readonly style: Style;
  readonly edges?: readonly (readonly [string, string])[];
  /** Place of the label in the schema: colour is never the only sign. Absent when there is one label only. */
  readonly sign?: string;
}

export interface Frame {
  readonly view: View;
  /** CSS pixels of the viewport. */
  readonly width: number;
  readonly height: number;
  readonly density: number;
  /** Room painted on each side, as a share of the viewport, so that a short pan uncovers nothing. */
  readonly margin: number;
  /** Ids that the active layer shows instead. */
  readonly hidden: readonly string[];
  readonly fillOpacity: number;
}

/** Shapes in one path; one path for all is slow in Skia, one each too (measured: 32 is best). */
const BATCH = 32;
/** Below this size on the screen a shape is a small rectangle. */
const SPECK_PX = 3;

/** Signs are drawn on shapes of at least this size, and only while there are few enough to be read. */
const SIGN_SIDE_PX = 30;
const SIGN_HEIGHT_PX = 15;
const MAX_SIGNS = 300;

interface Entry {
  readonly style: Style;
  readonly sign: string | undefined;
  readonly figure: LeveledFigure;
}

export class StaticScene {
  #entries = new Map<string, Entry>();
  #index: Flatbush | null = null;
  #indexed: string[] = [];

  patch(put: readonly StaticShape[], remove: readonly string[]): void {
    for (const id of remove) this.#entries.delete(id);
    for (const { shape, style, edges, sign } of put) {
      this.#entries.set(shape.id, { style, sign, figure: new LeveledFigure(figureOf(shape, edges)) });
    }
    this.#index = null;
  }

  clear(): void {
    this.#entries.clear();
    this.#index = null;
  }

  paint(context: Context, frame: Frame): void {
    const { view, density, margin, width, height } = frame;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const [room_x, room_y] = [width * margin, height * margin];
    applyView(context, view, density, room_x, room_y);
    const visible = this.#within(
      (-room_x - view.x) / view.scale,
      (-room_y - view.y) / view.scale,
      (width + room_x - view.x) / view.scale,
      (height + room_y - view.y) / view.scale,
    );
    const hidden = new Set(frame.hidden);
    const level = levelFor(1 / (view.scale * density));
    const byStyle = new Map<string, Entry[]>();
    for (const id of visible) {
      if (hidden.has(id)) continue;
      const entry = this.#entries.get(id)!;
      const key = `${entry.style.color} ${entry.style.dash}`;
      const same = byStyle.get(key);
      if (same === undefined) byStyle.set(key, [entry]);
      else same.push(entry);
    }
    for (const entries of byStyle.values()) {
      for (let from = 0; from < entries.length; from += BATCH) {
        const paths = { area: new Path2D(), lines: new Path2D(), dots: new Path2D() };
        for (const { figure } of entries.slice(from, from + BATCH)) addAt(paths, figure, view.scale, level);
        paths.lines.addPath(paths.area);
        inkPaths(context, paths, entries[0]!.style, view.scale, frame.fillOpacity);
      }
    }
    context.setTransform(density, 0, 0, density, room_x * density, room_y * density);
    const signed = [...byStyle.values()]
      .flat()
      .filter(({ sign, figure }) => sign !== undefined && isLarge(figure, view));
    for (const { sign, style, figure } of signed.length > MAX_SIGNS ? [] : signed) {
      const [x, y] = toScreen(view, figure.at(0).anchor);
      inkSign(context, sign!, style.color, x + 2, y + 2, SIGN_HEIGHT_PX);
    }
  }

  #within(x0: number, y0: number, x1: number, y1: number): string[] {
    if (this.#entries.size === 0) return [];
    if (this.#index === null) {
      this.#index = new Flatbush(this.#entries.size);
      this.#indexed = [...this.#entries.keys()];
      for (const { figure } of this.#entries.values()) this.#index.add(...figure.bounds);
      this.#index.finish();
    }
    return this.#index
      .search(x0, y0, x1, y1)
      .sort((a, b) => a - b)
      .map((i) => this.#indexed[i]!);
  }
}

const isLarge = ({ bounds: [x0, y0, x1, y1] }: LeveledFigure, view: View): boolean =>
  Math.min(x1 - x0, y1 - y0) * view.scale >= SIGN_SIDE_PX;

function addAt({ area, lines, dots }: Paths, figure: LeveledFigure, scale: number, level: number): void {
  const [x0, y0, x1, y1] = figure.bounds;
  if (figure.at(0).closed.length > 0 && Math.max(x1 - x0, y1 - y0) * scale < SPECK_PX) {
    area.rect(x0, y0, x1 - x0, y1 - y0);
    return;
  }
  const drawn = figure.at(level);
  addFigure(area, drawn);
  addLines(lines, drawn);
  addDots(dots, drawn, DOT_RADIUS_PX / scale);
}
