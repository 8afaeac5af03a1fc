/**
 * The work on one image without any screen: the document and its history, the selection, the label, and the state of
 * the tool. It is the bench that the states work at; the editor gives it presses and shows what it holds.
 */
import type { Bitmap, PixelRect } from '../geometry/mask';
import { clamped, type Size } from '../geometry/points';
import {
  type Annotation,
  type AttributeValue,
  isShape,
  type MaskAnnotation,
  nextId,
  type ShapeAnnotation,
} from '../model/annotation';
import { defaultsOf } from '../model/attributes';
import { added, flipped, removed, reordered, replaced, retagged, taking } from '../model/changes';
import { AnnotationStore, type Edit, type PutChange } from '../model/edit';
import { type Handle, handleAt, handlesOf, withHandleAt, withoutVertex, withVertexNear } from '../model/handle';
import { History, type SerializedHistory } from '../model/history';
import { HitIndex } from '../model/hit-index';
import { modelOf, type Part } from '../model/kind';
import { pixelWork } from '../model/pixels';
import { type LabelSchema, labelRule } from '../model/schema';
import { moved } from '../model/shape';
import { isSuggestion, noteWork } from '../model/suggestions';
import type { Assist } from './assist';
import type { HintCode } from './hints';
import { joining } from './joining';
import {
  type Bench,
  BRUSH_MODES,
  type Brush,
  type Draft,
  type Key,
  MOST_TOLERANCE,
  type Press,
  reach,
  type State,
} from './tool';
import { type ToolName, toolbox, toolNamed } from './toolbox';

export interface SessionEvents {
  /** The document changed; not in the middle of a gesture. */
  changed(reason: string): void;
  selected(ids: readonly string[]): void;
  toolChanged(): void;
  /** The state of the tool is another one: unfinished work has a step more or less. */
  stepped(): void;
  hinted(code: HintCode, subject?: string): void;
  /** Something that is drawn is no longer what it was. */
  invalidated(): void;
  /** Pixels under the running stroke changed. */
  touched(rect: PixelRect): void;
  panned(dx: number, dy: number): void;
}

export interface ToolInfo {
  readonly name: ToolName;
  readonly title: string;
  /** The letter on a Latin keyboard. */
  readonly key: string;
  readonly kind: string | null;
  /** A path on a square of 24 units; absent where the shell has its own. */
  readonly icon?: string;
  readonly active: boolean;
  /** The current label can be drawn with it; choosing another tool changes the label. */
  readonly fits: boolean;
}

export interface SessionOptions {
  readonly schema: LabelSchema;
  readonly image: Size;
  readonly annotations: readonly Annotation[];
  readonly readOnly: boolean;
  readonly events: SessionEvents;
  readonly assist?: Assist | null;
}

const BRUSH_STEP = 1.25;
const TOLERANCE_STEP = 4;

/** A state that can be gone back to, and what was said in it. */
interface Kept {
  readonly tool: ToolName;
  readonly state: State;
  readonly hint: readonly [HintCode, (string | undefined)?];
}

export class Session {
  /** Screen pixels per image pixel; kept true by whoever shows the session. */
  scale = 1;
  readonly schema: LabelSchema;
  readonly image: Size;
  readonly readOnly: boolean;
  readonly #events: SessionEvents;
  readonly #store: AnnotationStore;
  readonly #history = new History();
  readonly #hits = new HitIndex();
  readonly #assist: Assist | null;
  readonly #bench: Bench;
  #tool: ToolName;
  #label: string | null;
  #state: State;
  #hint: Kept['hint'] = [''];
  /** A pointer is down. */
  #pressed = false;
  /** States that undo has left, the last one last. */
  #undone: Kept[] = [];
  /** Open work whose tool was laid down: it waits until something else is begun. */
  #left: Kept | null = null;
  /** Gestures that are over and whose outcome is still on its way, by how to drop them. */
  readonly #settling = new Set<() => void>();
  #selection: readonly string[] = [];
  #hidden: ReadonlySet<string> = new Set();
  #locked: ReadonlySet<string> = new Set();
  #brush: Brush;
  #scratch: Bitmap | null = null;
  /** The tool to go back to when a pen's eraser is lifted. */
  #rubbing: { readonly from: ToolName } | null = null;
  /** Key of the grip that the keyboard has picked on the selected shape. */
  #grip: string | null = null;

