"""The label schema as rows of a form. The rows are the document itself, perhaps unfinished: what is sent becomes the
document, a pressed button changes the document, and the document is drawn as rows. So one page works without a script,
and a script only has to send it again."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tagwork.core.schema import (
    ATTRIBUTE_TYPES,
    DIRECTIONS,
    PALETTE,
    TEXT,
    WITH_OPTIONS,
    SchemaError,
    parse_schema,
)
from tagwork.core.shapes import SHAPES

Document = dict[str, Any]

# The quickest to draw first.
KIND_WORDS: Final = {
    kind: _(shape.TITLE) for kind, shape in sorted(SHAPES.items(), key=lambda one: (one[1].EFFORT, one[1].TITLE))
} | {TEXT: _("Text")}
ATTRIBUTE_WORDS: Final = {
    "boolean": _("Yes or no"),
    "choice": _("Choice of one"),
    "multiple": _("Choice of several"),
    "text": _("Text"),
    "number": _("Number"),
}
assert set(ATTRIBUTE_WORDS) == set(ATTRIBUTE_TYPES)
DIRECTION_WORDS: Final = {"auto": _("as the text shows"), "ltr": _("left to right"), "rtl": _("right to left")}
assert set(DIRECTION_WORDS) == set(DIRECTIONS)
EDGE_SEPARATOR: Final = " - "


@dataclass(frozen=True)
class Skeleton:
    """Keypoints and the lines between them, to begin with."""

    title: object
    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]


# Points and lines of a person as in COCO (cocodataset.org/#keypoints-2020), its numbers counted from 0; the five points
# of a face as face recognition aligns them (Zhang et al. 2016, MTCNN).
SKELETONS: Final = {
    "person": Skeleton(
        _("Person, 17 points"),
        (
            *("nose", "left eye", "right eye", "left ear", "right ear", "left shoulder", "right shoulder"),
            *("left elbow", "right elbow", "left wrist", "right wrist", "left hip", "right hip"),
            *("left knee", "right knee", "left ankle", "right ankle"),
        ),
        (
            *((15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8)),
            *((7, 9), (8, 10), (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6)),
        ),
    ),
    "face": Skeleton(
        _("Face, 5 points"),
        ("left eye", "right eye", "nose", "left corner of the mouth", "right corner of the mouth"),
        ((0, 2), (1, 2), (2, 3), (2, 4), (3, 4)),
    ),
}


@dataclass(frozen=True)
class Starter:
    """A document to begin with."""

    title: object
    document: Document


def _shapes(name: str, *kinds: str) -> Document:
    return {"labels": [{"name": name, "kinds": list(kinds)}], "allow_nothing": True}


STARTERS: Final = {
    "classification": Starter(
        _("Classify: choose words for the whole image"),
        {"tags": [{"name": "weather", "options": ["sun", "rain"], "choose": "one"}]},
    ),
    "detection": Starter(_("Find: draw a box around each object"), _shapes("car", "box")),
    "segmentation": Starter(_("Outline: cut each object out exactly"), _shapes("leaf", "polygon", "mask")),
    "transcription": Starter(_("Read: copy the text on signs and labels"), _shapes("sign", "box", TEXT)),
    "skeletons": Starter(
        _("Pose: set the named points of each person"),
        {
            "labels": [
                {
                    "name": "person",
                    "kinds": ["skeleton"],
                    "keypoints": list(SKELETONS["person"].keypoints),
                    "edges": [
                        [SKELETONS["person"].keypoints[start], SKELETONS["person"].keypoints[end]]
                        for start, end in SKELETONS["person"].edges
                    ],
                }
            ],
            "allow_nothing": True,
        },
    ),
    "points": Starter(_("Point: set a point on each object"), _shapes("cell", "point")),
    "lines": Starter(_("Trace: draw lines"), _shapes("lane", "polyline")),
    "custom": Starter(
        _("Several of these in one task"),
        {
            "labels": [{"name": "car", "kinds": ["box"]}],
            "tags": [{"name": "weather", "options": ["sun", "rain"]}],
            "allow_nothing": True,
        },
    ),
}


def document_of(sent: QueryDict) -> Document:
    """What the rows of a sent form say, in their order. Nothing is checked: `faults_of` says what is wrong."""
    document: Document = {}
    labels = [_label(sent, f"label-{n}") for n in range(_rows(sent, "labels"))]
    tags = [_tag_group(sent, f"tag-{n}") for n in range(_rows(sent, "tags"))]
    attributes = [_attribute(sent, f"attribute-{n}") for n in range(_rows(sent, "attributes"))]
    if labels:
        document["labels"] = labels
    if tags:
        document["tags"] = tags
    if attributes:
        document["attributes"] = attributes
    document["allow_nothing"] = "allow_nothing" in sent
    return document


def _rows(sent: QueryDict, name: str) -> int:
    """The number of rows a hidden field gives; a form of ours never has more than these."""
    text = sent.get(f"{name}-rows", "")
    return min(int(text), 200) if re.fullmatch(r"[0-9]{1,3}", text) else 0


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _label(sent: QueryDict, at: str) -> Document:
    label: Document = {"name": sent.get(f"{at}-name", "").strip(), "kinds": sent.getlist(f"{at}-kinds")}
    if color := sent.get(f"{at}-color", ""):
        label["color"] = color
    attributes = [_attribute(sent, f"{at}-attribute-{n}") for n in range(_rows(sent, f"{at}-attributes"))]
    if attributes:
        label["attributes"] = attributes
    if "skeleton" in label["kinds"]:
        label["keypoints"] = _lines(sent.get(f"{at}-keypoints", ""))
        label["edges"] = [line.split(EDGE_SEPARATOR, 1) for line in _lines(sent.get(f"{at}-edges", ""))]
    if TEXT in label["kinds"]:
        if languages := re.split(r"[\s,;]+", sent.get(f"{at}-languages", "").strip()):
            label["languages"] = [one for one in languages if one]
        label["direction"] = sent.get(f"{at}-direction", "auto")
    return label


def _attribute(sent: QueryDict, at: str) -> Document:
    kind = sent.get(f"{at}-type", "")
    options = {"options": _lines(sent.get(f"{at}-options", ""))} if kind in WITH_OPTIONS else {}
    name = sent.get(f"{at}-name", "").strip()
    default = _default(kind, sent.get(f"{at}-default", "").strip())
    return {"name": name, "type": kind, **options, "required": f"{at}-required" in sent, **default}


def _default(kind: str, text: str) -> Document:
    """What is written under "starts as"; words that do not fit are kept as they are, for the room to refuse by name."""
    if not text:
        return {}
    if kind == "boolean":
        return {"default": {"yes": True, "no": False}.get(text.lower(), text)}
    if kind == "multiple":
        return {"default": [word.strip() for word in text.split(",") if word.strip()]}
    if kind == "number":
        try:
            return {"default": float(text.replace(",", "."))}
        except ValueError:
            return {"default": text}
    return {"default": text}


def _default_text(default: Any) -> str:
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, list):
        return ", ".join(map(_text, default))
    return "" if default is None else f"{default:g}" if isinstance(default, int | float) else _text(default)


def _tag_group(sent: QueryDict, at: str) -> Document:
    return {
        "name": sent.get(f"{at}-name", "").strip(),
        "options": _lines(sent.get(f"{at}-options", "")),
        "choose": sent.get(f"{at}-choose", "one"),
        "required": f"{at}-required" in sent,
    }


def pressed(document: Document, act: str, written: str) -> Document:
    """The document after a button of the builder; an unknown button changes nothing.

    `written` is the JSON in the text field, which "read-document" takes over. Raises ValueError when that is not JSON.
    """
    labels, tags = list(document.get("labels", [])), list(document.get("tags", []))
    questions = list(document.get("attributes", []))
    verb, _, rest = act.partition(":")
    numbers = [int(number) for number in re.findall(r"[0-9]{1,3}", rest)]
    if verb == "read-document":
        read = json.loads(written)
        if not isinstance(read, dict):
            raise ValueError("the document is an object")
        return read
    if verb == "add-label":
        labels.append({"name": "", "kinds": ["box"], "color": _free_color(labels)})
    elif verb == "add-tags":
        tags.append({"name": "", "options": [], "choose": "one", "required": True})
    elif verb == "add-question":
        questions.append({"name": "", "type": "boolean", "required": True})
    elif verb == "remove-question" and len(numbers) == 1:
        del questions[numbers[0] : numbers[0] + 1]
    elif verb == "skeleton" and numbers and numbers[0] < len(labels) and rest.rpartition(":")[2] in SKELETONS:
        template = SKELETONS[rest.rpartition(":")[2]]
        names = template.keypoints
        edges = [[names[start], names[end]] for start, end in template.edges]
        labels[numbers[0]] = labels[numbers[0]] | {"keypoints": list(names), "edges": edges}
    elif verb == "remove-label" and len(numbers) == 1:
        del labels[numbers[0] : numbers[0] + 1]
    elif verb == "remove-tags" and len(numbers) == 1:
        del tags[numbers[0] : numbers[0] + 1]
    elif verb in ("add-attribute", "remove-attribute") and numbers and numbers[0] < len(labels):
        attributes = list(labels[numbers[0]].get("attributes", []))
        if verb == "add-attribute":
            attributes.append({"name": "", "type": "boolean", "required": True})
        else:
            del attributes[numbers[-1] : numbers[-1] + 1]
        labels[numbers[0]] = labels[numbers[0]] | {"attributes": attributes}
    changed: Document = {**document, "labels": labels, "tags": tags, "attributes": questions}
    return {key: value for key, value in changed.items() if value not in ([], None)}


def _free_color(labels: list[Any]) -> str:
    taken = {str(label.get("color", "")).upper() for label in labels}
    return next((color for color in PALETTE if color not in taken), PALETTE[len(labels) % len(PALETTE)])


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong. `row` is "label-0", "tag-1", "attribute-2" or "" for the document as a whole."""

    row: str
    where: str
    message: str


