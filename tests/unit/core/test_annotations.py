import json
import math
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.core import masks
from tagwork.core.annotations import MAX_ERRORS, InvalidAnnotations, check_draft, validate_answer
from tagwork.core.reading import MAX_ANNOTATIONS
from tagwork.core.schema import parse_schema
from tagwork.core.shapes import SHAPES
from tests.unit.core.shape_cases import found as shape_cases

WIDTH, HEIGHT = 640, 480
SIZES = [(WIDTH, HEIGHT)]
KINDS = sorted(SHAPES)
CASES = shape_cases()
SCHEMA = parse_schema(
    {
        "labels": [
            {
                "name": "thing",
                "kinds": KINDS,
                "keypoints": ["nose", "tail"],
                "attributes": [
                    {"name": "note", "type": "text", "required": False},
                    {"name": "size", "type": "number", "required": False},
                ],
            },
            {"name": "sign", "kinds": ["box", "text"]},
            {"name": "page", "kinds": ["text"]},
        ],
        "tags": [{"name": "weather", "options": ["sun", "rain"], "required": False}],
        "allow_nothing": True,
    }
)


def codes(annotations: Any, nothing: bool = False, schema: Any = SCHEMA) -> list[str]:
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(schema, annotations, SIZES, nothing)
    return [error["code"] for error in refusal.value.errors]


def thing(kind: str, value: Any, identifier: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": kind, "label": "thing", kind: value, **more}


x, y = st.floats(-1, WIDTH + 1), st.floats(-1, HEIGHT + 1)
spot = st.tuples(x, y).map(list)
degrees = st.floats(-1_000, 1_000)
side = st.floats(1, 300)


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(KINDS))
    if kind in CASES:
        return thing(kind, draw(st.sampled_from([value for value, _ in CASES[kind].GOOD])))
    if kind == "box":
        turned = {"angle_degrees": draw(degrees)} if draw(st.booleans()) else {}
        left, top = draw(st.floats(-1, 630)), draw(st.floats(-1, 470))
        width, height = draw(st.floats(1, WIDTH + 1 - left)), draw(st.floats(1, HEIGHT + 1 - top))
        return thing("box", [left, top, width, height], **turned)
    if kind == "polygon":
        centre_x, centre_y, radius = draw(st.floats(0, WIDTH)), draw(st.floats(0, HEIGHT)), draw(st.floats(2, 200))
        turns = sorted(draw(st.lists(st.integers(0, 359), min_size=3, max_size=12, unique=True)))
        ring = [
            [
                min(max(centre_x + radius * math.cos(math.radians(turn)), 0), WIDTH),
                min(max(centre_y + radius * math.sin(math.radians(turn)), 0), HEIGHT),
            ]
            for turn in turns
        ]
        return thing("polygon", [ring])
    if kind == "mask":
        bitmap = np.zeros((HEIGHT, WIDTH), dtype=bool)
        top, left = draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))
        bitmap[top : top + draw(st.integers(1, 90)), left : left + draw(st.integers(1, 90))] = True
        return thing("mask", masks.encode(bitmap).as_json())
    if kind == "point":
        return thing("point", draw(spot))
    if kind == "skeleton":
        return thing("skeleton", {"nose": [*draw(spot), draw(st.integers(0, 2))], "tail": [*draw(spot), 2]})
    if kind == "polyline":
        return thing("polyline", draw(st.lists(spot, min_size=2, max_size=8)))
    return thing("ellipse", [draw(x), draw(y), draw(side), draw(side), draw(degrees)])


@given(st.lists(shapes(), min_size=1, max_size=4))
def test_canonical_form_is_stable_and_validating_it_again_changes_nothing(drawn: list[dict[str, Any]]) -> None:
    annotations = [{**one, "id": str(place)} for place, one in enumerate(drawn)]
    try:
        first = validate_answer(SCHEMA, annotations, SIZES)
    except InvalidAnnotations as refusal:
        # Clamping and rounding may leave too little of a thin shape; nothing else may be wrong with these.
        assert {error["code"] for error in refusal.errors} <= {"too_small", "too_few_points", "self_crossing"}
        return
    assert validate_answer(SCHEMA, json.loads(first.canonical_json), SIZES) == first
    assert first.sha256 == sha256(first.canonical_json).hexdigest()
    assert first.object_count == len(annotations)
    assert json.loads(first.canonical_json) == first.annotations


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from([*KINDS, "tag", "text", "x"]), json_values, json_values)
def test_any_json_is_accepted_or_refused_and_never_breaks(kind: str, value: Any, more: Any) -> None:
    for one in ({"id": "1", "kind": kind, "label": "thing", kind: value, "attributes": more}, more):
        try:
            validate_answer(SCHEMA, [one], SIZES)
        except InvalidAnnotations as refusal:
            json.dumps(refusal.errors, ensure_ascii=False).encode()
        try:
            check_draft([one])
        except InvalidAnnotations as refusal:
            json.dumps(refusal.errors, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 1e7, 10**400, "5", True, None, [1]])
