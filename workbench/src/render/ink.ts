/** How shapes look. One place for widths and tones, used by the worker, the active layer and the loupe alike. */
import type { Ring } from '../geometry/points';
import type { View } from '../geometry/view';
import type { Figure } from './figure';

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export const LINE_PX = 2;
/** The contrasting line under each line shows this much on both sides: 3:1 against any image. */
export const HALO_PX = 1.25;
export const DOT_RADIUS_PX = 5;

/** Line patterns in screen pixels for labels that share a colour. */
const DASHES: readonly (readonly number[])[] = [[], [9, 6], [3, 6], [12, 5, 3, 5]];

/** In place of a label's pattern: a model proposes the shape. */
export const SUGGESTED_DASH = -1;
const SUGGESTED: readonly number[] = [5, 5];

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

export function addRings(path: Path2D, figure: Figure, radius: number): void {
  for (const [x, y] of figure.rings) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

export interface Style {
  readonly color: string;
  /** Which line pattern; 0 is solid. */
  readonly dash: number;
}

/** Fills and strokes in both tones; the context must already be in image coordinates. */
export function inkFigure(
  context: Context,
  figure: Figure,
  style: Style,
  scale: number,
  fillOpacity: number,
  line_px = LINE_PX,
): void {
  const area = new Path2D();
  addFigure(area, figure);
  const lines = new Path2D(area);
  addLines(lines, figure);
  addRings(lines, figure, DOT_RADIUS_PX / scale);
  const dots = new Path2D();
  addDots(dots, figure, DOT_RADIUS_PX / scale);
  inkPaths(context, { area, lines, dots }, style, scale, fillOpacity, line_px);
}

export interface Paths {
  readonly area: Path2D;
  readonly lines: Path2D;
  readonly dots: Path2D;
}

export function inkPaths(
  context: Context,
  { area, lines, dots }: Paths,
  { color, dash }: Style,
  scale: number,
  fillOpacity: number,
  line_px = LINE_PX,
): void {
  // Round joins cost a third of all painting and are not seen on lines this thin.
  context.lineJoin = 'miter';
  context.miterLimit = 2;
  context.lineCap = 'round';
  context.globalAlpha = fillOpacity;
  context.fillStyle = color;
  context.fill(area);
  context.globalAlpha = 1;
  // The halo is unbroken: on a dashed line its gaps show the other tone.
  context.strokeStyle = haloOf(color);
  context.lineWidth = (line_px + 2 * HALO_PX) / scale;
  context.stroke(lines);
  context.setLineDash(
    (dash === SUGGESTED_DASH ? SUGGESTED : DASHES[dash % DASHES.length]!).map((length) => length / scale),
  );
  context.strokeStyle = color;
  context.lineWidth = line_px / scale;
  context.stroke(lines);
  context.setLineDash([]);
  context.strokeStyle = haloOf(color);
  context.lineWidth = (2 * HALO_PX) / scale;
  context.stroke(dots);
  context.fill(dots);
}

/** A small sign with its top left corner at the place; the context must be in screen coordinates. Gives its width. */
export function inkSign(context: Context, text: string, color: string, x: number, y: number, height: number): number {
  context.font = `600 ${Math.round(height * 0.62)}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  const width = Math.max(height, context.measureText(text).width + height * 0.6);
  context.fillStyle = color;
  context.strokeStyle = haloOf(color);
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 5);
  context.fill();
  context.stroke();
  context.fillStyle = luminance(color) > 0.2 ? '#111111' : '#ffffff';
  context.textAlign = 'center';
  context.fillText(text, x + width / 2, y + height * 0.53);
  context.textAlign = 'start';
  return width;
}