def faults_of(document: Document) -> list[Fault]:
    """Everything the room would refuse, with the place in a reader's words."""
    try:
        parse_schema(document)
    except SchemaError as error:
        return [_fault(one["path"], one["message"]) for one in error.errors]
    return []


_PLACE = re.compile(r"(label|tag|attribute)s\[([0-9]+)\]\.?(.*)", re.DOTALL)


def _fault(path: str, message: str) -> Fault:
    found = _PLACE.match(path)
    if found is None:
        return Fault("", path, message)
    kind, number, rest = found[1], int(found[2]), found[3]
    words = re.sub(r"\[([0-9]+)\]", lambda one: f" {int(one[1]) + 1}", rest).replace(".", ", ")
    return Fault(f"{kind}-{number}", words, message)


def rows_of(document: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """What the template draws. A document somebody wrote by hand may hold anything: what is no row is left out."""
    by_row: dict[str, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    return {
        "labels": [
            _label_row(label, f"label-{n}", by_row.get(f"label-{n}", []))
            for n, label in enumerate(_mappings(document.get("labels")))
        ],
        "tags": [
            {
                "at": f"tag-{n}",
                "name": _text(group.get("name")),
                "options": _joined(group.get("options")),
                "choose": group.get("choose", "one"),
                "required": group.get("required", True),
                "faults": by_row.get(f"tag-{n}", []),
            }
            for n, group in enumerate(_mappings(document.get("tags")))
        ],
        "questions": [
            _attribute_row(one, f"attribute-{n}") | {"faults": by_row.get(f"attribute-{n}", [])}
            for n, one in enumerate(_mappings(document.get("attributes")))
        ],
        "allow_nothing": document.get("allow_nothing") is True,
        "faults": by_row.get("", []),
    }


def _label_row(label: Mapping[str, Any], at: str, faults: list[Fault]) -> dict[str, Any]:
    kinds, edges = _list(label.get("kinds")), _list(label.get("edges"))
    return {
        "at": at,
        "name": _text(label.get("name")),
        "color": _text(label.get("color")),
        "kinds": [{"value": kind, "word": word, "is_on": kind in kinds} for kind, word in KIND_WORDS.items()],
        "has_skeleton": "skeleton" in kinds,
        "keypoints": _joined(label.get("keypoints")),
        "edges": "\n".join(EDGE_SEPARATOR.join(map(_text, edge)) for edge in edges if isinstance(edge, list)),
        "skeletons": [{"name": name, "title": one.title} for name, one in SKELETONS.items()],
        "has_text": TEXT in kinds,
        "languages": ", ".join(map(_text, _list(label.get("languages")))),
        "direction": label.get("direction", "auto"),
        "attributes": [
            _attribute_row(one, f"{at}-attribute-{n}") for n, one in enumerate(_mappings(label.get("attributes")))
        ],
        "faults": faults,
    }


def _attribute_row(one: Mapping[str, Any], at: str) -> dict[str, Any]:
    return {
        "at": at,
        "name": _text(one.get("name")),
        "type": one.get("type"),
        "has_options": one.get("type") in WITH_OPTIONS,
        "options": _joined(one.get("options")),
        "required": one.get("required", True),
        "default": _default_text(one.get("default")),
    }


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _mappings(raw: Any) -> list[Mapping[str, Any]]:
    return [one for one in _list(raw) if isinstance(one, Mapping)]


def _text(raw: Any) -> str:
    return raw if isinstance(raw, str) else ""


def _joined(raw: Any) -> str:
    return "\n".join(_text(one) for one in _list(raw))
