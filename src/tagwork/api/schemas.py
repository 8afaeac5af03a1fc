"""Requests and answers as the OpenAPI document shows them. shapes.py writes the answers; tests hold them to this."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

# Bodies are strict: an unknown field is an error, so that a misspelt one is not silently ignored.


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


Text = Annotated[str, Field(max_length=4000, pattern=r"^[^\u0000]*$")]
Micros = Annotated[int, Field(ge=0, le=2**53, strict=True)]


class ClaimBody(Body):
    count: Annotated[int, Field(ge=1, le=10, strict=True)] = 1


class DraftBody(Body):
    revision: Annotated[int, Field(ge=1, le=2**53, strict=True)]
    annotations: list[Any]


class SubmitBody(Body):
    annotations: list[Any]
    nothing_to_mark: bool = False
    active_seconds: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = 0
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
    annotations: list[Any]
    nothing_to_mark: bool = False


class DecisionRef(Body):
    kind: Literal["submission", "flag", "restriction"]
    id: Text


class AppealBody(Body):
    decision: DecisionRef
    text: Text


class ReportBody(Body):
    text: Text
    subject: Annotated[str, Field(max_length=80, pattern=r"^[^\u0000]*$")] = ""


class VerdictBody(Body):
    verdict: Literal["approved", "rejected"]
    reason_code: Text = ""
    clause: Text = ""
    mark: dict[str, Any] | None = None
    note: Annotated[str, Field(max_length=2000, pattern=r"^[^\u0000]*$")] = ""


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
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    guideline_markdown: Annotated[str, Field(max_length=100_000, pattern=r"^[^\u0000]*$")] | None = None
    price: PriceBody | None = None
    overlap: Annotated[int, Field(strict=True)] = 1
    estimated_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 10
    budget_micros: Micros = 0
    sensitive: bool = False
    gold_wanted: bool = True


class ProjectChange(Body):
    name: Text | None = None
    summary: Text | None = None
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    guideline_markdown: Annotated[str, Field(max_length=100_000, pattern=r"^[^\u0000]*$")] | None = None
    price: PriceBody | None = None
    overlap: Annotated[int, Field(strict=True)] | None = None
    estimated_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] | None = None
    budget_micros: Micros | None = None
    sensitive: bool | None = None
    gold_wanted: bool | None = None
    state: Literal["live", "paused", "closing"] | None = None


class GoldBody(Body):
    task_id: Text
    annotations: list[Any]
    nothing_to_mark: bool = False
    explanation: Annotated[str, Field(max_length=1000, pattern=r"^[^\u0000]*$")] = ""


class ExportBody(Body):
    format: Literal["coco"] = "coco"


class SchemaCheckBody(Body):
    schema_: dict[str, Any] = Field(alias="schema")


# --- Answers ---------------------------------------------------------------------------------------------------------


class Problem(Schema):
    """RFC 9457."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    code: str
    detail: str
    next: str | None


class Source(Schema):
    url: str
    width: int
    type: str


class ImageOut(Schema):
    model_config = ConfigDict(extra="allow")
    width: int
    height: int
    sources: list[Source]


class Price(Schema):
    base_micros: int
    object_micros: int
    max_objects: int


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


class Pay(Schema):
    base_micros: int
    object_micros: int
    max_micros: int
    max_objects: int


class DraftOut(Schema):
    revision: int
    annotations: list[Any]


class SkipRate(Schema):
    rate_percent: int
    free_percent: int
    throttle_percent: int


class AssignmentOut(Schema):
    id: str
    project_id: str
    project_name: str
    task_type: str
    state: str
    lease_expires_at: str
    heartbeat_seconds: int
    schema_version: int
    schema_: dict[str, Any] = Field(alias="schema")
    guideline_version: int
    pay: Pay
    images: list[ImageOut]
    draft: DraftOut | None
    skip: SkipRate
    sensitive: bool


class AssignmentsOut(Schema):
    assignments: list[AssignmentOut]


class AssignmentList(Schema):
    items: list[AssignmentOut]
    next: str | None


class SubmissionOut(Schema):
    id: str
    state: str
    amount_micros: int
    late: bool


class Submitted(Schema):
    submission: SubmissionOut
    next: list[AssignmentOut]


class StateOut(Schema):
    id: str
    state: str


class LeaseOut(Schema):
    id: str
    state: str
    lease_expires_at: str


class Listing(Schema):
    """`items` as described by the operation; `next` is the cursor of the following page."""

    items: list[dict[str, Any]]
    next: str | None
    model_config = ConfigDict(extra="allow")


class Anything(Schema):
    """An object whose fields the text of the operation names."""

    model_config = ConfigDict(extra="allow")


class Balance(Schema):
    pending_micros: int
    main_micros: int
    held_micros: int


class WithdrawalOut(Schema):
    model_config = ConfigDict(extra="allow")
    id: str
    state: str
    fee_micros: int
    net_micros: int
    txid: str | None


class AppealOut(Schema):
    model_config = ConfigDict(extra="allow")
    id: str
    state: str
    due_at: str


REFUSALS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429), Problem)


def answers(status: int, schema: Any, *also: tuple[int, Any]) -> dict[int, Any]:
    """The `response=` of an operation: its answer, and every refusal as problem+json."""
    return {status: schema, **dict(also), **REFUSALS}