def test_it_refuses_what_is_no_coordinate(number: Any) -> None:
    (code,) = codes([thing("point", [number, 5])])
    assert code in {"not_a_number", "number_too_large"}


def test_every_faulty_annotation_is_named_up_to_a_limit() -> None:
    many = [thing("box", [1, 1, 0, 0], str(place)) for place in range(500)]
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(SCHEMA, many, SIZES)
    assert [error["annotation"] for error in refusal.value.errors] == [str(place) for place in range(MAX_ERRORS)]


@pytest.mark.parametrize("annotations", [None, {}, "[]", 7])
def test_it_refuses_what_is_no_list(annotations: Any) -> None:
    assert codes(annotations) == ["wrong_type"]


def test_it_refuses_too_many_annotations_and_too_many_points() -> None:
    assert codes([thing("point", [1, 1], str(n)) for n in range(MAX_ANNOTATIONS + 1)]) == ["too_many_annotations"]
    zigzag = [[n % 600, n % 400] for n in range(20_001)]
    assert codes([thing("polyline", zigzag)]) == ["too_many_points"]
    assert set(codes([thing("polyline", zigzag[:20_000], str(n)) for n in range(11)])) == {"too_many_points"}
    assert codes([thing("polygon", [zigzag[:10_001], zigzag[:10_001]])]) == ["too_many_points"]


def test_the_largest_answers_allowed_are_read() -> None:
    boxes = [thing("box", [n % 600, n % 400, 20, 20], str(n)) for n in range(MAX_ANNOTATIONS)]
    turns = np.linspace(0, 2 * math.pi, 20_000, endpoint=False)
    radius = 180 + 20 * np.sin(50 * turns)
    ring = np.stack([320 + radius * np.cos(turns), 240 + radius * np.sin(turns)], axis=1).tolist()
    assert len(validate_answer(SCHEMA, boxes, SIZES).annotations) == MAX_ANNOTATIONS
    assert len(validate_answer(SCHEMA, [thing("polygon", [ring], str(n)) for n in range(10)], SIZES).annotations) == 10


def test_intricate_outlines_are_refused_before_they_cost() -> None:
    comb = [[WIDTH * 0.9 * (n % 2), n * HEIGHT / 20_000] for n in range(19_000)]
    outline = [*comb, [WIDTH, HEIGHT], [WIDTH, 0]]
    assert codes([thing("polygon", [outline])]) == ["too_intricate"]


def test_many_holes_are_placed_and_too_many_are_refused() -> None:
    outline = [[0, 0], *[[n * WIDTH / 10_000, 0.01 * (n % 2)] for n in range(1, 10_000)], [WIDTH, HEIGHT], [0, HEIGHT]]
    holes = [[[x, y], [x + 1, y], [x, y + 1]] for x in range(10, 610, 20) for y in range(10, 470, 14)]
    assert len(validate_answer(SCHEMA, [thing("polygon", [outline, *holes[:990]])], SIZES).annotations) == 1
    assert codes([thing("polygon", [outline, *holes[:500], *holes[:500]])]) == ["too_intricate"]


def test_masks_share_one_budget_of_runs() -> None:
    chess = np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2 == 1
    mask = masks.encode(chess).as_json()
    assert set(codes([thing("mask", mask, str(n)) for n in range(8)])) == {"mask_counts"}


def test_an_answer_of_tags_alone_is_no_empty_answer_and_may_accompany_nothing() -> None:
    sun = {"id": "1", "kind": "tag", "label": "sun", "of": "weather", "tag": True}
    assert validate_answer(SCHEMA, [sun], SIZES).object_count == 0
    assert validate_answer(SCHEMA, [sun], SIZES, nothing_to_mark=True).nothing_to_mark


