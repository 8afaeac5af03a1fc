/** What the drawn receipt shows; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
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
  start(): Promise<void>;
}
