/** The drawing engine behind one element: image, shapes, tools, undo. It knows no framework and no network. */
import { type Bounds, inBounds } from '../geometry/box';
import { clamped, type ScreenPoint, type Size, screenPoint } from '../geometry/points';
import {
  type Below,
  centredView,
  clampView,
  fitView,
  keptFactor,
  panned,
  pinched,
  resized,
  toImage,
  toScreen,
  type View,
  viewOf,
  zoomAt,
} from '../geometry/view';
import type { Annotation, AttributeValue, ShapeAnnotation } from '../model/annotation';
import type { Handle } from '../model/handle';
import type { SerializedHistory } from '../model/history';
import { cachedBounds } from '../model/hit-index';
import type { ImageSource, TaskImage } from '../model/image';
import type { Part } from '../model/kind';
import { isLoaded, modelOf } from '../model/kind';
import { type LabelSchema, labelColor, labelRepeats } from '../model/schema';
import { isSuggestion } from '../model/suggestions';
import type { Assist } from '../tools/assist';
import type { Chord } from '../tools/chord';
import { EDITOR_KEYS, type EditorCommand } from '../tools/commands';
import { type HintCode, hintText } from '../tools/hints';
import { Session, type ToolInfo } from '../tools/session';
import type { Brush, Draft, Geometry, Key, Press } from '../tools/tool';
import type { ToolName } from '../tools/toolbox';
import {
  type ActiveScene,
  isEmpty,
  type Overlay,
  type OverlayInk,
  paintActive,
  partsOf,
  type SkeletonEdges,
} from './active-layer';
import { forcedColor } from './forced-color';
import { type Contact, Gestures } from './gestures';
import { ImageLayer } from './image-layer';
import { SUGGESTED_DASH } from './ink';
import type { Loupe } from './loupe';
import type { MiniMap } from './mini-map';
import { pressureShare } from './palm';
import { StaticLayer, type Viewport } from './static-layer';
import type { StaticShape } from './static-scene';
import type { StrokeLayer } from './stroke-layer';

export type { Annotation, ShapeAnnotation } from '../model/annotation';
export type { SerializedHistory } from '../model/history';
export type { ImageSource, TaskImage } from '../model/image';
export type { LabelSchema } from '../model/schema';
export type { HintCode } from '../tools/hints';
export type { ToolInfo } from '../tools/session';
export type { ToolName } from '../tools/toolbox';
export type { Overlay } from './active-layer';

export interface EditorOptions {
  readonly host: HTMLElement;
  readonly schema: LabelSchema;
  readonly image: TaskImage;
  /** A file of it that is on its way already. */
  readonly early?: ImageSource | undefined;
  /** Device pixels of the photograph for a pixel of the page, where the screen's own would cost too much data. */
  readonly imageDensity?: number | undefined;
  readonly annotations: readonly Annotation[];
  readonly readOnly?: boolean;
  /** The image's files under addresses that are valid now; null when there are none. */
  readonly renew?: () => Promise<readonly ImageSource[] | null>;
  /** Two and three fingers mean undo and redo, of whatever the shell has to undo; so do its keys, and those of commands. */
  readonly shell: { undo(): void; redo(): void };
  /** Asked first for what stands out in a box; without it that tool is not there. */
  readonly serverAssist?: (() => Promise<Assist>) | '' | null | undefined;
  /** Buttons that the shell lays over the lower border: the whole image is shown beside them. */
  readonly below?: Below;
  /** BCP 47; with `hints` it is for the shell's words, the engine itself prints label names only. */
  readonly locale?: string;
  /** Words for the hints in the worker's language. */
  readonly hints?: Partial<Record<HintCode, string>>;
  /** Whether a pen's pressure steers the width of the brush. */
  readonly pressure?: () => boolean;
  /** What a screen reader calls the canvas. */
  readonly description: string;
  /** After every finished gesture, undo and redo; never in the middle of a drag. */
  onChange(annotations: readonly Annotation[], reason: string): void;
  onSelect?(ids: readonly string[]): void;
  onToolChange?(tool: ToolName, label: string | null): void;
  /** A step of unfinished work was made or taken back: what undo would do may have changed. */
  onStep?(): void;
  onHint?(text: string, code: HintCode): void;
  /** At most once a frame while a shape is drawn or dragged; null when the gesture is over. */
  onLive?(shape: ShapeAnnotation | Geometry | null): void;
  /** Once the first picture is on the screen (true), or when no source could be shown (false). */
  onImage?(shown: boolean): void;
}

