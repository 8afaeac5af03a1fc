/** What the tutorial page shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import type { Overlay } from '../render/editor';
import type { Lesson, LessonItem, ProblemBody, Tutorial, TutorialLesson } from '../wire';
import type { Answer } from './answer';

export type CourseSource = 'lesson' | 'refresher' | 'practice' | 'exam';

/** Some pictures to answer, all of one schema. */
export interface Course extends Omit<Lesson, 'passed'> {
  /** That it is unpaid, and what it is good for. */
  readonly note: string;
  readonly path: string;
}

/** The server's word on one answer. */
export interface CourseOutcome {
  readonly passed: boolean;
  readonly why: string;
  /** This item takes no other answer. */
  readonly final: boolean;
  readonly tally: string;
  /** How the exam ended, with this answer. */
  readonly end: { readonly passed: boolean } | null;
}

export type LessonPhase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'intro'; readonly course: Course; readonly tutorial: Tutorial | null }
  | {
      readonly kind: 'item';
      readonly course: Course;
      readonly item: LessonItem;
      readonly index: number;
      readonly answer: Answer;
    }
  | {
      readonly kind: 'done';
      readonly title: string;
      readonly text: string;
      readonly next: TutorialLesson | null;
      /** Where to go from here, the first the likeliest. */
      readonly ways: readonly { readonly href: string; readonly text: string }[];
    };

export interface LessonDesk {
  readonly source: CourseSource;
  readonly phase: ReadonlySignal<LessonPhase>;
  readonly problem: ReadonlySignal<ProblemBody | null>;
  readonly busy: ReadonlySignal<boolean>;
  /** Share of the expected answer that is met now; null where nothing is drawn, or the answer is not told. */
  readonly match: ReadonlySignal<number | null>;
  readonly aim: ReadonlySignal<number>;
  /** The one gesture to do next, in a guided item; null before the first, which the instruction tells. */
  readonly step: ReadonlySignal<string | null>;
  readonly result: ReadonlySignal<CourseOutcome | null>;
  /** The next picture may be asked for. */
  readonly mayGoOn: ReadonlySignal<boolean>;
  readonly overlays: ReadonlySignal<readonly Overlay[]>;
  /** Around the mark that fits the least, while a refusal speaks of it. */
  readonly place: ReadonlySignal<Bounds | null>;
  begin(): Promise<void>;
  check(nothing?: boolean): Promise<void>;
  /** Here a tap only chooses: what the tap means is still being learned. */
  choose(option: string): void;
  again(): void;
  next(): Promise<void>;
  retry(): Promise<void>;
}
