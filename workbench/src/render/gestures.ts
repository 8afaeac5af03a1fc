/**
 * Pointer events to gestures, one place for the rules that hold in every tool: one pointer works, two fingers pan and
 * zoom and withdraw what the first began, wheel zooms, space or the middle button pans, and beside a pen fingers move the
 * view at most (palm.ts).
 */
import { type ScreenPoint, screenPoint } from '../geometry/points';
import type { PointerKind } from '../tools/tool';
import { penErases, touchMeaning } from './palm';

export interface Contact {
  readonly screen: ScreenPoint;
  readonly trail: readonly ScreenPoint[];
  readonly pointer: PointerKind;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly time: number;
  /** Of a pen, 0 to 1; absent where nothing measures it. */
  readonly pressure?: number;
  /** A pen turned round, or its button held. */
  readonly erases?: boolean;
}

export interface GestureTarget {
  down(contact: Contact): void;
  move(contact: Contact): void;
  up(contact: Contact): void;
  hover(contact: Contact): void;
  withdraw(): void;
  pan(dx: number, dy: number): void;
  zoom(at: ScreenPoint, factor: number): void;
  pinch(before: readonly [ScreenPoint, ScreenPoint], after: readonly [ScreenPoint, ScreenPoint]): void;
  /** A short tap with two or three fingers. */
  fingersTapped(count: number): void;
}

const TAP_MS = 250;
const TAP_PX = 10;
/** Share of the scale per wheel pixel; a notch of 100 px is a factor of 1.22. */
const WHEEL_RATE = 0.002;
/** A trackpad pinch arrives as wheel events with Ctrl and small deltas. */
const PINCH_WHEEL_RATE = 0.01;
const LINE_PX = 16;

type Mode = 'none' | 'work' | 'pan' | 'pinch' | 'rest';

export class Gestures {
  #contacts = new Map<number, ScreenPoint>();
  #mode: Mode = 'none';
  #rect: DOMRect | null = null;
  #penSeenAt: number | null = null;
  #spaceHeld = false;
  #spaceUsed = false;
  #worker = -1;
  #penWorks = false;
  #fingers = 0;
  #firstDown = 0;
  #strayed = 0;
  readonly #abort = new AbortController();