const GRIP_POINTERS: Record<string, string> = {
  nw: 'nwse-resize',
  se: 'nwse-resize',
  ne: 'nesw-resize',
  sw: 'nesw-resize',
  n: 'ns-resize',
  s: 'ns-resize',
  e: 'ew-resize',
  w: 'ew-resize',
  turn: 'grab',
};
const ZOOM_STEP = 1.5;
/** Times the scale of the whole image: from here on a part is in sight and not the whole. */
const NEAR = 1.8;
/** Of the place, moved by one key. */
const PAN_SHARE = 0.2;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const ARROW_PX = 10;
const ARROW_FINE_PX = 1;
const ARROW_COARSE_PX = 50;
/** The keyboard's crosshair keeps this far from the border; the image moves instead. */
const CURSOR_MARGIN_PX = 24;

/** How the shapes of a label look. */
type Look = Omit<StaticShape, 'shape'> & { readonly edges: SkeletonEdges };

/** For a label that the schema no longer has: a draft may be older than the schema. */
const UNKNOWN_LOOK: Look = { style: { color: '#808080', dash: 1 }, edges: [] };

function looksOf(schema: LabelSchema): ReadonlyMap<string, Look> {
  const forced = forcedColor();
  return new Map(
    schema.labels.map(({ name, edges = [] }, i) => [
      name,
      {
        // Of one colour they differ by their lines, and by the signs.
        style: forced
          ? { color: forced, dash: i }
          : { color: labelColor(schema, name), dash: labelRepeats(schema, name) },
        edges,
        ...(schema.labels.length > 1 && { sign: String(i + 1) }),
      },
    ]),
  );
}

export class Editor {
  readonly #options: EditorOptions;
  readonly #looks: ReadonlyMap<string, Look>;
  readonly #session: Session;
  readonly #root = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #imageLayer: ImageLayer;
  readonly #staticLayer: StaticLayer;
  /** Loaded where something is painted pixel by pixel. */
  #strokeLayer: StrokeLayer | null = null;
  /** Loaded where there are fingers. */
  #loupe: Loupe | null = null;
  /** Loaded where a part of the image is near; null while it is on its way. */
  #map: MiniMap | null | undefined;
  /** Loaded where something is shown over the work. */
  #overlayInk: OverlayInk | null = null;
  #assist: Assist | null = null;
  readonly #gestures: Gestures;
  /** The press that is down is that of a pen's eraser. */
  #rubs = false;
  readonly #resizes: ResizeObserver;
  /** As the image lay before the viewport changed, and that viewport. */
  #unsettled: readonly [View, Viewport] | null = null;
  readonly #abort = new AbortController();

