"""Requests and answers as the OpenAPI document shows them. shapes.py writes the answers; tests hold them to this."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from tagwork.api.drawing_schemas import (
    Annotation,
    AnnotationsSent,
    BoxMark,
    DraftAnnotation,
    DraftSent,
    Kind,
    LabelSchema,
    LabelSchemaSent,
    MarkSent,
    PointMark,
    Shown,
    SuggestedAnnotation,
    SuggestionsSent,
)
from tagwork.core.reading import MAX_NUMBER
from tagwork.core.scoring import REASON_CODES
from tagwork.formats.models import Export as ExportRow
from tagwork.payouts.rules import STATES as WITHDRAWAL_STATES
from tagwork.projects.models import Project as ProjectRow
from tagwork.projects.rules import MAX_OVERLAP
from tagwork.quality.models import Appeal as AppealRow
from tagwork.quality.models import Report as ReportRow
from tagwork.quality.models import Verdict as VerdictRow
from tagwork.standing.models import Restriction as RestrictionRow
from tagwork.tutorial.operations.exam import LIMITS as EXAM_LIMITS
from tagwork.work.models import Assignment as AssignmentRow
from tagwork.work.models import Flag as FlagRow
from tagwork.work.models import Submission as SubmissionRow

# Bodies are strict: an unknown field is an error, so that a misspelt one is not silently ignored.


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, Field(max_length=4000, pattern=r"^[^\u0000]*$")]
Micros = Annotated[int, Field(ge=0, le=2**53, strict=True)]
# true or false as JSON has them: "yes", "off" and 1 are no answers to a question.
YesOrNo = Annotated[bool, Field(strict=True)]
# Of an image, in its pixels; the largest that is taken in has far fewer a side.
Pixel = Annotated[float, Field(gt=-MAX_NUMBER, lt=MAX_NUMBER, strict=True, allow_inf_nan=False)]
Seconds = Annotated[float, Field(gt=0, le=3600, strict=True, allow_inf_nan=False)]
Overlap = Annotated[int, Field(ge=1, le=MAX_OVERLAP, strict=True)]


class ClaimBody(Body):
    count: Annotated[int, Field(ge=1, le=10, strict=True)] = 1


class DraftBody(Body):
    revision: Annotated[int, Field(ge=1, le=2**53, strict=True)]
    annotations: DraftSent


class Assist(Schema):
    """What helped with a region. `by`: a tool, or a source of suggestions or a model named after a colon."""

    by: str
    version: str | None = Field(None, description="Of what helped; absent in answers older than this field.")
    edited: Annotated[bool, Field(description="The worker changed what the help made.")]


class AssistBody(Body):
    """In pixels of the image. A point is [x, y, 1 where it belongs to the object, else 0]."""

    box: Annotated[list[Pixel], Field(min_length=4, max_length=4)]
    points: Annotated[
        list[Annotated[list[Pixel], Field(min_length=3, max_length=3)]],
        Field(max_length=50),
    ] = []


class Rle(Schema):
    """COCO run lengths down the columns, as of a mask annotation."""

    size: tuple[int, int]
    counts: str


class AssistFound(Schema):
    """`by` and `version` go into `assists` of the answer when the mask is taken."""

    mask: Rle
    by: str
    version: str


class SubmitBody(Body):
    annotations: AnnotationsSent
    nothing_to_mark: YesOrNo = False
    assists: Annotated[
        dict[str, Any], Shown(dict[str, Assist]), Field(description="What helped, by id of the annotation.")
    ] = {}
    active_seconds: Annotated[float, Field(ge=0, le=86_400, strict=True, allow_inf_nan=False)] = 0
    next: Annotated[int, Field(ge=0, le=10, strict=True)] = 0


class SkipBody(Body):
    reason: Text


class FlagBody(Body):
    reason: Text
    note: Annotated[str, Field(max_length=1000, pattern=r"^[^\u0000]*$")] = ""


class HeartbeatBody(Body):
    pause_seconds: Annotated[int, Field(ge=0, le=3600, strict=True)] = 0


class AcknowledgeBody(Body):
    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]


class CheckBody(Body):
    annotations: AnnotationsSent
    nothing_to_mark: YesOrNo = False


def _within(name: str) -> Any:
    """The limits that the operation holds its terms to."""
    least, most = EXAM_LIMITS[name]
    return Field(ge=least, le=most, strict=True)


class ExamBody(Body):
    on: YesOrNo
    pass_percent: Annotated[int, _within("pass_percent")] = 80
    attempts: Annotated[int, _within("attempts")] = 3
    wait_hours: Annotated[int, _within("wait_hours")] = 24


class SetAsideBody(Body):
    task_ids: Annotated[list[Text], Field(min_length=1, max_length=100)]
    use: Literal["exam", "practice"]


class DecisionRef(Body):
    kind: Literal["submission", "flag", "restriction"]
    id: Text


class AppealBody(Body):
    decision: DecisionRef
    text: Text


class ReportBody(Body):
    text: Text
    subject: Annotated[str, Field(max_length=80, pattern=r"^[^\u0000]*$")] = ""


class CommentBody(Body):
    mark: MarkSent
    text: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\u0000]*$")]


class CorrectionBody(Body):
    annotations: AnnotationsSent
    nothing_to_mark: YesOrNo = False


class VerdictBody(Body):
    verdict: Literal["approved", "rejected"]
    reason_code: Text = ""
    clause: Text = ""
    mark: MarkSent | None = None
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\u0000]*$")] = ""
    comments: Annotated[list[CommentBody], Field(max_length=20)] = []
    corrected: CorrectionBody | None = None


class FlagDecisionBody(Body):
    decision: Literal["justified", "unjustified"]
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\u0000]*$")] = ""
    clause: Annotated[str, Field(max_length=20, pattern=r"^[^\u0000]*$")] = ""


class AppealDecisionBody(Body):
    decision: Literal["won", "lost"]
    note: Text = ""


class AnswerBody(Body):
    answer: Text


class DestinationBody(Body):
    method: Annotated[str, Field(max_length=20, pattern=r"^[^\u0000]*$")]
    address: Annotated[str, Field(max_length=200, pattern=r"^[^\u0000]*$")]


class WithdrawalBody(Body):
    destination_id: Text
    amount_micros: Micros


class PriceBody(Body):
    base_micros: Micros
    object_micros: Micros = 0
    max_objects: Annotated[int, Field(ge=0, le=5000, strict=True)] = 0


class ProjectBody(Body):
    """`organisation_id` may be left out by members of exactly one organisation."""

    name: Text
    organisation_id: Text | None = None
    summary: Text = ""
    schema_: LabelSchemaSent | None = Field(None, alias="schema")
    guideline_markdown: Annotated[str, Field(max_length=100_000, pattern=r"^[^\u0000]*$")] | None = None
    price: PriceBody | None = None
    overlap: Overlap = 1
    estimated_seconds: Seconds = 10
    budget_micros: Micros = 0
    sensitive: YesOrNo = False
    gold_wanted: YesOrNo = True
    server_assist: Annotated[Text, Field(description='"", "grabcut", or "onnx:" and the name of a model.')] = ""


class ProjectChange(Body):
    name: Text | None = None
    summary: Text | None = None
    schema_: LabelSchemaSent | None = Field(None, alias="schema")
    guideline_markdown: Annotated[str, Field(max_length=100_000, pattern=r"^[^\u0000]*$")] | None = None
    price: PriceBody | None = None
    overlap: Overlap | None = None
    estimated_seconds: Seconds | None = None
    budget_micros: Micros | None = None
    sensitive: YesOrNo | None = None
    gold_wanted: YesOrNo | None = None
    server_assist: Text | None = None
    state: Literal["live", "paused", "closing"] | None = None


class GoldBody(Body):
    task_id: Text
    annotations: AnnotationsSent
    nothing_to_mark: YesOrNo = False
    explanation: Annotated[str, Field(max_length=1000, pattern=r"^[^\u0000]*$")] = ""
    clause: Annotated[str, Field(max_length=20, pattern=r"^[^\u0000]*$", description="Of the guideline in force.")] = ""


class SuggestionsBody(Body):
    source: Annotated[
        str, Field(max_length=80, pattern=r"^[^\u0000]*$", description="The name of the model, with its version.")
    ]
    annotations: SuggestionsSent


class ExportBody(Body):
    format: Literal["coco"] = "coco"


class SchemaCheckBody(Body):
    schema_: LabelSchemaSent = Field(alias="schema")


# --- Answers ---------------------------------------------------------------------------------------------------------
# Never run: shapes.py and the routes write answers as they are, and tests hold those to the document. A field that may
# be missing has a default; one that is always there and may be empty is `| None` without one.

When = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


def _one_of(values: Iterable[str]) -> Any:
    """The words a text is one of: those of the rows, so that nobody writes them twice."""
    return Field(json_schema_extra={"enum": [str(one) for one in values]})


AssignmentState = Annotated[str, _one_of(AssignmentRow.State.values)]
SubmissionState = Annotated[str, _one_of(SubmissionRow.State.values)]
FlagState = Annotated[str, _one_of(FlagRow.State.values)]
AppealState = Annotated[str, _one_of(AppealRow.State.values)]
ReportState = Annotated[str, _one_of(ReportRow.State.values)]
ProjectState = Annotated[str, _one_of(ProjectRow.State.values)]
WithdrawalState = Annotated[str, _one_of(WITHDRAWAL_STATES)]
ReasonCode = Annotated[str, _one_of(REASON_CODES)]
CaseKind = Literal["submission", "flag", "appeal", "report"]
Decision = Literal["approved", "rejected"]


class FieldError(Schema):
    """One fault of a request: `path` into a label schema, `annotation` by its id, or the name of a field."""

    path: str | SkipJsonSchema[None] = None
    annotation: str | None = None
    field: str | SkipJsonSchema[None] = None
    code: str | SkipJsonSchema[None] = None
    message: str


class Draft(Schema):
    revision: int
    annotations: list[DraftAnnotation]


class Problem(Schema):
    """RFC 9457. What is optional belongs to some codes only."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    next: str | None
    errors: Annotated[list[FieldError], Field(description="With 422.")] | SkipJsonSchema[None] = None
    draft: Annotated[Draft, Field(description="draft_stale: the newer one")] | SkipJsonSchema[None] = None
    guideline_version: Annotated[int, Field(description="guideline_unread")] | SkipJsonSchema[None] = None
    restriction: Annotated[str, Field(description="restricted: its id")] | SkipJsonSchema[None] = None
    missing: Annotated[list[str], Field(description="profile_incomplete: field names")] | SkipJsonSchema[None] = None
    notes: (
        Annotated[list[tuple[str, str]], Field(description="address_not_payable: code, text")] | SkipJsonSchema[None]
    ) = None
    minimum_micros: Annotated[int, Field(description="below_minimum")] | SkipJsonSchema[None] = None
    balance_micros: Annotated[int, Field(description="insufficient_funds")] | SkipJsonSchema[None] = None


