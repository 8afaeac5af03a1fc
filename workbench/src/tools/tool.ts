/**
 * A tool is a folder of states named by what the user is doing. A state takes a press, a move or a key and answers with
 * the state that follows; it reaches the rest only through the Bench. No DOM here: a state can be tested with numbers.
 */

import type { Flip } from '../geometry/flip';
import type { Bitmap, PixelRect } from '../geometry/mask';
import type { ImagePoint, Position, Ring, ScreenPoint, Size } from '../geometry/points';
import type { Geometry, MaskAnnotation, ShapeAnnotation } from '../model/annotation';
import type { Loss } from '../model/changes';
import type { Handle } from '../model/handle';
import type { Helper } from '../model/suggestions';
import type { Assist } from './assist';
import type { HintCode } from './hints';

export type PointerKind = 'mouse' | 'pen' | 'touch' | 'keyboard';

export interface Press {
  readonly at: ImagePoint;
  readonly screen: ScreenPoint;
  readonly pointer: PointerKind;
  readonly alt: boolean;
  readonly shift: boolean;
  /** Milliseconds since any fixed start. */
  readonly time: number;
  /** The way since the last move, oldest first, ending with `at` (coalesced events); for freehand work. */
  readonly trail: readonly ImagePoint[];
  /** Share of the brush's radius that a pen's pressure leaves; absent where pressure steers nothing. */
  readonly brushShare?: number;
}

/** The unfinished work of a state, for the eye. */
export interface Draft {
  /** A shape as it would be if the gesture ended now; hides the stored one of the same id. */
  readonly shape?: ShapeAnnotation | Geometry;
  readonly line?: {
    readonly points: readonly Position[];
    readonly cursor: Position | null;
    /** A freehand line behind the last point. */
    readonly trail?: readonly Position[];
    readonly closed: boolean;
    /** The next tap ends the line. */
    readonly closing: boolean;
    /** Lines of one size on the screen, such as what shows its direction. */
    readonly inHand?: readonly Ring[] | undefined;
  };
  /** Full-width lines through this point. */
  readonly crosshair?: Position;
  /** What the finger covers: the loupe shows it. */
  readonly focus?: Position;
  /** Key of the grip that is being dragged. */
  readonly grip?: string;
  readonly stroke?: Stroke;
  readonly brush?: { readonly at: Position };
}

/** Pixels the running stroke has touched, over the mask it changes (null: a new one). */
export interface Stroke {
  readonly base: MaskAnnotation | null;
  readonly touched: Bitmap;
  readonly erase: boolean;
}

/** Where another mask of the answer is, a stroke may lie over it, keep off it, or take its pixels. */
export const BRUSH_MODES = ['overlap', 'empty', 'take'] as const;
export type BrushMode = (typeof BRUSH_MODES)[number];

/** Nearly everything is alike beyond it. */
export const MOST_TOLERANCE = 160;

export interface Brush {
  /** Half the width, in image pixels. */
  readonly radius_px: number;
  readonly square: boolean;
  readonly mode: BrushMode;
  /** What a press of the wand begins with: see `RegionPrompt`. */
  readonly tolerance: number;
}

