"""Areas, overlaps and crossings against Shapely, on random shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LinearRing, LineString, Point, Polygon, box

from tagwork.core import geometry, similarity
from tagwork.core.shapes import SHAPES

seeds = st.integers(0, 2**32 - 1)
boxes = st.lists(
    st.tuples(*[st.integers(0, 2_000).map(lambda v: v / 4)] * 2, *[st.integers(4, 2_000).map(lambda v: v / 4)] * 2),
    min_size=1,
    max_size=6,
)


def star(random: np.random.Generator, centre: float = 50, size: float = 50, points: int | None = None) -> list:
    angles = np.sort(random.random(points or random.integers(3, 40))) * 2 * np.pi
    radii = size * (0.2 + 0.7 * random.random(len(angles)))
    x, y = centre + radii * np.cos(angles), centre + radii * np.sin(angles)
    return np.round(np.stack([x, y], axis=1), 2).tolist()


@given(boxes, boxes)
def test_box_iou_is_symmetric_and_that_of_shapely(first: list, second: list) -> None:
    ours = similarity.box_iou_matrix(first, second)
    assert np.array_equal(ours, similarity.box_iou_matrix(second, first).T)
    for row, (x, y, w, h) in enumerate(first):
        for column, (u, v, s, t) in enumerate(second):
            a, b = box(x, y, x + w, y + h), box(u, v, u + s, v + t)
            assert ours[row, column] == pytest.approx(a.intersection(b).area / a.union(b).area, abs=1e-9)


@settings(max_examples=150)
@given(seeds)
def test_polygon_iou_is_symmetric_and_that_of_shapely(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = star(random), star(random, centre=55)
    a, b = Polygon(first), Polygon(second)
    if not (a.is_valid and b.is_valid):
        return
    ours = similarity.region_iou([first], [second])
    assert ours == pytest.approx(a.intersection(b).area / a.union(b).area, abs=1e-9)
    assert ours == pytest.approx(similarity.region_iou([second], [first]), abs=1e-12)
    assert similarity.region_iou([first], [first]) == pytest.approx(1.0, abs=1e-9)


@settings(max_examples=60)
@given(seeds)
def test_holes_count_as_outside(seed: int) -> None:
    random = np.random.default_rng(seed)
    outline = [[0, 0], [100, 0], [100, 100], [0, 100]]
    hole, other = star(random, size=40), star(random, centre=60)
    a, b = Polygon(outline, [hole]), Polygon(other)
    if not (a.is_valid and b.is_valid):
        return
    expected = a.intersection(b).area / a.union(b).area
    assert similarity.region_iou([outline, hole], [other]) == pytest.approx(expected, abs=1e-9)
    assert geometry.region_area([outline, hole]) == pytest.approx(a.area, abs=1e-9)


def test_large_outlines_are_measured_on_lines_and_stay_within_a_thousandth() -> None:
    random = np.random.default_rng(7)
    turn = np.linspace(0, 2 * np.pi, 3_000, endpoint=False)
    radius = 400 + 30 * np.sin(11 * turn) + random.random(3_000)
    first = np.stack([500 + radius * np.cos(turn), 500 + radius * np.sin(turn)], axis=1)
    second = first + np.array([40, 25])
    a, b = Polygon(first), Polygon(second)
    ours = similarity.region_iou([first.tolist()], [second.tolist()])
    assert ours == pytest.approx(a.intersection(b).area / a.union(b).area, abs=1e-3)


def test_two_combs_that_cross_everywhere_cost_no_more_than_the_budget() -> None:
    """Upright against lying teeth, 200 each: 160,000 crossings, measured exactly only if that were cheap."""
    teeth = [
        [5 * tooth + step, 0 if (step == 0) == (tooth % 2 == 0) else 990] for tooth in range(200) for step in (0, 2)
    ]
    comb = [*teeth, [999, 1_000], [-1, 1_000]]
    lying = [[y, x] for x, y in comb]
    ours = similarity.region_iou([comb], [lying])
    a, b = Polygon(comb), Polygon(lying)
    assert ours == pytest.approx(
        a.buffer(0).intersection(b.buffer(0)).area / a.buffer(0).union(b.buffer(0)).area, abs=0.01
    )


@settings(max_examples=200)
@given(seeds, st.integers(4, 12))
def test_crossing_edges_are_those_shapely_finds(seed: int, count: int) -> None:
    """Random points on no common line: touching without crossing has no chance, so simple means without crossing."""
    ring = np.random.default_rng(seed).random((count, 2)).round(4) * 1_000
    crossing, pairs = geometry.has_crossing([ring.tolist()], 10_000)
    assert crossing == (not LinearRing(ring).is_simple)
    assert pairs <= count * (count - 1) // 2


def test_a_diagonal_comb_is_called_too_intricate_within_the_budget_of_pairs() -> None:
    teeth = [
        [k * 0.5 + (700 if k % 4 in (1, 2) else 0), k * 0.5 + (0 if k % 4 in (1, 2) else 700)] for k in range(6_000)
    ]
    ring = [*teeth, [9_000, 9_000], [9_000, -9_000]]
    crossing, pairs = geometry.has_crossing([ring], 1_000_000)
    assert crossing is None
    assert pairs > 1_000_000


@given(seeds)
def test_points_in_regions_are_those_of_shapely(seed: int) -> None:
    random = np.random.default_rng(seed)
    ring = star(random)
    shape = Polygon(ring)
    if not shape.is_valid:
        return
    for x, y in (random.random((20, 2)) * 100).tolist():
        assert geometry.point_in_region(x, y, [ring]) == shape.contains(Point(x, y))


def test_ellipse_polygons_have_the_area_of_the_ellipse() -> None:
    ring = geometry.ellipse_ring([10, 20, 7, 3, 33])
    assert geometry.region_area([ring]) == pytest.approx(np.pi * 21, rel=1e-12)


def test_bounds_of_a_turned_ellipse_hold_its_polygon_tightly() -> None:
    ellipse = {"ellipse": [50, 60, 30, 10, 25]}
    fine = geometry.ellipse_ring(ellipse["ellipse"], vertices=4_000)
    assert SHAPES["ellipse"].bounds(ellipse) == pytest.approx(geometry.bounds_of(fine), abs=1e-3)


@settings(max_examples=60)
@given(seeds)
def test_distances_to_a_line_are_those_of_shapely(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b = random.random((random.integers(2, 9), 2)) * 500, random.random((random.integers(2, 9), 2)) * 500

    def one_way(path: np.ndarray, other: np.ndarray) -> float:
        line, target = LineString(path), LineString(other)
        stops = np.linspace(0, line.length, similarity.POLYLINE_SAMPLES)
        return float(np.mean([line.interpolate(stop).distance(target) for stop in stops]))

    expected = (one_way(a, b) + one_way(b, a)) / 2
    assert similarity.polyline_mean_distance(a.tolist(), b.tolist()) == pytest.approx(expected, abs=1e-6)


def slow_edit_distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        above, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            above, row[j] = row[j], min(above + (left != right), row[j] + 1, row[j - 1] + 1)
    return row[-1]


@given(st.text("abcé", max_size=90), st.text("abcé", max_size=90))
def test_edit_distance_is_that_of_the_textbook_table(a: str, b: str) -> None:
    """Wagner and Fischer 1974."""
    assert similarity.levenshtein(a, b) == slow_edit_distance(a, b)


def test_oks_is_that_of_pycocotools_where_both_skeletons_are_whole() -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    names = ["a", "b", "c", "d"]
    truth = {"a": [10, 10, 2], "b": [110, 10, 2], "c": [110, 60, 1], "d": [10, 60, 2]}
    guess = {"a": [13, 14, 2], "b": [110, 20, 2], "c": [100, 70, 2], "d": [11, 60, 2]}
    coco = COCO()
    common = {"image_id": 1, "category_id": 1, "iscrowd": 0, "area": 100 * 50, "bbox": [10, 10, 100, 50]}
    flat = [value for name in names for value in truth[name]]
    coco.dataset = {
        "images": [{"id": 1}],
        "categories": [{"id": 1}],
        "annotations": [{**common, "id": 1, "num_keypoints": 4, "keypoints": flat}],
    }
    coco.createIndex()
    found = COCO()
    found.dataset = {
        "images": [{"id": 1}],
        "categories": [{"id": 1}],
        "annotations": [
            {**common, "id": 1, "score": 1.0, "keypoints": [value for name in names for value in guess[name]]}
        ],
    }
    found.createIndex()
    evaluation = COCOeval(coco, found, "keypoints")
    evaluation.params.kpt_oks_sigmas = np.full(4, similarity.OKS_SIGMA)
    evaluation._prepare()
    expected = evaluation.computeOks(1, 1)[0, 0]
    assert similarity.skeleton_oks(truth, guess, (1_000, 1_000)) == pytest.approx(expected, abs=1e-9)