class ImageSource(Schema):
    url: str
    width: int
    type: Annotated[str, Field(description="MIME type")]


class Image(Schema):
    """The upright size of the original, and the files it can be shown from."""

    width: int
    height: int
    placeholder: Annotated[str, Field(description="A tiny picture as a data URL, or empty.")]
    sources: list[ImageSource]


class Price(Schema):
    base_micros: int
    object_micros: int
    max_objects: int


class ProjectName(Schema):
    id: str
    name: str


class ProjectCard(Schema):
    id: str
    name: str
    summary: str
    task_type: str
    difficulty: str
    price: Price
    hourly_micros: int
    hourly_is_estimate: bool
    median_seconds: int
    available: int
    claimable: bool
    blocked_by: str | None
    guideline_version: int
    guideline_acknowledged: bool
    sensitive: bool


class ProjectCards(Schema):
    items: list[ProjectCard]
    next: str | None


class Clause(Schema):
    id: str
    title: str


class GuidelineExample(Schema):
    kind: Literal["good", "bad"]
    caption: str
    clause: str | None
    images: list[Image]
    annotations: list[Annotation]


class Guideline(Schema):
    """One version; `html` is sanitised."""

    version: int
    html: str
    clauses: list[Clause]
    examples: list[GuidelineExample]