/** What a state may ask for and do. */
export interface Bench {
  readonly image: Size;
  /** Screen pixels per image pixel. */
  readonly scale: number;
  readonly readOnly: boolean;
  readonly brush: Brush;
  /** Keypoints of the current label, in the order in which they are asked for. */
  readonly keypoints: readonly string[];
  /** The one selected shape, or null when none or several are. */
  selected(): ShapeAnnotation | null;
  /** Of the shape that is made next. */
  readonly label: string | null;
  /** As it is now; null when it is gone. */
  shape(id: string): ShapeAnnotation | null;
  /** Masks of the answer; what is only proposed is none of it. */
  masks(): readonly MaskAnnotation[];
  isLocked(id: string): boolean;
  /** The shape under the press: the smallest one there; pressed again, the next one below. */
  shapeAt(press: Press): ShapeAnnotation | null;
  /** The shape whose drawn border is under the press. */
  borderAt(press: Press): ShapeAnnotation | null;
  select(ids: readonly string[]): void;
  /**
   * Stores a new shape under the current label, selects it and returns it. With a `label` of its own it may come late,
   * and is then selected only where that takes nothing from the hand. `losses`: what other masks lose to it.
   */
  create(shape: Geometry, label?: string, losses?: readonly Loss[]): ShapeAnnotation;
  replace(shape: ShapeAnnotation, reason: string): void;
  remove(ids: readonly string[]): void;
  /** `helper`: what helped with it; `losses`: what other masks lose to it. */
  flip(mask: MaskAnnotation, flip: Flip, reason: string, helper?: Helper, losses?: readonly Loss[]): void;
  bitmap(mask: MaskAnnotation): Bitmap;
  /** A zeroed bitmap of the image's size, the same one each time; only one stroke runs at a time. */
  scratch(): Bitmap;
  /** The part of the picture that the stroke changed, in pixels: only that is painted again. */
  touched(rect: PixelRect): void;
  /** What was waited for has come: the draft is another one. */
  refresh(): void;
  /**
   * Work that ends when `asked` does, whatever is in the hand by then; until then it is unfinished. Returns how to drop it,
   * which undo does too.
   */
  settle<Found>(
    asked: Promise<Found>,
    take: (found: Found) => void,
    failed: (error: unknown) => void,
    dropped?: () => void,
  ): () => void;
  /** What reads the picture; null where nobody can. */
  readonly assist: Assist | null;
  pan(dx: number, dy: number): void;
  hint(code: HintCode, subject?: string): void;
}

export type Key =
  | 'Enter'
  | 'Escape'
  | 'Backspace'
  | 'Delete'
  | 'Insert'
  | 'ArrowLeft'
  | 'ArrowRight'
  | 'ArrowUp'
  | 'ArrowDown';

export abstract class State {
  abstract readonly name: string;
  constructor(protected readonly bench: Bench) {}

  down(_press: Press): State {
    return this;
  }
  /** A move while pressed. */
  move(_press: Press): State {
    return this;
  }
  up(_press: Press): State {
    return this;
  }
  /** A move of a mouse, pen or keyboard crosshair without a press. */
  hover(_press: Press): State {
    return this;
  }
  /** A second finger came down or the system took the pointer: as if the press had not been. */
  withdraw(): State {
    return this;
  }
  /** Null when the key means nothing here. */
  key(_key: Key): State | null {
    return null;
  }
  /** Whether there is unfinished work whose last step can be taken back. */
  get canUndo(): boolean {
    return false;
  }
  /** A state of its own, so that redo can go back to this one. */
  undo(): State {
    return this;
  }
  /** Keys that unfinished work has a use for and that no gesture stands for: the shell shows them as buttons. */
  get offers(): readonly Key[] {
    return [];
  }
  /** Unfinished work is dropped, because the tool or label is changed or the editor closed. */
  leave(): void {}
  draft(): Draft {
    return {};
  }
}

/** A press over unfinished work: what lies behind it is still unfinished. */
export abstract class Over extends State {
  constructor(
    bench: Bench,
    protected readonly behind: State,
  ) {
    super(bench);
  }
  override get canUndo(): boolean {
    return this.behind.canUndo;
  }
  override get offers(): readonly Key[] {
    return this.behind.offers;
  }
  override withdraw(): State {
    return this.behind;
  }
}

export const DOUBLE_TAP_MS = 350;

/** How far a pointer may shake before a tap becomes a drag, in screen pixels. */
export const slop = (pointer: PointerKind): number => (pointer === 'touch' ? 8 : pointer === 'pen' ? 5 : 3);

/** Half of the smallest target: 44 px for a finger, 24 px for everything exact. */
export const reach = (pointer: PointerKind): number => (pointer === 'touch' ? 22 : 12);

export const strayed = (from: Press, to: Press): boolean =>
  Math.hypot(to.screen[0] - from.screen[0], to.screen[1] - from.screen[1]) > slop(from.pointer);

export type { Geometry, Handle };
