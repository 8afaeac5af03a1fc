/** The shapes of `/api/v1` as the workbench reads them; types only, so that every layer may know them. */
import type { Annotation, ShapeKind } from './model/annotation';
import type { TaskImage } from './model/image';
import type { LabelSchema } from './model/schema';

export type Picture = TaskImage;

export interface ServerDraft {
  readonly revision: number;
  readonly annotations: readonly Annotation[];
}

export interface Pay {
  readonly base_micros: number;
  readonly object_micros: number;
  readonly max_micros: number;
}

export interface Assignment {
  readonly id: string;
  readonly project_id: string;
  readonly project_name?: string;
  readonly task_type?: string;
  readonly state: string;
  readonly lease_expires_at: string;
  readonly heartbeat_seconds: number;
  readonly schema_version: number;
  readonly schema: LabelSchema;
  readonly guideline_version: number;
  readonly pay: Pay;
  readonly images: readonly Picture[];
  readonly draft: ServerDraft | null;
  readonly skip?: { readonly rate_percent: number; readonly free_percent: number; readonly throttle_percent: number };
  readonly sensitive?: boolean;
}

export interface Claimed {
  readonly assignments: readonly Assignment[];
}

export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface SubmitBody {
  readonly annotations: readonly Annotation[];
  readonly nothing_to_mark: boolean;
  readonly active_seconds: number;
  readonly next: number;
}

export interface Submitted {
  readonly submission: {
    readonly id: string;
    readonly state: string;
    readonly amount_micros: number;
    readonly late: boolean;
  };
  readonly next: readonly Assignment[];
}

export interface Clause {
  readonly id: string;
  readonly title: string;
}

export interface GuidelineExample {
  readonly kind: 'good' | 'bad';
  readonly caption: string;
  readonly images: readonly Picture[];
}

export interface Guideline {
  readonly version: number;
  /** Sanitised by the server. */
  readonly html: string;
  readonly clauses: readonly Clause[];
  readonly examples: readonly GuidelineExample[];
  readonly acknowledged: boolean;
  readonly changes: { readonly from_version: number; readonly html: string } | null;
}

export interface Me {
  readonly id: string;
  readonly display_name?: string;
}

export type ObjectOutcome = 'matched' | 'weak' | 'missed' | 'extra' | 'wrong_label' | 'wrong_attribute';

export interface ScoredObject {
  readonly expected_id: string | null;
  readonly given_id: string | null;
  readonly label: string;
  readonly kind: ShapeKind | 'text';
  readonly similarity: number | null;
  readonly outcome: ObjectOutcome;
}

export interface ScoredTags {
  readonly group: string;
  readonly expected: readonly string[];
  readonly given: readonly string[];
  readonly outcome: 'matched' | 'wrong';
}

export interface Score {
  readonly passed: boolean;
  readonly similarity: number;
  readonly reason_code: string | null;
  readonly objects: readonly ScoredObject[];
  readonly tags: readonly ScoredTags[];
}

export interface TutorialLesson {
  readonly id: string;
  readonly title: string;
  readonly passed: boolean;
  readonly items: number;
  readonly items_done: number;
}

export interface Tutorial {
  readonly passed: boolean;
  readonly unpaid: boolean;
  readonly minutes: number;
  readonly lessons: readonly TutorialLesson[];
}

export interface LessonItem {
  readonly id: string;
  readonly kind: 'guided' | 'checked';
  readonly instruction: string;
  readonly done: boolean;
  readonly images: readonly Picture[];
  readonly expected: readonly Annotation[];
}

export interface Lesson {
  readonly id: string;
  readonly title: string;
  readonly intro: string;
  readonly schema: LabelSchema;
  readonly items: readonly LessonItem[];
}

export interface LessonCheck {
  readonly passed: boolean;
  readonly score: Score;
  readonly why: string;
  readonly lesson_passed: boolean;
  readonly tutorial_passed: boolean;
}

export interface Mark {
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

export interface Verdict {
  readonly verdict: 'approved' | 'rejected';
  readonly by: 'gold' | 'moderator' | 'timer' | 'appeal' | 'consensus';
  readonly reason_code: string | null;
  readonly reason_text: string | null;
  readonly clause: Clause | null;
  readonly mark: Mark | null;
  readonly note: string | null;
  readonly expected: readonly Annotation[] | null;
  readonly score: Score | null;
  readonly at: string;
}

interface ProjectName {
  readonly id: string;
  readonly name: string;
}

export interface Receipt {
  readonly id: string;
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly project: ProjectName;
  readonly task_type: string;
  readonly submitted_at: string;
  readonly amount_micros: number;
  readonly paid_micros: number;
  readonly guideline_version: number;
  readonly schema: LabelSchema;
  readonly images: readonly Picture[];
  readonly annotations: readonly Annotation[];
  readonly verdict: Verdict | null;
  readonly appeal: { readonly id: string; readonly state: string; readonly due_at: string } | null;
  readonly can_appeal_until: string | null;
}

export type CaseKind = 'submission' | 'flag' | 'appeal' | 'report';

export interface QueueItem {
  readonly kind: CaseKind;
  readonly id: string;
  readonly project: ProjectName | null;
  readonly task_type: string | null;
  readonly submitted_at: string;
  readonly due_at: string | null;
}

export interface Queue extends Listed<QueueItem> {
  readonly counts: Readonly<Record<CaseKind, number>>;
}

export interface ReasonCode {
  readonly code: string;
  readonly text: string;
}

export interface ReviewedSubmission {
  readonly id: string;
  readonly project: ProjectName;
  readonly schema: LabelSchema;
  readonly guideline: Guideline;
  readonly images: readonly Picture[];
  readonly annotations: readonly Annotation[];
  readonly submitted_at: string;
  readonly active_seconds: number;
  readonly second_review: boolean;
  readonly reason_codes: readonly ReasonCode[];
  readonly flag?: { readonly reason: string; readonly reason_text?: string; readonly note: string };
  readonly verdict?: Verdict | null;
}

export interface ReviewedAppeal {
  readonly id: string;
  readonly decision: { readonly kind: string; readonly id: string };
  readonly text: string;
  readonly due_at: string | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly submission: ReviewedSubmission | null;
  /** The reported task, when the appeal is against the answer to a report. */
  readonly flag:
    | (Pick<ReviewedSubmission, 'project' | 'schema' | 'guideline' | 'images' | 'reason_codes'> & {
        readonly reason: string;
        readonly note: string;
        readonly decision_note: string;
      })
    | null;
}

export interface ClientTask {
  readonly id: string;
  readonly file_name: string;
  readonly images: readonly Picture[];
  readonly schema: LabelSchema;
  readonly gold: {
    readonly annotations: readonly Annotation[];
    readonly nothing_to_mark?: boolean;
    readonly explanation?: string;
  } | null;
}

/** One refusal inside a 422. */
export interface FieldError {
  readonly path?: string;
  /** Id of the annotation that is wrong. */
  readonly annotation?: string;
  readonly field?: string;
  readonly code: string;
  readonly message: string;
}

/** RFC 9457. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly next?: string | null;
  readonly errors?: readonly FieldError[];
  readonly draft?: ServerDraft;
}
