/** What the work page shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Assignment, FieldError, Guideline, ProblemBody } from '../wire';
import type { Answer } from './answer';

export type Panel = 'skip' | 'flag' | 'keys' | 'outbox' | null;

export type SavedState = 'none' | 'saving' | 'device' | 'memory' | 'server' | 'failed';

export type Phase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'task'; readonly assignment: Assignment; readonly answer: Answer }
  | { readonly kind: 'empty' }
  | { readonly kind: 'guideline' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused'; readonly problem: ProblemBody };

/** A parcel as the page shows it. */
export interface Held {
  readonly key: string;
  readonly createdAt: number;
  readonly problem: ProblemBody;
  /** Its task is still ours, so it can be opened and put right. */
  readonly fixable: boolean;
  /** Its lease ended too long ago, and the task may still be free. */
  readonly over: boolean;
}

export interface BreakState {
  readonly kind: 'offered' | 'on';
  readonly maySnooze: boolean;
  readonly endsAt: number;
}

export interface WorkDesk {
  readonly projectName: string;
  readonly backUrl: string;
  readonly phase: ReadonlySignal<Phase>;
  readonly saved: ReadonlySignal<SavedState>;
  readonly offline: ReadonlySignal<boolean>;
  /** The server answers, and takes no answers: they are tried again and again. */
  readonly stuck: ReadonlySignal<boolean>;
  readonly signedOut: ReadonlySignal<boolean>;
  /** What waits is in this tab alone: this device keeps nothing, or had no room. */
  readonly inTab: ReadonlySignal<boolean>;
  /** Answers on their way, with what each pays if all of it is accepted. */
  readonly waiting: ReadonlySignal<readonly { readonly earnsMicros: number }[]>;
  readonly held: ReadonlySignal<readonly Held[]>;
  /** Two drafts of this task came up: the person is asked which one to go on with. */
  readonly newerDraft: ReadonlySignal<boolean>;
  /** The draft that was not chosen is still in reach. */
  readonly otherDraft: ReadonlySignal<boolean>;
  /** Seconds the task is still held, when that is worth a word; 0 when over; else null. */
  readonly leaseLeft: ReadonlySignal<number | null>;
  /** It is as long as a lease may be. */
  readonly leaseEnds: ReadonlySignal<boolean>;
  readonly pause: ReadonlySignal<BreakState | null>;
  readonly undoable: ReadonlySignal<string | null>;
  readonly errors: Signal<readonly FieldError[]>;
  readonly guideline: ReadonlySignal<Guideline | null>;
  readonly guidelineFailed: ReadonlySignal<boolean>;
  readonly done: ReadonlySignal<number>;
  readonly pendingMicros: ReadonlySignal<number>;
  readonly told: ReadonlySignal<boolean>;

  submit(): Promise<void>;
  /** The one-tap answer: says this tag and advances. */
  choose(option: string): Promise<void>;
  submitNothing(): Promise<void>;
  skip(reason: string): Promise<void>;
  flag(reason: string, note: string): Promise<void>;
  undoSend(): Promise<void>;
  loadGuideline(): Promise<void>;
  acknowledge(): Promise<void>;
  retry(): Promise<void>;
  useNewerDraft(): Promise<void>;
  keepMyDraft(): void;
  keepLease(): Promise<void>;
  takeBreak(): Promise<void>;
  snooze(): void;
  endBreak(): Promise<void>;
  resend(key: string): Promise<void>;
  fix(key: string): Promise<void>;
  reclaim(key: string): Promise<void>;
  forget(key: string): Promise<void>;
  exportHeld(): Promise<void>;
  tellMe(): Promise<void>;
}
