"""Pieces of JSON Schema (2020-12) that the published documents, the API's document and the kinds of shapes share."""

from typing import Any, Final

from .reading import MAX_ANNOTATIONS, MAX_NUMBER, MAX_POINTS, MAX_TEXT_CHARACTERS

Fragment = dict[str, Any]

NUMBER: Final[Fragment] = {"type": "number", "exclusiveMinimum": -MAX_NUMBER, "exclusiveMaximum": MAX_NUMBER}


def fixed(*items: Fragment, description: str = "") -> Fragment:
    """A list of exactly these items."""
    said = {"description": description} if description else {}
    return {"type": "array", "prefixItems": list(items), "minItems": len(items), "maxItems": len(items), **said}


POSITION: Final = fixed(NUMBER, NUMBER)


def path(least: int) -> Fragment:
    return {"type": "array", "items": POSITION, "minItems": least, "maxItems": MAX_POINTS}


ID: Final[Fragment] = {"type": "string", "minLength": 1, "maxLength": 64, "description": "Unique within the answer."}
IMAGE: Final[Fragment] = {
    "type": "integer",
    "minimum": 0,
    "default": 0,
    "description": "Position of the image within the task.",
}
ATTRIBUTE_VALUE: Final[Fragment] = {
    "anyOf": [
        {"type": ["boolean", "string", "number", "null"]},
        {"type": "array", "items": {"type": "string"}},
    ]
}
ATTRIBUTES: Final[Fragment] = {"type": "object", "additionalProperties": ATTRIBUTE_VALUE}
LANGUAGE: Final[Fragment] = {
    "type": "string",
    "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
    "maxLength": 35,
    "description": "BCP 47.",
}
DIRECTION: Final[Fragment] = {"enum": ["ltr", "rtl"]}
_NO_ATTRIBUTES: Final[Fragment] = {"type": "object", "maxProperties": 0}
_TRANSCRIPT: Final[Fragment] = {
    "type": "string",
    "maxLength": MAX_TEXT_CHARACTERS,
    "description": "Empty: it cannot be read.",
}


def _annotation(kind: str, required: tuple[str, ...], **properties: Fragment) -> Fragment:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "kind", *required],
        "properties": {"id": ID, "kind": {"const": kind}, "image": IMAGE, **properties},
    }


def answer_document() -> Fragment:
    """The published JSON Schema of an answer (vectors/answer.schema.json), with every kind there is a file for."""
    from .shapes import SHAPES  # shapes are written with the fragments above

    label: Fragment = {"type": "string"}
    kinds = {
        kind: _annotation(kind, ("label", kind), label=label, attributes=ATTRIBUTES, **shape.PROPERTIES)
        for kind, shape in SHAPES.items()
    }
    others = {
        "attributes": _annotation("attributes", ("attributes",), attributes=ATTRIBUTES),
        "tag": _annotation(
            "tag",
            ("label", "of", "tag"),
            label=label,
            of={"type": "string", "description": "The group of tags."},
            tag={"const": True},
            attributes=_NO_ATTRIBUTES,
        ),
        "text": _annotation(
            "text",
            ("text",),
            label=label,
            of={"type": ["string", "null"], "description": "The id of the shape the text stands in."},
            text=_TRANSCRIPT,
            language=LANGUAGE,
            direction=DIRECTION,
            attributes=_NO_ATTRIBUTES,
        ),
    }
    defined = {**kinds, **others}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://tagwork.example/schemas/answer.schema.json",
        "title": "Answer",
        "description": (
            "What a worker submits for a task: annotations in original pixels after EXIF orientation (x right, y down, "
            "angles clockwise), or the word that there is nothing to mark. Labels, attributes and tags are those of "
            "the label schema; validate_answer checks that and the limits in pixels."
        ),
        "type": "object",
        "additionalProperties": False,
        "required": ["annotations"],
        "properties": {
            "annotations": {
                "type": "array",
                "maxItems": MAX_ANNOTATIONS,
                "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in defined]},
            },
            "nothing_to_mark": {"type": "boolean", "default": False},
        },
        "$defs": defined,
    }
