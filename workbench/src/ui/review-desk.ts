/** What the moderator's page shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Overlay } from '../render/editor';
import type { CaseKind, Mark, ProblemBody, QueueItem, ReviewedAppeal, ReviewedSubmission } from '../wire';
import type { Answer } from './answer';

/** `yes` is for the worker: approved, justified, appeal won. */
export type Decision = 'yes' | 'no';

export interface CaseView {
  /** The answer as it was given, read-only. */
  readonly shown: Answer | null;
  /** Where the moderator draws the mark of a rejection. */
  readonly marking: Answer | null;
  /** The answer as an outline under the mark. */
  readonly ghosts: readonly Overlay[];
  readonly overlays: readonly Overlay[];
}

export type ReviewPhase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'case';
      readonly item: QueueItem;
      readonly appeal: ReviewedAppeal | null;
      readonly submission: ReviewedSubmission | null;
      readonly view: CaseView;
    };

export interface ReviewDesk {
  readonly phase: ReadonlySignal<ReviewPhase>;
  readonly problem: ReadonlySignal<ProblemBody | null>;
  readonly busy: ReadonlySignal<boolean>;
  readonly decision: ReadonlySignal<Decision | null>;
  readonly reason: Signal<string>;
  readonly clause: Signal<string>;
  readonly note: Signal<string>;
  readonly mark: ReadonlySignal<Mark | null>;
  readonly lacking: ReadonlySignal<readonly ('reason' | 'clause' | 'mark' | 'note')[]>;
  readonly counts: ReadonlySignal<Readonly<Record<CaseKind, number>> | null>;
  readonly sentCount: ReadonlySignal<number>;
  decide(decision: Decision): void;
  cancel(): void;
  markWhole(): void;
  send(): Promise<void>;
  next(): Promise<void>;
}
