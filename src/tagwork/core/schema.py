"""The label schema: what a client asks, in one document that client, worker, validation and scoring share.

Every question is either a label (mark every such thing with one of these kinds) or a tag group (choose words for the
whole image). The document is read strictly: unknown keys are refused, since a misspelt `requierd` would quietly change
what every worker is asked.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar
from unicodedata import category, normalize

from .reading import MAX_NUMBER, MAX_TEXT_CHARACTERS
from .shapes import SHAPES

TEXT: Final = "text"
MAX_LABELS: Final = 200
MAX_TAG_GROUPS: Final = 50
MAX_ATTRIBUTES: Final = 30
MAX_OPTIONS: Final = 200
MAX_KEYPOINTS: Final = 100
MAX_EDGES: Final = 400
MAX_NAME_CHARACTERS: Final = 80
MAX_ERRORS: Final = 100
# Okabe and Ito, "Color Universal Design" (2008), without black, which is lost on dark images.
PALETTE: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
ATTRIBUTE_TYPES: Final = ("boolean", "choice", "multiple", "text", "number")
WITH_OPTIONS: Final = ("choice", "multiple")
DIRECTIONS: Final = ("auto", "ltr", "rtl")
MAX_LANGUAGES: Final = 20
CHOOSE: Final = ("one", "many")

Item = TypeVar("Item")

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
# A language tag of BCP 47 (RFC 5646), by its form alone: the registry of subtags grows.
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,5}")
# Control, private, surrogate and separator characters, and the marks that turn the reading direction of what follows.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
_DIRECTION_MARKS: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class SchemaError(ValueError):
    """The schema cannot be used; `errors` names every wrong field, at most MAX_ERRORS of them:

    [{"path": "labels[0].name", "message": "…"}].
    """

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{error['path']}: {error['message']}" for error in errors[:5]))
        self.errors = errors


@dataclass(frozen=True)
class Attribute:
    """A question about one marked thing, or about the whole image. `options` belong to types choice and multiple.

    `default` is what a new mark starts with, a tuple for multiple; None when the question starts unanswered.
    """

    name: str
    type: str
    options: tuple[str, ...] = ()
    required: bool = True
    default: bool | str | float | tuple[str, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        options = {"options": list(self.options)} if self.type in WITH_OPTIONS else {}
        default = list(self.default) if isinstance(self.default, tuple) else self.default
        said = {} if default is None else {"default": default}
        return {"name": self.name, "type": self.type, **options, "required": self.required, **said}


@dataclass(frozen=True)
class Label:
    """A sort of thing to mark. `kinds` are shape kinds, and "text" when its regions carry a transcription.

    `languages` are those a text may be in (none: any), the first being the usual one; `direction` is how it is written.
    """

    name: str
    kinds: tuple[str, ...]
    color: str
    attributes: tuple[Attribute, ...] = ()
    keypoints: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    direction: str = "auto"

    @cached_property
    def shape_kinds(self) -> frozenset[str]:
        return frozenset(self.kinds) - {TEXT}

    @property
    def has_text(self) -> bool:
        return TEXT in self.kinds

    @cached_property
    def attributes_by_name(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attributes}

    def as_json(self) -> dict[str, Any]:
        skeleton: dict[str, Any] = {}
        if self.keypoints:
            skeleton = {"keypoints": list(self.keypoints), "edges": [list(edge) for edge in self.edges]}
        text: dict[str, Any] = {"languages": list(self.languages)} if self.languages else {}
        if self.direction != "auto":
            text["direction"] = self.direction
        return {
            "name": self.name,
            "kinds": list(self.kinds),
            "color": self.color,
            "attributes": [attribute.as_json() for attribute in self.attributes],
            **skeleton,
            **text,
        }


@dataclass(frozen=True)
class TagGroup:
    """A question about the whole image."""

    name: str
    options: tuple[str, ...]
    choose: str = "one"
    required: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "options": list(self.options), "choose": self.choose, "required": self.required}


@dataclass(frozen=True)
class LabelSchema:
    """A checked label schema; made by `parse_schema`."""

    labels: tuple[Label, ...] = ()
    tags: tuple[TagGroup, ...] = ()
    allow_nothing: bool = False
    attributes: tuple[Attribute, ...] = ()
    """Questions about the whole image that words to choose from cannot ask."""

    @cached_property
    def labels_by_name(self) -> dict[str, Label]:
        return {label.name: label for label in self.labels}

    @cached_property
    def attributes_by_name(self) -> dict[str, Attribute]:
        return {attribute.name: attribute for attribute in self.attributes}

    @cached_property
    def tags_by_name(self) -> dict[str, TagGroup]:
        return {group.name: group for group in self.tags}

    def as_json(self) -> dict[str, Any]:
        """The canonical document: every default written out; parse_schema(x.as_json()) == x."""
        return {
            "labels": [label.as_json() for label in self.labels],
            "tags": [group.as_json() for group in self.tags],
            # Left out where there are none: schemas from before they could be asked keep their bytes.
            **({"attributes": [attribute.as_json() for attribute in self.attributes]} if self.attributes else {}),
            "allow_nothing": self.allow_nothing,
        }

    @cached_property
    def task_type(self) -> str:
        """classification, detection, segmentation, transcription, points, lines, or custom for any mixture.

        Tags alone are classification. Labels that all carry a text are transcription, whatever shapes carry it.
        Labels without texts have the task type their shape kinds share.
        """
        if not self.labels:
            return "custom" if any(one.type in ("text", "number") for one in self.attributes) else "classification"
        if self.tags or self.attributes:
            return "custom"
        if any(label.has_text for label in self.labels):
            return "transcription" if all(label.has_text for label in self.labels) else "custom"
        types = {SHAPES[kind].TASK_TYPE for label in self.labels for kind in label.shape_kinds}
        return types.pop() if len(types) == 1 else "custom"

    @cached_property
    def difficulty(self) -> str:
        """easy, medium or hard, by the published rule: count the points, up to 1 is easy, 2 to 3 medium, more is hard.

        The most laborious shape counts 1 (box, point), 2 (line, ellipse) or 3 (outline, mask, skeleton); writing texts
        2; more than 8 labels 1; more than 3 tag groups, or more than 12 words in one, 1; attributes on any label, or
        more than 3 on the image, 1.
        """
        effort = max((SHAPES[kind].EFFORT for label in self.labels for kind in label.shape_kinds), default=0)
        effort += 2 * any(label.has_text for label in self.labels)
        effort += len(self.labels) > 8
        effort += len(self.tags) > 3 or any(len(group.options) > 12 for group in self.tags)
        effort += any(label.attributes for label in self.labels) or len(self.attributes) > 3
        return "easy" if effort <= 1 else "medium" if effort <= 3 else "hard"


@dataclass
class _Reader:
    """Collects every fault of the document instead of stopping at the first."""

    errors: list[dict[str, str]] = field(default_factory=list)

    def fault(self, path: str, message: str) -> None:
        # A path may hold the sender's own words; half a character in them would break the answer's encoding.
        self.errors.append({"path": path.encode(errors="replace").decode(), "message": message})

    def mapping(self, raw: Any, path: str, known: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            self.fault(path, "must be an object")
            return {}
        for key in raw:
            if key not in known:
                self.fault(f"{path}.{key}"[:200] if path else str(key)[:200], "is not a known field")
        return raw

    def items(self, raw: Any, path: str, least: int, most: int, read: Callable[[Any, str], Item]) -> tuple[Item, ...]:
        if not isinstance(raw, list | tuple):
            self.fault(path, "must be a list")
            return ()
        if not least <= len(raw) <= most:
            self.fault(path, f"must have {least} to {most} entries, not {len(raw)}")
            raw = raw[:most]
        return tuple(read(item, f"{path}[{position}]") for position, item in enumerate(raw))

    def name(self, raw: Any, path: str) -> str:
        if not isinstance(raw, str):
            self.fault(path, "must be a text")
            return ""
        name = normalize("NFC", raw).strip()
        if not 1 <= len(name) <= MAX_NAME_CHARACTERS:
            self.fault(path, f"must have 1 to {MAX_NAME_CHARACTERS} characters")
        elif any(category(sign) in _REFUSED_CATEGORIES or sign in _DIRECTION_MARKS for sign in name):
            self.fault(path, "must not hold control characters")
        return name

    def flag(self, raw: Mapping[str, Any], key: str, path: str, default: bool) -> bool:
        value = raw.get(key, default)
        if not isinstance(value, bool):
            self.fault(f"{path}.{key}" if path else key, "must be true or false")
            return default
        return value

    def one_of(self, raw: Any, path: str, options: tuple[str, ...]) -> str:
        if raw not in options:
            self.fault(path, f"must be one of {', '.join(options)}")
            return options[0]
        return str(raw)

    def unique(self, names: tuple[str, ...], path: str, suffix: str = "") -> None:
        seen: set[str] = set()
        for position, name in enumerate(names):
            if name and name in seen:
                self.fault(f"{path}[{position}]{suffix}", f"{name!r} is there twice")
            seen.add(name)


def _attribute(reader: _Reader, raw: Any, path: str) -> Attribute:
    entry = reader.mapping(raw, path, frozenset({"name", "type", "options", "required", "default"}))
    kind = reader.one_of(entry.get("type"), f"{path}.type", ATTRIBUTE_TYPES)
    options: tuple[str, ...] = ()
    if kind in WITH_OPTIONS:
        options = reader.items(entry.get("options"), f"{path}.options", 2, MAX_OPTIONS, reader.name)
        reader.unique(options, f"{path}.options")
    elif "options" in entry:
        reader.fault(f"{path}.options", "belongs to types choice and multiple only")
    return Attribute(
        reader.name(entry.get("name"), f"{path}.name"),
        kind,
        options,
        reader.flag(entry, "required", path, True),
        _default(reader, entry.get("default"), f"{path}.default", kind, options),
    )


def _default(
    reader: _Reader, raw: Any, path: str, kind: str, options: tuple[str, ...]
) -> bool | str | float | tuple[str, ...] | None:
    if raw is None:
        return None
    if kind == "boolean" and isinstance(raw, bool):
        return raw
    if kind == "number" and type(raw) in (int, float) and -MAX_NUMBER < raw < MAX_NUMBER:
        return int(raw) if raw == int(raw) else float(raw)
    if kind == "text" and isinstance(raw, str) and len(raw) <= MAX_TEXT_CHARACTERS and "\x00" not in raw:
        return raw
    if kind == "choice" and isinstance(raw, str) and raw in options:
        return raw
    if kind == "multiple" and isinstance(raw, list) and all(isinstance(word, str) and word in options for word in raw):
        return tuple(word for word in options if word in raw)
    fitting = {"boolean": "true or false", "number": "a number", "text": "a text"}
    reader.fault(path, f"must be {fitting.get(kind, 'from the options')}")
    return None


def _edge(reader: _Reader, raw: Any, path: str, keypoints: tuple[str, ...]) -> tuple[str, str]:
    if not isinstance(raw, list | tuple) or len(raw) != 2 or any(name not in keypoints for name in raw):
        reader.fault(path, "must be two names of keypoints")
        return ("", "")
    if raw[0] == raw[1]:
        reader.fault(path, "must join two different keypoints")
    return (raw[0], raw[1])


def _label(reader: _Reader, raw: Any, path: str, color: str) -> Label:
    known = frozenset({"name", "kinds", "color", "attributes", "keypoints", "edges", "languages", "direction"})
    entry = reader.mapping(raw, path, known)
    possible = (*sorted(SHAPES), TEXT)
    kinds = reader.items(
        entry.get("kinds"), f"{path}.kinds", 1, len(possible), lambda kind, place: reader.one_of(kind, place, possible)
    )
    reader.unique(kinds, f"{path}.kinds")
    keypoints: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    if "skeleton" in kinds:
        keypoints = reader.items(entry.get("keypoints"), f"{path}.keypoints", 1, MAX_KEYPOINTS, reader.name)
        reader.unique(keypoints, f"{path}.keypoints")
        edges = reader.items(
            entry.get("edges", []), f"{path}.edges", 0, MAX_EDGES, lambda edge, at: _edge(reader, edge, at, keypoints)
        )
    else:
        for key in ("keypoints", "edges"):
            if key in entry:
                reader.fault(f"{path}.{key}", "belongs to labels with kind skeleton only")
    attributes = reader.items(
        entry.get("attributes", []),
        f"{path}.attributes",
        0,
        MAX_ATTRIBUTES,
        lambda one, at: _attribute(reader, one, at),
    )
    reader.unique(tuple(attribute.name for attribute in attributes), f"{path}.attributes", ".name")
    if attributes and kinds == (TEXT,):
        reader.fault(f"{path}.attributes", "belong to shapes; this label has only texts")
    languages: tuple[str, ...] = ()
    direction = "auto"
    if TEXT in kinds:
        languages = reader.items(
            entry.get("languages", []),
            f"{path}.languages",
            0,
            MAX_LANGUAGES,
            lambda one, at: _language(reader, one, at),
        )
        reader.unique(languages, f"{path}.languages")
        direction = reader.one_of(entry.get("direction", "auto"), f"{path}.direction", DIRECTIONS)
    else:
        for key in ("languages", "direction"):
            if key in entry:
                reader.fault(f"{path}.{key}", "belongs to labels with kind text only")
    chosen = entry.get("color")
    if chosen is not None:
        if isinstance(chosen, str) and _COLOR.fullmatch(chosen):
            color = chosen.upper()
        else:
            reader.fault(f"{path}.color", 'must look like "#0072B2"')
    name = reader.name(entry.get("name"), f"{path}.name")
    return Label(name, kinds, color, attributes, keypoints, edges, languages, direction)


def _language(reader: _Reader, raw: Any, path: str) -> str:
    if not isinstance(raw, str) or not LANGUAGE.fullmatch(raw):
        reader.fault(path, 'must be a language tag such as "en" or "pt-BR"')
        return ""
    return raw


def _tag_group(reader: _Reader, raw: Any, path: str) -> TagGroup:
    entry = reader.mapping(raw, path, frozenset({"name", "options", "choose", "required"}))
    choose = reader.one_of(entry.get("choose", "one"), f"{path}.choose", CHOOSE)
    # One box to tick is a question; one word to choose from is none.
    options = reader.items(
        entry.get("options"), f"{path}.options", 1 if choose == "many" else 2, MAX_OPTIONS, reader.name
    )
    reader.unique(options, f"{path}.options")
    return TagGroup(
        reader.name(entry.get("name"), f"{path}.name"), options, choose, reader.flag(entry, "required", path, True)
    )


def _free_colors(labels: list[Any]) -> list[str]:
    """A colour for each position: the palette in turn, leaving out what the client gave to other labels."""
    taken = {
        str(entry["color"]).upper() for entry in labels if isinstance(entry, Mapping) and entry.get("color") is not None
    }
    free = [color for color in PALETTE if color not in taken] or list(PALETTE)
    colors, given = [], 0
    for entry in labels:
        has_own = isinstance(entry, Mapping) and entry.get("color") is not None
        colors.append(free[given % len(free)])
        given += not has_own
    return colors


def parse_schema(raw: Mapping[str, Any]) -> LabelSchema:
    """Read a label schema document (CONTRACT; vectors/label_schema.schema.json).

    Defaults: `required` true, `choose` one, `allow_nothing` false, colours from PALETTE. Names are NFC, trimmed and
    unique among their siblings. Raises SchemaError with every wrong field.
    """
    reader = _Reader()
    document = reader.mapping(raw, "", frozenset({"labels", "tags", "attributes", "allow_nothing"}))
    raw_labels = document.get("labels", [])
    colors = iter(_free_colors(raw_labels[:MAX_LABELS]) if isinstance(raw_labels, list) else ())
    labels = reader.items(
        raw_labels, "labels", 0, MAX_LABELS, lambda one, path: _label(reader, one, path, next(colors, PALETTE[0]))
    )
    tags = reader.items(
        document.get("tags", []), "tags", 0, MAX_TAG_GROUPS, lambda one, path: _tag_group(reader, one, path)
    )
    reader.unique(tuple(label.name for label in labels), "labels", ".name")
    reader.unique(tuple(group.name for group in tags), "tags", ".name")
    attributes = reader.items(
        document.get("attributes", []), "attributes", 0, MAX_ATTRIBUTES, lambda one, path: _attribute(reader, one, path)
    )
    reader.unique(tuple(attribute.name for attribute in attributes), "attributes", ".name")
    if not labels and not tags and not attributes and not reader.errors:
        reader.fault(
            "labels", "the schema asks for nothing: add a label, a group of tags or a question about the image"
        )
    allow_nothing = reader.flag(document, "allow_nothing", "", False)
    if reader.errors:
        raise SchemaError(reader.errors[:MAX_ERRORS])
    return LabelSchema(labels, tags, allow_nothing, attributes)
