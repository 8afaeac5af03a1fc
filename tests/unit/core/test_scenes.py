"""Rendered pictures must say exactly what they show, and say it again for the same seed."""

from functools import lru_cache

import numpy as np
import pytest
from pycocotools import mask as coco
from shapely.geometry import Polygon

from tagwork.core.scenes import KINDS, Scene, render_scene
from tagwork.core.scenes.truth import border, bounds, enclosed_area, outline

SEEDS = range(4)
WITH_OBJECTS = [kind for kind in KINDS if kind != "weather"]
LABELS = {
    "fruit": {"apple", "pear", "lemon"},
    "road_signs": {"stop", "speed limit", "yield", "warning", "direction", "notice"},
    "shells": {"scallop", "starfish", "spiral", "pebble"},
    "cells": {"cell"},
    "desk": {"lamp", "cord", "dish", "card", "pin"},
    "crates": {"crate", "drum"},
}


@lru_cache(maxsize=256)
def scene(kind: str, seed: int, width: int = 640, height: int = 480) -> Scene:
    return render_scene(kind, seed, width, height)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_picture_and_truth(kind: str) -> None:
    one, two = render_scene(kind, 3, 320, 240), render_scene(kind, 3, 320, 240)
    assert np.array_equal(one.rgb, two.rgb)
    assert [(o.label, o.box, o.polygon, o.attributes) for o in one.objects] == [
        (o.label, o.box, o.polygon, o.attributes) for o in two.objects
    ]
    assert (one.tags, one.texts) == (two.tags, two.texts)
    assert not np.array_equal(one.rgb, render_scene(kind, 4, 320, 240).rgb)


@pytest.mark.parametrize(("width", "height"), [(1000, 750), (160, 160), (333, 777), (900, 300)])
@pytest.mark.parametrize("kind", KINDS)
def test_it_renders_the_size_asked_for_in_full_colour(kind: str, width: int, height: int) -> None:
    made = scene(kind, 1, width, height)
    assert made.rgb.shape == (height, width, 3) and made.rgb.dtype == np.uint8
    assert made.rgb.std() > 8, "a picture, not a plain field"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", WITH_OBJECTS)
def test_boxes_are_the_tight_bounds_of_the_masks(kind: str, seed: int) -> None:
    made = scene(kind, seed)
    assert made.objects
    for one in made.objects:
        assert one.label in LABELS[kind]
        assert one.mask.shape == (480, 640)
        # COCO's own tool, independent of ours
        assert coco.toBbox(coco.encode(np.asfortranarray(one.mask.astype(np.uint8)))).tolist() == list(one.box)
        assert 0 < one.visible_ratio <= 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", WITH_OBJECTS)
def test_polygons_follow_the_masks(kind: str, seed: int) -> None:
    for one in scene(kind, seed).objects:
        (ring,) = one.polygon
        assert 3 <= len(ring) <= 80
        assert Polygon(ring).is_valid
        flat = [[coordinate for point in ring for coordinate in point]]
        drawn = coco.merge(coco.frPyObjects(flat, *one.mask.shape))
        mask = coco.encode(np.asfortranarray(one.mask.astype(np.uint8)))
        # A cord is ten px wide: what half a px on both sides comes to is more of it.
        assert float(coco.iou([drawn], [mask], [0])[0, 0]) >= (0.96 if one.label == "cord" else 0.98), one.label


@pytest.mark.parametrize("kind", WITH_OBJECTS)
def test_no_pixel_belongs_to_two_things_and_each_thing_is_one_piece(kind: str) -> None:
    from scipy.ndimage import label

    for seed in SEEDS:
        made = scene(kind, seed)
        assert np.sum([one.mask for one in made.objects], axis=0).max() == 1
        for one in made.objects:
            assert label(one.mask)[1] == 1
            assert label(np.pad(~one.mask, 1, constant_values=True))[1] == 1, "no holes"


@pytest.mark.parametrize("kind", WITH_OBJECTS)
def test_things_can_be_seen_against_what_is_around_them(kind: str) -> None:
    from scipy.ndimage import binary_dilation

    for one, rgb in ((one, scene(kind, seed).rgb) for seed in SEEDS for one in scene(kind, seed).objects):
        around = binary_dilation(one.mask, iterations=12) & ~one.mask
        contrast = np.abs(rgb[one.mask].mean(axis=0) - rgb[around].mean(axis=0)).max()
        spread = rgb[one.mask].std(axis=0).max()
        assert contrast > 8 or spread > 30, (one.label, contrast, spread)


def test_hidden_parts_are_told() -> None:
    ratios = [one.visible_ratio for seed in range(12) for one in scene("fruit", seed).objects]
    assert min(ratios) < 0.9 and max(ratios) == 1
    assert all(ratio >= 0.62 for ratio in ratios)


def test_every_label_and_tag_comes_up_and_no_picture_is_empty() -> None:
    for kind, labels in LABELS.items():
        made = [scene(kind, seed, 200, 160).objects for seed in range(30)]
        assert all(made)
        assert {one.label for objects in made for one in objects} == labels
    assert {scene("weather", seed, 160, 160).tags["weather"] for seed in range(30)} == {"sun", "cloud", "rain", "night"}


