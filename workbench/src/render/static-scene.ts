/** All shapes that nobody is touching, kept and painted in the worker, or on the main thread where there is none. */
import Flatbush from 'flatbush';
import type { View } from '../geometry/view';
import type { ShapeAnnotation } from '../model/annotation';
import { figureOf, LeveledFigure, levelFor } from './figure';
import { addDots, addFigure, addLines, applyView, type Context, DOT_RADIUS_PX, inkPaths } from './ink';

export interface StaticShape {
  readonly shape: ShapeAnnotation;
  readonly color: string;
  readonly edges?: readonly (readonly [string, string])[];
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

interface Entry {
  readonly color: string;
  readonly figure: LeveledFigure;
}

export class StaticScene {
  #entries = new Map<string, Entry>();
  #index: Flatbush | null = null;
  #indexed: string[] = [];

  patch(put: readonly StaticShape[], remove: readonly string[]): void {
    for (const id of remove) this.#entries.delete(id);
    for (const { shape, color, edges } of put) {
      this.#entries.set(shape.id, { color, figure: new LeveledFigure(figureOf(shape, edges)) });
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
    const byColor = new Map<string, Entry[]>();
    for (const id of visible) {
      if (hidden.has(id)) continue;
      const entry = this.#entries.get(id)!;
      const same = byColor.get(entry.color);
      if (same === undefined) byColor.set(entry.color, [entry]);
      else same.push(entry);
    }
    for (const [color, entries] of byColor) {
      for (let from = 0; from < entries.length; from += BATCH) {
        const area = new Path2D();
        const open = new Path2D();
        const dots = new Path2D();
        for (const { figure } of entries.slice(from, from + BATCH)) {
          const [x0, y0, x1, y1] = figure.bounds;
          const finest = figure.at(0);
          if (finest.closed.length > 0 && Math.max(x1 - x0, y1 - y0) * view.scale < SPECK_PX) {
            area.rect(x0, y0, x1 - x0, y1 - y0);
            continue;
          }
          const drawn = figure.at(level);
          addFigure(area, drawn);
          addLines(open, drawn);
          addDots(dots, drawn, DOT_RADIUS_PX / view.scale);
        }
        const lines = new Path2D(area);
        lines.addPath(open);
        inkPaths(context, area, lines, dots, color, view.scale, frame.fillOpacity);
      }
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
