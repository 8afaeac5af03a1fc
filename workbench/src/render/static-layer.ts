/** The static layer's canvas: moved by a transform while the view moves, painted anew when that no longer looks right. */
import type { View } from '../geometry/view';
import type { Frame, StaticShape } from './static-scene';
import { StaticScene } from './static-scene';
import type { FromWorker, ToWorker } from './static-worker';

const MARGIN = 0.25;
/** A stretched bitmap is let stand between these factors. */
const STRETCH_LOW = 0.6;
const STRETCH_HIGH = 1.6;
const REST_MS = 80;
const FILL_OPACITY = 0.22;

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly density: number;
}

export class StaticLayer {
  readonly canvas = document.createElement('canvas');
  #fillOpacity = FILL_OPACITY;
  #worker: Worker | null = null;
  #scene: StaticScene | null = null;
  #shapes = new Map<string, StaticShape>();
  #view: View | null = null;
  #viewport: Viewport = { width: 1, height: 1, density: 1 };
  #hidden: readonly string[] = [];
  #shown: Frame | null = null;
  #busy = false;
  #wanted = false;
  #timer = 0;
  #frame = 0;

  constructor() {
    this.canvas.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0;pointer-events:none';
    if (typeof OffscreenCanvas === 'undefined' || typeof ImageBitmapRenderingContext === 'undefined') {
      this.#scene = new StaticScene();
      return;
    }
    try {
      this.#worker = new Worker(new URL('./static-worker.ts', import.meta.url), { type: 'module' });
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        this.#answered(data);
      };
      this.#worker.onerror = () => {
        this.#withoutWorker();
      };
    } catch {
      // A page on another origin than its scripts may not start workers.
      this.#withoutWorker();
    }
  }

  /** Tells the layer what changed; shapes are compared by identity, so an unchanged one costs nothing. */
  setShapes(next: readonly StaticShape[]): void {
    const put: StaticShape[] = [];
    const ids = new Set<string>();
    for (const shape of next) {
      ids.add(shape.shape.id);
      const old = this.#shapes.get(shape.shape.id);
      if (old !== undefined && old.shape === shape.shape && sameStyle(old, shape)) continue;
      this.#shapes.set(shape.shape.id, shape);
      put.push(shape);
    }
    const remove = [...this.#shapes.keys()].filter((id) => !ids.has(id));
    for (const id of remove) this.#shapes.delete(id);
    if (put.length === 0 && remove.length === 0) return;
    if (this.#scene !== null) this.#scene.patch(put, remove);
    else this.#post({ do: 'patch', put, remove });
    this.#request();
  }

  setHidden(ids: readonly string[]): void {
    if (ids.length === this.#hidden.length && ids.every((id, i) => id === this.#hidden[i])) return;
    this.#hidden = ids;
    this.#request();
  }

  /** 0 shows outlines only. */
  setFillOpacity(share: number): void {
    this.#fillOpacity = share;
    this.#request();
  }

  setView(view: View, viewport: Viewport): void {
    const same = this.#viewport;
    const resized =
      same.width !== viewport.width || same.height !== viewport.height || same.density !== viewport.density;
    this.#view = view;
    this.#viewport = viewport;
    if (this.#shown === null || resized || !this.#covers(view)) this.#request();
    this.#place();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const shown = this.#shown?.view;
      if (shown?.x !== view.x || shown.y !== view.y || shown.scale !== view.scale) this.#request();
    }, REST_MS);
  }

  /** Draws what is shown at present for another view, such as the loupe's. */
  drawInto(context: CanvasRenderingContext2D, view: View, density: number): void {
    if (this.#shown === null || this.canvas.width === 0) return;
    const { view: painted, width, height, margin } = this.#shown;
    const stretch = view.scale / painted.scale;
    const x = view.x - stretch * (painted.x + width * margin);
    const y = view.y - stretch * (painted.y + height * margin);
    const size = stretch * (1 + 2 * margin) * density;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.canvas, x * density, y * density, width * size, height * size);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
    this.#worker?.terminate();
    this.#worker = null;
    this.canvas.remove();
  }

  #covers(view: View): boolean {
    const shown = this.#shown!;
    const stretch = view.scale / shown.view.scale;
    if (stretch < STRETCH_LOW || stretch > STRETCH_HIGH) return false;
    const { width, height, margin } = shown;
    const left = view.x - stretch * (shown.view.x + width * margin);
    const top = view.y - stretch * (shown.view.y + height * margin);
    return (
      left <= 0 &&
      top <= 0 &&
      left + stretch * width * (1 + 2 * margin) >= this.#viewport.width &&
      top + stretch * height * (1 + 2 * margin) >= this.#viewport.height
    );
  }

  #place(): void {
    if (this.#shown === null || this.#view === null) return;
    const { view, width, height, margin } = this.#shown;
    const stretch = this.#view.scale / view.scale;
    const x = this.#view.x - stretch * (view.x + width * margin);
    const y = this.#view.y - stretch * (view.y + height * margin);
    this.canvas.style.transform = `translate(${x}px,${y}px) scale(${stretch})`;
  }

  /** Painting is asked for once per turn; while the worker is busy only the newest wish is kept. */
  #request(): void {
    if (this.#view === null) return;
    if (this.#busy) {
      this.#wanted = true;
      return;
    }
    this.#busy = true;
    const frame: Frame = {
      view: this.#view,
      ...this.#viewport,
      margin: MARGIN,
      hidden: this.#hidden,
      fillOpacity: this.#fillOpacity,
    };
    if (this.#scene === null) this.#post({ do: 'paint', frame });
    else
      this.#frame = requestAnimationFrame(() => this.#paintHere({ ...frame, view: this.#view!, hidden: this.#hidden }));
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #answered(message: FromWorker): void {
    if (message.did === 'fail') {
      this.#withoutWorker();
      return;
    }
    // The element keeps its own size whatever bitmap it is given, and the loupe draws by that size.
    if (this.canvas.width !== message.bitmap.width) this.canvas.width = message.bitmap.width;
    if (this.canvas.height !== message.bitmap.height) this.canvas.height = message.bitmap.height;
    this.canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(message.bitmap);
    this.#finished(message.frame);
  }

  #paintHere(frame: Frame): void {
    this.canvas.width = Math.round(frame.width * (1 + 2 * frame.margin) * frame.density);
    this.canvas.height = Math.round(frame.height * (1 + 2 * frame.margin) * frame.density);
    const context = this.canvas.getContext('2d');
    if (context !== null) this.#scene!.paint(context, frame);
    this.#finished(frame);
  }

  #finished(frame: Frame): void {
    this.#shown = frame;
    this.canvas.style.width = `${frame.width * (1 + 2 * frame.margin)}px`;
    this.canvas.style.height = `${frame.height * (1 + 2 * frame.margin)}px`;
    this.#busy = false;
    this.#place();
    if (this.#wanted) {
      this.#wanted = false;
      this.#request();
    }
  }

  #withoutWorker(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#scene = new StaticScene();
    this.#scene.patch([...this.#shapes.values()], []);
    this.#busy = false;
    this.#request();
  }
}

const sameStyle = (a: StaticShape, b: StaticShape): boolean =>
  a.style.color === b.style.color && a.style.dash === b.style.dash && a.sign === b.sign;