class GuidelineChanges(Schema):
    """What changed since the version this worker read last, as sanitised HTML with ins and del."""

    from_version: int
    html: str


class WorkerGuideline(Guideline):
    acknowledged: bool
    changes: GuidelineChanges | None


class Acknowledged(Schema):
    acknowledged_version: int


class Pay(Schema):
    base_micros: int
    object_micros: int
    max_micros: int
    max_objects: int


class SkipRate(Schema):
    rate_percent: int
    free_percent: int
    throttle_percent: int


class Suggestions(Schema):
    """What a model proposes. No part of an answer until the worker accepts or changes it."""

    source: str
    version: int
    annotations: list[SuggestedAnnotation]


class Assignment(Schema):
    id: str
    project_id: str
    project_name: str
    task_type: str
    state: AssignmentState
    lease_expires_at: When
    heartbeat_seconds: int
    schema_version: int
    schema_: LabelSchema = Field(alias="schema")
    guideline_version: int
    pay: Pay
    images: list[Image]
    draft: Draft | None
    suggestions: Suggestions | None
    server_assist: Annotated[str | None, Field(description='Who helps on the server: "grabcut" or "onnx:<name>".')]
    skip: SkipRate
    sensitive: bool


class Claimed(Schema):
    assignments: list[Assignment]


