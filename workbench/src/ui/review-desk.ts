/** What the moderator's page shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import type { Overlay } from '../render/editor';
import type { CaseKind, Mark, ProblemBody, QueueItem, Reference, ReviewedAppeal, ReviewedSubmission } from '../wire';
import type { Answer } from './answer';

/** `yes` is for the worker: approved, justified, appeal won. `fix` approves, and corrects the answer for the dataset. */
export type Decision = 'yes' | 'no' | 'fix';

/** What of two answers is on the image. */
export type CompareLook = 'own' | 'expected' | 'difference';

/** What still stands in the way of a decision. */
export type Lack = 'reason' | 'clause' | 'mark' | 'note' | 'comment' | 'change';

/** One thing in which an answer and what it is compared with agree or part. */
export interface Finding {
  readonly outcome: 'fits' | 'loose' | 'missed' | 'extra' | 'wrong';
  /** Of the mark; or the group or text that was asked of the whole image. */
  readonly label: string;
  /** Around both marks of the pair: what a rejection could point at. */
  readonly mark: { readonly box: readonly [number, number, number, number]; readonly image: number };
  /** 0 to 1 of a matched pair; nothing where one of the two is missing, or neither lies on the image. */
  readonly similarity: number | null;
  /** What is said on either side, where that is what differs. */
  readonly said: { readonly expected: string; readonly given: string } | null;
  readonly overlays: readonly Overlay[];
}

export interface CaseView {
  /** The answer as it was given, read-only. */
  readonly shown: Answer | null;
  /** Where the moderator draws the mark of a rejection. */
  readonly marking: Answer | null;
  /** Where comments are pinned to the image; each mark is one. */
  readonly pinning: Answer | null;
  /** The answer as the dataset should have it. */
  readonly fixing: Answer | null;
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
  readonly lacking: ReadonlySignal<readonly Lack[]>;
  readonly counts: ReadonlySignal<Readonly<Record<CaseKind, number>> | null>;
  readonly sentCount: ReadonlySignal<number>;

  /** What this answer may be compared with, and which of it is. */
  readonly references: ReadonlySignal<readonly Reference[]>;
  readonly chosen: ReadonlySignal<number>;
  readonly look: Signal<CompareLook>;
  readonly findings: ReadonlySignal<readonly Finding[]>;
  /** The finding that is shown; nothing before the first step. */
  readonly at: ReadonlySignal<number | null>;
  /** Of the answer as it is shown: the other one, where they part, the finding that is pointed at. */
  readonly overlays: ReadonlySignal<readonly Overlay[]>;
  readonly hidden: ReadonlySignal<readonly string[]>;
  /** Around the finding that is pointed at. */
  readonly place: ReadonlySignal<Bounds | null>;
  compareWith(reference: number): void;
  show(finding: number): void;
  /** To the next (1) or previous (-1) difference, around the end. */
  step(by: 1 | -1): void;
  rejectAt(finding: number): void;

  /** Comments are being pinned; the decision waits. */
  readonly pinning: Signal<boolean>;
  /** Texts by the id of their mark. */
  readonly comments: Signal<Readonly<Record<string, string>>>;

  decide(decision: Decision): void;
  cancel(): void;
  markWhole(): void;
  send(): Promise<void>;
  next(): Promise<void>;
}
