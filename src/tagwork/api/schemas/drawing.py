"""The label schema and the annotations as components of the OpenAPI document.

They say in pydantic what vectors/{label_schema,answer}.schema.json say; a test gives both the same documents. They are
shown, never run: what is sent is read by core alone, which names every fault and is many times faster on an outline of
20,000 points. What was sent may leave out more than what is answered, which is always canonical, so the two differ in
`LabelSchema` and `LabelSchemaBody`, `TextAnnotation` and `TextAnnotationBody`.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, RootModel, WithJsonSchema, create_model
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import CoreSchema, core_schema

from tagwork.core.annotations import MAX_ID_CHARACTERS
from tagwork.core.reading import MAX_ANNOTATIONS, MAX_NUMBER, MAX_TEXT_CHARACTERS
from tagwork.core.schema import (
    LANGUAGE,
    MAX_ATTRIBUTES,
    MAX_EDGES,
    MAX_KEYPOINTS,
    MAX_LABELS,
    MAX_LANGUAGES,
    MAX_NAME_CHARACTERS,
    MAX_OPTIONS,
    MAX_TAG_GROUPS,
    TEXT,
    WITH_OPTIONS,
)
from tagwork.core.shapes import SHAPES


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
if TYPE_CHECKING:  # which kinds there are is found when the program runs
    Kind = str
else:
    Kind = Literal[(*sorted(SHAPES), TEXT)]
Kinds = Annotated[list[Kind], Field(min_length=1), Unique]
Keypoints = Annotated[list[Name], Field(min_length=1, max_length=MAX_KEYPOINTS), Unique]
Edges = Annotated[list[tuple[str, str]], Field(max_length=MAX_EDGES)]
AttributeType = Literal["boolean", "choice", "multiple", "text", "number"]
ChoiceOptions = Annotated[list[Name], Field(min_length=2, max_length=MAX_OPTIONS), Unique]
TagOptions = Annotated[list[Name], Field(min_length=1, max_length=MAX_OPTIONS), Unique]
Choose = Literal["one", "many"]
Language = Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$", description="BCP 47")]
Languages = Annotated[list[Language], Field(max_length=MAX_LANGUAGES), Unique]
TextDirection = Annotated[Literal["auto", "ltr", "rtl"], Field(description="How the texts are written.")]
AttributeValue = bool | str | float | list[str]


def _when(field: str, test: dict[str, Any], then: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {field: test}, "required": [field]}, "then": then, "else": otherwise}


_OPTIONS_OF_A_CHOICE = _when(
    "type", {"enum": list(WITH_OPTIONS)}, {"required": ["options"]}, {"properties": {"options": False}}
)
_KEYPOINTS_OF_A_SKELETON = _when(
    "kinds",
    {"contains": {"const": "skeleton"}},
    {"required": ["keypoints"]},
    {"properties": {"keypoints": False, "edges": False}},
)
_LANGUAGES_OF_A_TEXT = _when(
    "kinds", {"contains": {"const": TEXT}}, {}, {"properties": {"languages": False, "direction": False}}
)
# One box to tick is a question; one word to choose from is none.
_TWO_OPTIONS_TO_CHOOSE_ONE = _when("choose", {"const": "many"}, {}, {"properties": {"options": {"minItems": 2}}})
_ASKS_FOR_SOMETHING: dict[str, Any] = {
    "if": {"properties": {"labels": {"maxItems": 0}}},
    "then": {
        "anyOf": [{"required": [name], "properties": {name: {"minItems": 1}}} for name in ("tags", "attributes")],
    },
}


class Attribute(_Strict):
    """A question about one marked thing or the whole image; `options` belong to types choice and multiple."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_OPTIONS_OF_A_CHOICE)
    name: Name
    type: AttributeType
    options: ChoiceOptions | SkipJsonSchema[None] = None
    required: bool
    default: Annotated[AttributeValue | SkipJsonSchema[None], Field(description="What a new mark starts with.")] = None