class Assignments(Schema):
    items: list[Assignment]
    next: str | None


class DraftSaved(Schema):
    revision: int
    saved_at: When


class Submission(Schema):
    id: str
    state: SubmissionState
    amount_micros: int
    late: bool


class Submitted(Schema):
    submission: Submission
    next: list[Assignment]


class SkipCounts(Schema):
    skipped: int
    finished: int


class Skipped(Schema):
    id: str
    state: AssignmentState
    skip: SkipCounts


class Flag(Schema):
    id: str
    state: FlagState
    amount_micros: int


class Flagged(Schema):
    flag: Flag


class FlagDecided(Schema):
    id: str
    state: FlagState


class Lease(Schema):
    id: str
    state: AssignmentState
    lease_expires_at: When


class Me(Schema):
    """`csrf`: the name of the cookie whose value goes into X-CSRFToken."""

    id: str
    email: str
    display_name: str
    roles: list[Literal["worker", "moderator", "operator", "client"]]
    profile_percent: int
    missing_fields: list[str]
    tutorial_passed: bool
    csrf: str


class Balance(Schema):
    pending_micros: int
    main_micros: int
    held_micros: int


class ProofStep(Schema):
    side: Literal["left", "right"]
    hash: str
    sum_micros: int


class ProofLine(Schema):
    amount_micros: int
    at: str
    kind: str
    subject: str
    journal: str


class ProofItem(Schema):
    """One account, its place in the tree, and the lines that add up to it (null where they are too many)."""

    kind: str
    owner: str
    amount_micros: int
    nonce: str
    path: list[ProofStep]
    lines: list[ProofLine] | None


class Proof(Schema):
    """What `tagwork ledger check-proof` reads."""

    format: str
    checkpoint: dict[str, Any]
    signature: str
    public_key: str
    items: list[ProofItem]


class Transaction(Schema):
    """One movement of the main balance; `project`, `rate_micros` and `verdict` where it is pay."""

    id: str
    kind: str
    amount_micros: int
    at: When
    subject: str | None
    project: ProjectName | None
    rate_micros: int | None
    verdict: str | None


class Transactions(Schema):
    items: list[Transaction]
    next: str | None


class SubmissionLine(Submission):
    project: ProjectName
    task_type: str
    submitted_at: When
    judged_at: When | None
    paid_micros: int


class SubmissionLines(Schema):
    items: list[SubmissionLine]
    next: str | None


class ScoredObject(Schema):
    """One expected object with what answered it; a text is an object beside the shape it stands in."""

    expected_id: str | None
    given_id: str | None
    label: str
    kind: Kind
    similarity: float
    outcome: Literal["matched", "weak", "missed", "extra", "wrong_label", "wrong_attribute"]


class ScoredTags(Schema):
    group: str
    image: int
    expected: list[str]
    given: list[str]
    similarity: float
    outcome: Literal["matched", "wrong"]


class Score(Schema):
    passed: bool
    similarity: float
    objects: list[ScoredObject]
    tags: list[ScoredTags]
    reason_code: ReasonCode | None


