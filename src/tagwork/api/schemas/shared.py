"""What several answers are made of, and every refusal."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from tagwork.api.schemas.drawing import Annotation, DraftAnnotation, SuggestedAnnotation
from tagwork.core.scoring import REASON_CODES
from tagwork.payouts.rules import STATES as WITHDRAWAL_STATES
from tagwork.projects.models import Project as ProjectRow
from tagwork.quality.models import Appeal as AppealRow
from tagwork.quality.models import Report as ReportRow
from tagwork.work.models import Assignment as AssignmentRow
from tagwork.work.models import Flag as FlagRow
from tagwork.work.models import Submission as SubmissionRow


class Assist(Schema):
    """What helped with a region. `by`: a tool, or a source of suggestions or a model named after a colon."""

    by: str
    version: str | None = Field(None, description="Of what helped; absent in answers older than this field.")
    edited: Annotated[bool, Field(description="The worker changed what the help made.")]


class Rle(Schema):
    """COCO run lengths down the columns, as of a mask annotation."""

    size: tuple[int, int]
    counts: str


When = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


def one_of(values: Iterable[str]) -> Any:
    """The words a text is one of: those of the rows, so that nobody writes them twice."""
    return Field(json_schema_extra={"enum": [str(one) for one in values]})


AssignmentState = Annotated[str, one_of(AssignmentRow.State.values)]


SubmissionState = Annotated[str, one_of(SubmissionRow.State.values)]


FlagState = Annotated[str, one_of(FlagRow.State.values)]


AppealState = Annotated[str, one_of(AppealRow.State.values)]


ReportState = Annotated[str, one_of(ReportRow.State.values)]


ProjectState = Annotated[str, one_of(ProjectRow.State.values)]


WithdrawalState = Annotated[str, one_of(WITHDRAWAL_STATES)]


ReasonCode = Annotated[str, one_of(REASON_CODES)]


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


class Suggestions(Schema):
    """What a model proposes. No part of an answer until the worker accepts or changes it."""

    source: str
    version: int
    annotations: list[SuggestedAnnotation]


# What may be busy says so.
BUSY: tuple[int, Any] = (503, Problem)


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429), Problem)


def answers(status: int, schema: Any, *also: tuple[int, Any]) -> dict[int, Any]:
    """The `response=` of an operation: its answer, and every refusal as problem+json."""
    return {status: schema, **dict(also), **REFUSALS}
