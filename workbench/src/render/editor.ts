/** The drawing engine behind one element: image, shapes, tools, undo. It knows no framework and no network. */
import { type Bounds, inBounds } from '../geometry/box';
import type { Bitmap } from '../geometry/mask';
import { emptyBitmap } from '../geometry/mask';
import { clamped, type ImagePoint, type ScreenPoint, screenPoint } from '../geometry/points';
import {
  centre,
  clampView,
  fitView,
  MAX_SCALE,
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
import { isShape, nextId } from '../model/annotation';
import { added, flipped, removed, replaced, retagged } from '../model/changes';
import type { Edit } from '../model/edit';
import { AnnotationStore } from '../model/edit';
import { handlesOf, withHandleAt, withoutVertex, withVertexNear } from '../model/handle';
import { History, type SerializedHistory } from '../model/history';
import type { TaskImage } from '../model/image';
import { type Kind, type LabelSchema, labelColor, labelRule } from '../model/schema';
import { moved } from '../model/shape';
import { HINTS, type HintCode } from '../tools/hints';
import type { Bench, Draft, Geometry, Key, Press, State } from '../tools/tool';
import { reach } from '../tools/tool';
import { type ActiveScene, type Overlay, paintActive } from './active-layer';
import { type Contact, Gestures } from './gestures';
import { cachedBounds, HitIndex } from './hit-index';
import { ImageLayer } from './image-layer';
import { Loupe } from './loupe';
import { StaticLayer, type Viewport } from './static-layer';
import { StrokeLayer } from './stroke-layer';
import { TOOLBOX, type Tool, type ToolName } from './toolbox';

export type { Annotation, ShapeAnnotation } from '../model/annotation';
export type { SerializedHistory } from '../model/history';
export type { ImageSource, TaskImage } from '../model/image';
export type { LabelSchema } from '../model/schema';
export { HINTS, type HintCode } from '../tools/hints';
export type { Overlay } from './active-layer';
export type { ToolName } from './toolbox';

export interface EditorOptions {
  readonly host: HTMLElement;
  readonly schema: LabelSchema;
  readonly image: TaskImage;
  readonly annotations: readonly Annotation[];
  readonly readOnly?: boolean;
  /** BCP 47; with `hints` it is for the shell's words, the engine itself prints label names only. */
  readonly locale?: string;
  /** Words for the hints in the worker's language. */
  readonly hints?: Partial<Record<HintCode, string>>;
  /** What a screen reader calls the canvas. */
  readonly description?: string;
  /** After every finished gesture, undo and redo; never in the middle of a drag. */
  onChange(annotations: readonly Annotation[], reason: string): void;
  onSelect?(ids: readonly string[]): void;
  onToolChange?(tool: ToolName, label: string | null): void;
  onHint?(text: string, code: HintCode): void;
  onView?(view: { scale: number }): void;
  /** At most once a frame while a shape is drawn or dragged; null when the gesture is over. */
  onLive?(shape: ShapeAnnotation | Geometry | null): void;
  /** Once the first picture is on the screen (true), or when no source could be shown (false). */
  onImage?(shown: boolean): void;
}

export interface ToolInfo {
  readonly name: ToolName;
  readonly title: string;
  /** The letter on a Latin keyboard. */
  readonly key: string;
  readonly kind: Kind | null;
  readonly active: boolean;
  /** The current label can be drawn with it; choosing another tool changes the label. */
  readonly fits: boolean;
}

const ZOOM_STEP = 1.5;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const BRUSH_STEP = 1.25;
const ARROW_PX = 10;
const ARROW_FINE_PX = 1;
const ARROW_COARSE_PX = 50;

export class Editor {
  readonly #options: EditorOptions;
  readonly #root = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #imageLayer: ImageLayer;
  readonly #staticLayer = new StaticLayer();
  readonly #strokeLayer = new StrokeLayer();
  readonly #loupe = new Loupe();
  readonly #gestures: Gestures;
  readonly #resizes: ResizeObserver;
  readonly #abort = new AbortController();
  readonly #store: AnnotationStore;
  readonly #history = new History();
  readonly #hits = new HitIndex();
  readonly #bench: Bench;

  #view: View = { scale: 1, x: 0, y: 0 };
  #viewport: Viewport = { width: 0, height: 0, density: 1 };
  #tool: ToolName = 'select';
  #label: string | null;
  #state: State;
  #selection: readonly string[] = [];
  #hidden: ReadonlySet<string> = new Set();
  #locked: ReadonlySet<string> = new Set();
  #overlays: readonly Overlay[] = [];
  #brush = { radius_px: 10 };
  #scratch: Bitmap | null = null;
  #finger: ScreenPoint | null = null;
  /** The keyboard's crosshair; null while a pointer is in use. */
  #cursor: ScreenPoint | null = null;
  /** Tab has picked the selected object: arrows move it instead of the crosshair. */
  #picked = false;
  #grip: string | null = null;
  #spaceTaps = false;
  #scheduled = 0;
  #live: Draft['shape'] | null = null;

  constructor(options: EditorOptions) {
    this.#options = options;
    this.#store = new AnnotationStore(options.annotations);
    this.#label = options.schema.labels[0]?.name ?? null;
    this.#brush.radius_px = Math.max(2, Math.round(options.image.width / 150));

    const root = this.#root;
    root.tabIndex = 0;
    root.setAttribute('role', 'application');
    root.setAttribute('aria-label', options.description ?? 'Image to annotate');
    root.style.cssText =
      'position:absolute;inset:0;overflow:hidden;touch-action:none;user-select:none;-webkit-user-select:none;contain:strict';
    this.#canvas.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none';
    this.#context = this.#canvas.getContext('2d')!;
    this.#imageLayer = new ImageLayer(options.image, (shown) => {
      this.#invalidate();
      options.onImage?.(shown);
    });
    root.append(
      this.#imageLayer.canvas,
      this.#staticLayer.canvas,
      this.#strokeLayer.canvas,
      this.#canvas,
      this.#loupe.canvas,
    );
    if (getComputedStyle(options.host).position === 'static') options.host.style.position = 'relative';
    options.host.append(root);

    this.#bench = this.#makeBench();
    const first = this.tools().find(({ kind }) => kind !== null)?.name;
    this.#tool = options.readOnly || first === undefined ? 'select' : first;
    this.#state = this.#toolOf(this.#tool).start(this.#bench);
    this.#updateCursorStyle();

    this.#gestures = new Gestures(root, {
      down: (contact) => this.#step(contact, 'down'),
      move: (contact) => this.#step(contact, 'move'),
      up: (contact) => this.#step(contact, 'up'),
      hover: (contact) => this.#step(contact, 'hover'),
      leave: () => this.#invalidate(),
      withdraw: () => this.#enter(this.#state.withdraw()),
      pan: (dx, dy) => this.#setView(panned(this.#view, dx, dy)),
      zoom: (at, factor) => this.#zoom(at, factor),
      pinch: (before, after) => this.#setView(pinched(this.#view, before, after)),
      fingersTapped: (count) => {
        if (count === 2) this.undo();
        else if (count === 3) this.redo();
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

  // ---- tools and labels

  /** The tools that this schema needs, in the order in which they are shown. */
  tools(): ToolInfo[] {
    const { schema, readOnly } = this.#options;
    const wanted = new Set<Kind>(schema.labels.flatMap(({ kinds }) => kinds));
    const names = Object.keys(TOOLBOX) as ToolName[];
    return names
      .map((name) => ({ name, tool: this.#toolOf(name) }))
      .filter(({ tool }) => tool.kind === null || (!readOnly && wanted.has(tool.kind)))
      .map(({ name, tool }) => ({
        name,
        title: tool.title,
        key: tool.key,
        kind: tool.kind,
        active: name === this.#tool,
        fits: tool.kind === null || this.#labelTakes(this.#label, tool.kind),
      }));
  }

  /** @throws RangeError for a tool that `tools()` does not list. */
  setTool(name: ToolName): void {
    if (!this.tools().some((tool) => tool.name === name)) throw new RangeError(`no tool ${name} here`);
    const { kind } = this.#toolOf(name);
    if (kind !== null && !this.#labelTakes(this.#label, kind)) {
      this.#label = this.#options.schema.labels.find(({ kinds }) => kinds.includes(kind))?.name ?? this.#label;
    }
    this.#begin(name);
  }

  /** @throws RangeError for a label that the schema does not have. */
  setLabel(label: string): void {
    if (labelRule(this.#options.schema, label) === undefined) throw new RangeError(`no label ${label}`);
    this.#label = label;
    const { kind } = this.#toolOf(this.#tool);
    const fitting =
      kind === null || this.#labelTakes(label, kind)
        ? this.#tool
        : this.tools().find((tool) => tool.kind !== null && tool.fits)?.name;
    this.#begin(fitting ?? 'select');
  }

  setBrush(brush: { readonly radius_px?: number; readonly erase?: boolean }): void {
    const { width, height } = this.#options.image;
    if (brush.radius_px !== undefined) {
      this.#brush.radius_px = clamped(brush.radius_px, 0.5, Math.max(width, height) / 2);
    }
    const painting = this.#tool === 'brush' || this.#tool === 'eraser';
    if (brush.erase !== undefined && painting && brush.erase !== this.brush.erase) {
      this.setTool(brush.erase ? 'eraser' : 'brush');
    }
    this.#invalidate();
  }

  get brush(): { readonly radius_px: number; readonly erase: boolean } {
    return { radius_px: this.#brush.radius_px, erase: this.#tool === 'eraser' };
  }

  get tool(): ToolName {
    return this.#tool;
  }

  get label(): string | null {
    return this.#label;
  }

  #toolOf(name: ToolName): Tool {
    return TOOLBOX[name];
  }

  #labelTakes(label: string | null, kind: Kind): boolean {
    return label !== null && (labelRule(this.#options.schema, label)?.kinds.includes(kind) ?? false);
  }

  #begin(name: ToolName): void {
    this.#state.leave();
    this.#tool = name;
    this.#state = this.#toolOf(name).start(this.#bench);
    this.#updateCursorStyle();
    this.#options.onToolChange?.(name, this.#label);
    this.#invalidate();
  }

  #updateCursorStyle(): void {
    this.#root.style.cursor = this.#tool === 'hand' ? 'grab' : this.#tool === 'select' ? 'default' : 'crosshair';
  }

  // ---- the document

  getAnnotations(): readonly Annotation[] {
    return this.#store.list;
  }

  /** Puts another document in place; undo does not reach back across it. */
  setAnnotations(list: readonly Annotation[]): void {
    this.#state.leave();
    this.#store.reset(list);
    this.#history.clear();
    this.#state = this.#toolOf(this.#tool).start(this.#bench);
    this.#setSelection([]);
    this.#sync();
  }

  select(ids: readonly string[]): void {
    this.#setSelection(ids);
  }

  get selection(): readonly string[] {
    return this.#selection;
  }

  remove(ids: readonly string[]): void {
    this.#commit(removed(this.#store.list, ids));
  }

  /** Null takes the attribute away. */
  setAttribute(id: string, name: string, value: AttributeValue | null): void {
    const annotation = this.#store.find(id);
    if (annotation === undefined) return;
    const { [name]: _, ...attributes } = annotation.attributes ?? {};
    const next = { ...annotation, attributes: value === null ? attributes : { ...attributes, [name]: value } };
    this.#commit(replaced(this.#store.list, [next], 'attribute'));
  }

  /** Attributes that the new label does not have are dropped; texts of the shape follow its label. */
  changeLabel(id: string, label: string): void {
    const rule = labelRule(this.#options.schema, label);
    if (rule === undefined) throw new RangeError(`no label ${label}`);
    const names = new Set(rule.attributes?.map(({ name }) => name));
    const next = this.#store.list
      .filter((annotation) => annotation.id === id || (annotation.kind === 'text' && annotation.of === id))
      .map((annotation) => ({
        ...annotation,
        label,
        ...(annotation.attributes && {
          attributes: Object.fromEntries(Object.entries(annotation.attributes).filter(([name]) => names.has(name))),
        }),
      }));
    this.#commit(replaced(this.#store.list, next, 'label'));
  }

  /**
   * Sets the text of a text annotation, or the one read from the shape `id` (made when there is none). An empty text
   * says that it cannot be read; null takes the text away.
   */
  setText(id: string, text: string | null): void {
    const { list } = this.#store;
    const target = this.#store.find(id);
    if (target === undefined) return;
    const existing =
      target.kind === 'text'
        ? target
        : list.filter((other) => other.kind === 'text').find(({ of }) => of === target.id);
    if (existing === undefined) {
      if (text === null) return;
      this.#commit({
        ...added(list, { id: nextId(list), kind: 'text', label: target.label, text, of: id }),
        reason: 'text',
      });
    } else if (text === null) {
      this.#commit(removed(list, [existing.id]));
    } else {
      this.#commit(replaced(list, [{ ...existing, text }], 'text'));
    }
  }

  /** The chosen tags of a group become exactly `labels`. */
  setTags(of: string, labels: readonly string[]): void {
    const { list } = this.#store;
    let next = Number(nextId(list));
    this.#commit(retagged(list, of, labels, () => String(next++)));
  }

  get canUndo(): boolean {
    return this.#state.canUndo || this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#state.canRedo || this.#history.canRedo;
  }

  undo(): void {
    if (this.#state.canUndo) this.#enter(this.#state.undo());
    else this.#replay(this.#history.undo(), 'undo');
  }

  redo(): void {
    if (this.#state.canRedo) this.#enter(this.#state.redo());
    else this.#replay(this.#history.redo(), 'redo');
  }

  serializeHistory(): SerializedHistory {
    return this.#history.serialize();
  }

  /** Call it after the annotations it belongs to are in place. @throws TypeError for anything else. */
  restoreHistory(saved: SerializedHistory): void {
    this.#history.restore(saved);
  }

  /** Shapes that are not shown and cannot be pressed. */
  setHidden(ids: readonly string[]): void {
    this.#hidden = new Set(ids);
    this.#sync();
  }

  /** Shapes that are shown and can be selected, but not changed with a pointer or the arrows. */
  setLocked(ids: readonly string[]): void {
    this.#locked = new Set(ids);
    this.#invalidate();
  }

  setOverlays(overlays: readonly Overlay[]): void {
    this.#overlays = overlays;
    this.#invalidate();
  }

  // ---- the view

  zoomIn(): void {
    this.#zoom(centre(this.#viewport), ZOOM_STEP);
  }

  zoomOut(): void {
    this.#zoom(centre(this.#viewport), 1 / ZOOM_STEP);
  }

  fit(): void {
    this.#setView(fitView(this.#options.image, this.#viewport));
  }

  /** One image pixel on one CSS pixel. */
  zoomToPixels(): void {
    this.#zoom(centre(this.#viewport), 1 / this.#view.scale);
  }

  zoomTo(id: string): void {
    const annotation = this.#store.find(id);
    if (annotation === undefined || !isShape(annotation)) return;
    this.#setView(viewOf(cachedBounds(annotation), this.#options.image, this.#viewport));
  }

  get view(): View {
    return this.#view;
  }

  focus(): void {
    this.#root.focus({ preventScroll: true });
  }

  destroy(): void {
    this.#state.leave();
    cancelAnimationFrame(this.#scheduled);
    this.#abort.abort();
    this.#gestures.destroy();
    this.#resizes.disconnect();
    this.#staticLayer.destroy();
    this.#imageLayer.destroy();
    this.#root.remove();
  }

  // ---- from here on: how it works inside

  #makeBench(): Bench {
    const editor = this;
    return {
      get image() {
        return editor.#options.image;
      },
      get scale() {
        return editor.#view.scale;
      },
      get readOnly() {
        return editor.#options.readOnly === true;
      },
      get annotations() {
        return editor.#store.list;
      },
      get brush() {
        return editor.#brush;
      },
      get keypoints() {
        return (editor.#label !== null && labelRule(editor.#options.schema, editor.#label)?.keypoints) || [];
      },
      selected: () => {
        const shape = this.#selection.length === 1 ? this.#store.find(this.#selection[0]!) : undefined;
        return shape !== undefined && isShape(shape) && !this.#locked.has(shape.id) ? shape : null;
      },
      shapeAt: (press) => this.#shapeAt(press),
      borderAt: (press) => {
        const shape = this.#hits.border(this.#store.list, press.at, reach(press.pointer) / 2 / this.#view.scale);
        return shape !== null && !this.#hidden.has(shape.id) ? shape : null;
      },
      select: (ids) => this.#setSelection(ids),
      create: (geometry) => {
        const { list } = this.#store;
        const shape = { id: nextId(list), label: this.#label ?? '', attributes: {}, ...geometry } as ShapeAnnotation;
        this.#commit(added(list, shape));
        this.#setSelection([shape.id]);
        return shape;
      },
      replace: (shape, reason) => this.#commit(replaced(this.#store.list, [shape], reason)),
      remove: (ids) => this.remove(ids),
      flip: (mask, flip, reason) => this.#commit(flipped(mask.id, flip, reason)),
      bitmap: (mask) => this.#store.bitmap(mask),
      scratch: () => {
        this.#scratch ??= emptyBitmap(this.#options.image);
        return this.#scratch;
      },
      touched: (rect) => {
        this.#strokeLayer.touched(rect);
        this.#invalidate();
      },
      pan: (dx, dy) => this.#setView(panned(this.#view, dx, dy)),
      hint: (code, subject) => {
        const text = this.#options.hints?.[code] ?? HINTS[code];
        this.#options.onHint?.(subject === undefined ? text : `${text} ${subject}`, code);
      },
    };
  }

  #shapeAt(press: Press): ShapeAnnotation | null {
    const slack = reach(press.pointer) / 2 / this.#view.scale;
    const found = this.#hits.covering(this.#store.list, press.at, slack).filter(({ id }) => !this.#hidden.has(id));
    const current = found.findIndex(({ id }) => this.#selection.includes(id));
    return found[(current + 1) % Math.max(1, found.length)] ?? null;
  }

  #step(contact: Contact, what: 'down' | 'move' | 'up' | 'hover'): void {
    this.#finger = contact.pointer === 'touch' && what !== 'up' ? contact.screen : null;
    if (what === 'down') {
      this.#cursor = null;
      this.#picked = false;
      this.#grip = null;
    }
    if (what === 'hover' && this.#cursor !== null) return;
    this.#enter(this.#state[what](this.#press(contact)));
  }

  #press(contact: Contact): Press {
    return {
      at: toImage(this.#view, contact.screen),
      screen: contact.screen,
      pointer: contact.pointer,
      alt: contact.alt,
      shift: contact.shift,
      time: contact.time,
      trail: contact.trail.map((point) => toImage(this.#view, point)),
    };
  }

  #enter(state: State): void {
    this.#state = state;
    this.#invalidate();
  }

  #commit(edit: Edit | null): void {
    if (edit === null) return;
    this.#store.apply(edit);
    this.#history.push(edit);
    this.#changed(edit.reason);
  }

  #replay(edit: Edit | null, reason: string): void {
    if (edit === null) return;
    this.#store.apply(edit);
    // What came back or changed is what the eye should find.
    const ids = edit.changes.map((change) => (change.do === 'flip' ? change.id : change.after?.id));
    this.#setSelection(ids.filter((id) => id !== undefined));
    this.#changed(reason);
  }

  #changed(reason: string): void {
    const kept = this.#selection.filter((id) => this.#store.find(id) !== undefined);
    if (kept.length !== this.#selection.length) this.#setSelection(kept);
    this.#sync();
    this.#options.onChange(this.#store.list, reason);
  }

  #setSelection(ids: readonly string[]): void {
    const known = ids.filter((id) => {
      const annotation = this.#store.find(id);
      return annotation !== undefined && isShape(annotation);
    });
    const same = known.length === this.#selection.length && known.every((id, i) => id === this.#selection[i]);
    this.#invalidate();
    if (same) return;
    this.#selection = known;
    this.#grip = null;
    if (known.length === 0) this.#picked = false;
    this.#options.onSelect?.(known);
  }

  /** Hands the worker what changed in the list. */
  #sync(): void {
    const { schema } = this.#options;
    this.#staticLayer.setShapes(
      this.#store.list
        .filter((annotation): annotation is ShapeAnnotation => isShape(annotation) && !this.#hidden.has(annotation.id))
        .map((shape) => ({
          shape,
          color: labelColor(schema, shape.label),
          edges: labelRule(schema, shape.label)?.edges ?? [],
        })),
    );
    this.#invalidate();
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
    const { image } = this.#options;
    const wasFit = before.width > 0 && sameView(this.#view, fitView(image, before));
    this.#setView(
      before.width === 0 || wasFit ? fitView(image, this.#viewport) : resized(this.#view, before, this.#viewport),
    );
  }

  #setView(view: View): void {
    if (this.#viewport.width === 0) return;
    const scaleBefore = this.#view.scale;
    this.#view = clampView(view, this.#options.image, this.#viewport);
    this.#imageLayer.setView(this.#view, this.#viewport.density);
    this.#staticLayer.setView(this.#view, this.#viewport);
    this.#invalidate();
    if (scaleBefore !== this.#view.scale) this.#options.onView?.({ scale: this.#view.scale });
  }

  #zoom(at: ScreenPoint, factor: number): void {
    // The factor is cut first: a clamped scale with the full offset would slide the image.
    const scale = Math.min(this.#view.scale * factor, MAX_SCALE);
    this.#setView(zoomAt(this.#view, at, scale / this.#view.scale));
  }

  #invalidate(): void {
    if (this.#scheduled === 0) this.#scheduled = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    this.#scheduled = 0;
    // Moving a window to a screen of another density fires no resize of the element.
    if (window.devicePixelRatio !== this.#viewport.density) this.#resize();
    const draft = this.#state.draft();
    const scene = this.#scene(draft);
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    const edgesOf = (label: string) => labelRule(this.#options.schema, label)?.edges ?? [];
    paintActive(this.#context, scene, this.#view, this.#viewport, edgesOf);
    this.#strokeLayer.paint(draft.stroke ?? null, scene.draftColor, this.#view, this.#viewport, (mask) =>
      this.#store.bitmap(mask),
    );
    this.#staticLayer.setHidden(scene.selected.map(({ shape }) => shape.id));

    if (this.#finger !== null && draft.focus !== undefined && this.#imageLayer.isLoaded) {
      this.#loupe.show(
        this.#finger,
        draft.focus,
        this.#view,
        this.#viewport,
        this.#imageLayer.canvas,
        this.#options.image.width,
        (context, view, size) => {
          const { crosshair: _, ...rest } = draft;
          const inside = { width: size, height: size, density: this.#viewport.density };
          paintActive(context, { ...scene, draft: rest, grips: false }, view, inside, edgesOf);
        },
      );
    } else {
      this.#loupe.hide();
    }
    const live = draft.shape ?? null;
    if (live !== this.#live) {
      this.#live = live;
      this.#options.onLive?.(live);
    }
  }

  #scene(draft: Draft): ActiveScene {
    const { schema } = this.#options;
    const selected = this.#selection
      .map((id) => this.#store.find(id))
      .filter((annotation) => annotation !== undefined)
      .filter(isShape)
      .filter(({ id }) => !this.#hidden.has(id))
      .map((shape) => ({ shape, color: labelColor(schema, shape.label), name: shape.label }));
    const edited =
      draft.shape !== undefined && 'label' in draft.shape
        ? draft.shape.label
        : (draft.stroke?.base?.label ?? this.#label);
    return {
      selected,
      grips: this.#options.readOnly !== true && this.#bench.selected() !== null,
      pickedGrip: this.#grip,
      draft,
      draftLabel: edited ?? '',
      draftColor: labelColor(schema, edited ?? ''),
      overlays: this.#overlays,
      brushRadius_px: this.#brush.radius_px,
      cursor: this.#cursor === null || this.#picked ? null : toImage(this.#view, this.#cursor),
    };
  }

  // ---- keyboard

  #focused(): void {
    if (!this.#root.matches(':focus-visible') || this.#gestures.isWorking) return;
    this.#cursor ??= centre(this.#viewport);
    this.#hoverAtCursor();
  }

  #blur(): void {
    this.#gestures.spaceHeld = false;
    this.#cursor = null;
    this.#picked = false;
    this.#grip = null;
    this.#invalidate();
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.isComposing || !this.#handleKey(event)) return;
    // The shell listens further out: a key that was used here is not used twice.
    event.preventDefault();
    event.stopPropagation();
  }

  #keyUp(event: KeyboardEvent): void {
    if (event.code !== 'Space') return;
    this.#gestures.spaceHeld = false;
    this.#updateCursorStyle();
    if (this.#spaceTaps && this.#cursor !== null && !this.#picked) this.#tapAtCursor();
    this.#spaceTaps = false;
  }

  #handleKey(event: KeyboardEvent): boolean {
    const { code, key } = event;
    const command = event.ctrlKey || event.metaKey;
    if (command) {
      if (code === 'KeyZ') event.shiftKey ? this.redo() : this.undo();
      else if (code === 'KeyY') this.redo();
      else return false;
      return true;
    }
    if (code === 'Space') {
      // Held with a pointer it pans; released alone it is the keyboard's tap.
      if (!event.repeat) {
        this.#gestures.spaceHeld = true;
        this.#spaceTaps = true;
        if (this.#cursor === null) this.#root.style.cursor = 'grab';
      }
      return true;
    }
    if (key in ARROWS)
      return this.#arrow(key, event.altKey ? ARROW_FINE_PX : event.shiftKey ? ARROW_COARSE_PX : ARROW_PX);
    if (key === 'Tab') return this.#pickNext(event.shiftKey);
    if (event.altKey) return false;

    const next = this.#state.key(key as Key);
    if (next !== null) {
      this.#enter(next);
      return true;
    }
    switch (key) {
      case 'Enter':
        if (this.#picked) return this.#pickGrip(1);
        if (this.#cursor === null) return false;
        this.#tapAtCursor();
        return true;
      case 'Escape':
        return this.#escape();
      case 'Delete':
      case 'Backspace':
        return this.#deletePicked();
      case 'Insert':
        return this.#insertVertex();
      case '+':
      case '=':
        this.#zoom(this.#cursor ?? centre(this.#viewport), ZOOM_STEP);
        return true;
      case '-':
        this.#zoom(this.#cursor ?? centre(this.#viewport), 1 / ZOOM_STEP);
        return true;
    }
    if (code === 'BracketLeft' || code === 'BracketRight') {
      const factor = code === 'BracketLeft' ? 1 / BRUSH_STEP : BRUSH_STEP;
      this.setBrush({ radius_px: this.#brush.radius_px * factor });
      return true;
    }
    if (event.shiftKey) return false;
    if (code === 'KeyN') {
      this.#setSelection([]);
      return true;
    }
    if (code === 'KeyF') {
      this.fit();
      return true;
    }
    const tool = this.tools().find((info) => `Key${info.key}` === code);
    if (tool === undefined) return false;
    this.setTool(tool.name);
    return true;
  }

  #arrow(key: string, step_px: number): boolean {
    const [dx, dy] = ARROWS[key]!.map((sign) => sign * step_px) as [number, number];
    if (this.#picked) {
      this.#nudge(dx / this.#view.scale, dy / this.#view.scale);
      return true;
    }
    const [x, y] = this.#cursor ?? centre(this.#viewport);
    this.#cursor = screenPoint(x + dx, y + dy);
    this.#keepInSight();
    this.#hoverAtCursor();
    return true;
  }

  /** The crosshair stays in the viewport; the image moves under it instead. */
  #keepInSight(): void {
    const [x, y] = this.#cursor!;
    const edge = 24;
    const inside = screenPoint(
      clamped(x, edge, this.#viewport.width - edge),
      clamped(y, edge, this.#viewport.height - edge),
    );
    if (inside[0] !== x || inside[1] !== y) this.#setView(panned(this.#view, inside[0] - x, inside[1] - y));
    this.#cursor = inside;
  }

  #cursorPress(): Press {
    const screen = this.#cursor!;
    const at: ImagePoint = toImage(this.#view, screen);
    return { at, screen, pointer: 'keyboard', alt: false, shift: false, time: performance.now(), trail: [at] };
  }

  #hoverAtCursor(): void {
    if (this.#cursor !== null) this.#enter(this.#state.hover(this.#cursorPress()));
  }

  #tapAtCursor(): void {
    const press = this.#cursorPress();
    this.#enter(this.#state.down(press));
    this.#enter(this.#state.up(press));
    this.#enter(this.#state.hover(press));
  }

  /** Goes through the objects (or the grips of one); beyond the last one the focus leaves the canvas as on any page. */
  #pickNext(backwards: boolean): boolean {
    if (this.#grip !== null) return this.#pickGrip(backwards ? -1 : 1);
    const shapes = this.#store.list.filter((annotation) => isShape(annotation) && !this.#hidden.has(annotation.id));
    const at = this.#picked ? shapes.findIndex(({ id }) => id === this.#selection[0]) : backwards ? shapes.length : -1;
    const next = shapes[at + (backwards ? -1 : 1)];
    if (next === undefined) {
      this.#picked = false;
      return false;
    }
    this.#setSelection([next.id]);
    this.#picked = true;
    this.#bringIntoSight(cachedBounds(next as ShapeAnnotation));
    return true;
  }

  #pickGrip(step: number): boolean {
    const shape = this.#bench.selected();
    if (shape === null) return false;
    const keys = handlesOf(shape, this.#view.scale)
      .filter(({ role }) => role !== 'insert' && role !== 'move')
      .map((handle) => handle.key);
    if (keys.length === 0) return false;
    const at = this.#grip === null ? -1 : keys.indexOf(this.#grip);
    this.#grip = keys[(at + step + keys.length) % keys.length]!;
    this.#invalidate();
    return true;
  }

  #bringIntoSight(bounds: Bounds): void {
    const middle = toScreen(this.#view, [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]);
    const { width, height } = this.#viewport;
    if (inBounds(middle, [0, 0, width, height], -24)) return;
    this.#setView(panned(this.#view, width / 2 - middle[0], height / 2 - middle[1]));
  }

  #nudge(dx: number, dy: number): void {
    const shape = this.#bench.selected();
    if (shape === null || this.#options.readOnly) return;
    const grip = this.#grip;
    const handle = grip === null ? undefined : handlesOf(shape, this.#view.scale).find(({ key }) => key === grip);
    const next =
      handle === undefined
        ? moved(shape, dx, dy, this.#options.image)
        : withHandleAt(shape, handle.key, [handle.at[0] + dx, handle.at[1] + dy], this.#options.image);
    this.#commit(replaced(this.#store.list, [next], 'nudge'));
  }

  #deletePicked(): boolean {
    if (this.#options.readOnly || this.#selection.length === 0) return false;
    const shape = this.#bench.selected();
    const next = shape !== null && this.#grip?.startsWith('v') ? withoutVertex(shape, this.#grip) : null;
    if (next === null) this.remove(this.#selection.filter((id) => !this.#locked.has(id)));
    else this.#commit(replaced(this.#store.list, [next], 'delete vertex'));
    this.#grip = null;
    return true;
  }

  #insertVertex(): boolean {
    const shape = this.#bench.selected();
    const handle = shape && handlesOf(shape, this.#view.scale).find(({ key }) => key === this.#grip);
    if (shape === null || this.#options.readOnly) return false;
    const bounds = cachedBounds(shape);
    const at = handle?.at ?? [bounds[0], bounds[1]];
    this.#commit(replaced(this.#store.list, [withVertexNear(shape, at)], 'insert vertex'));
    return true;
  }

  #escape(): boolean {
    if (this.#grip !== null) this.#grip = null;
    else if (this.#picked) {
      this.#picked = false;
      this.#cursor ??= centre(this.#viewport);
    } else if (this.#selection.length > 0) this.#setSelection([]);
    else return false;
    this.#invalidate();
    return true;
  }
}

const sameView = (a: View, b: View): boolean =>
  Math.abs(a.scale - b.scale) < 1e-9 && Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5;
