"""A shape is one file: one from elsewhere is asked for, checked, scored, exported and published without an edit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tagwork.core import shapes
from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.core.fragments import answer_document
from tagwork.core.schema import LabelSchema, parse_schema
from tagwork.core.scoring import score_answer
from tagwork.formats.codecs import coco
from tagwork.formats.records import AnswerRecord, ImageRecord

SIZE = (400, 300)


@pytest.fixture
def schema() -> Iterator[LabelSchema]:
    """With the folder beside this file in the path of the package, as if its files lay in core/shapes."""
    shapes.__path__.append(str(Path(__file__).parent / "toy_shapes"))
    before = dict(shapes.SHAPES)
    shapes.SHAPES.update(shapes.found())
    try:
        yield parse_schema({"labels": [{"name": "mark", "kinds": ["cross"]}]})
    finally:
        shapes.SHAPES.clear()
        shapes.SHAPES.update(before)
        shapes.__path__.pop()


def cross(*values: float) -> dict[str, Any]:
    return {"id": "1", "kind": "cross", "label": "mark", "cross": list(values)}


def test_a_label_may_ask_for_it_and_its_answers_are_checked(schema: LabelSchema) -> None:
    assert (schema.task_type, schema.difficulty) == ("points", "easy")
    answer = validate_answer(schema, [cross(10.004, 20, 5)], [SIZE])
    assert answer.annotations == [
        {"id": "1", "kind": "cross", "label": "mark", "image": 0, "attributes": {}, "cross": [10, 20, 5]}
    ]
    assert answer.object_count == 1
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(schema, [cross(10, 20, 0)], [SIZE])
    assert refusal.value.errors[0]["code"] == "too_small"


def test_its_answers_are_scored(schema: LabelSchema) -> None:
    [right] = validate_answer(schema, [cross(10, 20, 5)], [SIZE]).annotations
    [wrong] = validate_answer(schema, [cross(90, 20, 5)], [SIZE]).annotations
    assert score_answer(schema, [right], [right], [SIZE]).passed
    assert score_answer(schema, [right], [wrong], [SIZE]).reason_code == "missed_object"


def test_it_is_published_and_exported(schema: LabelSchema) -> None:
    published = jsonschema_rs.Draft202012Validator(answer_document())
    assert published.is_valid({"annotations": [cross(10, 20, 5)]})
    assert not published.is_valid({"annotations": [cross(10, 20)]})
    kept = validate_answer(schema, [cross(10, 20, 5)], [SIZE]).annotations
    assists = {"1": {"by": "suggestion:detector-2", "edited": True}}
    image = ImageRecord("a.png", *SIZE, answers=[AnswerRecord("w1", "worker", kept, assists)])
    [exported] = json.loads(b"".join(coco.encode(schema, [image], "toys")))["annotations"]
    assert exported["bbox"] == [5, 15, 10, 10]
    assert exported["tagwork"] == {"cross": [10, 20, 5]}
    words = "Suggestion of the client's model: detector-2, then changed by hand"
    assert exported["assist"] == {"by": "suggestion:detector-2", "edited": True, "text": words}


def test_it_is_gone_when_its_folder_is() -> None:
    assert "cross" not in shapes.SHAPES