class Label(_Strict):
    """A sort of thing to mark. Kind text: each of its shapes carries a transcription; alone, one for the image."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"allOf": [_KEYPOINTS_OF_A_SKELETON, _LANGUAGES_OF_A_TEXT]}
    )
    name: Name
    kinds: Kinds
    color: Color
    attributes: Annotated[list[Attribute], Field(max_length=MAX_ATTRIBUTES)]
    keypoints: Keypoints | SkipJsonSchema[None] = None
    edges: Edges | SkipJsonSchema[None] = None
    languages: Languages | SkipJsonSchema[None] = None
    direction: TextDirection | SkipJsonSchema[None] = None


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
    attributes: Annotated[
        list[Attribute] | SkipJsonSchema[None],
        Field(max_length=MAX_ATTRIBUTES, description="Questions about the whole image."),
    ] = None
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
    attributes: Annotated[list[AttributeBody], Field(max_length=MAX_ATTRIBUTES)] = []  # type: ignore[assignment]
    allow_nothing: bool = False


# --- Annotations: original pixels after EXIF orientation, x right, y down, angles clockwise --------------------------

Number = Annotated[float, Field(gt=-MAX_NUMBER, lt=MAX_NUMBER)]
Position = tuple[Number, Number]
Attributes = dict[str, AttributeValue | None]
NoAttributes = Annotated[Attributes, Field(max_length=0)]


class _Common(_Strict):
    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARACTERS, description="Unique within the answer.")]
    image: Annotated[int, Field(ge=0, description="Position of the image within the task.")] = 0


class _Shape(_Common):
    label: str
    attributes: Attributes = {}


def _of_kind(kind: str) -> type[_Shape]:
    """`BoxAnnotation` and its likes: the fields that a kind names in core, under a name of its own in the document."""
    shape = SHAPES[kind]
    fields: dict[str, Any] = {"kind": (Literal[kind], ...)}
    for name, fragment in shape.PROPERTIES.items():
        fields[name] = (Annotated[Any, WithJsonSchema(fragment)], ... if name == kind else fragment.get("default"))
    title = "".join(word.capitalize() for word in kind.split("_"))
    return create_model(f"{title}Annotation", __base__=_Shape, **fields)


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
    language: Language | SkipJsonSchema[None] = None
    direction: Literal["ltr", "rtl"] | SkipJsonSchema[None] = None
    attributes: NoAttributes = {}


class TextAnnotationBody(_Common):
    """A text inside a shape may leave out the label."""

    kind: Literal["text"]
    label: str | SkipJsonSchema[None] = None
    of: Annotated[str | None, OfShape] = None
    text: Transcript
    language: Language | SkipJsonSchema[None] = None
    direction: Literal["ltr", "rtl"] | SkipJsonSchema[None] = None
    attributes: NoAttributes = {}


class AttributesAnnotation(_Common):
    """The answers to the questions about a whole image."""

    kind: Literal["attributes"]
    attributes: Attributes


if TYPE_CHECKING:
    _Shapes = _Shape
else:
    _Shapes = Union[tuple(_of_kind(kind) for kind in sorted(SHAPES))]  # noqa: UP007
_Sent = _Shapes | TagAnnotation | TextAnnotationBody | AttributesAnnotation
_Kept = _Shapes | TagAnnotation | TextAnnotation | AttributesAnnotation


class Annotation(RootModel[Annotated[_Kept, Field(discriminator="kind")]]):
    """One shape, tag or text of an answer, in canonical form."""


class AnnotationBody(RootModel[Annotated[_Sent, Field(discriminator="kind")]]):
    """One shape, tag or text, as it may be sent."""


class DraftAnnotation(BaseModel):
    """An annotation that may be half finished: any fields beside its id."""

    model_config = ConfigDict(extra="allow")
    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARACTERS)]


class SuggestedAnnotation(BaseModel):
    """A shape in canonical form, or the text of one, as a model proposes it: attributes may be left out."""

    model_config = ConfigDict(extra="allow")
    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARACTERS)]
    kind: Kind
    confidence: Annotated[float | SkipJsonSchema[None], Field(ge=0, le=1)] = None


class BoxMark(_Strict):
    """A place on an image that a verdict points at."""

    box: tuple[Number, Number, Number, Number]
    image: int = 0


class PointMark(_Strict):
    point: Position
    image: int = 0


AnnotationsSent = Annotated[list[Any], Shown(Annotated[list[AnnotationBody], Field(max_length=MAX_ANNOTATIONS)])]
DraftSent = Annotated[list[Any], Shown(Annotated[list[DraftAnnotation], Field(max_length=MAX_ANNOTATIONS)])]
SuggestionsSent = Annotated[list[Any], Shown(Annotated[list[SuggestedAnnotation], Field(max_length=MAX_ANNOTATIONS)])]
LabelSchemaSent = Annotated[dict[str, Any], Shown(LabelSchemaBody)]
MarkSent = Annotated[dict[str, Any], Shown(BoxMark | PointMark)]
