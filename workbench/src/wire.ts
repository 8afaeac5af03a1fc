/**
 * The names the workbench gives to what travels. The types are made from the API's document (`openapi.ts`); here nothing
 * is described a second time. Types only, so that every layer may know them.
 */
import type { Annotation } from './model/annotation';
import type { TaskImage } from './model/image';
import type { components } from './openapi';

type Schemas = components['schemas'];

/** What can be read of a thing that is either of two. */
type Either<A, B> = { readonly [Key in keyof A & keyof B]: A[Key] | B[Key] } & Partial<Omit<A, keyof B>> &
  Partial<Omit<B, keyof A>>;

export type Picture = TaskImage;
/** The API keeps whatever is half finished; what this workbench saved are annotations. */
export type ServerDraft = Omit<Schemas['Draft'], 'annotations'> & { readonly annotations: readonly Annotation[] };
export type Pay = Schemas['Pay'];
export type Assignment = Omit<Schemas['Assignment'], 'draft'> & { readonly draft: ServerDraft | null };
export type Assignments = Omit<Schemas['Assignments'], 'items'> & { readonly items: readonly Assignment[] };
export type Lease = Schemas['Lease'];
export type Claimed = Omit<Schemas['Claimed'], 'assignments'> & { readonly assignments: readonly Assignment[] };
export type SubmitBody = Required<Omit<Schemas['SubmitBody'], 'annotations'>> & {
  readonly annotations: readonly Annotation[];
};
export type AssistFound = Schemas['AssistFound'];
export type Submitted = Omit<Schemas['Submitted'], 'next'> & { readonly next: readonly Assignment[] };
export type Clause = Schemas['Clause'];
export type GuidelineExample = Schemas['GuidelineExample'];
/** Whether it was read and what changed is said to workers only. */
export type Guideline = Schemas['Guideline'] & Partial<Schemas['WorkerGuideline']>;
export type Me = Schemas['Me'];
export type Score = Schemas['Score'];
export type ScoredObject = Schemas['ScoredObject'];
export type ScoredTags = Schemas['ScoredTags'];
export type ObjectOutcome = ScoredObject['outcome'];
export type Tutorial = Schemas['Tutorial'];
export type TutorialLesson = Schemas['TutorialLesson'];
export type Lesson = Schemas['Lesson'];
export type LessonItem = Schemas['LessonItem'];
export type LessonCheck = Schemas['LessonCheck'];
export type PracticeCheck = Schemas['PracticeCheck'];
export type WorkerExam = Schemas['WorkerExam'];
export type ExamCheck = Schemas['ExamCheck'];

export type Verdict = Schemas['Verdict'];
export type Mark = NonNullable<Verdict['mark']>;
export type Comment = Schemas['Comment'];
export type Reference = Schemas['Reference'];
export type Receipt = Schemas['Receipt'];
export type Queue = Schemas['Queue'];
export type QueueItem = Schemas['QueueItem'];
export type CaseKind = QueueItem['kind'];
export type ReasonCode = Schemas['ReasonText'];
export type ReviewedSubmission = Omit<Either<Schemas['SubmissionCase'], Schemas['FlagCase']>, 'state'>;
export type ReviewedAppeal = Schemas['AppealCase'];
export type ClientTask = Schemas['Task'];
export type TaskLine = Schemas['TaskLine'];
export type TaskLines = Schemas['TaskLines'];
/** One refusal inside a 422. */
export type FieldError = Schemas['FieldError'];
/** RFC 9457; the workbench states some of its own, which know no next step. */
export type ProblemBody = Omit<Schemas['Problem'], 'draft' | 'next'> &
  Partial<Pick<Schemas['Problem'], 'next'>> & { readonly draft?: ServerDraft };
