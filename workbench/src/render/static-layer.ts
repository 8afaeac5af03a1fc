/**
 * The static layer on the screen: the tiles of a level, moved by a transform while the view moves, and painted anew when
 * the view rests at another scale. What is stretched stays until the sharp tile over it has come.
 */
import { type Bounds, boundsMeet } from '../geometry/box';
import type { Size } from '../geometry/points';
import type { View } from '../geometry/view';
import { cachedBounds } from '../model/hit-index';
import type { StaticShape } from './static-scene';
import type { FromWorker, ToWorker } from './static-worker';
import type { TileQueue, Wish } from './tile-queue';
import {
  imageBoundsOf,
  type Level,
  levelOf,
  placeOf,
  REACH_PX,
  type Tile,
  tileKey,
  tileSize,
  tilesOf,
  type Viewport,
} from './tiles';
import { FILL_OPACITY } from './tint';

export type { Viewport } from './tiles';

/** Shares of the viewport around it: painted ahead, and kept. */
const AHEAD = 0.25;
const AHEAD_MS = 100;
const KEPT = 0.75;
/** A stretched level is let stand between these factors while the view moves. */
const STRETCH_LOW = 0.6;
const STRETCH_HIGH = 1.6;
const REST_MS = 30;
/** Beyond every sheet. */
const FAR_PX = 1e6;
const EVERYWHERE: Bounds = [-Infinity, -Infinity, Infinity, Infinity];

/** A tile on the screen; no canvas when nothing is in it. */
interface Painted {
  readonly tile: Tile;
  canvas: HTMLCanvasElement | null;
  /** The first wish that knows of its last change; 0 when it shows that. */
  awaits: number;
}

/** The tiles of a level in an element that is moved as a whole. */
class Sheet {
  readonly element = document.createElement('div');
  readonly painted = new Map<string, Painted>();

  /** @param since the first wish that asked for tiles of this level */
  constructor(
    readonly level: Level,
    readonly since: number,
  ) {
    this.element.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0;will-change:transform';
  }

  move(view: View): void {
    const { scale, x, y } = placeOf(this.level, view);
    this.element.style.transform = `translate(${x}px,${y}px) scale(${scale})`;
  }

  /** The canvas of a tile, in its place. */
  canvasOf(tile: Tile): HTMLCanvasElement {
    const old = this.painted.get(tileKey(tile))?.canvas;
    if (old) return old;
    const { width, height } = tileSize(this.level);
    const canvas = document.createElement('canvas');
    canvas.width = this.level.tile.width;
    canvas.height = this.level.tile.height;
    canvas.style.cssText = `position:absolute;left:${tile.column * width}px;top:${tile.row * height}px;width:${width}px;height:${height}px`;
    return canvas;
  }

  /** Shows what was painted for a wish; null when the tile is empty. */
  put(tile: Tile, canvas: HTMLCanvasElement | null, serial: number): void {
    const key = tileKey(tile);
    const { canvas: old = null, awaits = 0 } = this.painted.get(key) ?? {};
    if (old !== canvas) {
      old?.remove();
      if (canvas !== null) this.element.append(canvas);
    }
    this.painted.set(key, { tile, canvas, awaits: awaits > serial ? awaits : 0 });
  }

  /** The tiles that show one of these parts of the image are untrue until this wish is answered. */
  outdate(changed: readonly Bounds[], serial: number): void {
    for (const painted of this.painted.values()) {
      const shown = imageBoundsOf(this.level, painted.tile, REACH_PX);
      if (changed.some((bounds) => boundsMeet(bounds, shown))) painted.awaits = serial;
    }
  }

  drop({ tile, canvas }: Painted): void {
    this.painted.delete(tileKey(tile));
    canvas?.remove();
  }

