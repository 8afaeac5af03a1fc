"""Masks against pycocotools, on random and on hostile input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pycocotools import mask as coco

from tagwork.core import masks

bitmaps = arrays.arrays(np.bool_, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))
run_lengths = st.lists(st.integers(0, 3_000), min_size=1, max_size=40)


def coco_of(bitmap: np.ndarray) -> dict:
    return coco.encode(np.asfortranarray(bitmap.astype(np.uint8)))


@given(bitmaps)
def test_encoding_is_what_pycocotools_writes_and_decoding_brings_it_back(bitmap: np.ndarray) -> None:
    text = coco_of(bitmap)["counts"].decode()
    mask = masks.encode(bitmap)
    assert mask.as_json()["counts"] == text
    assert masks.uncompress(text).tolist() == mask.counts.tolist()
    assert (masks.decode(mask) == bitmap).all()
    assert mask.area_px == int(bitmap.sum())


@given(run_lengths)
def test_any_runs_survive_the_compressed_string(counts: list[int]) -> None:
    assert masks.uncompress(masks.compress(counts)).tolist() == counts


@given(run_lengths.filter(lambda counts: sum(counts) > 0))
def test_compressing_runs_is_what_pycocotools_does(counts: list[int]) -> None:
    theirs = coco.frPyObjects({"size": [sum(counts), 1], "counts": counts}, sum(counts), 1)
    assert masks.compress(counts) == theirs["counts"].decode()


@given(run_lengths.filter(lambda counts: sum(counts) > 0))
def test_equal_masks_have_equal_strings_however_the_runs_were_split(counts: list[int]) -> None:
    mask = masks.mask_of_counts(counts, sum(counts), 1)
    plain = np.repeat(np.arange(len(counts)) % 2 == 1, counts)[:, None]
    assert mask.as_json() == masks.encode(plain).as_json()


@given(st.data())
def test_intersection_and_iou_of_runs_are_those_of_pixels(data: st.DataObject) -> None:
    first = data.draw(bitmaps)
    second = data.draw(arrays.arrays(np.bool_, first.shape))
    a, b = masks.encode(first), masks.encode(second)
    assert masks.intersection_px(a, b) == int((first & second).sum())
    theirs = coco.iou([coco_of(first)], [coco_of(second)], [0])[0, 0]
    if first.any() or second.any():
        assert masks.iou(a, b) == pytest.approx(theirs, abs=1e-12)
    assert masks.iou(a, b) == masks.iou(b, a)


@given(bitmaps)
def test_bounds_are_those_of_pycocotools(bitmap: np.ndarray) -> None:
    left, top, right, bottom = masks.bounds(masks.encode(bitmap))
    if bitmap.any():
        rows, columns = np.nonzero(bitmap)
        assert (left, top, right, bottom) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    else:
        assert (left, top, right, bottom) == (0, 0, 0, 0)


@given(st.text(alphabet=[chr(code) for code in range(40, 120)], max_size=60), st.integers(1, 40), st.integers(1, 40))
def test_any_string_is_read_or_refused_and_never_breaks(text: str, height: int, width: int) -> None:
    try:
        mask = masks.mask_of_json({"size": [height, width], "counts": text})
    except masks.MaskError:
        return
    assert int(mask.counts.sum()) == height * width
    assert masks.decode(mask).shape == (height, width)


def test_it_refuses_a_mask_of_terapixels_before_allocating() -> None:
    with pytest.raises(masks.MaskError, match="2000000 x 2000000"):
        masks.mask_of_json({"size": [2_000_000, 2_000_000], "counts": "1"})


def test_it_refuses_too_many_runs_before_decoding_them() -> None:
    with pytest.raises(masks.MaskError, match="runs"):
        masks.uncompress("1" * 5_000_000)
    with pytest.raises(masks.MaskError, match="runs"):
        masks.uncompress("1" * 11, max_runs=10)


def test_masks_of_different_sizes_are_not_compared() -> None:
    with pytest.raises(masks.MaskError):
        masks.intersection_px(masks.encode(np.ones((2, 3), bool)), masks.encode(np.ones((3, 2), bool)))


def star(random: np.random.Generator, size: int) -> list[list[float]]:
    angles = np.sort(random.random(random.integers(3, 30))) * 2 * np.pi
    radii = size * (0.2 + 0.28 * random.random(len(angles)))
    return np.stack([size / 2 + radii * np.cos(angles), size / 2 + radii * np.sin(angles)], axis=1).tolist()


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_rasterising_differs_from_pycocotools_by_no_more_than_the_outline(seed: int) -> None:
    ring = star(np.random.default_rng(seed), 120)
    ours = masks.decode(masks.polygon_to_mask([ring], 120, 120))
    (painted,) = coco.frPyObjects([np.ravel(ring).tolist()], 120, 120)
    theirs = masks.decode(masks.mask_of_json(painted))
    steps = np.abs(np.diff(np.array([*ring, ring[0]]), axis=0)).sum()
    assert int((ours != theirs).sum()) <= steps + len(ring)


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 20), st.integers(0, 20))
def test_neighbours_that_share_an_edge_share_no_pixel_and_leave_no_gap(width: int, height: int, x: int, y: int) -> None:
    def box(left: float, right: float) -> masks.Mask:
        return masks.polygon_to_mask([[[left, y], [right, y], [right, y + height], [left, y + height]]], 60, 60)

    middle = x + width / 2
    left, right, whole = box(x, middle), box(middle, x + width), box(x, x + width)
    assert masks.intersection_px(left, right) == 0
    assert left.area_px + right.area_px == whole.area_px == width * height


def test_a_polygon_off_the_image_covers_nothing() -> None:
    assert masks.polygon_to_mask([[[-9, -9], [-2, -9], [-2, -2]]], 10, 10).counts.tolist() == [100]