  constructor({ schema, image, annotations, readOnly, events, assist = null }: SessionOptions) {
    this.#assist = assist;
    this.schema = schema;
    this.image = image;
    this.readOnly = readOnly;
    this.#events = events;
    this.#store = new AnnotationStore(annotations);
    this.#label = schema.labels[0]?.name ?? null;
    // About a fingertip when the whole image is in sight on a phone.
    const radius_px = Math.max(2, Math.round(Math.max(image.width, image.height) / 40));
    this.#brush = { radius_px, square: false, mode: 'overlap', tolerance: 24 };
    this.#bench = this.#makeBench();
    const forLabel = toolbox().find(({ name, kind }) => kind !== null && this.#offers(name) && this.#fits(name));
    this.#tool = forLabel?.name ?? 'select';
    this.#state = toolNamed(this.#tool).start(this.#bench);
  }

  // ---- what there is

  get annotations(): readonly Annotation[] {
    return this.#store.list;
  }
  get selection(): readonly string[] {
    return this.#selection;
  }
  get tool(): ToolName {
    return this.#tool;
  }
  get label(): string | null {
    return this.#label;
  }
  get grip(): string | null {
    return this.#grip;
  }
  get brush(): Brush {
    return this.#brush;
  }
  /** Name of the tool's state, such as 'box.second-corner'. */
  get doing(): string {
    return this.#state.name;
  }
  draft(): Draft {
    return { ...this.#left?.state.draft(), ...this.#state.draft() };
  }
  bitmap(mask: ShapeAnnotation & { kind: 'mask' }): Bitmap {
    return this.#store.bitmap(mask);
  }

  find(id: string): Annotation | undefined {
    return this.#store.find(id);
  }

  findShape(id: string): ShapeAnnotation | null {
    const annotation = this.#store.find(id);
    return annotation !== undefined && isShape(annotation) ? annotation : null;
  }

  /** Shapes that are not hidden, in the order of the document. */
  visibleShapes(): ShapeAnnotation[] {
    return this.#store.list.filter(isShape).filter(({ id }) => !this.#hidden.has(id));
  }

  isHidden(id: string): boolean {
    return this.#hidden.has(id);
  }

  /** The grip of the selected shape that a press there would take. */
  gripAt(press: Press): Handle | null {
    const shape = this.selected();
    if (shape === null || this.readOnly) return null;
    return handleAt(shape, press.at, reach(press.pointer) / this.scale, this.scale);
  }

  /** The one selected shape that may be changed, or null. */
  selected(): ShapeAnnotation | null {
    const [id, ...others] = this.#selection;
    return id === undefined || others.length > 0 || this.#locked.has(id) ? null : this.findShape(id);
  }

  // ---- tools and labels

  /** The tools that this schema needs, in the order in which they are shown. */
  tools(): ToolInfo[] {
    return toolbox()
      .filter(({ name }) => this.#offers(name))
      .map(({ name, title, key, kind, icon }) => ({
        name,
        title,
        key,
        kind,
        ...(icon !== undefined && { icon }),
        active: name === this.#tool,
        fits: this.#fits(name),
      }));
  }

  /** @throws RangeError for a tool that `tools()` does not list. */
  setTool(name: ToolName): void {
    if (!this.#offers(name)) throw new RangeError(`no tool ${name} here`);
    // Pressed again, or coming back to it: what is open goes on.
    if (name === this.#tool && (this.#pressed || this.#state.canUndo)) return;
    this.#labelFor(name);
    this.#begin(name);
  }

  #labelFor(name: ToolName): void {
    const { kind } = toolNamed(name);
    if (kind === null || this.#fits(name)) return;
    this.#label =
      this.schema.labels.find(({ kinds }) => (kinds as readonly string[]).includes(kind))?.name ?? this.#label;
  }

  /** @throws RangeError for a label that the schema does not have. */
  setLabel(label: string): void {
    if (labelRule(this.schema, label) === undefined) throw new RangeError(`no label ${label}`);
    this.#label = label;
    const held = this.selected();
    // Strokes go on in the selected mask: those of another label are another object.
    if (held?.kind === 'mask' && held.label !== label) this.select([]);
    const fitting = this.#fits(this.#tool)
      ? this.#tool
      : this.tools().find(({ kind, fits }) => kind !== null && fits)?.name;
    if (fitting === this.#tool && this.hasUnfinished('undo')) {
      // What is open becomes one of the new label.
      this.#events.toolChanged();
      this.#events.invalidated();
    } else this.#begin(fitting ?? 'select');
  }

  setBrush(brush: Partial<Brush>): void {
    const next = { ...this.#brush, ...brush };
    const widest = Math.max(this.image.width, this.image.height) / 2;
    this.#brush = {
      ...next,
      radius_px: clamped(next.radius_px, 0.5, widest),
      tolerance: clamped(next.tolerance, 0, MOST_TOLERANCE),
    };
    this.#events.toolChanged();
    this.#events.invalidated();
  }

  /** By a quarter, and by a whole pixel of its width at least; in the wand's place it is the tolerance. */
  stepBrush(larger: boolean): void {
    const { radius_px, tolerance } = this.#brush;
    const across = 2 * radius_px;
    const next = larger
      ? Math.max(across + 1, Math.round(across * BRUSH_STEP))
      : Math.min(across - 1, Math.round(across / BRUSH_STEP));
    const nextTolerance = tolerance + (larger ? TOLERANCE_STEP : -TOLERANCE_STEP);
    this.setBrush(this.#tool === 'wand' ? { tolerance: nextTolerance } : { radius_px: next / 2 });
  }

  nextBrushMode(): void {
    const next = BRUSH_MODES.indexOf(this.#brush.mode) + 1;
    this.setBrush({ mode: BRUSH_MODES[next % BRUSH_MODES.length]! });
  }

  #offers(name: ToolName): boolean {
    const { kind, reads, cutsOut } = toolNamed(name);
    if (reads && (this.#assist === null || (cutsOut && !this.#assist.cutsOut))) return false;
    return (
      kind === null ||
      (!this.readOnly && this.schema.labels.some(({ kinds }) => (kinds as readonly string[]).includes(kind)))
    );
  }

  #fits(name: ToolName): boolean {
    const { kind } = toolNamed(name);
    if (kind === null) return true;
    return (
      this.#label !== null &&
      (labelRule(this.schema, this.#label)!.kinds as readonly string[]).includes(kind) &&
      this.#offers(name)
    );
  }

  #begin(name: ToolName): void {
    if (this.#pressed) this.#lift();
    this.#undone = [];
    const isOpen = this.#state.canUndo;
    if (!isOpen) this.#state.leave();
    const left = isOpen ? this.#kept : this.#left;
    if (left?.tool === name) {
      this.#goBack(left);
      return;
    }
    this.#left = left;
    // A tool of another kind cannot work on what is selected, whose panel would cover the image of a phone.
    const { kind } = toolNamed(name);
    if (kind !== null && this.selected() !== null && this.selected()!.kind !== kind) this.select([]);
    this.#tool = name;
    // Selecting and moving the view have nothing to say; what the tool before them said is over.
    this.#bench.hint('');
    this.#state = toolNamed(name).start(this.#bench);
    this.#events.toolChanged();
    this.#stepped();
  }

  get #kept(): Kept {
    return { tool: this.#tool, state: this.#state, hint: this.#hint };
  }

  #goBack({ tool, state, hint }: Kept): void {
    this.#left = null;
    this.#labelFor(tool);
    this.#tool = tool;
    this.#state = state;
    this.#bench.hint(...hint);
    this.#events.toolChanged();
    this.#stepped();
  }

  #stepped(): void {
    this.#events.stepped();
    this.#events.invalidated();
  }

  // ---- gestures

  down(press: Press): void {
    this.#grip = null;
    this.#pressed = true;
    this.#enter(this.#state.down(press));
  }
  move(press: Press): void {
    if (this.#pressed) this.#enter(this.#state.move(press));
  }
  up(press: Press): void {
    if (!this.#pressed) return;
    this.#pressed = false;
    this.#undone = [];
    if (toolNamed(this.#tool).kind !== null) this.#forgetLeft();
    this.#enter(this.#state.up(press));
  }
  hover(press: Press): void {
    this.#enter(this.#state.hover(press));
  }
  withdraw(): void {
    this.#lift();
    this.#rubbed();
  }

  #lift(): void {
    this.#pressed = false;
    this.#enter(this.#state.withdraw());
  }

  #forgetLeft(): void {
    this.#left?.state.leave();
    this.#left = null;
  }

  /**
   * What a pen's eraser does: with a brush in the hand it rubs out of the mask, in any other tool the object under it goes
   * at the end of the tap. The tool in the hand stays, and unfinished work with it.
   */
  rub(press: Press, what: 'down' | 'move' | 'up'): void {
    if (this.readOnly) return;
    if (this.#tool === 'brush' || this.#tool === 'eraser') {
      if (what === 'down') this.#rubbing = { from: this.#tool };
      if (what === 'down' && this.#tool === 'brush') this.setTool('eraser');
      this[what](press);
      if (what === 'up') this.#rubbed();
    } else if (what === 'up') {
      const shape = this.#bench.borderAt(press) ?? this.#bench.shapeAt(press);
      if (shape !== null && !this.#locked.has(shape.id)) this.remove([shape.id]);
    }
  }

  #rubbed(): void {
    const from = this.#rubbing?.from;
    this.#rubbing = null;
    if (from !== undefined && from !== this.#tool) this.setTool(from);
  }

  /** Whether the unfinished work had a use for the key. */
  key(key: Key): boolean {
    const next = this.#state.key(key);
    if (next === null) {
      const steps = (key === 'Backspace' || key === 'Delete') && this.#state.canUndo;
      if (steps) this.undo();
      return steps;
    }
    // The rest of a press that was dropped means nothing.
    if (key === 'Escape') this.#pressed = false;
    // What Escape drops, redo brings back: forty points are one key's slip.
    this.#undone = key === 'Escape' && this.#state.canUndo ? [this.#kept] : [];
    this.#enter(next);
    return true;
  }

  /** Keys that the unfinished work has a use for. */
  get offers(): readonly Key[] {
    return this.#state.offers;
  }

  /** Ends unfinished work as Enter does; false when some is left, and then a hint says what. */
  finish(): boolean {
    if (this.#left !== null) this.#goBack(this.#left);
    if (this.#state.canUndo) this.key('Enter');
    if (this.#settling.size > 0) this.#events.hinted('settling');
    return !this.hasUnfinished('undo');
  }

  leave(): void {
    this.#state.leave();
    this.#forgetLeft();
    for (const drop of this.#settling) drop();
  }

  #enter(state: State): void {
    const stepped = state !== this.#state;
    this.#state = state;
    if (stepped) this.#stepped();
    else this.#events.invalidated();
  }

  // ---- the document

  /** Puts another document in place; undo does not reach back across it. */
  setAnnotations(list: readonly Annotation[]): void {
    this.leave();
    this.#store.reset(list);
    this.#history.clear();
    this.#undone = [];
    this.#state = toolNamed(this.#tool).start(this.#bench);
    this.select([]);
    this.#events.invalidated();
  }

  select(ids: readonly string[]): void {
    const known = ids.filter((id) => this.findShape(id) !== null);
    this.#events.invalidated();
    if (known.length === this.#selection.length && known.every((id, i) => id === this.#selection[i])) return;
    this.#selection = known;
    this.#grip = null;
    this.#events.selected(known);
  }

  setHidden(ids: readonly string[]): void {
    this.#hidden = new Set(ids);
    this.#events.invalidated();
  }

  /** Locked shapes can be selected, but not changed or removed by a gesture or key. */
  setLocked(ids: readonly string[]): void {
    this.#locked = new Set(ids);
    this.#events.invalidated();
  }

  remove(ids: readonly string[]): void {
    this.#commit(removed(this.#store.list, ids));
  }

  /** New marks beside what is there, under ids of their own, as one step of undo; they are selected. */
  add(shapes: readonly ShapeAnnotation[]): void {
    const { list } = this.#store;
    if (this.readOnly) return;
    const first = Number(nextId(list));
    const changes = shapes.map(
      (shape, i): PutChange => ({
        do: 'put',
        index: list.length + i,
        before: null,
        after: { ...shape, id: String(first + i) },
      }),
    );
    this.#put(joining(this.#bench, list, { reason: 'create', changes }));
    this.select(changes.map(({ after }) => after!.id));
  }

  // ---- suggestions

  /** Shapes that a model proposes and nobody has decided on, in the order of the document. */
  suggestions(): readonly ShapeAnnotation[] {
    return this.#store.list.filter(isShape).filter(isSuggestion);
  }

  /**
   * Accepts or rejects the selected suggestions and goes on to the next; with none selected it only goes there, so that
   * nothing is decided unseen. False where there is none.
   */
  decide(how: 'accept' | 'reject'): boolean {
    const open = this.suggestions();
    if (this.readOnly || open.length === 0) return false;
    const meant = open.filter(({ id }) => this.#selection.includes(id) && !this.#locked.has(id)).map(({ id }) => id);
    const last = open.findLastIndex(({ id }) => meant.includes(id));
    const next = [...open.slice(last + 1), ...open].find(({ id }) => !meant.includes(id) && !this.#hidden.has(id));
    if (how === 'accept') this.#accept(meant);
    else this.#put(removed(this.#store.list, meant));
    this.select(next === undefined ? [] : [next.id]);
    return true;
  }

  /** Everything that is proposed, as one step of undo. */
  acceptAll(): boolean {
    if (this.readOnly) return false;
    return this.#accept(this.suggestions().map(({ id }) => id));
  }

  #accept(ids: readonly string[]): boolean {
    const { list } = this.#store;
    const taken = noteWork()?.accepted(list, ids);
    const edit = taken ? joining(this.#bench, list, taken) : null;
    this.#put(edit);
    return edit !== null;
  }

  /** Puts the selected shape one shape nearer to the eye, or further from it; texts stay with what they were read from. */
  reorder(forward: boolean): boolean {
    const shape = this.selected();
    const edit = shape === null || this.readOnly ? null : reordered(this.#store.list, shape.id, forward);
    this.#commit(edit);
    return edit !== null;
  }

  /** Null takes the attribute away. */
  setAttribute(id: string, name: string, value: AttributeValue | null): void {
    const annotation = this.#store.find(id);
    if (annotation === undefined) return;
    const { [name]: _, ...attributes } = annotation.attributes ?? {};
    const next = { ...annotation, attributes: value === null ? attributes : { ...attributes, [name]: value } };
    this.#commit(replaced(this.#store.list, [next], 'attribute'));
  }

  /** Attributes that the new label does not have are dropped; a text of the shape follows its label. */
  changeLabel(id: string, label: string): void {
    const rule = labelRule(this.schema, label);
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
      target.kind === 'text' ? target : list.filter((other) => other.kind === 'text').find(({ of }) => of === id);
    if (existing !== undefined) {
      this.#commit(text === null ? removed(list, [existing.id]) : replaced(list, [{ ...existing, text }], 'text'));
    } else if (text !== null && isShape(target)) {
      const { languages = [], direction = 'auto' } = labelRule(this.schema, target.label) ?? {};
      const made: Annotation = {
        id: nextId(list),
        kind: 'text',
        label: target.label,
        text,
        of: id,
        ...(languages[0] !== undefined && { language: languages[0] }),
        ...(direction !== 'auto' && { direction }),
      };
      this.#commit({ ...added(list, made), reason: 'text' });
    }
  }

  /** The language and direction of the text read from the shape `id`; null leaves them open. */
  setWriting(id: string, { language, direction }: { language: string | null; direction: 'ltr' | 'rtl' | null }): void {
    const { list } = this.#store;
    const text = list.filter((other) => other.kind === 'text').find(({ of }) => of === id);
    if (text === undefined) return;
    const { language: _, direction: __, ...rest } = text;
    const next = { ...rest, ...(language !== null && { language }), ...(direction !== null && { direction }) };
    this.#commit(replaced(list, [next], 'writing'));
  }

  /** The chosen tags of the group `of` become exactly `labels`. */
  setTags(of: string, labels: readonly string[]): void {
    let next = Number(nextId(this.#store.list));
    this.#commit(retagged(this.#store.list, of, labels, () => String(next++)));
  }

  /** What the list of marks can name and change of a shape: its keypoints, its holes. */
  partsOf(shape: ShapeAnnotation): readonly Part[] {
    const rule = labelRule(this.schema, shape.label);
    return rule === undefined ? [] : (modelOf(shape.kind).parts?.(shape, rule) ?? []);
  }

  setPart(id: string, part: string, state: string): void {
    const shape = this.findShape(id);
    const rule = shape === null ? undefined : labelRule(this.schema, shape.label);
    const next = shape === null || !rule ? undefined : modelOf(shape.kind).withPart?.(shape, rule, part, state);
    if (next !== undefined) this.#commit(replaced(this.#store.list, [next], 'part'));
  }

  /** Fills the holes of a mask, or removes all its parts but the largest. */
  cleanMask(id: string, what: 'holes' | 'islands'): void {
    const mask = this.#store.find(id);
    if (mask?.kind !== 'mask') return;
    const flip = pixelWork().cleaning(this.#store.bitmap(mask), what);
    if (flip !== null) this.#commit(flipped(id, flip, what === 'holes' ? 'fill holes' : 'remove islands'));
  }

  // ---- undo

  /** Something is open that is no part of the document yet, not counting a press that is still down. */
  get isOpen(): boolean {
    return this.#state.canUndo || this.#left !== null || this.#settling.size > 0;
  }

  hasUnfinished(way: 'undo' | 'redo'): boolean {
    return way === 'undo' ? this.#pressed || this.isOpen : this.#undone.length > 0;
  }

  get canUndo(): boolean {
    return this.hasUnfinished('undo') || this.#history.canUndo;
  }
  get canRedo(): boolean {
    return this.hasUnfinished('redo') || this.#history.canRedo;
  }

  /** First the gesture under way, then unfinished work step by step, then the document. */
  undo(): void {
    const [settling] = [...this.#settling].slice(-1);
    if (this.#pressed) this.withdraw();
    else if (this.#left !== null) this.#goBack(this.#left);
    else if (this.#state.canUndo) {
      this.#undone.push(this.#kept);
      this.#enter(this.#state.undo());
    } else if (settling !== undefined) settling();
    else this.#replay(this.#history.undo(), 'undo');
  }

  redo(): void {
    const state = this.#undone.pop();
    if (state !== undefined) this.#goBack(state);
    else this.#replay(this.#history.redo(), 'redo');
  }

  serializeHistory(): SerializedHistory {
    return this.#history.serialize();
  }

  /** Call it after the annotations it belongs to are in place. @throws TypeError for anything else. */
  restoreHistory(saved: SerializedHistory): void {
    this.#history.restore(saved);
  }

  /** A change by hand. */
  #commit(edit: Edit | null): void {
    if (edit !== null) this.#put(noteWork()?.owned(this.#store.list, edit) ?? edit);
  }

  #put(edit: Edit | null): void {
    if (edit === null) return;
    this.#undone = [];
    this.#store.apply(edit);
    this.#history.push(edit);
    this.#changed(edit.reason);
  }

  #replay(edit: Edit | null, reason: string): void {
    if (edit === null) return;
    this.#undone = [];
    this.#store.apply(edit);
    // What came back or changed is what the eye should find.
    const ids = edit.main
      ? [edit.main]
      : edit.changes.map((change) => (change.do === 'flip' ? change.id : change.after?.id));
    this.select(ids.filter((id) => id !== undefined));
    this.#changed(reason);
  }

  #changed(reason: string): void {
    this.select(this.#selection);
    this.#events.changed(reason);
  }

  // ---- the keyboard's ways to change the selected shape

  /** Selects the next (or previous) visible shape; null when there is none further. */
  pickNext(backwards: boolean, from: string | null): ShapeAnnotation | null {
    const shapes = this.visibleShapes();
    const at = from === null ? (backwards ? shapes.length : -1) : shapes.findIndex(({ id }) => id === from);
    const next = shapes[at + (backwards ? -1 : 1)] ?? null;
    if (next !== null) this.select([next.id]);
    return next;
  }

  /** Picks the next grip of the selected shape, round and round; null lets go of it. */
  pickGrip(step: 1 | -1 | null): boolean {
    const shape = this.selected();
    const keys =
      shape === null || step === null
        ? []
        : handlesOf(shape, this.scale)
            .filter(({ role }) => role !== 'insert' && role !== 'move')
            .map(({ key }) => key);
    const at = this.#grip === null ? (step === -1 ? 0 : -1) : keys.indexOf(this.#grip);
    this.#grip = keys.length === 0 ? null : keys[(at + step! + keys.length) % keys.length]!;
    this.#events.invalidated();
    return this.#grip !== null;
  }

  #pickedHandle(shape: ShapeAnnotation): Handle | undefined {
    return handlesOf(shape, this.scale).find(({ key }) => key === this.#grip);
  }

  /** Moves the picked grip, or the whole shape, by image pixels. */
  nudge(dx: number, dy: number): void {
    const shape = this.selected();
    if (shape === null || this.readOnly) return;
    const handle = this.#pickedHandle(shape);
    const next =
      handle === undefined
        ? moved(shape, dx, dy, this.image)
        : withHandleAt(shape, handle.key, [handle.at[0] + dx, handle.at[1] + dy], this.image);
    this.#commit(replaced(this.#store.list, [next], 'nudge'));
  }

  /** Removes the picked vertex, or else what is selected and not locked. */
  deletePicked(): boolean {
    if (this.readOnly || this.#selection.length === 0) return false;
    const shape = this.selected();
    const next = shape !== null && this.#grip?.startsWith('v') ? withoutVertex(shape, this.#grip) : null;
    this.#grip = null;
    if (next === null) this.remove(this.#selection.filter((id) => !this.#locked.has(id)));
    else this.#commit(replaced(this.#store.list, [next], 'delete vertex'));
    return true;
  }

  /** A new vertex in the middle of the edge behind the picked vertex. */
  insertVertex(): boolean {
    const shape = this.selected();
    const handle = shape === null ? undefined : this.#pickedHandle(shape);
    if (shape === null || handle?.role !== 'vertex' || this.readOnly) return false;
    const place = modelOf(shape.kind).behindVertex?.(shape, handle.key) ?? null;
    if (place === null) return false;
    this.#commit(replaced(this.#store.list, [withVertexNear(shape, place.at)], 'insert vertex'));
    this.#grip = place.key;
    return true;
  }

  /** Whether the key means something for the selected shape: turning it, showing a keypoint as covered. */
  alter(key: string): boolean {
    const shape = this.selected();
    const rule = shape === null ? undefined : labelRule(this.schema, shape.label);
    if (shape === null || rule === undefined || this.readOnly) return false;
    const altered = modelOf(shape.kind).keyed?.(shape, key, this.#grip, rule) ?? null;
    if (altered === null) return false;
    const kept = this.#grip;
    this.#commit(replaced(this.#store.list, [altered.shape], altered.reason));
    if (handlesOf(altered.shape, this.scale).some((handle) => handle.key === kept)) this.#grip = kept;
    return true;
  }

  // ---- what the states see of it

  #makeBench(): Bench {
    const session = this;
    const near = (press: Press) => reach(press.pointer) / 2 / this.scale;
    return {
      image: this.image,
      readOnly: this.readOnly,
      get scale() {
        return session.scale;
      },
      get brush() {
        return session.brush;
      },
      get keypoints() {
        return (session.#label === null ? undefined : labelRule(session.schema, session.#label)?.keypoints) ?? [];
      },
      get label() {
        return session.#label;
      },
      selected: () => this.selected(),
      shape: (id) => this.findShape(id),
      masks: () =>
        this.#store.list.filter((mask): mask is MaskAnnotation => mask.kind === 'mask' && !isSuggestion(mask)),
      isLocked: (id) => this.#locked.has(id),
      shapeAt: (press) => {
        const found = this.#hits
          .covering(this.#store.list, press.at, near(press))
          .filter(({ id }) => !this.#hidden.has(id));
        const current = found.findIndex(({ id }) => this.#selection.includes(id));
        return found[(current + 1) % Math.max(1, found.length)] ?? null;
      },
      borderAt: (press) => {
        const shape = this.#hits.border(this.#store.list, press.at, near(press));
        return shape !== null && !this.#hidden.has(shape.id) ? shape : null;
      },
      select: (ids) => this.select(ids),
      create: (geometry, own, losses = []) => {
        const { list } = this.#store;
        const label = own ?? this.#label!;
        const rule = labelRule(this.schema, label);
        const shape = {
          id: nextId(list),
          label,
          attributes: defaultsOf(rule?.attributes),
          ...geometry,
        } as ShapeAnnotation;
        this.#commit(taking(list, added(list, shape), shape.id, losses));
        const late = own !== undefined && (this.#selection.length > 0 || toolNamed(this.#tool).kind !== shape.kind);
        if (!late) this.select([shape.id]);
        return shape;
      },
      replace: (shape, reason) => this.#commit(replaced(this.#store.list, [shape], reason)),
      remove: (ids) => this.remove(ids),
      flip: (mask, flip, reason, helper, losses = []) => {
        // The mask may have been deleted by a key while the stroke was running.
        if (this.#store.find(mask.id)?.kind !== 'mask') return;
        const edit = taking(this.#store.list, flipped(mask.id, flip, reason), mask.id, losses);
        this.#commit((helper !== undefined && noteWork()?.helped(this.#store.list, edit, mask.id, helper)) || edit);
      },
      bitmap: (mask) => this.#store.bitmap(mask),
      scratch: () => {
        this.#scratch ??= pixelWork().blank(this.image);
        return this.#scratch;
      },
      touched: (rect) => this.#events.touched(rect),
      refresh: () => this.#events.invalidated(),
      settle: (asked, take, failed, dropped) => {
        const drop = () => {
          if (this.#settling.delete(drop)) over(() => dropped?.());
        };
        const over = (act: () => void) => {
          act();
          this.#events.hinted(...this.#hint);
          this.#stepped();
        };
        this.#settling.add(drop);
        asked.then(
          (found) => this.#settling.delete(drop) && over(() => take(found)),
          (error) => this.#settling.delete(drop) && over(() => failed(error)),
        );
        return drop;
      },
      assist: this.#assist,
      pan: (dx, dy) => this.#events.panned(dx, dy),
      hint: (code, subject) => {
        this.#hint = [code, subject];
        this.#events.hinted(code, subject);
      },
    };
  }
}