  constructor(
    private readonly element: HTMLElement,
    private readonly target: GestureTarget,
  ) {
    const listen = <K extends keyof HTMLElementEventMap>(
      type: K,
      run: (event: HTMLElementEventMap[K]) => void,
      passive = true,
    ) => {
      element.addEventListener(type, run, { signal: this.#abort.signal, passive });
    };
    listen('pointerdown', (event) => this.#down(event), false);
    listen('pointermove', (event) => this.#move(event));
    listen('pointerup', (event) => this.#up(event));
    listen('pointercancel', (event) => this.#cancel(event));
    listen('wheel', (event) => this.#wheel(event), false);
    // `touch-action` stops the scroll, but a finger that leaves at speed still starts a fling, and Chromium takes the next
    // tap, wherever it falls, for the one that stops it: Submit right after a stroke went unheard.
    listen('touchmove', (event) => event.preventDefault(), false);
    // The click that follows a tap would fall on what has come under the finger meanwhile: a button, when the tap ended a mark.
    listen('touchend', (event) => event.preventDefault(), false);
    // A long press must not open the browser's menu over the loupe.
    listen('contextmenu', (event) => event.preventDefault(), false);
  }

  set spaceHeld(held: boolean) {
    this.#spaceHeld = held;
    this.#spaceUsed = false;
  }

  /** The space bar was held for panning, so releasing it is not a tap. */
  get spaceUsed(): boolean {
    return this.#spaceUsed;
  }

  get isWorking(): boolean {
    return this.#mode === 'work';
  }

  /** The element lies elsewhere on the page: fingers stay where they are. How far they went within the element. */
  relaid(): readonly [number, number] {
    const before = this.#rect;
    const now = this.element.getBoundingClientRect();
    this.#rect = now;
    const [dx, dy] = before ? [before.left - now.left, before.top - now.top] : [0, 0];
    for (const [id, [x, y]] of this.#contacts) this.#contacts.set(id, screenPoint(x + dx, y + dy));
    return [dx, dy];
  }

  destroy(): void {
    this.#abort.abort();
  }

  #screen(event: MouseEvent): ScreenPoint {
    this.#rect ??= this.element.getBoundingClientRect();
    return screenPoint(event.clientX - this.#rect.left, event.clientY - this.#rect.top);
  }

  #contact(event: PointerEvent): Contact {
    const coalesced = event.type === 'pointermove' ? (event.getCoalescedEvents?.() ?? []) : [];
    return {
      screen: this.#screen(event),
      trail: (coalesced.length > 0 ? coalesced : [event]).map((part) => this.#screen(part)),
      pointer: event.pointerType === 'touch' ? 'touch' : event.pointerType === 'pen' ? 'pen' : 'mouse',
      alt: event.altKey,
      shift: event.shiftKey,
      time: event.timeStamp,
      ...(event.pointerType === 'pen' && { pressure: event.pressure, erases: penErases(event.buttons) }),
    };
  }

  #down(event: PointerEvent): void {
    if (this.#contacts.size === 0) {
      // The page may have scrolled or been laid out anew since the last gesture.
      this.#rect = null;
      this.#firstDown = event.timeStamp;
      this.#strayed = 0;
      this.#fingers = 0;
    }
    if (event.pointerType === 'mouse' && event.button === 2) return;
    const meaning =
      event.pointerType === 'touch'
        ? touchMeaning({ isDown: this.#penWorks, seenAt: this.#penSeenAt }, event.timeStamp)
        : 'draws';
    if (meaning === 'palm') return;
    // Even where it is, it would have the page laid out.
    if (document.activeElement !== this.element) this.element.focus({ preventScroll: true });
    // Keeps the browser from selecting text and from sending mouse events after touches.
    event.preventDefault();
    try {
      this.element.setPointerCapture(event.pointerId);
    } catch {
      // The pointer ended before its event was handled.
      return;
    }
    this.#contacts.set(event.pointerId, this.#screen(event));
    this.#fingers = Math.max(this.#fingers, this.#contacts.size);

    if (event.pointerType === 'pen') this.#penSeenAt = event.timeStamp;
    if (this.#contacts.size >= 2) {
      if (this.#mode === 'work') this.target.withdraw();
      if (event.pointerType === 'pen') {
        // The palm came first: its marks are withdrawn and the pen works alone.
        const pen = this.#contacts.get(event.pointerId)!;
        this.#contacts.clear();
        this.#contacts.set(event.pointerId, pen);
        this.#work(event);
        return;
      }
      this.#mode = 'pinch';
      return;
    }
    const pans =
      (event.button === 1 && event.pointerType === 'mouse') ||
      (this.#spaceHeld && event.pointerType === 'mouse') ||
      meaning === 'pans';
    if (pans) {
      this.#mode = 'pan';
      this.#spaceUsed = this.#spaceHeld;
    } else {
      this.#work(event);
    }
  }

  #work(event: PointerEvent): void {
    this.#mode = 'work';
    this.#worker = event.pointerId;
    this.#penWorks = event.pointerType === 'pen';
    this.target.down(this.#contact(event));
  }

  #move(event: PointerEvent): void {
    if (event.pointerType === 'pen') this.#penSeenAt = event.timeStamp;
    const before = this.#contacts.get(event.pointerId);
    if (before === undefined) {
      if (this.#contacts.size === 0 && event.pointerType !== 'touch') {
        this.#rect = null;
        this.target.hover(this.#contact(event));
      }
      return;
    }
    const now = this.#screen(event);
    this.#strayed += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (this.#mode === 'work') {
      this.#contacts.set(event.pointerId, now);
      if (event.pointerId === this.#worker) this.target.move(this.#contact(event));
    } else if (this.#mode === 'pan') {
      this.#contacts.set(event.pointerId, now);
      this.target.pan(now[0] - before[0], now[1] - before[1]);
    } else if (this.#mode === 'pinch' && this.#contacts.size >= 2) {
      const ids = [...this.#contacts.keys()];
      const old = this.#pair(ids);
      this.#contacts.set(event.pointerId, now);
      this.target.pinch(old, this.#pair(ids));
    }
  }

  #pair(ids: readonly number[]): readonly [ScreenPoint, ScreenPoint] {
    return [this.#contacts.get(ids[0]!)!, this.#contacts.get(ids[1]!)!];
  }

  #up(event: PointerEvent): void {
    if (event.pointerType === 'pen') this.#penSeenAt = event.timeStamp;
    if (!this.#contacts.delete(event.pointerId)) return;
    if (this.#mode === 'work' && event.pointerId === this.#worker) {
      this.#mode = 'none';
      this.#penWorks = false;
      this.target.up(this.#contact(event));
    } else if (this.#mode === 'pinch') {
      // The finger that stays down neither draws nor pans: it is on its way up.
      this.#mode = 'rest';
    }
    if (this.#contacts.size > 0) return;
    const tapped = this.#mode === 'rest' && event.timeStamp - this.#firstDown < TAP_MS && this.#strayed < TAP_PX;
    this.#mode = 'none';
    if (tapped) this.target.fingersTapped(this.#fingers);
  }

  #cancel(event: PointerEvent): void {
    if (!this.#contacts.delete(event.pointerId)) return;
    if (this.#mode === 'work' && event.pointerId === this.#worker) {
      this.#penWorks = false;
      this.target.withdraw();
    }
    this.#mode = this.#contacts.size === 0 ? 'none' : 'rest';
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.#rect = null;
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    const rate = event.ctrlKey ? PINCH_WHEEL_RATE : WHEEL_RATE;
    const delta = Math.max(-300, Math.min(300, event.deltaY * unit));
    this.target.zoom(this.#screen(event), Math.exp(-delta * rate));
  }
}