def test_weather_looks_like_its_tag() -> None:
    light: dict[str, list[float]] = {}
    blue: dict[str, list[float]] = {}
    for seed in range(30):
        made = scene("weather", seed, 320, 240)
        sky = made.rgb[:80].astype(float)
        light.setdefault(made.tags["weather"], []).append(sky.mean())
        blue.setdefault(made.tags["weather"], []).append((sky[..., 2] - sky[..., 0]).mean())
    assert max(light["night"]) < 50 < min(light["rain"]) and max(light["rain"]) < min(light["cloud"])
    assert min(blue["sun"]) > max(blue["cloud"])


@pytest.mark.parametrize("seed", range(12))
def test_words_lie_on_their_sign_and_are_its_text(seed: int) -> None:
    made = scene("road_signs", seed, 1000, 750)
    assert len(made.texts) == len(made.objects)
    for text in made.texts:
        sign = made.objects[text.of]
        assert sign.attributes["text"] == text.text != ""
        x, y, width, height = text.box
        left, top, full_width, full_height = sign.box
        assert left <= x and top <= y and x + width <= left + full_width and y + height <= top + full_height
        # letters and plate differ clearly, or nobody could read them
        patch = made.rgb[y : y + height, x : x + width].astype(float).mean(axis=2)
        assert np.percentile(patch, 97) - np.percentile(patch, 3) > 70
        assert height >= 10


def test_it_refuses_what_it_cannot_render() -> None:
    for kind, seed, width in (("tea", 1, 640), ("fruit", -1, 640), ("fruit", 1, 159)):
        with pytest.raises(ValueError):
            render_scene(kind, seed, width, 480)


def test_the_border_of_a_known_shape() -> None:
    # an L of three pixels: 8 lattice steps; area 3 by counting
    shape = np.array([[True, False], [True, True]])
    assert border(shape) == [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)]
    assert enclosed_area(border(shape)) == 3
    assert bounds(shape) == (0, 0, 2, 2)


def test_pixels_that_touch_by_a_corner_are_apart_and_a_hole_shows_in_the_area() -> None:
    diagonal = np.eye(2, dtype=bool)
    assert enclosed_area(border(diagonal)) == 1
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    assert enclosed_area(border(ring)) == 9 != ring.sum()


def test_an_outline_of_a_disc_keeps_its_area() -> None:
    y, x = np.mgrid[:200, :200]
    disc = (x - 100) ** 2 + (y - 100) ** 2 < 80**2
    ring = outline(border(disc))
    assert len(ring) <= 80
    assert Polygon(ring).area == pytest.approx(np.pi * 80**2, rel=0.005)


def test_it_does_not_need_django() -> None:
    import subprocess
    import sys

    code = "import sys, tagwork.core.scenes; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_exact_figures_of_a_desk_cover_what_is_drawn() -> None:
    """Turned cards and dishes as polygons by shapely, against the masks; the cord's line and the joints lie inside."""
    import math

    from shapely.affinity import rotate, scale, translate
    from shapely.geometry import LineString, Point, box

    for one in (one for seed in range(3) for one in scene("desk", seed, 1000, 750).objects):
        drawn = Polygon(one.polygon[0])
        assert one.visible_ratio > 0.999
        figure = dict(one.figure)
        if one.label == "card":
            x, y, width, height = figure["box"]
            exact = rotate(box(x, y, x + width, y + height), figure["angle_degrees"])
        elif one.label == "dish":
            x, y, radius_x, radius_y, degrees = figure["ellipse"]
            exact = translate(rotate(scale(Point(0, 0).buffer(1, 64), radius_x, radius_y), degrees), x, y)
        elif one.label == "pin":
            exact = Point(figure["point"]).buffer(math.sqrt(drawn.area / math.pi))
        elif one.label == "cord":
            line = LineString(figure["polyline"])
            # A band along the line, as wide as its area says.
            exact = line.buffer(drawn.area / line.length / 2)
        else:
            assert list(figure["skeleton"]) == ["base", "elbow", "head"]
            assert all(drawn.contains(Point(x, y)) for x, y, _ in figure["skeleton"].values())
            continue
        assert exact.intersection(drawn).area / exact.union(drawn).area > 0.93, (one.label, figure)


@pytest.mark.parametrize("seed", range(6))
def test_the_cuboids_of_crates_are_valid_cover_what_is_drawn_and_have_the_label_on_their_front(seed: int) -> None:
    from shapely.geometry import MultiPoint

    from tagwork.core.annotations import validate_answer
    from tagwork.core.schema import parse_schema

    made = scene("crates", seed, 1000, 750)
    schema = parse_schema({"labels": [{"name": "crate", "kinds": ["cuboid"]}]})
    for one in made.objects:
        if one.label == "drum":
            assert not one.figure
            continue
        given = {"id": "1", "kind": "cuboid", "label": "crate", "image": 0, "attributes": {}, **one.figure}
        (read,) = validate_answer(schema, [given], [(1000, 750)], False).annotations
        # Canonical as it comes: the workbench shows it without reading it anew.
        assert read["cuboid"] == one.figure["cuboid"]
        front, back = one.figure["cuboid"]
        drawn, hull = Polygon(one.polygon[0]), MultiPoint([*front, *back]).convex_hull
        assert hull.intersection(drawn).area / hull.union(drawn).area > 0.98
        # Paper white is nowhere else on wood: its pixels lie in the front.
        red, blue = made.rgb[..., 0].astype(int), made.rgb[..., 2].astype(int)
        rows, columns = np.nonzero(one.mask & (blue > 120) & (red - blue < 30))
        assert len(rows) > 200
        middle = MultiPoint([(float(columns.mean()), float(rows.mean()))])
        assert Polygon(front).contains(middle)