class Comment(Schema):
    """What a moderator says of one place on the image."""

    mark: BoxMark | PointMark
    text: str


class Verdict(Schema):
    verdict: Decision
    by: Annotated[str, _one_of(VerdictRow.By.values)]
    reason_code: ReasonCode | None
    reason_text: str | None
    clause: Clause | None
    mark: BoxMark | PointMark | None
    note: str
    comments: list[Comment]
    expected: list[Annotation] | None
    score: Score | None
    paid_micros: int
    at: When


class DecisionName(Schema):
    kind: Annotated[str, _one_of(AppealRow.Decision.values)]
    id: str


class Appeal(Schema):
    id: str
    state: AppealState
    decision: DecisionName
    text: str
    filed_at: When
    due_at: When
    decided_at: When | None
    note: str
    no_uninvolved_operator: Annotated[
        bool,
        Field(description="The ban's second signer decided: the house had no operator without a part in it."),
    ]


class Appeals(Schema):
    items: list[Appeal]
    next: str | None


class Report(Schema):
    id: str
    state: ReportState
    subject: str
    text: str
    filed_at: When
    due_at: When
    answer: str
    answered_at: When | None


class Reports(Schema):
    items: list[Report]
    next: str | None


class Correction(Schema):
    """What the dataset holds in place of the answer. It changed neither the verdict nor the pay."""

    annotations: list[Annotation]
    nothing_to_mark: bool
    at: When


class Receipt(SubmissionLine):
    """Own answer beside the expected one, the rule, the versions, the effect on pay, and the way to appeal."""

    guideline_version: int
    schema_version: int
    schema_: LabelSchema = Field(alias="schema")
    images: list[Image]
    annotations: list[Annotation]
    assists: dict[str, Assist]
    nothing_to_mark: bool
    tier: str
    price: Price
    approve_at: When | None
    verdict: Verdict | None
    appeal: Appeal | None
    can_appeal_until: When | None
    correction: Correction | None


class SkillWindow(Schema):
    checked: int
    correct: int


class Skill(Schema):
    """`accuracy_interval`: 95 % Wilson interval of the share that was right in the window, 0 to 1."""

    task_type: str
    tier: str
    checked: int
    correct: int
    window: SkillWindow
    accuracy_interval: tuple[float, float]


class OwnSkipRate(SkipCounts):
    rate_percent: int


class RestrictionEvidence(Schema):
    """What the decision rests on: submissions and flags by id, and figures that depend on the kind."""

    model_config = ConfigDict(extra="allow")
    subjects: list[str]


class Restriction(Schema):
    """`scope`: all, type:<task type> or project:<id>."""

    id: str
    kind: Annotated[str, _one_of(RestrictionRow.Kind.values)]
    state: Annotated[str, _one_of(RestrictionRow.State.values)]
    scope: str
    text: str
    evidence: RestrictionEvidence
    starts_at: When
    ends_at: When | None


class Standing(Schema):
    skills: list[Skill]
    skip: OwnSkipRate
    restrictions: list[Restriction]


class TutorialLesson(Schema):
    id: str
    title: str
    passed: bool
    items: int
    items_done: int


class Tutorial(Schema):
    passed: bool
    unpaid: bool
    minutes: int
    lessons: list[TutorialLesson]
    more: list[TutorialLesson]


class PracticeProject(Schema):
    id: str
    name: str
    task_type: str
    items: int


class Practice(Schema):
    unpaid: bool
    items: list[PracticeProject]


class LessonItem(Schema):
    id: str
    kind: Literal["guided", "checked"]
    instruction: str
    done: bool
    images: list[Image]
    expected: list[Annotation]


class Lesson(Schema):
    id: str
    title: str
    intro: str
    passed: bool
    schema_: LabelSchema = Field(alias="schema")
    items: list[LessonItem]


class LessonCheck(Schema):
    """`lesson_passed`: this answer completed the lesson."""

    passed: bool
    score: Score
    why: str
    lesson_passed: bool
    tutorial_passed: bool


class PracticeCheck(Schema):
    passed: bool
    why: str
    expected: list[Annotation]


