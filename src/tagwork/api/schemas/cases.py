"""Answers of moderation: the queue and its cases."""

from typing import Literal

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from tagwork.api.schemas.account import Appeal, Restriction, Verdict
from tagwork.api.schemas.drawing import Annotation, LabelSchema
from tagwork.api.schemas.shared import (
    Assist,
    CaseKind,
    FlagState,
    Guideline,
    Image,
    ProjectName,
    ReasonCode,
    SubmissionState,
    When,
)


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