def test_nothing_to_mark_needs_a_schema_that_allows_it() -> None:
    strict = parse_schema({"labels": [{"name": "thing", "kinds": ["box"]}]})
    assert codes([], nothing=True, schema=strict) == ["nothing_not_allowed"]


def test_a_page_is_transcribed_without_a_shape() -> None:
    text = {"id": "1", "kind": "text", "label": "page", "text": "Once upon a time"}
    answer = validate_answer(SCHEMA, [text], SIZES)
    assert answer.annotations == [{"id": "1", "kind": "text", "image": 0, "text": "Once upon a time", "label": "page"}]
    assert answer.object_count == 0
    assert codes([text, {**text, "id": "2"}]) == ["duplicate_text"]


def test_a_text_of_a_faulty_shape_is_not_blamed_as_well() -> None:
    shape = {"id": "1", "kind": "box", "label": "sign", "box": [1, 1, 0, 5]}
    assert codes([shape, {"id": "2", "kind": "text", "of": "1", "text": "a"}]) == ["too_small"]


@pytest.mark.parametrize("text", ["a\x00b", "\ud83d", "x" * 2_001, 7, None])
def test_it_refuses_text_that_no_database_can_keep(text: Any) -> None:
    shape = {"id": "1", "kind": "box", "label": "sign", "box": [1, 1, 5, 5]}
    assert len(codes([shape, {"id": "2", "kind": "text", "of": "1", "text": text}])) >= 1
    if text is not None:
        assert len(codes([thing("point", [1, 1], attributes={"note": text})])) == 1


@pytest.mark.parametrize(
    "annotation",
    [
        {"id": "\ud800", "kind": "point", "label": "thing", "point": [1, 1]},
        {"id": "1", "kind": "point", "label": "thing", "point": [1, 1], "\ud800": 1},
        {"id": "1", "kind": "point", "label": "thing", "point": [1, 1], "attributes": {"\ud800": 1}},
        {"id": "1", "kind": "skeleton", "label": "thing", "skeleton": {"\ud800": [1, 1, 2]}},
    ],
)
def test_refusals_of_broken_characters_can_be_sent(annotation: dict[str, Any]) -> None:
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(SCHEMA, [annotation], SIZES)
    json.dumps(refusal.value.errors, ensure_ascii=False).encode()


def test_positions_of_images_are_kept_apart() -> None:
    two = [(WIDTH, HEIGHT), (10, 10)]
    assert validate_answer(SCHEMA, [thing("point", [300, 300], image=0)], two).annotations[0]["image"] == 0
    with pytest.raises(InvalidAnnotations) as refusal:
        validate_answer(SCHEMA, [thing("point", [300, 300], image=1)], two)
    assert refusal.value.errors[0]["code"] == "outside_image"


def test_a_turned_box_may_stick_out_but_not_float_away() -> None:
    answer = validate_answer(SCHEMA, [thing("box", [-20, 200, 60, 10], angle_degrees=90)], SIZES)
    assert answer.annotations[0]["box"] == [-20, 200, 60, 10]
    assert codes([thing("box", [-200, 200, 60, 10], angle_degrees=90)]) == ["outside_image"]
    assert codes([thing("box", [0, 0, 1_200, 1_200], angle_degrees=45)]) == ["outside_image"]


def test_drafts_may_be_unfinished_but_not_unstorable() -> None:
    check_draft([])
    check_draft([{"id": "1"}, {"id": "2", "kind": "polygon", "polygon": [[[1, 2]]]}])
    deep: Any = []
    for _ in range(50):
        deep = [deep]
    for bad in (
        None,
        {},
        [[]],
        [{}],
        [{"id": 1}],
        [{"id": "1"}, {"id": "1"}],
        [{"id": "1", "box": [float("nan")]}],
        [{"id": "1", "box": [10**400]}],
        [{"id": "1", "text": "\x00"}],
        [{"id": "1", "\ud800": 1}],
        [{"id": "1", "polygon": deep}],
        [{"id": "1", "polygon": [0] * 600_000}],
        [{"id": str(n)} for n in range(MAX_ANNOTATIONS + 1)],
    ):
        with pytest.raises(InvalidAnnotations):
            check_draft(bad)