class WorkerExam(Schema):
    """`items` are those of the attempt that is running; none before it starts. `wait_until`: the next opens then."""

    title: str
    unpaid: bool
    passed: bool
    pass_percent: int
    attempts_left: int
    wait_until: When | None
    schema_: LabelSchema = Field(alias="schema")
    items: list[LessonItem]
    answered: int
    right: int
    running: bool


class ExamCheck(Schema):
    """`over`: this was the last answer of the attempt, and `exam_passed` says how it ended."""

    passed: bool
    why: str
    answered: int
    right: int
    items: int
    over: bool
    exam_passed: bool


class ClientExam(Schema):
    on: bool
    pass_percent: int
    attempts: int
    wait_hours: int
    exam_items: int
    practice_items: int


class SetAsideAnswer(Schema):
    set_aside: int
    exam_items: int
    practice_items: int


class QueueItem(Schema):
    kind: CaseKind
    id: str
    project: ProjectName | None
    task_type: str | None
    submitted_at: When
    due_at: When | None


class QueueCounts(Schema):
    submission: int
    flag: int
    appeal: int
    report: int


class Queue(Schema):
    items: list[QueueItem]
    next: str | None
    counts: QueueCounts


class ReasonText(Schema):
    code: ReasonCode
    text: str


class Workpiece(Schema):
    """Images, guideline and label schema as the worker had them; nothing says who the worker is."""

    project: ProjectName
    task_type: str
    schema_: LabelSchema = Field(alias="schema")
    guideline: Guideline
    images: list[Image]
    reason_codes: list[ReasonText]


class Reference(Schema):
    """What an answer may be compared with: `expected`, or another `answer` of the same task, called by a letter."""

    kind: Literal["expected", "answer"]
    name: str | None
    annotations: list[Annotation]


class SubmissionCase(Workpiece):
    id: str
    state: SubmissionState
    annotations: list[Annotation]
    assists: dict[str, Assist]
    nothing_to_mark: bool
    submitted_at: When
    active_seconds: float
    second_review: bool
    verdict: Verdict | None
    references: list[Reference]


class FlagReason(Schema):
    reason: str
    reason_text: str
    note: str


class FlagCase(Workpiece):
    id: str
    state: FlagState
    annotations: list[Annotation]
    submitted_at: When
    flag: FlagReason


class AppealedFlag(Workpiece):
    reason: str
    reason_text: str
    note: str
    decision_note: str


