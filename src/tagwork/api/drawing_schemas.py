"""The label schema and the annotations as components of the OpenAPI document.

They say in pydantic what vectors/{label_schema,answer}.schema.json say; a test gives both the same documents. They are
shown, never run: what is sent is read by core alone, which names every fault and is many times faster on an outline of
20,000 points. What was sent may leave out more than what is answered, which is always canonical, so the two differ in
`LabelSchema` and `LabelSchemaBody`, `TextAnnotation` and `TextAnnotationBody`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, RootModel
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import CoreSchema, core_schema

from tagwork.core.annotations import MAX_ID_CHARACTERS
from tagwork.core.reading import MAX_ANNOTATIONS, MAX_NUMBER, MAX_POINTS, MAX_TEXT_CHARACTERS
from tagwork.core.schema import (
    MAX_ATTRIBUTES,
    MAX_EDGES,
    MAX_KEYPOINTS,
    MAX_LABELS,
    MAX_NAME_CHARACTERS,
    MAX_OPTIONS,
    MAX_TAG_GROUPS,
)


class Shown:
    """`Annotated[list[Any], Shown(Model)]`: any list is taken, the document shows `Model`."""

    def __init__(self, shown: Any) -> None:
        self.shown = shown

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Bodies are parsed before pydantic sees them, so it is the branch for Python values that runs.
        return core_schema.json_or_python_schema(handler.generate_schema(self.shown), handler(source))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


Unique = Field(json_schema_extra={"uniqueItems": True})

# --- The label schema ------------------------------------------------------------------------------------------------

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
Color = Annotated[str, Field(pattern="^#[0-9A-Fa-f]{6}$")]
ColorBody = Annotated[Color | None, Field(description="Default: the next colour of the Okabe-Ito palette.")]
Kind = Literal["box", "ellipse", "mask", "point", "polygon", "polyline", "skeleton", "text"]
Kinds = Annotated[list[Kind], Field(min_length=1), Unique]
Keypoints = Annotated[list[Name], Field(min_length=1, max_length=MAX_KEYPOINTS), Unique]
Edges = Annotated[list[tuple[str, str]], Field(max_length=MAX_EDGES)]
AttributeType = Literal["boolean", "choice", "text", "number"]
ChoiceOptions = Annotated[list[Name], Field(min_length=2, max_length=MAX_OPTIONS), Unique]
TagOptions = Annotated[list[Name], Field(min_length=1, max_length=MAX_OPTIONS), Unique]
Choose = Literal["one", "many"]


def _when(field: str, test: dict[str, Any], then: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {field: test}, "required": [field]}, "then": then, "else": otherwise}


_OPTIONS_OF_A_CHOICE = _when("type", {"const": "choice"}, {"required": ["options"]}, {"properties": {"options": False}})
_KEYPOINTS_OF_A_SKELETON = _when(
    "kinds",
    {"contains": {"const": "skeleton"}},
    {"required": ["keypoints"]},
    {"properties": {"keypoints": False, "edges": False}},
)
# One box to tick is a question; one word to choose from is none.
_TWO_OPTIONS_TO_CHOOSE_ONE = _when("choose", {"const": "many"}, {}, {"properties": {"options": {"minItems": 2}}})
_ASKS_FOR_SOMETHING: dict[str, Any] = {
    "if": {"properties": {"labels": {"maxItems": 0}}},
    "then": {"required": ["tags"], "properties": {"tags": {"minItems": 1}}},
}


class Attribute(_Strict):
    """A question about one marked thing; `options` belong to type choice."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_OPTIONS_OF_A_CHOICE)
    name: Name
    type: AttributeType
    options: ChoiceOptions | SkipJsonSchema[None] = None
    required: bool


class Label(_Strict):
    """A sort of thing to mark. Kind text: each of its shapes carries a transcription; alone, one for the image."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_KEYPOINTS_OF_A_SKELETON)
    name: Name
    kinds: Kinds
    color: Color
    attributes: Annotated[list[Attribute], Field(max_length=MAX_ATTRIBUTES)]
    keypoints: Keypoints | SkipJsonSchema[None] = None
    edges: Edges | SkipJsonSchema[None] = None


class TagGroup(_Strict):
    """A question about the whole image."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_TWO_OPTIONS_TO_CHOOSE_ONE)
    name: Name
    options: TagOptions
    choose: Choose
    required: bool


