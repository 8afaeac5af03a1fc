/**
 * The mask under the brush, pixel by pixel: after each point only the changed rectangle is painted again. The ring of the
 * brush is an element that only moves: to paint it anew would send another canvas to the screen at every point.
 */
import type { Bitmap, PixelRect } from '../geometry/mask';
import { squareStart, unionRect } from '../geometry/mask';
import { clamped } from '../geometry/points';
import { toScreen, type View } from '../geometry/view';
import type { Brush, Draft, Stroke } from '../tools/tool';
import type { Viewport } from './static-layer';

const OPACITY = 0.5;

/** #rrggbb as the 32-bit word of one canvas pixel (little-endian RGBA). */
function pixelWord(color: string): number {
  const value = Number.parseInt(color.slice(1), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255];
  return ((Math.round(OPACITY * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export class StrokeLayer {
  readonly canvas = document.createElement('canvas');
  readonly ring = document.createElement('div');
  readonly #context = this.canvas.getContext('2d')!;
  #stroke: Stroke | null = null;
  #base: Bitmap | null = null;
  #dirty: PixelRect | null = null;
  #painted: View | null = null;

  constructor() {
    const above = 'position:absolute;left:0;top:0;pointer-events:none;display:none';
    this.canvas.style.cssText = above;
    this.ring.style.cssText = `${above};border:1px solid #fff;outline:1px solid #000b;will-change:transform`;
  }

  /** Remembers which pixels changed since the last frame. */
  touched(rect: PixelRect): void {
    this.#dirty = unionRect(this.#dirty, rect);
  }

  /** Once a frame. */
  paint(
    { stroke, brush }: Draft,
    { radius_px, square }: Brush,
    color: string,
    view: View,
    viewport: Viewport,
    bitmapOf: (mask: NonNullable<Stroke['base']>) => Bitmap,
  ): void {
    const { style } = this.ring;
    style.display = brush === undefined ? 'none' : 'block';
    if (brush !== undefined) {
      // Round the footprint is measured from the finger; square, or a single pixel, it lies on whole pixels.
      const whole = square || radius_px <= 0.5;
      const corner = brush.at.map((at) => (whole ? squareStart(at, radius_px) : at - radius_px)) as [number, number];
      const [x, y] = toScreen(view, corner);
      style.borderRadius = whole ? '0' : '50%';
      style.width = style.height = `${2 * radius_px * view.scale}px`;
      // The line lies around it.
      style.transform = `translate(${x - 1}px,${y - 1}px)`;
    }
    if (stroke === undefined) {
      if (this.#stroke !== null) {
        this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
        this.canvas.style.display = 'none';
      }
      this.#stroke = null;
      this.#base = null;
      this.#dirty = null;
      return;
    }
    const begins = this.#stroke?.touched !== stroke.touched || this.#stroke.base !== stroke.base;
    this.#stroke = stroke;
    if (begins) {
      this.#base = stroke.base === null ? null : bitmapOf(stroke.base);
      this.canvas.style.display = 'block';
      this.#size(viewport);
    }
    if (begins || this.#painted !== view) this.#dirty = [0, 0, stroke.touched.width, stroke.touched.height];
    this.#painted = view;
    if (this.#dirty !== null) this.#paintRect(this.#dirty, stroke, color, view, viewport.density);
    this.#dirty = null;
  }

  #size({ width, height, density }: Viewport): void {
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.canvas.width = w;
    this.canvas.height = h;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  #paintRect([x0, y0, x1, y1]: PixelRect, stroke: Stroke, color: string, view: View, density: number): void {
    const k = view.scale * density;
    const [ox, oy] = [view.x * density, view.y * density];
    const { width: canvasWidth, height: canvasHeight } = this.canvas;
    const left = clamped(Math.floor(x0 * k + ox), 0, canvasWidth);
    const top = clamped(Math.floor(y0 * k + oy), 0, canvasHeight);
    const right = clamped(Math.ceil(x1 * k + ox), 0, canvasWidth);
    const bottom = clamped(Math.ceil(y1 * k + oy), 0, canvasHeight);
    if (right <= left || bottom <= top) return;
    const picture = this.#context.createImageData(right - left, bottom - top);
    const words = new Uint32Array(picture.data.buffer);
    const word = pixelWord(color);
    const { width, height, pixels } = stroke.touched;
    const base = this.#base?.pixels ?? null;
    // Which image column each canvas column shows; -1 beside the image.
    const columns = new Int32Array(right - left);
    for (let i = 0; i < columns.length; i++) {
      const x = Math.floor((left + i + 0.5 - ox) / k);
      columns[i] = x >= 0 && x < width ? x : -1;
    }
    for (let row = 0; row < bottom - top; row++) {
      const y = Math.floor((top + row + 0.5 - oy) / k);
      if (y < 0 || y >= height) continue;
      const from = y * width;
      const to = row * (right - left);
      for (let i = 0; i < columns.length; i++) {
        const x = columns[i]!;
        if (x < 0) continue;
        const under = base !== null && base[from + x] === 1;
        const stroked = pixels[from + x] === 1;
        if (stroke.erase ? under && !stroked : under || stroked) words[to + i] = word;
      }
    }
    this.#context.putImageData(picture, left, top);
  }
}
