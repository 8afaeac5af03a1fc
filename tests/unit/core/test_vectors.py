"""Runs the shared cases of vectors/; the workbench runs the same files in TypeScript."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tagwork.core import geometry, masks, money, similarity
from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.core.reading import rounded
from tagwork.core.schema import parse_schema
from tagwork.core.scoring import score_answer
from tagwork.core.shapes import SHAPES

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
Case = dict[str, Any]


def cases(name: str, *operations: str) -> list[Case]:
    found = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return [case for case in found if not operations or case["operation"] in operations]


def name_of(case: Case) -> str:
    return str(case.get("name") or case.get("operation"))


def turned(box: list[float], degrees: float) -> list[list[list[float]]]:
    return [geometry.box_corners(box, degrees)]


def ellipse_iou(a: list[float], b: list[float]) -> float:
    return similarity.region_iou([geometry.ellipse_ring(a)], [geometry.ellipse_ring(b)])


GEOMETRY: dict[str, Callable[[Case], Any]] = {
    "box_iou": lambda case: similarity.box_iou_matrix([case["a"]], [case["b"]])[0, 0],
    "box_corners": lambda case: geometry.box_corners(case["box"], case["angle_degrees"]),
    "turned_box_iou": lambda case: similarity.region_iou(
        turned(case["a"], case["a_degrees"]), turned(case["b"], case["b_degrees"])
    ),
    "polygon_area": lambda case: geometry.region_area(case["polygon"]),
    "polygon_iou": lambda case: similarity.region_iou(case["a"], case["b"]),
    "point_in_polygon": lambda case: geometry.point_in_region(*case["point"], case["polygon"]),
    "self_crossing": lambda case: geometry.has_crossing(case["polygon"], 1_000)[0],
    "ellipse_iou": lambda case: ellipse_iou(case["a"], case["b"]),
}


def of_kind(case: Case) -> Any:
    """As the kind itself says; the name of the operation is that of the kind."""
    kind = case["operation"]
    return SHAPES[kind].similarities([{kind: case["a"]}], [{kind: case["b"]}], tuple(case["image_size"]))[0, 0]


SIMILARITY: dict[str, Callable[[Case], Any]] = {
    "skeleton": lambda case: similarity.skeleton_oks(case["a"], case["b"], case["image_size"]),
    "polyline": lambda case: similarity.polyline_similarity(case["a"], case["b"], case["image_size"]),
    "text": lambda case: similarity.text_similarity(case["a"], case["b"]),
    "rounded": lambda case: rounded(case["value"]),
}


@pytest.mark.parametrize("case", cases("geometry"), ids=name_of)
def test_geometry_agrees_with_shapely(case: Case) -> None:
    np.testing.assert_allclose(GEOMETRY[case["operation"]](case), case["expected"], rtol=0, atol=case["tolerance"])


@pytest.mark.parametrize("case", cases("similarity"), ids=name_of)
def test_similarity_agrees_with_the_hand_calculation(case: Case) -> None:
    measure = SIMILARITY.get(case["operation"], of_kind)
    np.testing.assert_allclose(measure(case), case["expected"], rtol=0, atol=case["tolerance"])


@pytest.mark.parametrize("case", cases("masks", "mask"), ids=name_of)
def test_masks_agree_with_pycocotools(case: Case) -> None:
    mask = masks.mask_of_json({"size": case["size"], "counts": case["compressed"]})
    assert mask.as_json() == {"size": case["size"], "counts": case["compressed"]}
    assert mask.area_px == case["area"]
    if "counts" in case:
        assert mask.counts.tolist() == case["counts"]
    bitmap = masks.decode(mask)
    assert int(np.flatnonzero(bitmap.ravel(order="F")).sum() % 1_000_000_007) == case["checksum"]
    assert masks.encode(bitmap).as_json()["counts"] == case["compressed"]
    if "rows" in case:
        assert ["".join(".#"[pixel] for pixel in row) for row in bitmap.astype(int).tolist()] == case["rows"]
    left, top, right, bottom = masks.bounds(mask)
    assert [left, top, right - left, bottom - top] == case["bbox"]


@pytest.mark.parametrize("case", cases("masks", "mask_iou"), ids=name_of)
def test_mask_iou_agrees_with_pycocotools(case: Case) -> None:
    a, b = (masks.mask_of_json({"size": case["size"], "counts": case[side]}) for side in "ab")
    assert masks.iou(a, b) == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("case", cases("masks", "polygon_to_mask"), ids=name_of)
def test_rasterised_polygons_hold_the_pixels_whose_centres_are_inside(case: Case) -> None:
    mask = masks.polygon_to_mask(case["polygon"], *case["size"])
    assert (mask.as_json()["counts"], mask.area_px) == (case["compressed"], case["area"])


@pytest.mark.parametrize("case", cases("masks", "bad_mask"), ids=name_of)
def test_it_refuses_bad_run_lengths(case: Case) -> None:
    with pytest.raises(masks.MaskError):
        masks.mask_of_json({"size": case["size"], "counts": case["compressed"]})


@pytest.mark.parametrize("case", cases("answers"), ids=name_of)
def test_answers_are_made_canonical_or_refused_with_every_fault(case: Case) -> None:
    schema = parse_schema(case["schema"])
    sizes = [tuple(size) for size in case["image_sizes"]]
    if "canonical" in case:
        answer = validate_answer(schema, case["annotations"], sizes, case["nothing_to_mark"])
        assert answer.canonical_json.decode() == case["canonical"]
    else:
        with pytest.raises(InvalidAnnotations) as refusal:
            validate_answer(schema, case["annotations"], sizes, case["nothing_to_mark"])
        found = [{key: one[key] for key in ("annotation", "field", "code")} for one in refusal.value.errors]
        assert found == case["errors"]
        assert all(one["message"] for one in refusal.value.errors)


@pytest.mark.parametrize("case", cases("scoring"), ids=name_of)
def test_scores_agree_with_the_hand_calculation(case: Case) -> None:
    schema = parse_schema(case["schema"])
    sizes = [tuple(size) for size in case["image_sizes"]]
    expected, given = (
        validate_answer(schema, case[side], sizes).annotations if case[side] else [] for side in ("expected", "given")
    )
    score = score_answer(schema, expected, given, sizes)
    outcomes = sorted(one.outcome for one in (*score.objects, *score.tags))
    assert (score.passed, score.reason_code, outcomes) == (case["passed"], case["reason_code"], case["outcomes"])
    assert score.similarity == pytest.approx(case["similarity"], abs=case["tolerance"])
    assert json.loads(json.dumps(score.as_json())) == score.as_json()


def price(of: dict[str, int]) -> money.Price:
    return money.Price(of["base_micros"], of["object_micros"], of["max_objects"])


def parsed(text: str) -> int | None:
    try:
        return money.parse_usd(text)
    except ValueError:
        return None


MONEY: dict[str, Callable[[Case], Any]] = {
    "format_usd": lambda case: money.format_usd(case["micros"]),
    "parse_usd": lambda case: parsed(case["text"]),
    "amount": lambda case: price(case["price"]).amount(case["accepted_objects"]),
    "max_micros": lambda case: price(case["price"]).max_micros,
    "fee_micros": lambda case: money.fee_micros(case["amount_micros"], case["fee_bp"]),
    "floor_micros": lambda case: money.floor_micros(case["median_milliseconds"]),
    "hourly_micros": lambda case: money.hourly_micros(case["amount_micros"], case["active_milliseconds"]),
}


@pytest.mark.parametrize("case", cases("money"), ids=name_of)
def test_money_agrees_with_the_hand_calculation(case: Case) -> None:
    if case["operation"] == "with_tier":
        assert money.with_tier(price(case["price"]), case["tier_bonus_bp"]) == price(case["expected"])
    else:
        assert MONEY[case["operation"]](case) == case["expected"]
