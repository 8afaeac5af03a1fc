"""Answers to clients: projects, images, gold, progress, datasets."""

from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tagwork.api.schemas.drawing import Annotation, LabelSchema
from tagwork.api.schemas.shared import (
    AssignmentState,
    Clause,
    Image,
    Price,
    ProjectState,
    Suggestions,
    When,
    one_of,
)
from tagwork.formats.models import Export as ExportRow


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
    state: Annotated[str, one_of(ExportRow.State.values)]
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
