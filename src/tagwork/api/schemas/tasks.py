"""Answers of the queue: projects to work for, tasks, leases."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

from tagwork.api.schemas.drawing import LabelSchema
from tagwork.api.schemas.shared import (
    AssignmentState,
    Draft,
    FlagState,
    Guideline,
    Image,
    Price,
    Rle,
    SubmissionState,
    Suggestions,
    When,
)


class AssistFound(Schema):
    """`by` and `version` go into `assists` of the answer when the mask is taken."""

    mask: Rle
    by: str
    version: str


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
