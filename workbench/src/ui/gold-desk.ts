/** What the page of expected answers shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ClientTask, ProblemBody } from '../wire';
import type { Answer } from './answer';

export type GoldPhase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'task'; readonly task: ClientTask; readonly answer: Answer; readonly explanation: string }
  | { readonly kind: 'done' };

export interface GoldDesk {
  readonly phase: ReadonlySignal<GoldPhase>;
  readonly problem: ReadonlySignal<ProblemBody | null>;
  readonly busy: ReadonlySignal<boolean>;
  readonly explanation: Signal<string>;
  /** The guideline's clause that the task tests; "" lets the rules choose one. */
  readonly clause: Signal<string>;
  readonly saved: ReadonlySignal<number>;
  save(nothing: boolean): Promise<void>;
  next(): Promise<void>;
}
