/** What the tutorial page shows and what it can ask for; the app fills it in. */
import type { ReadonlySignal } from '@preact/signals';
import type { Overlay } from '../render/editor';
import type { Lesson, LessonCheck, LessonItem, ProblemBody, Tutorial, TutorialLesson } from '../wire';
import type { Answer } from './answer';

export type LessonPhase =
  | { readonly kind: 'opening' }
  | { readonly kind: 'intro'; readonly lesson: Lesson; readonly tutorial: Tutorial }
  | {
      readonly kind: 'item';
      readonly lesson: Lesson;
      readonly item: LessonItem;
      readonly index: number;
      readonly answer: Answer;
    }
  | {
      readonly kind: 'done';
      readonly lesson: Lesson;
      readonly next: TutorialLesson | null;
      readonly tutorialPassed: boolean;
    };

export interface LessonDesk {
  readonly phase: ReadonlySignal<LessonPhase>;
  readonly problem: ReadonlySignal<ProblemBody | null>;
  readonly busy: ReadonlySignal<boolean>;
  /** Share of the expected answer that is met now; null where nothing is drawn. */
  readonly match: ReadonlySignal<number | null>;
  readonly aim: ReadonlySignal<number>;
  /** The one gesture to do next, in a guided item; null before the first, which the instruction tells. */
  readonly step: ReadonlySignal<string | null>;
  readonly result: ReadonlySignal<LessonCheck | null>;
  readonly overlays: ReadonlySignal<readonly Overlay[]>;
  begin(): void;
  check(nothing?: boolean): Promise<void>;
  /** Here a tap only chooses: what the tap means is still being learned. */
  choose(option: string): void;
  again(): void;
  next(): Promise<void>;
  retry(): Promise<void>;
}