class LabelSchema(_Strict):
    """What is asked, in canonical form: every default written out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_ASKS_FOR_SOMETHING)
    labels: Annotated[list[Label], Field(max_length=MAX_LABELS)]
    tags: Annotated[list[TagGroup], Field(max_length=MAX_TAG_GROUPS)]
    allow_nothing: Annotated[bool, Field(description="May a worker say that there is nothing to mark?")]


class AttributeBody(Attribute):
    required: bool = True


class LabelBody(Label):
    color: ColorBody = None  # type: ignore[assignment]
    attributes: Annotated[list[AttributeBody], Field(max_length=MAX_ATTRIBUTES)] = []  # type: ignore[assignment]


class TagGroupBody(TagGroup):
    choose: Choose = "one"
    required: bool = True


class LabelSchemaBody(LabelSchema):
    """What a client asks. Names are unique among their siblings; colours and defaults may be left out."""

    labels: Annotated[list[LabelBody], Field(max_length=MAX_LABELS)] = []  # type: ignore[assignment]
    tags: Annotated[list[TagGroupBody], Field(max_length=MAX_TAG_GROUPS)] = []  # type: ignore[assignment]
    allow_nothing: bool = False


# --- Annotations: original pixels after EXIF orientation, x right, y down, angles clockwise --------------------------

Number = Annotated[float, Field(gt=-MAX_NUMBER, lt=MAX_NUMBER)]
Position = tuple[Number, Number]
Visibility = Annotated[Literal[0, 1, 2], Field(description="0 not labelled, 1 hidden, 2 visible")]
Ring = Annotated[list[Position], Field(min_length=3, max_length=MAX_POINTS)]
Attributes = dict[str, bool | str | float | None]
NoAttributes = Annotated[Attributes, Field(max_length=0)]


class _Common(_Strict):
    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARACTERS, description="Unique within the answer.")]
    image: Annotated[int, Field(ge=0, description="Position of the image within the task.")] = 0


class _Shape(_Common):
    label: str
    attributes: Attributes = {}


class BoxAnnotation(_Shape):
    kind: Literal["box"]
    box: Annotated[tuple[Number, Number, Number, Number], Field(description="x, y, width, height")]
    angle_degrees: Annotated[Number, Field(description="Turned clockwise about the centre.")] = 0


class EllipseAnnotation(_Shape):
    kind: Literal["ellipse"]
    ellipse: Annotated[
        tuple[Number, Number, Number, Number, Number],
        Field(description="centre x, centre y, radius x, radius y, angle in degrees"),
    ]


class RunLengths(_Strict):
    """A COCO mask: column-major run lengths, compressed to text."""

    size: Annotated[tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]], Field(description="height, width")]
    counts: Annotated[str, Field(min_length=1, pattern="^[0-o]+$")]


class MaskAnnotation(_Shape):
    kind: Literal["mask"]
    mask: RunLengths


class PointAnnotation(_Shape):
    kind: Literal["point"]
    point: Position


class PolygonAnnotation(_Shape):
    kind: Literal["polygon"]
    polygon: Annotated[list[Ring], Field(min_length=1, description="The outline, then holes; rings are open.")]


class PolylineAnnotation(_Shape):
    kind: Literal["polyline"]
    polyline: Annotated[list[Position], Field(min_length=2, max_length=MAX_POINTS)]


class SkeletonAnnotation(_Shape):
    kind: Literal["skeleton"]
    skeleton: Annotated[dict[str, tuple[Number, Number, Visibility]], Field(min_length=1)]


class TagAnnotation(_Common):
    kind: Literal["tag"]
    label: str
    of: Annotated[str, Field(description="The group of tags.")]
    tag: Literal[True]
    attributes: NoAttributes = {}


Transcript = Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS, description="Empty: it cannot be read.")]
OfShape = Field(description="The id of the shape the text stands in.")


class TextAnnotation(_Common):
    kind: Literal["text"]
    label: str
    of: Annotated[str, OfShape] | SkipJsonSchema[None] = None
    text: Transcript
    attributes: NoAttributes = {}


class TextAnnotationBody(_Common):
    """A text inside a shape may leave out the label."""

    kind: Literal["text"]
    label: str | SkipJsonSchema[None] = None
    of: Annotated[str | None, OfShape] = None
    text: Transcript
    attributes: NoAttributes = {}


Shape = (
    BoxAnnotation
    | EllipseAnnotation
    | MaskAnnotation
    | PointAnnotation
    | PolygonAnnotation
    | PolylineAnnotation
    | SkeletonAnnotation
)


class Annotation(RootModel[Annotated[Shape | TagAnnotation | TextAnnotation, Field(discriminator="kind")]]):
    """One shape, tag or text of an answer, in canonical form."""


class AnnotationBody(RootModel[Annotated[Shape | TagAnnotation | TextAnnotationBody, Field(discriminator="kind")]]):
    """One shape, tag or text, as it may be sent."""


class DraftAnnotation(BaseModel):
    """An annotation that may be half finished: any fields beside its id."""

    model_config = ConfigDict(extra="allow")
    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARACTERS)]


class BoxMark(_Strict):
    """A place on an image that a verdict points at."""

    box: tuple[Number, Number, Number, Number]
    image: int = 0


class PointMark(_Strict):
    point: Position
    image: int = 0


AnnotationsSent = Annotated[list[Any], Shown(Annotated[list[AnnotationBody], Field(max_length=MAX_ANNOTATIONS)])]
DraftSent = Annotated[list[Any], Shown(Annotated[list[DraftAnnotation], Field(max_length=MAX_ANNOTATIONS)])]
LabelSchemaSent = Annotated[dict[str, Any], Shown(LabelSchemaBody)]
MarkSent = Annotated[dict[str, Any], Shown(BoxMark | PointMark)]