  /** Cuts out what the sheet above shows already: translucent areas would be seen twice. */
  cutOut(above: Sheet): void {
    const { scale, x, y } = placeOf(above.level, this.level.view);
    const tile = tileSize(above.level);
    const [w, h] = [tile.width * scale, tile.height * scale];
    const holes = [...above.painted.values()].map(
      ({ tile: { column, row } }) => `M${column * w + x} ${row * h + y}h${w}v${h}h${-w}z`,
    );
    this.element.style.clipPath = `path(evenodd,"M${-FAR_PX} ${-FAR_PX}H${FAR_PX}V${FAR_PX}H${-FAR_PX}z${holes.join('')}")`;
  }
}

export class StaticLayer {
  readonly element = document.createElement('div');
  #fillOpacity = FILL_OPACITY;
  #worker: Worker | null = null;
  #queue: TileQueue | null = null;
  #shapes = new Map<string, StaticShape>();
  #hidden: readonly string[] = [];
  #view: View | null = null;
  #viewport: Viewport = { width: 1, height: 1, density: 1 };
  #sheet: Sheet | null = null;
  /** The level before, stretched, until the new one covers the viewport. */
  #below: Sheet | null = null;
  /** Counts wishes: a tile is true when it was painted for the last one that changed it. */
  #serial = 0;
  /** Tiles that are under way. */
  #asked = new Set<string>();
  /** Where shapes were hidden or shown since the last frame, and what is to be done about it. */
  #swapped: Bounds[] = [];
  #swap = 0;
  #timer = 0;
  #later = 0;
  #frame = 0;
  #cut = 0;
  #started = false;
  #gone = false;

  constructor(private readonly image: Size) {
    this.element.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none';
  }

  /** Fetches the painter. By itself with the first shapes; where there are none, the image has the line first. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    if (typeof OffscreenCanvas === 'undefined' || typeof ImageBitmapRenderingContext === 'undefined') {
      void this.#withoutWorker();
      return;
    }
    try {
      this.#worker = new Worker(new URL('./static-worker.ts', import.meta.url), { type: 'module' });
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.did === 'fail') void this.#withoutWorker();
        else this.#answered(data.serial, data.tile, data.bitmap);
      };
      this.#worker.onerror = () => void this.#withoutWorker();
    } catch {
      // A page on another origin than its scripts may not start workers.
      void this.#withoutWorker();
    }
    this.#want(true);
  }

  /** Tells the layer what changed; shapes are compared by identity, so an unchanged one costs nothing. */
  setShapes(next: readonly StaticShape[]): void {
    const put: StaticShape[] = [];
    const changed: Bounds[] = [];
    const ids = new Set<string>();
    for (const shape of next) {
      const { id } = shape.shape;
      ids.add(id);
      const old = this.#shapes.get(id);
      if (old !== undefined && old.shape === shape.shape && sameStyle(old, shape)) continue;
      if (old !== undefined) changed.push(cachedBounds(old.shape));
      changed.push(cachedBounds(shape.shape));
      this.#shapes.set(id, shape);
      put.push(shape);
    }
    const remove: string[] = [];
    for (const [id, { shape }] of this.#shapes) {
      if (ids.has(id)) continue;
      changed.push(cachedBounds(shape));
      remove.push(id);
    }
    for (const id of remove) this.#shapes.delete(id);
    if (changed.length === 0) return;
    this.start();
    this.#queue?.patch(put, remove);
    this.#post({ do: 'patch', put, remove });
    this.#outdate(changed);
  }

