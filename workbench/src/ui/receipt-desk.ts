/** What the drawn receipt shows; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import type { Overlay } from '../render/editor';
import type { ProblemBody, Receipt } from '../wire';
import type { Answer } from './answer';

export type Layer = 'own' | 'expected' | 'differences' | 'mark' | 'comments' | 'corrected';

export interface ReceiptDesk {
  readonly receipt: ReadonlySignal<Receipt | null>;
  readonly answer: ReadonlySignal<Answer | null>;
  readonly problem: ReadonlySignal<ProblemBody | null>;
  readonly layers: ReadonlySignal<readonly Layer[]>;
  readonly shown: Readonly<Record<Layer, Signal<boolean>>>;
  readonly overlays: ReadonlySignal<readonly Overlay[]>;
  readonly hidden: ReadonlySignal<readonly string[]>;
  /** What the verdict speaks of, place by place: its mark, the comments, where the answer parts from the expected one. */
  readonly places: ReadonlySignal<readonly Bounds[]>;
  /** The one that is shown; nothing before the first step. */
  readonly at: ReadonlySignal<number | null>;
  /** To the next (1) or previous (-1) place, around the end. */
  step(by: 1 | -1): void;
  start(): Promise<void>;
}
