/** Shapes that are shown over the work and cannot be touched: what was expected, missed or too much, a mark, a comment's pin. */
import { toScreen, type View } from '../geometry/view';
import { cachedFigure, type Overlay, type OverlayLook } from './active-layer';
import { addFigure, addLines, inkSign } from './ink';

const PIN_PX = 18;
const PIN_GAP_PX = 6;

const LOOKS: Record<OverlayLook, { color: string; hatch: boolean; dash: readonly number[] }> = {
  expected: { color: '#009e73', hatch: false, dash: [7, 5] },
  missed: { color: '#d55e00', hatch: true, dash: [] },
  extra: { color: '#0072b2', hatch: true, dash: [] },
  mark: { color: '#e69f00', hatch: false, dash: [2, 4] },
  pin: { color: '#cc79a7', hatch: false, dash: [] },
  finger: { color: '#ffffff', hatch: false, dash: [] },
};

/** In image coordinates. */
export function areas(
  context: CanvasRenderingContext2D,
  overlays: readonly Overlay[],
  scale: number,
  density: number,
): void {
  for (const overlay of overlays) {
    const look = LOOKS[overlay.look];
    const figure = cachedFigure(overlay.shape);
    const path = new Path2D();
    addFigure(path, figure);
    if (look.hatch) {
      const pattern = hatch(context, look.color, overlay.look === 'missed');
      pattern.setTransform(new DOMMatrix().scale(1 / (scale * density)));
      context.fillStyle = pattern;
      context.fill(path);
      continue;
    }
    addLines(path, figure);
    if (overlay.look === 'finger') {
      for (const [x, y] of figure.dots) path.arc(x, y, 13 / scale, 0, 2 * Math.PI);
      context.fillStyle = 'rgba(255,255,255,0.55)';
      context.fill(path);
      context.strokeStyle = 'rgba(0,0,0,0.75)';
      context.lineWidth = 2 / scale;
      context.stroke(path);
      continue;
    }
    for (const [x, y] of figure.dots) {
      path.moveTo(x + 8 / scale, y);
      path.arc(x, y, 8 / scale, 0, 2 * Math.PI);
    }
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeStyle = 'rgba(0,0,0,0.55)';
    context.lineWidth = 4.5 / scale;
    context.stroke(path);
    context.setLineDash(look.dash.map((length) => length / scale));
    context.strokeStyle = look.color;
    context.lineWidth = 2.5 / scale;
    context.stroke(path);
    context.setLineDash([]);
  }
}

/** The number of a comment, at the corner of its box or beside its point; in screen coordinates. */
export function numbers(context: CanvasRenderingContext2D, overlays: readonly Overlay[], view: View): void {
  for (const { look, shape, text = '' } of overlays) {
    if (look !== 'pin') continue;
    const { bounds, dots } = cachedFigure(shape);
    const [x, y] = toScreen(view, [bounds[0], bounds[1]]);
    const away = dots.length > 0 ? PIN_GAP_PX : 0;
    inkSign(context, text, LOOKS.pin.color, x + away, y - away - PIN_PX, PIN_PX);
  }
}

const hatches = new Map<string, HTMLCanvasElement>();

function hatch(context: CanvasRenderingContext2D, color: string, rising: boolean): CanvasPattern {
  let tile = hatches.get(color);
  if (tile === undefined) {
    tile = document.createElement('canvas');
    tile.width = 12;
    tile.height = 12;
    const paint = tile.getContext('2d')!;
    paint.fillStyle = color;
    paint.globalAlpha = 0.3;
    paint.fillRect(0, 0, 12, 12);
    paint.globalAlpha = 1;
    paint.strokeStyle = color;
    paint.lineWidth = 3;
    for (const shift of [-12, 0, 12]) {
      paint.moveTo(shift - 2, rising ? 14 : -2);
      paint.lineTo(shift + 14, rising ? -2 : 14);
    }
    paint.stroke();
    hatches.set(color, tile);
  }
  return context.createPattern(tile, 'repeat')!;
}
