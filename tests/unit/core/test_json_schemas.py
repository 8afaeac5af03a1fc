"""The published JSON Schemas say the same as the code, as far as JSON Schema can say it."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tagwork.core.annotations import validate_answer
from tagwork.core.fragments import answer_document
from tagwork.core.schema import SchemaError, parse_schema
from tagwork.core.shapes import SHAPES
from tests.unit.core.shape_cases import found as shape_cases

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
# Codes for what a JSON Schema alone cannot see: the label schema, the image, other annotations, the sense of a shape.
BEYOND = {
    "unknown_label", "kind_not_allowed", "outside_image", "too_small", "self_crossing", "hole_outside", "duplicate_id",
    "unknown_image", "unknown_attribute", "not_an_option", "required", "unknown_tag_group", "choose_one",
    "duplicate_tag", "unknown_shape", "duplicate_text", "empty", "nothing_contradicted", "mask_size", "mask_counts",
    "unknown_keypoint", "too_few_points",
    *(code for of in shape_cases().values() for code in of.BEYOND_FORM),
}  # fmt: skip


def validator(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads((VECTORS / name).read_text(encoding="utf-8")))


ANSWER, LABEL_SCHEMA = validator("answer.schema.json"), validator("label_schema.schema.json")
CASES = json.loads((VECTORS / "answers.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_answers_that_are_valid_fit_and_those_with_a_fault_of_form_do_not(case: dict[str, Any]) -> None:
    answer = {"annotations": case["annotations"], "nothing_to_mark": case["nothing_to_mark"]}
    if "canonical" in case:
        assert ANSWER.is_valid(answer)
        assert ANSWER.is_valid({"annotations": json.loads(case["canonical"])})
    elif not {error["code"] for error in case["errors"]} <= BEYOND:
        assert not ANSWER.is_valid(answer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_label_schemas_fit_in_both_forms(case: dict[str, Any]) -> None:
    assert LABEL_SCHEMA.is_valid(case["schema"])
    assert LABEL_SCHEMA.is_valid(parse_schema(case["schema"]).as_json())


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"labels": []},
        {"labels": [{"name": "a"}]},
        {"labels": [{"name": "a", "kinds": []}]},
        {"labels": [{"name": "a", "kinds": ["sphere"]}]},
        {"labels": [{"name": "", "kinds": ["box"]}]},
        {"labels": [{"name": "a", "kinds": ["box"], "color": "red"}]},
        {"labels": [{"name": "a", "kinds": ["box"], "keypoints": ["p"]}]},
        {"labels": [{"name": "a", "kinds": ["skeleton"]}]},
        {"labels": [{"name": "a", "kinds": ["box"], "attributes": [{"name": "b", "type": "choice"}]}]},
        {"labels": [{"name": "a", "kinds": ["box"], "attributes": [{"name": "b", "type": "boolean", "options": []}]}]},
        {"tags": [{"name": "a", "options": ["one"]}]},
        {"tags": [{"name": "a", "options": ["one", "two"], "choose": "any"}]},
        {"tags": [{"name": "a", "options": ["one", "two"]}], "allow_nothing": 1},
        {"tags": [{"name": "a", "options": ["one", "two"]}], "more": 1},
    ],
)
def test_both_refuse_the_same_label_schemas(document: dict[str, Any]) -> None:
    assert not LABEL_SCHEMA.is_valid(document)
    with pytest.raises(SchemaError):
        parse_schema(document)


def test_every_kind_is_published() -> None:
    published = json.loads((VECTORS / "answer.schema.json").read_text(encoding="utf-8"))["$defs"]
    kinds = json.loads((VECTORS / "label_schema.schema.json").read_text(encoding="utf-8"))["$defs"]["label"]
    assert set(kinds["properties"]["kinds"]["items"]["enum"]) == {*SHAPES, "text"}
    for kind, shape in SHAPES.items():
        common = {"id", "kind", "label", "image", "attributes"}
        assert set(published[kind]["properties"]) == common | set(shape.PROPERTIES)


def test_the_example_of_the_contract_fits() -> None:
    box = {"id": "1", "kind": "box", "label": "car", "box": [10.5, 20, 100, 50], "attributes": {}}
    assert ANSWER.is_valid({"annotations": [box], "nothing_to_mark": False})
    schema = parse_schema({"labels": [{"name": "car", "kinds": ["box"]}]})
    assert validate_answer(schema, [box], [(4_000, 3_000)]).object_count == 1


def test_the_published_answer_is_made_of_what_each_kind_says() -> None:
    """`python tests/unit/core/make_vectors.py` writes it anew."""
    assert json.loads((VECTORS / "answer.schema.json").read_text(encoding="utf-8")) == answer_document()
