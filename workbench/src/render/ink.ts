/** How shapes look. One place for widths and tones, used by the worker, the active layer and the loupe alike. */
import type { Ring } from '../geometry/points';
import type { View } from '../geometry/view';
import type { Figure } from './figure';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export const LINE_PX = 2;
/** The contrasting line under each line shows this much on both sides: 3:1 against any image. */
export const HALO_PX = 1.25;
export const DOT_RADIUS_PX = 5;

/** Relative luminance (WCAG 2) of #rrggbb. */
export function luminance(color: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** White below dark colours, near-black below bright ones. */
export const haloOf = (color: string): string =>
  luminance(color) < 0.18 ? 'rgba(255,255,255,0.85)' : 'rgba(0,0,0,0.65)';

export function applyView(context: Context, view: View, density: number, offset_x = 0, offset_y = 0): void {
  const k = view.scale * density;
  context.setTransform(k, 0, 0, k, (view.x + offset_x) * density, (view.y + offset_y) * density);
}

export function traceRing(path: Path2D | Context, ring: Ring, close: boolean): void {
  if (ring.length === 0) return;
  path.moveTo(ring[0]![0], ring[0]![1]);
  for (let i = 1; i < ring.length; i++) path.lineTo(ring[i]![0], ring[i]![1]);
  if (close) path.closePath();
}

export function addFigure(path: Path2D, figure: Figure): void {
  for (const ring of figure.closed) traceRing(path, ring, true);
}

export function addLines(path: Path2D, figure: Figure): void {
  for (const line of figure.open) traceRing(path, line, false);
}

export function addDots(path: Path2D, figure: Figure, radius: number): void {
  for (const [x, y] of figure.dots) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** Fills and strokes in both tones; the context must already be in image coordinates. */
export function inkFigure(
  context: Context,
  figure: Figure,
  color: string,
  scale: number,
  fillOpacity: number,
  line_px = LINE_PX,
): void {
  const area = new Path2D();
  addFigure(area, figure);
  const lines = new Path2D(area);
  addLines(lines, figure);
  const dots = new Path2D();
  addDots(dots, figure, DOT_RADIUS_PX / scale);
  inkPaths(context, area, lines, dots, color, scale, fillOpacity, line_px);
}

export function inkPaths(
  context: Context,
  area: Path2D,
  lines: Path2D,
  dots: Path2D,
  color: string,
  scale: number,
  fillOpacity: number,
  line_px = LINE_PX,
): void {
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.globalAlpha = fillOpacity;
  context.fillStyle = color;
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = haloOf(color);
  context.lineWidth = (line_px + 2 * HALO_PX) / scale;
  context.stroke(lines);
  context.strokeStyle = color;
  context.lineWidth = line_px / scale;
  context.stroke(lines);
  context.strokeStyle = haloOf(color);
  context.lineWidth = (2 * HALO_PX) / scale;
  context.stroke(dots);
  context.fill(dots);
}
