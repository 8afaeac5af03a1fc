"""What is sent to us. An unknown field is an error, so that a misspelt one is not silently ignored."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tagwork.api.schemas.drawing import AnnotationsSent, DraftSent, LabelSchemaSent, MarkSent, Shown, SuggestionsSent
from tagwork.api.schemas.shared import Assist
from tagwork.core.reading import MAX_NUMBER
from tagwork.projects.rules import MAX_OVERLAP
from tagwork.tutorial.operations.exam import LIMITS as EXAM_LIMITS


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


class AssistBody(Body):
    """In pixels of the image. A point is [x, y, 1 where it belongs to the object, else 0]."""

    box: Annotated[list[Pixel], Field(min_length=4, max_length=4)]
    points: Annotated[
        list[Annotated[list[Pixel], Field(min_length=3, max_length=3)]],
        Field(max_length=50),
    ] = []


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