class NoEvidence(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AppealCase(Appeal):
    """`submission`, `flag` or `evidence` (a restriction), after the kind of the decision."""

    evidence: Restriction | NoEvidence
    submission: SubmissionCase | None
    flag: AppealedFlag | None


class Judged(Schema):
    id: str
    state: SubmissionState


class VerdictGiven(Schema):
    """`second_review`: a second moderator must agree first, so the submission is still pending."""

    submission: Judged
    second_review: bool


class Organisation(Schema):
    id: str
    name: str
    available_micros: int


class Organisations(Schema):
    items: list[Organisation]
    next: str | None


class Project(Schema):
    """A project as its client sees it; versions are 0 until there is one."""

    id: str
    organisation_id: str
    name: str
    summary: str
    state: ProjectState
    task_type: str
    difficulty: str
    schema_version: int
    schema_: LabelSchema | None = Field(alias="schema")
    guideline_version: int
    guideline_markdown: str | None
    clauses: list[Clause]
    price: Price | None
    overlap: int
    estimated_seconds: float
    budget_micros: int
    sensitive: bool
    gold_wanted: bool
    server_assist: str
    created_at: When
    launched_at: When | None


class Projects(Schema):
    items: list[Project]
    next: str | None


class SchemaChecked(Schema):
    schema_: LabelSchema = Field(alias="schema")
    task_type: str
    difficulty: Literal["easy", "medium", "hard"]


class ImageAccepted(Schema):
    file_name: str
    id: str


class ImageRefused(Schema):
    file_name: str
    code: str
    detail: str


class ImagesReceived(Schema):
    accepted: list[ImageAccepted]
    refused: list[ImageRefused]


class GoldPlanted(Schema):
    task_id: str
    state: Literal["active", "retired"]
    annotations: list[Annotation]


class SuggestionsGiven(Suggestions):
    task_id: str
    given_at: When


class ImageCounts(Schema):
    waiting: int
    ready: int
    refused: int


class TaskCounts(Schema):
    """`not_yet_paid_for`: answers wanted whose money is not reserved yet."""

    all: int
    open_slots: int
    not_yet_paid_for: int
    held: int


class AnswerCounts(Schema):
    pending: int
    approved: int
    rejected: int
    leased: int
    skipped: int
    flagged: int


class GoldCounts(Schema):
    active: int
    retired: int


class ProjectMoney(Schema):
    budget_micros: int
    escrow_micros: int
    available_micros: int


class Progress(Schema):
    id: str
    state: ProjectState
    images: ImageCounts
    tasks: TaskCounts
    answers: AnswerCounts
    gold: GoldCounts
    money: ProjectMoney
    median_seconds: float
    median_is_estimate: bool


class TaskAssignment(Schema):
    worker: Annotated[str, Field(description="A pseudonym, the same in all tasks of this organisation.")]
    state: AssignmentState


class TaskLine(Schema):
    id: str
    file_name: str
    answers_wanted: int
    open_slots: int
    gold: bool
    held: bool
    assignments: list[TaskAssignment]


class TaskLines(Schema):
    items: list[TaskLine]
    next: str | None


class Gold(Schema):
    annotations: list[Annotation]
    nothing_to_mark: bool
    explanation: str
    clause: Annotated[str | None, Field(description="The clause it tests, if the guideline in force has it.")]
    state: Literal["active", "retired"]


class Task(Schema):
    """One task with its image, for marking gold."""

    id: str
    file_name: str
    images: list[Image]
    schema_: LabelSchema = Field(alias="schema")
    clauses: list[Clause]
    gold: Gold | None


class Export(Schema):
    """`url` once it is ready; `failure` says in words what went wrong."""

    id: str
    project_id: str
    format: str
    state: Annotated[str, _one_of(ExportRow.State.values)]
    url: str | None
    byte_size: int | None
    images: int | None
    answers: int | None
    requested_at: When
    finished_at: When | None
    failure: str | None


class Exports(Schema):
    items: list[Export]
    next: str | None


class Dataset(Schema):
    """The file itself, in the format that was asked for."""

    model_config = ConfigDict(extra="allow")


class Question(Schema):
    """A justified flag: what the guideline does not decide."""

    id: str
    task_id: str
    reason: str
    note: str
    answer: str | None
    answered_at: When | None


class Questions(Schema):
    items: list[Question]
    next: str | None


class Destination(Schema):
    id: str
    method: str
    title: str
    network: str
    address: str
    created_at: When
    usable_from: When


class Destinations(Schema):
    items: list[Destination]
    next: str | None


class Withdrawal(Schema):
    """Amount and fee are frozen at the request; `txid` once it was broadcast; `held_because` in words.
    `unsendable_micros` of the net would not arrive: the method sends whole cents. Cancel it and ask for that much less,
    and it stays on the balance."""

    id: str
    state: WithdrawalState
    method: str
    network: str
    address: str
    destination_id: str
    amount_micros: int
    fee_micros: int
    net_micros: int
    unsendable_micros: int
    txid: str | None
    can_cancel: bool
    held_because: list[str]
    requested_at: When
    moved_at: When


class Withdrawals(Schema):
    items: list[Withdrawal]
    next: str | None


class WithdrawalStep(Schema):
    from_: Annotated[str, _one_of(("", *WITHDRAWAL_STATES))] = Field(alias="from")
    to: WithdrawalState
    by: Literal["you", "operator", "rule"]
    at: When


class CoinPayment(Schema):
    """What a withdrawal became in coins: whole units of 1e-8 coin, at the rate locked with its batch."""

    units: int
    micros_per_coin: int
    rate_at: When
    confirmations: int
    confirmations_wanted: int
    explorer_url: str | None


class WithdrawalWithSteps(Withdrawal):
    steps: list[WithdrawalStep]
    coin: CoinPayment | None


# What may be busy says so.
BUSY: tuple[int, Any] = (503, Problem)
REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429), Problem)


def answers(status: int, schema: Any, *also: tuple[int, Any]) -> dict[int, Any]:
    """The `response=` of an operation: its answer, and every refusal as problem+json."""
    return {status: schema, **dict(also), **REFUSALS}
