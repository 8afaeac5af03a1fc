"""Questions about marks and images: choices of several, defaults, the image's own questions, languages of texts."""

from typing import Any

import pytest

from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.core.schema import LabelSchema, SchemaError, parse_schema
from tagwork.core.scoring import score_answer

SIZE = (400, 300)
ANY: dict[str, Any] = {"name": "seen", "type": "multiple", "options": ["left", "right", "back"]}
BOX = {"id": "1", "kind": "box", "label": "car", "box": [10, 10, 50, 50]}


def asking(*attributes: dict[str, Any], **more: Any) -> LabelSchema:
    return parse_schema({"labels": [{"name": "car", "kinds": ["box"], "attributes": list(attributes)}], **more})


def of_image(*attributes: dict[str, Any]) -> LabelSchema:
    return parse_schema({"attributes": list(attributes)})


def said(**attributes: Any) -> dict[str, Any]:
    return {"id": "a1", "kind": "attributes", "attributes": attributes}


def codes(schema: LabelSchema, *annotations: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(schema, list(annotations), [SIZE])
    return [(error["field"], error["code"]) for error in refusal.value.errors]


def faults(**attribute: Any) -> list[str]:
    with pytest.raises(SchemaError) as refusal:
        asking({"name": "a", "type": "boolean"} | attribute)
    return [error["path"] for error in refusal.value.errors]


def test_a_choice_of_several_is_kept_in_the_order_of_the_schema() -> None:
    [box] = validate_answer(asking(ANY), [BOX | {"attributes": {"seen": ["back", "left", "back"]}}], [SIZE]).annotations
    assert box["attributes"] == {"seen": ["left", "back"]}


@pytest.mark.parametrize(
    ("value", "code"), [("left", "not_an_option"), (["up"], "not_an_option"), ([], "required"), (None, "required")]
)
def test_a_choice_of_several_refuses_what_does_not_fit(value: Any, code: str) -> None:
    assert codes(asking(ANY), BOX | {"attributes": {"seen": value}}) == [("attributes.seen", code)]


@pytest.mark.parametrize(
    ("kind", "value", "options"),
    [
        ("boolean", True, None),
        ("number", 2.5, None),
        ("text", "none", None),
        ("choice", "b", ["a", "b"]),
        ("multiple", ["b"], ["a", "b"]),
    ],
)
def test_a_default_is_read_and_written_back(kind: str, value: Any, options: list[str] | None) -> None:
    attribute = {"name": "a", "type": kind, "default": value} | ({"options": options} if options else {})
    schema = asking(attribute)
    assert schema.as_json()["labels"][0]["attributes"][0]["default"] == value
    assert parse_schema(schema.as_json()) == schema


@pytest.mark.parametrize(
    "attribute",
    [
        {"default": "yes"},
        {"type": "number", "default": True},
        {"type": "choice", "options": ["a", "b"], "default": "c"},
        {"type": "multiple", "options": ["a", "b"], "default": "a"},
        {"type": "text", "default": 4},
    ],
)
def test_a_default_that_does_not_fit_is_named(attribute: dict[str, Any]) -> None:
    assert faults(**attribute) == ["labels[0].attributes[0].default"]


def test_the_image_has_questions_of_its_own() -> None:
    schema = of_image({"name": "blurred", "type": "boolean"}, {"name": "people", "type": "number", "required": False})
    assert schema.task_type == "custom"
    answer = validate_answer(schema, [said(blurred=False, people=3.0)], [SIZE])
    assert answer.annotations == [
        {"id": "a1", "kind": "attributes", "image": 0, "attributes": {"blurred": False, "people": 3}}
    ]
    assert answer.object_count == 0, "an answer about the image is paid by the base"


def test_a_question_of_the_image_is_refused_where_it_cannot_be() -> None:
    schema = of_image({"name": "blurred", "type": "boolean"})
    tags = {"id": "1", "kind": "tag", "label": "sun", "of": "sky", "tag": True}
    assert codes(schema, said()) == [("attributes.blurred", "required")]
    assert codes(schema, said(blurred=1)) == [("attributes.blurred", "wrong_type")]
    assert codes(schema, said(blurred=True), said(blurred=True) | {"id": "a2"}) == [("image", "duplicate_attributes")]
    assert ("attributes.torn", "unknown_attribute") in codes(schema, said(blurred=True, torn=True))
    assert ("attributes.blurred", "required") in codes(schema, tags)
    assert codes(schema, said(blurred=True) | {"label": "car"}) == [
        ("label", "unknown_field"),
        ("attributes.blurred", "required"),
    ]


def test_nothing_to_mark_still_answers_the_questions_of_the_image() -> None:
    schema = asking(allow_nothing=True, attributes=[{"name": "blurred", "type": "boolean"}])
    answer = validate_answer(schema, [said(blurred=True)], [SIZE], nothing_to_mark=True)
    assert answer.nothing_to_mark and answer.object_count == 0


def test_a_wrong_answer_about_the_image_is_a_wrong_attribute() -> None:
    schema = of_image({"name": "blurred", "type": "boolean"}, ANY | {"required": False})
    [wanted] = validate_answer(schema, [said(blurred=True, seen=["left"])], [SIZE]).annotations
    [given] = validate_answer(schema, [said(blurred=False, seen=["left"])], [SIZE]).annotations
    assert score_answer(schema, [wanted], [wanted], [SIZE]).passed
    score = score_answer(schema, [wanted], [given], [SIZE])
    assert (score.reason_code, score.similarity) == ("wrong_attribute", 0.5)
    assert [(row.group, row.expected, row.given, row.outcome) for row in score.tags] == [
        ("blurred", ("true",), ("false",), "wrong_attribute"),
        ("seen", ("left",), ("left",), "matched"),
    ]
    assert score_answer(schema, [wanted], [], [SIZE]).reason_code == "wrong_attribute"


SIGN = {
    "labels": [{"name": "sign", "kinds": ["box", "text"], "languages": ["ar", "en"], "direction": "rtl"}],
}


def written(**more: Any) -> list[dict[str, Any]]:
    return [BOX | {"label": "sign"}, {"id": "2", "kind": "text", "of": "1", "text": "قف", **more}]


def test_a_text_says_its_language_and_direction() -> None:
    schema = parse_schema(SIGN)
    assert parse_schema(schema.as_json()) == schema
    [_, text] = validate_answer(schema, written(language="ar", direction="rtl"), [SIZE]).annotations
    assert (text["language"], text["direction"], text["label"]) == ("ar", "rtl", "sign")
    [_, plain] = validate_answer(schema, written(), [SIZE]).annotations
    assert not {"language", "direction"} & plain.keys(), "left open, it is in the first language"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"language": "fr"}, "language"), ({"language": "?"}, "language"), ({"direction": "up"}, "direction")],
)
def test_a_text_in_another_language_or_no_direction_is_refused(more: dict[str, Any], field: str) -> None:
    assert (field, "not_an_option") in codes(parse_schema(SIGN), *written(**more))


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ({"kinds": ["box"], "languages": ["en"]}, "languages"),
        ({"kinds": ["box", "text"], "languages": ["english!"]}, "languages[0]"),
        ({"kinds": ["box", "text"], "languages": ["en", "en"]}, "languages[1]"),
        ({"kinds": ["box", "text"], "direction": "down"}, "direction"),
    ],
)
def test_languages_and_directions_that_cannot_be_are_named(label: dict[str, Any], path: str) -> None:
    with pytest.raises(SchemaError) as refusal:
        parse_schema({"labels": [{"name": "sign"} | label]})
    assert [error["path"] for error in refusal.value.errors] == [f"labels[0].{path}"]
