import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwork.core.annotations import validate_answer
from tagwork.core.schema import parse_schema
from tagwork.core.scoring import REASON_CODES, Thresholds, score_answer

SIZES = [(1_000, 1_000)]
BOXES = parse_schema({"labels": [{"name": "car", "kinds": ["box", "polygon"]}, {"name": "bus", "kinds": ["box"]}]})


def box(identifier: str, values: list[float], label: str = "car") -> dict[str, Any]:
    return {"id": identifier, "kind": "box", "label": label, "box": values}


def checked(annotations: list[dict[str, Any]], schema: Any = BOXES) -> list[dict[str, Any]]:
    return validate_answer(schema, annotations, SIZES).annotations if annotations else []


side = st.integers(1, 300)
some_boxes = st.lists(
    st.tuples(st.integers(0, 700), st.integers(0, 700), side, side, st.sampled_from(["car", "bus"])), max_size=6
).map(lambda found: checked([box(str(n), list(one[:4]), one[4]) for n, one in enumerate(found)]))


@given(some_boxes)
def test_an_answer_agrees_with_itself(annotations: list[dict[str, Any]]) -> None:
    score = score_answer(BOXES, annotations, annotations, SIZES)
    assert score.passed
    assert score.reason_code is None
    assert score.similarity == pytest.approx(1.0)


@settings(max_examples=60)
@given(some_boxes, some_boxes)
def test_every_object_of_both_sides_is_accounted_for_once(expected: list, given_boxes: list) -> None:
    score = score_answer(BOXES, expected, given_boxes, SIZES)
    assert sorted(one.expected_id for one in score.objects if one.expected_id) == sorted(one["id"] for one in expected)
    assert sorted(one.given_id for one in score.objects if one.given_id) == sorted(one["id"] for one in given_boxes)
    assert 0 <= score.similarity <= 1
    assert score.passed == (score.reason_code is None)
    assert score.reason_code is None or score.reason_code in REASON_CODES
    assert json.loads(json.dumps(score.as_json())) == score.as_json()


def test_thresholds_are_those_of_the_design() -> None:
    thresholds = Thresholds()
    assert (thresholds.match_iou, thresholds.accept_box, thresholds.accept_mask) == (0.5, 0.7, 0.75)


def test_exactly_at_the_threshold_passes() -> None:
    expected = checked([box("e", [0, 0, 100, 10])])
    assert score_answer(BOXES, expected, checked([box("g", [0, 0, 70, 10])]), SIZES).passed
    assert not score_answer(BOXES, expected, checked([box("g", [0, 0, 69.9, 10])]), SIZES).passed


def test_thresholds_can_be_stricter() -> None:
    expected, given_boxes = checked([box("e", [0, 0, 100, 10])]), checked([box("g", [0, 0, 80, 10])])
    assert score_answer(BOXES, expected, given_boxes, SIZES).passed
    assert not score_answer(BOXES, expected, given_boxes, SIZES, Thresholds(accept_box=0.9)).passed


def test_the_worst_fault_is_named() -> None:
    expected = checked([box("1", [0, 0, 100, 100]), box("2", [300, 0, 100, 100]), box("3", [600, 0, 100, 100])])
    given_boxes = checked([box("1", [0, 0, 100, 100], "bus"), box("2", [340, 0, 100, 100]), box("4", [0, 600, 9, 9])])
    score = score_answer(BOXES, expected, given_boxes, SIZES)
    assert score.reason_code == "wrong_label"
    assert sorted(one.outcome for one in score.objects) == ["extra", "missed", "weak", "wrong_label"]


def test_objects_on_different_images_never_match() -> None:
    sizes = [(100, 100), (100, 100)]
    one = {**box("1", [0, 0, 50, 50]), "image": 0, "attributes": {}}
    score = score_answer(BOXES, [one], [{**one, "image": 1}], sizes)
    assert sorted(found.outcome for found in score.objects) == ["extra", "missed"]


def test_attributes_the_expected_answer_leaves_open_are_not_asked() -> None:
    schema = parse_schema(
        {
            "labels": [
                {
                    "name": "car",
                    "kinds": ["box"],
                    "attributes": [
                        {"name": "lit", "type": "boolean", "required": False},
                        {"name": "doors", "type": "number", "required": False},
                        {"name": "plate", "type": "text", "required": False},
                    ],
                }
            ]
        }
    )

    def car(attributes: dict[str, Any]) -> list[dict[str, Any]]:
        return checked([{**box("1", [0, 0, 50, 50]), "attributes": attributes}], schema)

    def passes(expected: dict[str, Any], said: dict[str, Any]) -> bool:
        return score_answer(schema, car(expected), car(said), SIZES).passed

    assert passes({}, {"lit": True})
    assert passes({"lit": False}, {"lit": False})
    assert not passes({"lit": False}, {})
    assert not passes({"lit": True}, {"lit": False})
    assert passes({"doors": 4}, {"doors": 4.0})
    assert not passes({"doors": 4}, {"doors": 5})
    assert passes({"plate": "B-TG 2026"}, {"plate": "B-TG  2026 "})
    assert not passes({"plate": "B-TG 2026"}, {"plate": "B-TG 1926"})


def test_a_flood_of_objects_fails() -> None:
    """5,000 outlines of 40 points on one spot, each overlapping the expected one: what a hostile worker may send."""
    ring = [
        [500 + 100 * (1 - (n % 2) / 4) * c, 500 + 100 * (1 - (n % 2) / 4) * s] for n, (c, s) in enumerate(_circle(40))
    ]
    flood = [
        {"id": str(n), "kind": "polygon", "label": "car", "polygon": [ring], "image": 0, "attributes": {}}
        for n in range(5_000)
    ]
    score = score_answer(BOXES, flood[:5], flood, SIZES)
    assert score.reason_code == "extra_object"
    assert len(score.objects) == 5_000


def _circle(count: int) -> list[tuple[float, float]]:
    from math import cos, pi, sin

    return [(cos(2 * pi * n / count), sin(2 * pi * n / count)) for n in range(count)]


def test_a_thousand_expected_objects_are_matched() -> None:
    many = checked([box(str(n), [30 * (n % 33), 30 * (n // 33), 25, 25]) for n in range(1_000)])
    assert score_answer(BOXES, many, list(reversed(many)), SIZES).passed


def test_a_page_transcribed_without_shapes_is_scored() -> None:
    schema = parse_schema({"labels": [{"name": "page", "kinds": ["text"]}]})

    def page(text: str) -> list[dict[str, Any]]:
        return checked([{"id": "1", "kind": "text", "label": "page", "text": text}], schema)

    assert score_answer(schema, page("Once upon a time"), page("Once upon a time"), SIZES).passed
    wrong = score_answer(schema, page("Once upon a time"), page("Twice upon a line"), SIZES)
    assert (wrong.passed, wrong.reason_code) == (False, "wrong_text")