  #view: View = { scale: 1, x: 0, y: 0 };
  #viewport: Viewport = { width: 0, height: 0, density: 1 };
  /** `from`: null is the whole image; `scale`: as the visit left it. */
  #visit: { readonly from: View | null; scale: number } | null = null;
  #overlays: readonly Overlay[] = [];
  #finger: ScreenPoint | null = null;
  /** The keyboard's crosshair; null while a pointer is in use. */
  #cursor: ScreenPoint | null = null;
  /** Tab has picked the selected object: arrows move it instead of the crosshair. */
  #picked = false;
  #spaceTaps = false;
  #scheduled = 0;
  /** What the active canvas shows. */
  #painted: readonly unknown[] = [];
  #live: Draft['shape'] | null = null;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#looks = looksOf(options.schema);
    const root = this.#root;
    root.tabIndex = 0;
    root.setAttribute('role', 'application');
    root.setAttribute('aria-label', options.description);
    root.style.cssText =
      'position:absolute;inset:0;overflow:hidden;touch-action:none;user-select:none;-webkit-user-select:none;contain:strict';
    this.#canvas.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none;visibility:hidden';
    this.#context = this.#canvas.getContext('2d')!;
    this.#staticLayer = new StaticLayer(options.image);
    const loaded = (shown: boolean) => {
      this.#invalidate();
      this.#staticLayer.start();
      this.#loadLoupe();
      options.onImage?.(shown);
    };
    this.#imageLayer = new ImageLayer(options.image, loaded, options.renew ?? (async () => null), options.early);
    root.append(this.#imageLayer.canvas, this.#staticLayer.element, this.#canvas);
    this.#loadMore();
    if (getComputedStyle(options.host).position === 'static') options.host.style.position = 'relative';
    options.host.append(root);

    this.#session = new Session({
      schema: options.schema,
      image: options.image,
      annotations: options.annotations,
      readOnly: options.readOnly === true,
      assist: {
        cutsOut: !!options.serverAssist,
        region: async (prompt, signal) => (await this.#assisting()).region(prompt, signal),
        way: async (prompt, signal) => (await this.#assisting()).way(prompt, signal),
        dispose: () => {},
      },
      events: {
        changed: (reason) => {
          this.#sync();
          options.onChange(this.#session.annotations, reason);
        },
        selected: (ids) => {
          if (ids.length === 0) this.#picked = false;
          options.onSelect?.(ids);
        },
        stepped: () => options.onStep?.(),
        toolChanged: () => {
          this.#showPointer();
          options.onToolChange?.(this.#session.tool, this.#session.label);
        },
        hinted: (code, subject) => this.#hint(code, subject),
        invalidated: () => this.#invalidate(),
        touched: (rect) => {
          this.#strokeLayer?.touched(rect);
          this.#invalidate();
        },
        panned: (dx, dy) => this.#setView(panned(this.#view, dx, dy)),
      },
    });
    this.#showPointer();

    this.#gestures = new Gestures(root, {
      down: (contact) => this.#step(contact, 'down'),
      move: (contact) => this.#step(contact, 'move'),
      up: (contact) => {
        this.#step(contact, 'up');
        this.#settle();
      },
      hover: (contact) => this.#step(contact, 'hover'),
      withdraw: () => {
        this.#finger = null;
        this.#session.withdraw();
        this.#settle();
      },
      pan: (dx, dy) => this.#setView(panned(this.#view, dx, dy)),
      zoom: (at, factor) => this.#zoom(at, factor),
      pinch: (before, after) => this.#setView(pinched(this.#view, before, after, (factor) => this.#keptFactor(factor))),
      fingersTapped: (count) => {
        if (count === 2) options.shell.undo();
        else if (count === 3) options.shell.redo();
      },
    });
    const { signal } = this.#abort;
    root.addEventListener('keydown', (event) => this.#keyDown(event), { signal });
    root.addEventListener('keyup', (event) => this.#keyUp(event), { signal });
    root.addEventListener('blur', () => this.#blur(), { signal });
    root.addEventListener('focus', () => this.#focused(), { signal });
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(root);
    this.#resize();
    this.#sync();
  }

  /** Layers that not every page needs. Without the line they stay away: the work goes on, only less is seen of it. */
  #loadMore(): void {
    const absent = () => undefined;
    const { labels } = this.#options.schema;
    if (labels.some(({ kinds }) => kinds.some((kind) => isLoaded(kind) && modelOf(kind).pixels))) {
      import('./stroke-layer').then(({ StrokeLayer }) => {
        this.#strokeLayer = new StrokeLayer();
        this.#canvas.before(this.#strokeLayer.canvas);
        this.#canvas.after(this.#strokeLayer.ring);
        this.#invalidate();
      }, absent);
    }
  }

  /** Where there are fingers, after the image. */
  #loadLoupe(): void {
    if (navigator.maxTouchPoints === 0 || this.#loupe !== null) return;
    import('./layers').then(
      ({ Loupe }) => {
        this.#loupe ??= new Loupe();
        this.#root.append(this.#loupe.canvas);
        this.#invalidate();
      },
      () => undefined,
    );
  }

  /** Where somebody has come near: a whole image needs no map. */
  #loadMap(): void {
    this.#map = null;
    import('./layers').then(
      ({ MiniMap }) => {
        this.#map = new MiniMap(this.#options.image, this.#imageLayer.canvas, (x, y) =>
          this.#setView(centredView(this.#view.scale, x, y, this.#sight)),
        );
        this.#root.append(this.#map.canvas);
        this.#invalidate();
      },
      () => undefined,
    );
  }

  // ---- tools and labels

  /** The tools that this schema needs, in the order in which they are shown. */
  tools(): ToolInfo[] {
    return this.#session.tools();
  }
  get tool(): ToolName {
    return this.#session.tool;
  }
  get label(): string | null {
    return this.#session.label;
  }
  /** @throws RangeError for a tool that `tools()` does not list. */
  setTool(name: ToolName): void {
    this.#session.setTool(name);
  }
  /** @throws RangeError for a label that the schema does not have. */
  setLabel(label: string): void {
    this.#session.setLabel(label);
  }
  get brush(): Brush {
    return this.#session.brush;
  }
  setBrush(brush: Partial<Brush>): void {
    this.#session.setBrush(brush);
  }

  // ---- the document

  getAnnotations(): readonly Annotation[] {
    return this.#session.annotations;
  }
  /** Puts another document in place; undo does not reach back across it. */
  setAnnotations(list: readonly Annotation[]): void {
    this.#session.setAnnotations(list);
    this.#sync();
  }
  get selection(): readonly string[] {
    return this.#session.selection;
  }
  select(ids: readonly string[]): void {
    this.#session.select(ids);
  }
  /** Takes a mark up for the keyboard, as Tab does: arrows move it, Enter goes to its corners. */
  pick(id: string): void {
    this.select([id]);
    this.focus();
    this.#picked = true;
    this.#invalidate();
  }
  add(shapes: readonly ShapeAnnotation[]): void {
    this.#session.add(shapes);
  }
  remove(ids: readonly string[]): void {
    this.#session.remove(ids);
  }
  /** Null takes the attribute away. */
  setAttribute(id: string, name: string, value: AttributeValue | null): void {
    this.#session.setAttribute(id, name, value);
  }
  /** Attributes that the new label does not have are dropped; a text of the shape follows its label. */
  changeLabel(id: string, label: string): void {
    this.#session.changeLabel(id, label);
  }
  /** See Session.setText: an empty text says that it cannot be read, null takes the text away. */
  setText(id: string, text: string | null): void {
    this.#session.setText(id, text);
  }
  /** The chosen tags of the group `of` become exactly `labels`. */
  setTags(of: string, labels: readonly string[]): void {
    this.#session.setTags(of, labels);
  }
  /** The language and direction of the text read from the shape `id`; null leaves them open. */
  setWriting(id: string, writing: { language: string | null; direction: 'ltr' | 'rtl' | null }): void {
    this.#session.setWriting(id, writing);
  }

  /** Keypoints and holes, for the list of marks. */
  partsOf(shape: ShapeAnnotation): readonly Part[] {
    return this.#session.partsOf(shape);
  }

  /** Puts a piece of the shape (a keypoint, a hole) in one of its states. */
  setPart(id: string, part: string, state: string): void {
    this.#session.setPart(id, part, state);
  }
  /** Fills the holes of a mask, or removes all its parts but the largest. */
  cleanMask(id: string, what: 'holes' | 'islands'): void {
    this.#session.cleanMask(id, what);
  }
  get canUndo(): boolean {
    return this.#session.canUndo;
  }
  get canRedo(): boolean {
    return this.#session.canRedo;
  }
  /** Unfinished work comes first, such as the vertices of a polygon that is not closed yet. */
  /** Something is begun that is no part of the document yet. */
  get isOpen(): boolean {
    return this.#session.isOpen;
  }
  /** Keys that it has a use for, for a shell that shows them as buttons. */
  get offers(): readonly Key[] {
    return this.#session.offers;
  }
  key(key: Key): void {
    this.#session.key(key);
  }
  /** Ends what is begun; false when that cannot be done yet, and a hint then says what is open. */
  finish(): boolean {
    return this.#session.finish();
  }
  hasUnfinished(way: 'undo' | 'redo'): boolean {
    return this.#session.hasUnfinished(way);
  }
  undo(): void {
    this.#session.undo();
  }
  redo(): void {
    this.#session.redo();
  }
  serializeHistory(): SerializedHistory {
    return this.#session.serializeHistory();
  }
  /** Call it after the annotations it belongs to are in place. @throws TypeError for anything else. */
  restoreHistory(saved: SerializedHistory): void {
    this.#session.restoreHistory(saved);
  }
  /** Shapes that are not shown and cannot be pressed. */
  setHidden(ids: readonly string[]): void {
    this.#session.setHidden(ids);
    this.#sync();
  }
  /** Shapes that are shown and can be selected, but not changed or removed by a gesture or key. */
  setLocked(ids: readonly string[]): void {
    this.#session.setLocked(ids);
  }
  /** How strongly areas are tinted, 0 (outlines only) to 1. */
  setFillOpacity(share: number): void {
    this.#staticLayer.setFillOpacity(clamped(share, 0, 1));
  }
  /** Read-only pictures over the work: expected answer, missed and extra area, a moderator's mark. */
  setOverlays(overlays: readonly Overlay[]): void {
    this.#overlays = overlays;
    this.#invalidate();
    if (overlays.length === 0 || this.#overlayInk !== null) return;
    import('./layers').then(
      ({ overlays: ink }) => {
        this.#overlayInk = ink;
        this.#painted = [];
        this.#invalidate();
      },
      () => undefined,
    );
  }

  // ---- the view

  /** About the keyboard's crosshair, or the middle. */
  zoomIn(): void {
    this.#zoom(this.#cursor ?? this.#middle, ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoom(this.#cursor ?? this.#middle, 1 / ZOOM_STEP);
  }

  fit(): void {
    this.#setView(this.#fitted(this.#viewport));
  }

  /** One image pixel on one CSS pixel. */
  zoomToPixels(): void {
    this.#zoom(this.#cursor ?? this.#middle, 1 / this.#view.scale);
  }

  zoomTo(id: string, covered_px = 0): void {
    const shape = this.#session.findShape(id);
    if (shape !== null) this.zoomToPlace(cachedBounds(shape), covered_px);
  }

  /** Brings a mark near for as long as it is read; `covered_px`: of the lower part, by what the shell lays over it. */
  visit(id: string, covered_px = 0): void {
    // A phone's keyboard comes up and the visit is repeated: what counts is where the person was before.
    if (this.#visit?.scale !== this.#view.scale)
      this.#visit = { from: sameView(this.#view, this.#fitted(this.#viewport)) ? null : this.#view, scale: 0 };
    this.zoomTo(id, covered_px);
    this.#visit.scale = this.#view.scale;
  }

  /** Back to where the person was before the visit, unless they have zoomed since. */
  leave(): void {
    if (this.#visit?.scale === this.#view.scale) this.#setView(this.#visit.from ?? this.#fitted(this.#viewport));
    this.#visit = null;
  }

  /** Brings a part of the image to the eye, with room around it. */
  zoomToPlace(place: Bounds, covered_px = 0): void {
    const { width, height } = this.#viewport;
    this.#setView(viewOf(place, this.#options.image, { width, height: Math.max(1, height - covered_px) }));
  }

  get view(): View {
    return this.#view;
  }

  /** Moves the view; it is kept on the image. */
  show(view: View): void {
    this.#setView(view);
  }

  /** Asks for the image again, after `onImage(false)`. */
  fetchImage(): void {
    this.#imageLayer.fetch();
  }

  /** Whether the shapes in sight are painted for the view that is shown, not stretched from another. */
  get isSharp(): boolean {
    return this.#staticLayer.isSharp;
  }

  focus(): void {
    this.#root.focus({ preventScroll: true });
  }

  destroy(): void {
    this.#assist?.dispose();
    this.#session.leave();
    cancelAnimationFrame(this.#scheduled);
    this.#abort.abort();
    this.#gestures.destroy();
    this.#resizes.disconnect();
    this.#staticLayer.destroy();
    this.#imageLayer.destroy();
    this.#root.remove();
  }

  // ---- from here on: how it works inside

  #step(contact: Contact, what: 'down' | 'move' | 'up' | 'hover'): void {
    this.#finger = contact.pointer === 'touch' && what !== 'up' ? contact.screen : null;
    if (what === 'down') {
      this.#cursor = null;
      this.#picked = false;
      this.#rubs = contact.erases === true;
    }
    // A mouse that lies still must not take the crosshair from the keyboard.
    if (what === 'hover' && this.#cursor !== null) return;
    const press = this.#press(contact);
    if (this.#rubs && what !== 'hover') this.#session.rub(press, what);
    else this.#session[what](press);
    if (what === 'hover' || what === 'up') this.#showPointer(this.#session.gripAt(press));
  }

  #press({ pressure, erases: _, ...contact }: Contact): Press {
    return {
      ...contact,
      ...(pressure !== undefined && this.#options.pressure?.() && { brushShare: pressureShare(pressure) }),
      at: toImage(this.#view, contact.screen),
      trail: contact.trail.map((point) => toImage(this.#view, point)),
    };
  }

  /** The mouse pointer tells what a press would do. */
  #showPointer(grip: Handle | null = null): void {
    const { tool } = this.#session;
    const free = tool === 'hand' ? 'grab' : tool === 'select' ? 'default' : 'crosshair';
    const paints = tool === 'brush' || tool === 'eraser';
    this.#root.style.cursor = grip === null || tool === 'hand' || paints ? free : (GRIP_POINTERS[grip.key] ?? 'move');
  }

  /** Loaded when a tool first reads the picture. */
  async #assisting(): Promise<Assist> {
    const { LocalAssist } = await import('./local-assist');
    const { image, serverAssist } = this.#options;
    const picture = () => (this.#imageLayer.isLoaded ? this.#imageLayer.canvas : null);
    this.#assist ??= new LocalAssist(image, picture, serverAssist);
    return this.#assist;
  }

  /** Hands the worker what changed in the list. */
  #sync(): void {
    this.#staticLayer.setShapes(this.#session.visibleShapes().map((shape) => ({ shape, ...this.#lookOf(shape) })));
  }

  /** What is only proposed is dashed, whatever its label, and asks. */
  #lookOf(shape: ShapeAnnotation): Look {
    const look = this.#look(shape.label);
    return isSuggestion(shape) ? { ...look, style: { ...look.style, dash: SUGGESTED_DASH }, sign: '?' } : look;
  }

  #look(label: string): Look {
    return this.#looks.get(label) ?? UNKNOWN_LOOK;
  }

  #resize(): void {
    const rect = this.#root.getBoundingClientRect();
    const [width, height] = [Math.round(rect.width), Math.round(rect.height)];
    if (width === 0 || height === 0) return;
    const before = this.#viewport;
    this.#viewport = { width, height, density: window.devicePixelRatio || 1 };
    this.#canvas.width = Math.round(width * this.#viewport.density);
    this.#canvas.height = Math.round(height * this.#viewport.density);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#unsettled ??= [this.#view, before];
    const moved = this.#gestures.relaid();
    // A line that comes above the image moves nothing under a finger that draws: the image follows when it is lifted.
    if (this.#gestures.isWorking) this.#setView(panned(this.#view, ...moved));
    else this.#settle();
  }

  /** Lays the image into a viewport that has changed. */
  #settle(): void {
    if (!this.#unsettled) return;
    const [view, before] = this.#unsettled;
    this.#unsettled = null;
    const wasFit = before.width === 0 || sameView(view, this.#fitted(before));
    this.#setView(wasFit ? this.#fitted(this.#viewport) : resized(view, before, this.#viewport));
  }

  /** Of the part of the image that is in sight. */
  get #middle(): ScreenPoint {
    const { width, height } = this.#options.image;
    const [left, top] = toScreen(this.#view, [0, 0]);
    const [right, bottom] = toScreen(this.#view, [width, height]);
    const { width: across, height: down } = this.#viewport;
    return screenPoint(
      (Math.max(0, left) + Math.min(across, right)) / 2,
      (Math.max(0, top) + Math.min(down, bottom)) / 2,
    );
  }

  /** What the shell lays over the lower border shows nothing of the image. */
  get #sight(): Size {
    const { width, height } = this.#viewport;
    return { width, height: Math.max(1, height - (this.#options.below?.always_px ?? 0)) };
  }

  get #isNear(): boolean {
    return this.#view.scale > NEAR * this.#fitted(this.#viewport).scale;
  }

  #fitted(viewport: Viewport): View {
    return fitView(this.#options.image, viewport, this.#options.below);
  }

  #setView(view: View): void {
    if (this.#viewport.width === 0) return;
    this.#view = clampView(view, this.#options.image, this.#viewport);
    this.#session.scale = this.#view.scale;
    this.#imageLayer.setView(this.#view, this.#options.imageDensity ?? this.#viewport.density);
    this.#staticLayer.setView(this.#view, this.#viewport);
    this.#invalidate();
  }

  #zoom(at: ScreenPoint, factor: number): void {
    this.#setView(zoomAt(this.#view, at, this.#keptFactor(factor)));
  }

  #keptFactor(factor: number): number {
    return keptFactor(this.#view, factor, this.#options.image, this.#viewport);
  }

  #invalidate(): void {
    if (this.#scheduled === 0) this.#scheduled = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#scheduled = 0;
    // Moving a window to a screen of another density fires no resize of the element.
    if (window.devicePixelRatio !== this.#viewport.density) this.#resize();
    const { crosshair, ...work } = this.#session.draft();
    // While an object is picked by keyboard, a crosshair left behind would point at nothing.
    const draft: Draft = crosshair === undefined || this.#picked ? work : { ...work, crosshair };
    const scene = this.#scene(draft);
    const edgesOf = (label: string) => this.#look(label).edges;
    this.#paintActive(scene, edgesOf);
    this.#strokeLayer?.paint(draft, this.brush, scene.draftStyle.color, this.#view, this.#viewport, (mask) =>
      this.#session.bitmap(mask),
    );
    this.#staticLayer.setHidden(scene.selected.map(({ shape }) => shape.id));

    if (this.#finger !== null && draft.focus !== undefined && this.#imageLayer.isLoaded) {
      this.#loupe?.show(
        this.#finger,
        draft.focus,
        this.#view,
        this.#viewport,
        this.#imageLayer.canvas,
        this.#options.image.width,
        (context, view, size) => {
          const { crosshair: _, focus: __, ...rest } = draft;
          this.#staticLayer.drawInto(context, view, this.#viewport.density);
          const inside = { width: size, height: size, density: this.#viewport.density };
          paintActive(context, { ...scene, draft: rest, grips: false }, view, inside, edgesOf, this.#overlayInk);
        },
      );
    } else {
      this.#loupe?.hide();
    }
    const near = this.#isNear && this.#imageLayer.isLoaded;
    if (near && this.#map === undefined) this.#loadMap();
    this.#map?.show(this.#view, near ? this.#sight : null);
    const live = draft.shape ?? null;
    if (live !== this.#live) {
      this.#live = live;
      this.#options.onLive?.(live);
    }
  }

  /**
   * A canvas that is painted is sent to the screen as a whole, which is most of the cost of a bare pan or of a point of the
   * brush. One no larger than what it shows was tried: to make it anew for each selection took longer than to send it.
   */
  #paintActive(scene: ActiveScene, edgesOf: (label: string) => SkeletonEdges): void {
    const canvas = this.#canvas;
    const empty = isEmpty(scene);
    const parts = empty ? [] : [this.#view, this.#viewport, ...partsOf(scene)];
    if (parts.length === this.#painted.length && parts.every((part, i) => part === this.#painted[i])) return;
    this.#painted = parts;
    canvas.style.visibility = empty ? 'hidden' : 'visible';
    if (empty) return;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, canvas.width, canvas.height);
    paintActive(this.#context, scene, this.#view, this.#viewport, edgesOf, this.#overlayInk);
  }

  #scene(draft: Draft): ActiveScene {
    const session = this.#session;
    const selected = session.selection
      .map((id) => session.findShape(id))
      .filter((shape) => shape !== null)
      .filter(({ id }) => !session.isHidden(id))
      .map((shape) => ({
        shape,
        style: this.#lookOf(shape).style,
        name: isSuggestion(shape) ? `${shape.label} ?` : shape.label,
      }));
    // A shape that is being made has no label yet: it will get the current one.
    const drawn: Partial<ShapeAnnotation> | null = draft.shape ?? draft.stroke?.base ?? null;
    const draftLabel = drawn?.label ?? session.label ?? '';
    return {
      selected,
      grips: !session.readOnly && session.selected() !== null,
      pickedGrip: session.grip,
      draft,
      draftLabel,
      draftStyle: this.#look(draftLabel).style,
      overlays: this.#overlays,
      cursor: this.#cursor === null || this.#picked ? null : toImage(this.#view, this.#cursor),
    };
  }

  // ---- keyboard

  #focused(): void {
    if (!this.#root.matches(':focus-visible') || this.#gestures.isWorking) return;
    this.#cursor ??= this.#middle;
    this.#hoverAtCursor();
  }

  #blur(): void {
    this.#gestures.spaceHeld = false;
    this.#cursor = null;
    this.#picked = false;
    this.#session.pickGrip(null);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.isComposing || !this.#handleKey(event)) return;
    // The shell listens further out: a key that was used here is not used twice.
    event.preventDefault();
    event.stopPropagation();
  }

  #keyUp(event: KeyboardEvent): void {
    if (event.code !== 'Space') return;
    const panned = this.#gestures.spaceUsed;
    this.#gestures.spaceHeld = false;
    this.#showPointer();
    // Shift: Alt and Space belong to the window.
    if (this.#spaceTaps && !panned && this.#cursor !== null && !this.#picked) this.#tapAtCursor(event.shiftKey);
    this.#spaceTaps = false;
  }

  #handleKey(event: KeyboardEvent): boolean {
    const { code, key } = event;
    if (event.ctrlKey || event.metaKey) return key in ARROWS && this.#panByKey(key);
    if (code === 'Space') {
      // Held with a pointer it pans; released alone it is the keyboard's tap.
      if (event.repeat) return true;
      this.#gestures.spaceHeld = true;
      this.#spaceTaps = true;
      if (this.#cursor === null) this.#root.style.cursor = 'grab';
      return true;
    }
    if (key in ARROWS) {
      return this.#arrow(key, event.altKey ? ARROW_FINE_PX : event.shiftKey ? ARROW_COARSE_PX : ARROW_PX);
    }
    if (key === 'Tab') return this.#pickNext(event.shiftKey);
    if (event.altKey) return false;
    return this.#session.key(key as Key) || this.#session.alter(key) || this.#editKey(key);
  }

  /** Keys that change what is selected. */
  #editKey(key: string): boolean {
    switch (key) {
      case 'Enter':
        if (this.#picked) return this.#session.pickGrip(1);
        if (this.#cursor === null) return false;
        this.#tapAtCursor(false);
        return true;
      case 'Escape':
        return this.#escape();
      case 'Delete':
      case 'Backspace':
        return this.#session.deletePicked();
      case 'Insert':
        return this.#session.insertVertex();
      default:
        return false;
    }
  }

  /** Commands and the keys they have at first; those of tools are called `tool.` and their name. */
  keys(): Readonly<Record<string, Chord>> {
    return { ...EDITOR_KEYS, ...Object.fromEntries(this.tools().map(({ name, key }) => [`tool.${name}`, key])) };
  }

  /** False for what is not the Editor's to do, or means nothing now. */
  run(command: string): boolean {
    const [selected] = this.selection;
    if (command.startsWith('tool.')) {
      this.setTool(command.slice('tool.'.length));
      return true;
    }
    switch (command as EditorCommand) {
      case 'zoom_in':
        this.zoomIn();
        return true;
      case 'zoom_out':
        this.zoomOut();
        return true;
      case 'fit':
        this.fit();
        return true;
      case 'pixels':
        this.zoomToPixels();
        return true;
      case 'zoom_selected':
        if (selected !== undefined) this.zoomTo(selected);
        return selected !== undefined;
      case 'another':
        this.select([]);
        return selected !== undefined;
      case 'brush_smaller':
      case 'brush_larger':
        this.#session.stepBrush(command === 'brush_larger');
        return true;
      case 'brush_square':
        this.setBrush({ square: !this.brush.square });
        return true;
      case 'next_part':
        return this.#nextPart();
      case 'brush_mode':
        this.#session.nextBrushMode();
        return true;
      case 'forward':
      case 'backward':
        return this.#session.reorder(command === 'forward');
      case 'accept':
      case 'reject':
        return this.#session.decide(command as 'accept' | 'reject');
      case 'accept_all':
        return this.#session.acceptAll();
      default:
        return false;
    }
  }

  #nextPart(): boolean {
    import('./layers').then(
      ({ nextPart }) => {
        const { view, number, of } = nextPart(this.#isNear ? this.#view : null, this.#options.image, this.#sight);
        this.#setView(view);
        this.#hoverAtCursor();
        this.#hint('part', `${number} / ${of}`);
      },
      () => undefined,
    );
    return true;
  }

  #hint(code: HintCode, subject?: string): void {
    const text = this.#options.hints?.[code] ?? hintText(code);
    this.#options.onHint?.(subject === undefined ? text : `${text} ${subject}`, code);
  }

  #panByKey(key: string): boolean {
    const [dx, dy] = ARROWS[key]!;
    const { width, height } = this.#viewport;
    this.#setView(panned(this.#view, -dx * width * PAN_SHARE, -dy * height * PAN_SHARE));
    this.#hoverAtCursor();
    return true;
  }

  #arrow(key: string, step_px: number): boolean {
    const [dx, dy] = [ARROWS[key]![0] * step_px, ARROWS[key]![1] * step_px];
    if (this.#picked) {
      this.#session.nudge(dx / this.#view.scale, dy / this.#view.scale);
      return true;
    }
    const [x, y] = this.#cursor ?? this.#middle;
    const [wantedX, wantedY] = [x + dx, y + dy];
    const { width, height } = this.#viewport;
    this.#cursor = screenPoint(
      clamped(wantedX, CURSOR_MARGIN_PX, width - CURSOR_MARGIN_PX),
      clamped(wantedY, CURSOR_MARGIN_PX, height - CURSOR_MARGIN_PX),
    );
    const [restX, restY] = [this.#cursor[0] - wantedX, this.#cursor[1] - wantedY];
    if (restX !== 0 || restY !== 0) this.#setView(panned(this.#view, restX, restY));
    this.#hoverAtCursor();
    return true;
  }

  #cursorPress(alt = false): Press {
    const screen = this.#cursor!;
    return this.#press({
      screen,
      trail: [screen],
      pointer: 'keyboard',
      alt,
      shift: false,
      time: performance.now(),
    });
  }

  #hoverAtCursor(): void {
    if (this.#cursor !== null) this.#session.hover(this.#cursorPress());
  }

  #tapAtCursor(alt: boolean): void {
    const press = this.#cursorPress(alt);
    this.#session.down(press);
    this.#session.up(press);
    this.#session.hover(press);
  }

  /** Goes through the objects (or the grips of one); beyond the last one the focus leaves the canvas as on any page. */
  #pickNext(backwards: boolean): boolean {
    if (this.#session.grip !== null) return this.#session.pickGrip(backwards ? -1 : 1);
    const [selected = null] = this.#session.selection;
    // What is selected is taken up first: a copy just pasted, a mark just made.
    const chosen = this.#picked || selected === null ? null : this.#session.findShape(selected);
    const next = chosen ?? this.#session.pickNext(backwards, selected);
    this.#picked = next !== null;
    if (next !== null) this.#bringIntoSight(cachedBounds(next));
    return next !== null;
  }

  #bringIntoSight(bounds: Bounds): void {
    const middle = toScreen(this.#view, [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]);
    const { width, height } = this.#viewport;
    if (inBounds(middle, [0, 0, width, height], -CURSOR_MARGIN_PX)) return;
    this.#setView(panned(this.#view, width / 2 - middle[0], height / 2 - middle[1]));
  }

  /** One step out: from the grip to the object, to the crosshair, to nothing selected. */
  #escape(): boolean {
    if (this.#session.grip !== null) this.#session.pickGrip(null);
    else if (this.#picked) {
      this.#picked = false;
      this.#cursor ??= this.#middle;
      this.#hoverAtCursor();
    } else if (this.#session.selection.length > 0) this.select([]);
    else if (this.#cursor !== null) {
      // The tool's own lines go with it: a finger hovers nowhere.
      this.#session.hover({ ...this.#cursorPress(), pointer: 'touch' });
      this.#cursor = null;
    } else return false;
    return true;
  }
}

const sameView = (a: View, b: View): boolean =>
  Math.abs(a.scale - b.scale) < 1e-9 && Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5;