  /** Takes effect after the frame: what shows the shapes instead is to be seen first. */
  setHidden(ids: readonly string[]): void {
    const before = this.#hidden;
    const changed = [...ids.filter((id) => !before.includes(id)), ...before.filter((id) => !ids.includes(id))];
    if (changed.length === 0) return;
    this.#hidden = ids;
    for (const id of changed) {
      const shape = this.#shapes.get(id)?.shape;
      if (shape !== undefined) this.#swapped.push(cachedBounds(shape));
    }
    this.#swap ||= window.setTimeout(() => {
      this.#swap = 0;
      this.#outdate(this.#swapped.splice(0));
    });
  }

  /** 0 shows outlines only. */
  setFillOpacity(share: number): void {
    this.#fillOpacity = share;
    this.#outdate([EVERYWHERE]);
  }

  setView(view: View, viewport: Viewport): void {
    const same = this.#viewport;
    const resized =
      same.width !== viewport.width || same.height !== viewport.height || same.density !== viewport.density;
    this.#view = view;
    this.#viewport = viewport;
    this.#sheet?.move(view);
    this.#below?.move(view);
    clearTimeout(this.#timer);
    const level = this.#sheet?.level;
    if (level === undefined || level.density !== viewport.density) {
      this.#begin();
      return;
    }
    const stretch = view.scale / level.view.scale;
    if (stretch === 1) this.#want(resized);
    else if (stretch < STRETCH_LOW || stretch > STRETCH_HIGH) this.#begin();
    else this.#timer = window.setTimeout(() => this.#begin(), REST_MS);
  }

  /** Whether all that is in sight is painted as it is now, at this scale. */
  get isSharp(): boolean {
    return this.#swap === 0 && this.#view?.scale === this.#sheet?.level.view.scale && this.#missing(0).length === 0;
  }

  /** Draws what is shown at present for another view, such as the loupe's. */
  drawInto(context: CanvasRenderingContext2D, view: View, density: number): void {
    // The level below is cut out on the screen only; a glass that moves with the finger may do without it.
    const sheet = this.#sheet;
    if (sheet === null) return;
    const { scale, x, y } = placeOf(sheet.level, view);
    const { width, height } = tileSize(sheet.level);
    const [w, h] = [width * scale * density, height * scale * density];
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const { tile, canvas } of sheet.painted.values()) {
      if (canvas === null) continue;
      context.drawImage(canvas, tile.column * w + x * density, tile.row * h + y * density, w, h);
    }
  }

  destroy(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#swap);
    clearTimeout(this.#later);
    cancelAnimationFrame(this.#frame);
    cancelAnimationFrame(this.#cut);
    this.#worker?.terminate();
    this.#worker = null;
    this.#gone = true;
    this.element.remove();
  }

  /** Another scale: what is painted stays below, stretched, until this one covers it. */
  #begin(): void {
    if (this.#view === null) return;
    const before = this.#sheet;
    // A level of which little came is no better than the one below it.
    const [kept, gone] =
      this.#below === null || this.#missing(0).length === 0 ? [before, this.#below] : [this.#below, before];
    gone?.element.remove();
    this.#below = kept;
    this.#sheet = new Sheet(levelOf(this.#view, this.#viewport), this.#serial + 1);
    this.#sheet.move(this.#view);
    this.element.append(this.#sheet.element);
    kept?.cutOut(this.#sheet);
    this.#want(true);
  }

  /** Tiles around the viewport that are not there or not true. */
  #missing(margin: number): Tile[] {
    const sheet = this.#sheet;
    if (sheet === null || this.#view === null) return [];
    return tilesOf(sheet.level, this.#view, this.#viewport, margin).filter(
      (tile) => sheet.painted.get(tileKey(tile))?.awaits !== 0,
    );
  }

  /** The tiles that show one of these parts of the image are to be painted anew; until then they stay as they are. */
  #outdate(changed: readonly Bounds[]): void {
    const sheet = this.#sheet;
    if (sheet === null) return;
    sheet.outdate(changed, this.#serial + 1);
    this.#want(true);
  }

  /** Asks for what is missing, unless it is under way already. */
  #want(anew: boolean): void {
    const sheet = this.#sheet;
    if (sheet === null || this.#view?.scale !== sheet.level.view.scale) return;
    this.#forgetFar(sheet);
    // What is in sight, and nothing else until it is there; then what a short pan would uncover.
    const inSight = this.#missing(0);
    const tiles = new Map((inSight.length > 0 ? inSight : this.#missing(AHEAD)).map((tile) => [tileKey(tile), tile]));
    if (!anew && [...tiles.keys()].every((key) => this.#asked.has(key))) return;
    this.#asked = new Set(tiles.keys());
    const shown = this.image.width * this.image.height * this.#view.scale ** 2;
    const wish: Wish = {
      serial: ++this.#serial,
      level: sheet.level,
      hidden: this.#hidden,
      fillOpacity: this.#fillOpacity,
      share: Math.min(1, (this.#viewport.width * this.#viewport.height) / shown),
      tiles: [...tiles.values()],
    };
    this.#post({ do: 'want', wish });
    this.#queue?.want(wish);
    this.#paintHere();
  }

  #forgetFar(sheet: Sheet): void {
    const kept = new Set(tilesOf(sheet.level, this.#view!, this.#viewport, KEPT).map(tileKey));
    for (const [key, painted] of sheet.painted) if (!kept.has(key)) sheet.drop(painted);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #answered(serial: number, tile: Tile, bitmap: ImageBitmap | null): void {
    const sheet = this.#sheet;
    if (sheet === null || serial < sheet.since) {
      bitmap?.close();
      return;
    }
    const canvas = bitmap === null ? null : sheet.canvasOf(tile);
    if (bitmap !== null) canvas!.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
    this.#painted(sheet, serial, tile, canvas);
  }

  /** Without a worker: one tile a frame, so that the hand is still followed. */
  #paintHere(): void {
    if (this.#frame !== 0 || this.#queue?.next == null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const [sheet, tile] = [this.#sheet!, this.#queue!.next!];
      const canvas = sheet.canvasOf(tile);
      const { serial, filled } = this.#queue!.paint(canvas.getContext('2d')!);
      this.#painted(sheet, serial, tile, filled ? canvas : null);
      this.#paintHere();
    });
  }

  #painted(sheet: Sheet, serial: number, tile: Tile, canvas: HTMLCanvasElement | null): void {
    this.#asked.delete(tileKey(tile));
    sheet.put(tile, canvas, serial);
    if (this.#asked.size === 0 && this.#missing(0).length === 0) {
      clearTimeout(this.#later);
      this.#later = window.setTimeout(() => this.#want(false), AHEAD_MS);
    }
    if (this.#below === null) return;
    // Once a frame for all tiles that came: the shape of what is left below is dear to the compositor.
    if (this.#cut === 0) this.#cut = requestAnimationFrame(() => this.#uncover());
  }

  /** Takes away of the level below what the one above shows. */
  #uncover(): void {
    this.#cut = 0;
    if (this.#below === null || this.#sheet === null) return;
    if (this.#missing(0).length > 0) {
      this.#below.cutOut(this.#sheet);
    } else {
      this.#below.element.remove();
      this.#below = null;
    }
  }

  /** Paints here. Nearly every browser has workers, so this code is loaded where it is needed only. */
  async #withoutWorker(): Promise<void> {
    this.#worker?.terminate();
    this.#worker = null;
    // Without a line it cannot come now; nothing is lost meanwhile, the marks are only not painted.
    const code = await import('./layers').catch(() => null);
    if (this.#gone) return;
    if (code === null) {
      setTimeout(() => void this.#withoutWorker(), RETRY_MS);
      return;
    }
    const { TileQueue } = code;
    this.#queue = new TileQueue();
    this.#queue.patch([...this.#shapes.values()], []);
    // A canvas gives one kind of context only.
    this.#sheet?.element.remove();
    this.#sheet = null;
    this.#begin();
  }
}

/** How soon code that did not come is asked for again. */
const RETRY_MS = 3_000;

const sameStyle = (a: StaticShape, b: StaticShape): boolean =>
  a.style.color === b.style.color && a.style.dash === b.style.dash && a.sign === b.sign;
