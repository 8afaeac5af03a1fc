"""Writes vectors/*.json, the cases that Python and TypeScript both run: `python tests/unit/core/make_vectors.py`.

Expected values come from Shapely, pycocotools or a hand calculation noted beside the case, never from our own code.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco
from shape_cases import found as shape_cases
from shapely import affinity
from shapely.geometry import Point, Polygon, box

from tagwork.core.fragments import answer_document
from tagwork.core.shapes import SHAPES

VECTORS = Path(__file__).resolve().parents[3] / "vectors"
SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10]]
HOLE = [[3, 3], [7, 3], [7, 7], [3, 7]]
STAR = [[50, 5], [61, 38], [95, 38], [67, 58], [78, 92], [50, 71], [22, 92], [33, 58], [5, 38], [39, 38]]
C_SHAPE = [[0, 0], [30, 0], [30, 10], [10, 10], [10, 20], [30, 20], [30, 30], [0, 30]]


def polygon(rings: list[Any]) -> Polygon:
    return Polygon(rings[0], rings[1:])


def turned(values: list[float], degrees: float) -> Polygon:
    x, y, width, height = values
    return affinity.rotate(box(x, y, x + width, y + height), degrees, origin="center")  # y down: turns clockwise


def iou(a: Polygon, b: Polygon) -> float:
    return float(a.intersection(b).area / a.union(b).area)


def oval(values: list[float]) -> Polygon:
    cx, cy, rx, ry, degrees = values
    circle = Point(0, 0).buffer(1, quad_segs=512)
    return affinity.translate(affinity.rotate(affinity.scale(circle, rx, ry), degrees, origin=(0, 0)), cx, cy)


def geometry() -> dict[str, Any]:
    cases: list[dict[str, Any]] = []

    def add(operation: str, expected: Any, tolerance: float = 1e-9, **given: Any) -> None:
        cases.append({"operation": operation, **given, "expected": expected, "tolerance": tolerance})

    for a, b in (
        ([0, 0, 10, 10], [0, 0, 10, 10]),
        ([0, 0, 10, 10], [5, 0, 10, 10]),  # 50 / 150
        ([0, 0, 10, 10], [10, 0, 10, 10]),  # an edge in common, no area
        ([0, 0, 10, 10], [20, 20, 5, 5]),
        ([0, 0, 10, 10], [2, 2, 4, 4]),  # 16 / 100
        ([10.5, 20, 100, 50], [12.25, 18.5, 97.75, 55.1]),
        ([0, 0, 0.5, 4000], [0.25, 0, 0.5, 4000]),
    ):
        add("box_iou", iou(turned(a, 0), turned(b, 0)), a=a, b=b)
    for values, degrees in (([0, 0, 10, 10], 45), ([10, 20, 30, 40], 90), ([5, 5, 20, 2], 30), ([5, 5, 20, 2], 350)):
        corners = [[values[0], values[1]], [values[0] + values[2], values[1]]]
        corners += [[values[0] + values[2], values[1] + values[3]], [values[0], values[1] + values[3]]]
        cx, cy = values[0] + values[2] / 2, values[1] + values[3] / 2
        expected = [list(affinity.rotate(Point(c), degrees, origin=(cx, cy)).coords[0]) for c in corners]
        add("box_corners", expected, box=values, angle_degrees=degrees)
    for a, turn_a, b, turn_b in (
        ([0, 0, 10, 10], 0, [0, 0, 10, 10], 45),  # an octagon: 2 (sqrt 2 - 1) of each square
        ([0, 0, 10, 10], 45, [0, 0, 10, 10], 45),
        ([0, 0, 10, 10], 90, [0, 0, 10, 10], 0),
        ([100, 100, 60, 20], 30, [105, 96, 58, 22], 24),
        ([100, 100, 60, 20], 30, [300, 96, 58, 22], 24),
        ([0, 0, 40, 4], 10, [0, 0, 40, 4], 100),
    ):
        expected_iou = iou(turned(a, turn_a), turned(b, turn_b))
        add("turned_box_iou", expected_iou, a=a, a_degrees=turn_a, b=b, b_degrees=turn_b)
    for rings in (
        [SQUARE],
        [SQUARE, HOLE],
        [list(reversed(SQUARE)), HOLE],
        [STAR],
        [C_SHAPE],
        [[[0, 0], [4, 0], [0, 3]]],
    ):
        add("polygon_area", polygon(rings).area, polygon=rings)
    for a, b in (
        ([SQUARE], [SQUARE]),
        ([SQUARE, HOLE], [SQUARE]),  # 84 / 100
        ([SQUARE, HOLE], [HOLE]),  # the hole and what fills it: nothing in common
        ([C_SHAPE], [[[20, 0], [40, 0], [40, 30], [20, 30]]]),  # meets both arms: 200 / (700 + 600 - 200)
        ([STAR], [[[x + 7.5, y - 3.25] for x, y in STAR]]),
        ([STAR], [[[10, 10], [90, 10], [90, 90], [10, 90]], [[45, 45], [55, 45], [55, 55], [45, 55]]]),
        ([SQUARE], [[[5, 5], [5, 15], [15, 15], [15, 5]]]),  # 25 / 175, the other direction
        ([SQUARE], [[[10, 10], [20, 10], [20, 20], [10, 20]]]),
    ):
        add("polygon_iou", iou(polygon(a), polygon(b)), a=a, b=b)
    for rings, point in (
        ([SQUARE], [5, 5]),
        ([SQUARE], [10.5, 5]),
        ([SQUARE], [5, -0.5]),
        ([SQUARE, HOLE], [5, 5]),
        ([SQUARE, HOLE], [2, 5]),
        ([C_SHAPE], [20, 15]),
        ([C_SHAPE], [20, 5]),
        ([C_SHAPE], [5, 10]),  # a ray along an edge
        ([STAR], [50, 50]),
        ([STAR], [50, 80]),
    ):
        add("point_in_polygon", bool(polygon(rings).contains(Point(point))), 0, polygon=rings, point=point)
    for rings, crosses in (
        ([SQUARE], False),
        ([SQUARE, HOLE], False),
        ([STAR], False),
        ([[[10, 10], [100, 100], [100, 10], [10, 100]]], True),
        ([SQUARE, [[8, 3], [12, 3], [12, 7], [8, 7]]], True),  # a hole across the outline
        ([[[0, 0], [10, 0], [5, 5], [10, 10], [0, 10], [5, 5]]], False),  # touches itself in one point
    ):
        add("self_crossing", crosses, 0, polygon=rings)
    for a, b in (
        ([50, 50, 20, 20, 0], [60, 50, 20, 20, 0]),
        ([50, 50, 30, 10, 0], [50, 50, 30, 10, 90]),
        ([50, 50, 30, 10, 20], [53, 48, 28, 12, 35]),
    ):
        add("ellipse_iou", iou(oval(a), oval(b)), 1e-3, a=a, b=b)
    return {
        "description": "Plane geometry in image pixels (x right, y down, angles clockwise). Expected values: Shapely.",
        "cases": cases,
    }


def bitmap_of(rows: list[str]) -> np.ndarray:
    return np.array([[sign == "#" for sign in row] for row in rows], dtype=np.uint8)


def counts_of(bitmap: np.ndarray) -> list[int]:
    """Runs by plain counting, one pixel at a time, down the columns."""
    counts, value = [0], 0
    for pixel in bitmap.ravel(order="F").tolist():
        if pixel != value:
            counts.append(0)
            value = pixel
        counts[-1] += 1
    return counts


def checksum(bitmap: np.ndarray) -> int:
    return int(np.flatnonzero(bitmap.ravel(order="F")).sum() % 1_000_000_007)


def masks() -> dict[str, Any]:
    random = np.random.default_rng(20261121)
    bitmaps = [
        bitmap_of(rows)
        for rows in (
            ["..##", ".##.", "#..#"],
            ["....", "...."],
            ["####", "####"],
            ["#.", ".#"],
            ["#"],
            [".#" * 20] * 7,
        )
    ]
    yy, xx = np.mgrid[0:480, 0:640]
    bitmaps.append((((xx - 320) / 200) ** 2 + ((yy - 240) / 150) ** 2 <= 1).astype(np.uint8))
    bitmaps.append((random.random((37, 53)) < 0.3).astype(np.uint8))
    bitmaps.append(((xx < 1) & (yy < 480)).astype(np.uint8))
    big = np.zeros((3000, 4000), dtype=np.uint8)
    big[1000:1003, 500:3500] = 1
    big[2999, 3999] = 1
    bitmaps.append(big)
    cases: list[dict[str, Any]] = []
    for bitmap in bitmaps:
        encoded = coco.encode(np.asfortranarray(bitmap))
        counts = counts_of(bitmap)
        case: dict[str, Any] = {
            "operation": "mask",
            "size": [int(side) for side in bitmap.shape],
            "compressed": encoded["counts"].decode(),
            "area": int(coco.area(encoded)),
            "bbox": [int(value) for value in coco.toBbox(encoded)],
            "checksum": checksum(bitmap),
        }
        if len(counts) < 3_000:
            case["counts"] = counts
        if bitmap.size <= 400:
            case["rows"] = ["".join(".#"[pixel] for pixel in row) for row in bitmap.tolist()]
        cases.append(case)
    for first, second in ((0, 0), (6, 8)):
        a, b = (coco.encode(np.asfortranarray(bitmaps[place])) for place in (first, second))
        cases.append(_iou_case(a, b))
    shifted = np.roll(bitmaps[6], 40, axis=1)
    cases.append(_iou_case(*(coco.encode(np.asfortranarray(one)) for one in (bitmaps[6], shifted))))
    for rings, width, height in (
        ([[[2.25, 1.25], [17.75, 3.25], [12.25, 14.75], [4.75, 11.25]]], 20, 16),
        ([[[1, 1], [9, 1], [9, 9], [1, 9]], [[3, 3], [7, 3], [7, 7], [3, 7]]], 10, 10),
        ([[[-5, -5.125], [6.25, 3.25], [3.25, 25]]], 12, 12),
        ([[[x / 2 + 0.1, y / 2 + 0.1] for x, y in STAR]], 50, 50),
    ):
        shape = polygon(rings)
        inside = [[shape.contains(Point(x + 0.5, y + 0.5)) for x in range(width)] for y in range(height)]
        encoded = coco.encode(np.asfortranarray(np.array(inside, dtype=np.uint8)))
        cases.append(
            {
                "operation": "polygon_to_mask",
                "polygon": rings,
                "size": [height, width],
                "compressed": encoded["counts"].decode(),
                "area": int(coco.area(encoded)),
            }
        )
    for name, size, text in (
        ("the runs fill too few pixels", [4, 4], "5"),
        ("the runs fill too many pixels", [1, 1], "22"),
        ("it ends within a number", [4, 4], "P"),
        ("a character out of range", [4, 4], "~~"),
        ("empty", [4, 4], ""),
        ("a number of more than 35 bits", [4, 4], "oooooooo0"),
        ("a negative run", [2, 2], "45o3"),
    ):
        cases.append({"operation": "bad_mask", "name": name, "size": size, "compressed": text})
    return {
        "description": "COCO run-length encoding; strings, areas, boxes and IoU from pycocotools, polygon_to_mask "
        "(pixel centres, even-odd) from Shapely. checksum: sum of the column-major indices of ones modulo 10^9 + 7.",
        "cases": cases,
    }


def _iou_case(a: Any, b: Any) -> dict[str, Any]:
    return {
        "operation": "mask_iou",
        "size": [int(side) for side in a["size"]],
        "a": a["counts"].decode(),
        "b": b["counts"].decode(),
        "expected": float(coco.iou([a], [b], [0])[0, 0]),
        "tolerance": 1e-12,
    }


def similarity() -> dict[str, Any]:
    cases: list[dict[str, Any]] = []

    def add(operation: str, expected: float, note: str, **given: Any) -> None:
        cases.append({"operation": operation, **given, "expected": expected, "tolerance": 1e-9, "note": note})

    image = [1000, 1000]  # a lone point's object covers 1 % of it: 10,000 px²
    spread = 2 * 10_000 * 0.18**2
    for distance in (0, 10, 30):
        expected = math.exp(-(distance**2) / spread)
        given = [100 + distance, 100]
        add("point", expected, "exp(-d²/(2 s² (2 sigma)²))", a=[100, 100], b=given, image_size=image)
    # COCO's own formula for a skeleton whose box is 100 x 50: mean of exp(-d²/(2 area k²))
    whole = {"nose": [0, 0, 2], "left": [100, 0, 2], "right": [100, 50, 1]}
    moved = {"nose": [3, 4, 2], "left": [100, 0, 2], "right": [100, 40, 2]}
    parts = [math.exp(-(d**2) / (2 * 5_000 * 0.18**2)) for d in (5, 0, 10)]
    add("skeleton", sum(parts) / 3, "area 5,000; distances 5, 0, 10", a=whole, b=moved, image_size=image)
    missing = {"nose": [3, 4, 2], "left": [100, 0, 2]}
    add("skeleton", (parts[0] + parts[1]) / 3, "one keypoint left out", a=whole, b=missing, image_size=image)
    add(
        "skeleton",
        2 / 3,
        "one keypoint made up",
        a={k: whole[k] for k in ("nose", "left")},
        b={**{k: whole[k] for k in ("nose", "left")}, "tail": [5, 5, 2]},
        image_size=image,
    )
    for kind, of in shape_cases().items():
        for a, b, expected, note in of.SIMILARITY:
            add(kind, expected, note, a=a, b=b, image_size=image)
    # tolerance 2 % of 1,000 px = 20 px
    line = [[100, 100], [500, 100]]
    add("polyline", 1.0, "the same line, drawn backwards", a=line, b=[[500, 100], [100, 100]], image_size=image)
    add("polyline", 0.75, "5 px apart everywhere", a=line, b=[[100, 105], [500, 105]], image_size=image)
    add("polyline", 1.0, "a vertex more", a=line, b=[[100, 100], [230, 100], [500, 100]], image_size=image)
    add("polyline", 0.0, "20 px apart", a=line, b=[[100, 120], [500, 120]], image_size=image)
    for a, b, expected, note in (
        ("STOP", "STOP", 1.0, "equal"),
        ("STOP", "STDP", 0.75, "1 of 4 substituted"),
        ("kitten", "sitting", 0.5, "distance 3 of 6 (Levenshtein's usual example)"),
        ("STOP", "", 0.0, "nothing written"),
        ("", "", 1.0, "unreadable for both"),
        ("", "STOP", 0.0, "read where nothing is"),
        ("a  b", " a b ", 1.0, "white space"),
        ("é", "e\u0301", 1.0, "the same letter, composed and not"),
        ("ab", "abcdefgh", 0.0, "error rate above 1"),
        ("Stop", "stop", 0.75, "case counts"),
        ("\N{GRINNING FACE}\N{GRINNING FACE}", "\N{GRINNING FACE}", 0.5, "1 of 2 left out: a face is one character"),
        ("\u5927\u962a\u5e02", "\u5927\u962a\u5e9c", 2 / 3, "1 of 3 signs substituted"),
        ("a\u3000b", "a\x1f\x85b", 1.0, "white space of other scripts and machines"),
        ("ab", "\ufeffab", 0.5, "a byte order mark is no white space: 1 inserted, 2 long"),
        ("intention", "execution", 4 / 9, "distance 5 of 9 (Jurafsky and Martin's example)"),
    ):
        add("text", expected, note, a=a, b=b)
    for value, hundredths in (
        (0.125, 0.13),
        (7, 7),
        (0.1249, 0.12),
        (-0.0, 0),
        (2.999, 3),
        (-0.125, -0.12),
        (0.375, 0.38),
    ):
        note = "to hundredths, halves up"
        cases.append({"operation": "rounded", "value": value, "expected": hundredths, "tolerance": 0, "note": note})
    return {
        "description": "Similarity of points, skeletons, lines and texts, and the rounding of coordinates; by hand.",
        "cases": cases,
    }


CARS = {"labels": [{"name": "car", "kinds": ["box"]}, {"name": "bus", "kinds": ["box"]}], "allow_nothing": True}
WEATHER = {
    "tags": [
        {"name": "weather", "options": ["sun", "rain"]},
        {"name": "has", "options": ["a", "b", "c"], "choose": "many", "required": False},
    ]
}
SIGNS = {"labels": [{"name": "sign", "kinds": ["box", "text"], "attributes": [{"name": "lit", "type": "boolean"}]}]}
AREAS = {"labels": [{"name": "lake", "kinds": ["polygon", "mask"]}]}


def car(identifier: str, values: list[float], label: str = "car") -> dict[str, Any]:
    return {"id": identifier, "kind": "box", "label": label, "box": values}


def sign(identifier: str, text: str, lit: bool = True, x: int = 0) -> list[dict[str, Any]]:
    return [
        {"id": identifier, "kind": "box", "label": "sign", "box": [x, 0, 100, 100], "attributes": {"lit": lit}},
        {"id": identifier + "t", "kind": "text", "of": identifier, "text": text},
    ]


def tag(identifier: str, word: str, group: str = "weather") -> dict[str, Any]:
    return {"id": identifier, "kind": "tag", "label": word, "of": group, "tag": True}


def scoring() -> dict[str, Any]:
    cases: list[dict[str, Any]] = []

    def add(
        name: str, schema: Any, expected: Any, given: Any, similarity: float, reason: str | None, outcomes: list[str]
    ) -> None:
        cases.append(
            {
                "name": name,
                "schema": schema,
                "image_sizes": [[1000, 1000]],
                "expected": expected,
                "given": given,
                "passed": reason is None,
                "similarity": similarity,
                "tolerance": 1e-6,
                "reason_code": reason,
                "outcomes": sorted(outcomes),
            }
        )

    one, two = car("e1", [0, 0, 100, 100]), car("e2", [300, 0, 100, 100])
    exact = [car("g1", [300, 0, 100, 100]), car("g2", [0, 0, 100, 100])]
    add("nothing against nothing is correct", CARS, [], [], 1, None, [])
    add("the order of objects does not matter", CARS, [one, two], exact, 1, None, ["matched"] * 2)
    add("nothing said where there is something", CARS, [one], [], 0, "wrong_nothing", ["missed"])
    add("something drawn where there is nothing", CARS, [], exact[:1], 0, "extra_object", ["extra"])
    add("one of two missed", CARS, [one, two], exact[:1], 0.5, "missed_object", ["matched", "missed"])
    add("one too many", CARS, [one], [exact[1], exact[0]], 0.5, "extra_object", ["matched", "extra"])
    # the same box twice: a copy is no second match
    add(
        "a copy is an extra",
        CARS,
        [one],
        [exact[1], {**exact[1], "id": "g3"}],
        0.5,
        "extra_object",
        ["matched", "extra"],
    )
    bus = car("g1", [0, 0, 100, 100], "bus")
    add("the right place, the wrong name", CARS, [one], [bus], 0, "wrong_label", ["wrong_label"])
    # moved by 10: 90 / 110; by 20: 80 / 120; by 40: 60 / 140
    add("a little off", CARS, [one], [car("g", [10, 0, 100, 100])], 90 / 110, None, ["matched"])
    add("too far off to accept", CARS, [one], [car("g", [20, 0, 100, 100])], 80 / 120, "imprecise_shape", ["weak"])
    add("too far off to match", CARS, [one], [car("g", [40, 0, 100, 100])], 60 / 140, "imprecise_shape", ["weak"])
    add(
        "a weak one is carried by a good one: the mean is 0.8333",
        CARS,
        [one, two],
        [car("g1", [20, 0, 100, 100]), car("g2", [300, 0, 100, 100])],
        (80 / 120 + 1) / 2,
        None,
        ["matched", "weak"],
    )
    add(
        "none may lie below the match threshold, whatever the mean",
        CARS,
        [one, two, car("e3", [0, 300, 100, 100]), car("e4", [300, 300, 100, 100])],
        [
            car("g1", [40, 0, 100, 100]),
            car("g2", [300, 0, 100, 100]),
            car("g3", [0, 300, 100, 100]),
            car("g4", [300, 300, 100, 100]),
        ],
        (60 / 140 + 3) / 4,
        "imprecise_shape",
        ["matched"] * 3 + ["weak"],
    )
    # By x: e1 100, e2 130, g1 75, g2 105. Best first takes e1-g2 (95 / 105) and leaves e2 with g1 (45 / 155, no match);
    # together e1-g1 and e2-g2 are 75 / 125 each.
    add(
        "the best pairs together, not the best pair first",
        CARS,
        [car("e1", [100, 0, 100, 100]), car("e2", [130, 0, 100, 100])],
        [car("g1", [75, 0, 100, 100]), car("g2", [105, 0, 100, 100])],
        0.6,
        "imprecise_shape",
        ["weak", "weak"],
    )
    add("the right tag", WEATHER, [tag("e", "sun")], [tag("g", "sun")], 1, None, ["matched"])
    add("the wrong tag", WEATHER, [tag("e", "sun")], [tag("g", "rain")], 0, "wrong_tag", ["wrong_tag"])
    add(
        "two of three words",  # {a, b} against {b}: 1 / 2; weather: 1
        WEATHER,
        [tag("e", "sun"), tag("e2", "a", "has"), tag("e3", "b", "has")],
        [tag("g", "sun"), tag("g2", "b", "has")],
        0.75,
        "wrong_tag",
        ["matched", "wrong_tag"],
    )
    add("the right text", SIGNS, sign("e", "STOP"), sign("g", " STOP"), 1, None, ["matched"] * 2)
    add(
        "one letter of four wrong",
        SIGNS,
        sign("e", "STOP"),
        sign("g", "STDP"),
        0.875,
        "wrong_text",
        ["matched", "weak"],
    )
    add("called unreadable", SIGNS, sign("e", "STOP"), sign("g", ""), 0.5, "wrong_text", ["matched", "weak"])
    add(
        "texts follow their shapes, not their order",
        SIGNS,
        sign("e", "STOP") + sign("f", "GO", x=300),
        sign("g", "GO", x=300) + sign("h", "STOP"),
        1,
        None,
        ["matched"] * 4,
    )
    add(
        "a wrong attribute",
        SIGNS,
        sign("e", "STOP"),
        sign("g", "STOP", lit=False),
        1,
        "wrong_attribute",
        ["matched", "wrong_attribute"],
    )
    square = [[100, 100], [200, 100], [200, 200], [100, 200]]
    lake = {"id": "e", "kind": "polygon", "label": "lake", "polygon": [square]}
    bitmap = np.zeros((1000, 1000), dtype=np.uint8)
    bitmap[100:200, 100:190] = 1
    painted = {
        "id": "g",
        "kind": "mask",
        "label": "lake",
        "mask": {"size": [1000, 1000], "counts": coco.encode(np.asfortranarray(bitmap))["counts"].decode()},
    }
    add("an outline answered by a mask", AREAS, [lake], [painted], 0.9, None, ["matched"])
    low = [[100, 100], [174, 100], [174, 200], [100, 200]]
    poor = {"id": "g", "kind": "polygon", "label": "lake", "polygon": [low]}
    add("areas are held to 0.75", AREAS, [lake], [poor], 0.74, "imprecise_shape", ["weak"])
    return {
        "description": "Scores of a given answer against an expected one, by hand. Annotations are validated first; "
        "outcomes are those of objects, texts and tags together, sorted.",
        "cases": cases,
    }


def answers() -> dict[str, Any]:
    cases: list[dict[str, Any]] = []

    def add(
        name: str, schema: Any, annotations: Any, expect: Any, nothing: bool = False, size: Any = (640, 480)
    ) -> None:
        case = {"name": name, "schema": schema, "image_sizes": [list(size)], "annotations": annotations}
        case["nothing_to_mark"] = nothing
        case["errors" if isinstance(expect, list) else "canonical"] = expect
        cases.append(case)

    kinds = {
        "labels": [
            {
                "name": "thing",
                "kinds": list(SHAPES),
                "keypoints": ["nose", "tail"],
                "attributes": [
                    {"name": "size", "type": "number", "required": False},
                    {"name": "colour", "type": "choice", "options": ["red", "other"], "required": False},
                ],
            }
        ],
        "allow_nothing": True,
    }

    def thing(kind: str, value: Any, **more: Any) -> dict[str, Any]:
        return {"id": "1", "kind": kind, "label": "thing", kind: value, **more}

    def good(kind: str, value: Any, before: str, after: str = "", **more: Any) -> None:
        text = "[{" + before + '"id":"1","image":0,"kind":"' + kind + '","label":"thing"' + after + "}]"
        add(f"a {kind} becomes canonical", kinds, [thing(kind, value, **more)], text)

    good("box", [10.5, 20, 100.004, 50.0], '"attributes":{},"box":[10.5,20,100,50],')
    good("box", [-0.6, -1, 100, 481.9], '"attributes":{},"box":[0,0,99.4,480],')  # pulled into 640 x 480
    good("box", [10, 20, 30, 40], '"angle_degrees":330,"attributes":{},"box":[10,20,30,40],', angle_degrees=-30)
    good("box", [10, 20, 30, 40], '"attributes":{},"box":[10,20,30,40],', angle_degrees=360)
    good("box", [1, 2, 3, 4], '"angle_degrees":30.1235,"attributes":{},"box":[1,2,3,4],', angle_degrees=30.12346)
    good("box", [1, 2, 3, 4], '"angle_degrees":359.9999,"attributes":{},"box":[1,2,3,4],', angle_degrees=-0.0001)
    good("box", [1, 2, 3, 4], '"attributes":{},"box":[1,2,3,4],', angle_degrees=359.99996)
    good(
        "polygon",
        [[[0, 0], [10, 0], [10, 0], [10, 10.126], [0, 0]]],
        '"attributes":{},',
        ',"polygon":[[[0,0],[10,0],[10,10.13]]]',
    )
    good("point", [640.5, 0.125], '"attributes":{},', ',"point":[640,0.13]')
    good("skeleton", {"nose": [1, 2, 2], "tail": [0, 0, 0]}, '"attributes":{},', ',"skeleton":{"nose":[1,2,2]}')
    good("polyline", [[0, 0], [5, 5], [5, 5]], '"attributes":{},', ',"polyline":[[0,0],[5,5]]')
    good("ellipse", [10, 10, 5, 3, 190], '"attributes":{},"ellipse":[10,10,5,3,10],')
    good(
        "box",
        [1, 2, 3, 4],
        '"attributes":{"colour":"red","size":2},"box":[1,2,3,4],',
        attributes={"size": 2.0, "colour": "red"},
    )
    add("nothing to mark", kinds, [], "[]", nothing=True)

    def bad(name: str, annotations: Any, *errors: tuple[str | None, str, str], nothing: bool = False) -> None:
        faults = [{"annotation": who, "field": where, "code": code} for who, where, code in errors]
        add(name, kinds, annotations, faults, nothing)

    bad("an empty answer", [], (None, "annotations", "empty"))
    bad(
        "nothing, and yet something",
        [thing("point", [1, 1])],
        (None, "nothing_to_mark", "nothing_contradicted"),
        nothing=True,
    )
    for name, kind, value, field, code in (
        ("a string for a number", "box", ["1", 2, 3, 4], "box", "not_a_number"),
        ("true for a number", "box", [True, 2, 3, 4], "box", "not_a_number"),
        ("three numbers", "box", [1, 2, 3], "box", "wrong_type"),
        ("a huge number", "box", [10**30, 2, 3, 4], "box", "number_too_large"),
        ("a negative width", "box", [10, 10, -5, 5], "box", "too_small"),
        ("half a pixel wide", "box", [10, 10, 0.5, 5], "box", "too_small"),
        ("a box outside", "box", [700, 500, 50, 50], "box", "outside_image"),
        ("a box that leaves the image", "box", [600, 450, 100, 80], "box", "outside_image"),
        ("two points", "polygon", [[[1, 1], [9, 9]]], "polygon[0]", "too_few_points"),
        ("a point twice", "polygon", [[[1, 1], [9, 9], [1, 1]]], "polygon[0]", "too_few_points"),
        ("a bow tie", "polygon", [[[10, 10], [100, 100], [100, 10], [10, 100]]], "polygon", "self_crossing"),
        ("no area", "polygon", [[[0, 0], [10, 0], [20, 0]]], "polygon", "too_small"),
        ("a hole outside", "polygon", [SQUARE, [[20, 20], [30, 20], [30, 30]]], "polygon[1]", "hole_outside"),
        ("a flat list", "polygon", [1, 2, 3, 4], "polygon[0]", "wrong_type"),
        ("a mask of another size", "mask", {"size": [1, 1], "counts": "1"}, "mask.size", "mask_size"),
        ("4 terapixels", "mask", {"size": [2000000, 2000000], "counts": "1"}, "mask.size", "mask_size"),
        ("runs that do not fill it", "mask", {"size": [480, 640], "counts": "5"}, "mask.counts", "mask_counts"),
        ("garbage runs", "mask", {"size": [480, 640], "counts": "\u00ff"}, "mask.counts", "mask_counts"),
        ("a point outside", "point", [-1.5, 3], "point", "outside_image"),
        ("an unknown keypoint", "skeleton", {"ear": [1, 1, 2]}, "skeleton", "unknown_keypoint"),
        ("no keypoint", "skeleton", {"nose": [1, 1, 0]}, "skeleton", "too_few_points"),
        ("visibility 3", "skeleton", {"nose": [1, 1, 3]}, "skeleton.nose", "not_an_option"),
        ("a line of one point", "polyline", [[1, 1]], "polyline", "too_few_points"),
        ("an ellipse without width", "ellipse", [10, 10, 0, 5, 0], "ellipse", "too_small"),
    ):
        bad(name, [thing(kind, value)], ("1", field, code))
    for kind, of in shape_cases().items():
        for value, said in of.GOOD:
            text = '[{"attributes":{}' + said + ',"id":"1","image":0,"kind":"' + kind + '","label":"thing"}]'
            add(f"a {kind} becomes canonical", kinds, [thing(kind, value)], text)
        for name, value, field, code in of.BAD:
            bad(f"a {kind}: {name}", [thing(kind, value)], ("1", field, code))
    bad("an unknown kind", [{"id": "1", "kind": "sphere", "label": "thing"}], ("1", "kind", "unknown_kind"))
    bad("an unknown label", [{**thing("point", [1, 1]), "label": "x"}], ("1", "label", "unknown_label"))
    bad("an unknown field", [thing("point", [1, 1], score=0.5)], ("1", "score", "unknown_field"))
    bad("an id twice", [thing("point", [1, 1])] * 2, ("1", "id", "duplicate_id"))
    bad("a number as id", [{**thing("point", [1, 1]), "id": 7}], ("#0", "id", "wrong_type"))
    bad("an image that is not there", [thing("point", [1, 1], image=1)], ("1", "image", "unknown_image"))
    bad(
        "every fault at once",
        [
            thing("box", [1, 2, 0, 4]),
            {**thing("point", [1, 1], attributes={"colour": "blue", "mood": 1}), "id": "2"},
        ],
        ("1", "box", "too_small"),
        ("2", "attributes.mood", "unknown_attribute"),
        ("2", "attributes.colour", "not_an_option"),
    )

    def tags(name: str, annotations: Any, *errors: tuple[str | None, str, str]) -> None:
        add(name, WEATHER, annotations, [{"annotation": a, "field": f, "code": c} for a, f, c in errors])

    add(
        "a tag becomes canonical",
        WEATHER,
        [tag("1", "sun")],
        '[{"id":"1","image":0,"kind":"tag","label":"sun","of":"weather","tag":true}]',
    )
    tags("one of two words", [tag("1", "sun"), tag("2", "rain")], ("2", "of", "choose_one"))
    tags("a required group unanswered", [tag("1", "a", "has")], (None, "tags.weather", "required"))
    tags("a word twice", [tag("1", "sun"), tag("2", "a", "has"), tag("3", "a", "has")], ("3", "label", "duplicate_tag"))
    tags("an unknown word", [tag("1", "snow")], ("1", "label", "not_an_option"), (None, "tags.weather", "required"))
    tags("an unknown group", [tag("1", "sun"), tag("2", "sun", "x")], ("2", "of", "unknown_tag_group"))
    tags("a tag that is false", [tag("1", "sun"), {**tag("2", "a", "has"), "tag": False}], ("2", "tag", "wrong_type"))

    def texts(name: str, annotations: Any, *errors: tuple[str | None, str, str]) -> None:
        add(name, SIGNS, annotations, [{"annotation": a, "field": f, "code": c} for a, f, c in errors])

    add(
        "a text gets its shape's label, before or after it",
        SIGNS,
        list(reversed(sign("1", "STOP"))),
        '[{"id":"1t","image":0,"kind":"text","label":"sign","of":"1","text":"STOP"},'
        '{"attributes":{"lit":true},"box":[0,0,100,100],"id":"1","image":0,"kind":"box","label":"sign"}]',
    )
    texts("a shape without its text", sign("1", "")[:1], ("1", "text", "required"))
    texts("a text without its shape", sign("1", "a")[1:], ("1t", "of", "unknown_shape"))
    texts("two texts in one shape", [*sign("1", "a"), {**sign("1", "b")[1], "id": "2"}], ("2", "of", "duplicate_text"))
    unlit = sign("1", "a")
    unlit[0] = {**unlit[0], "attributes": {}}
    texts("a required attribute unanswered", unlit, ("1", "attributes.lit", "required"))
    return {
        "description": "Answers, and their annotations as canonical JSON or what is wrong with them, as found; "
        "by hand.",
        "cases": cases,
    }


def money() -> dict[str, Any]:
    cases: list[dict[str, Any]] = []

    def add(operation: str, expected: Any, **given: Any) -> None:
        cases.append({"operation": operation, **given, "expected": expected})

    for micros, text in (
        (0, "$0.00"),
        (1, "$0.000001"),
        (2_000, "$0.002"),
        (6_000, "$0.006"),
        (10_000, "$0.01"),
        (12_500, "$0.0125"),
        (500_000, "$0.50"),
        (2_000_000, "$2.00"),
        (12_500_000, "$12.50"),
        (1_234_000_001, "$1,234.000001"),
        (1_234_567_890_000, "$1,234,567.89"),
        (-500_000, "-$0.50"),
    ):
        add("format_usd", text, micros=micros)
    for text, parsed in (
        ("12.50", 12_500_000),
        ("$12.50", 12_500_000),
        ("0.002", 2_000),
        ("1,234.000001", 1_234_000_001),
        ("7", 7_000_000),
        ("$0.50", 500_000),
        ("0,50", 500_000),
        ("12,34", 12_340_000),
        ("0,002", 2_000),
        ("1,234", 1_234_000_000),
        ("1234,567", 1_234_567_000),
    ):
        add("parse_usd", parsed, text=text)
    for text in (
        "",
        "$",
        ".5",
        "5.",
        "1.0000001",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1e3",
        "12,",
        "1,2,3",
        "12,34.5",
        "01,234.5",
        "NaN",
        "١",
        "1_000",
        "0x10",
        "€1",
    ):
        add("parse_usd", None, text=text)
    price = {"base_micros": 6_001, "object_micros": 333, "max_objects": 4}
    for objects, amount in ((0, 6_001), (3, 7_000), (4, 7_333), (9, 7_333)):
        add("amount", amount, price=price, accepted_objects=objects)
    add("max_micros", 7_333, price=price)
    # 6,001 x 1.1 = 6,601.1; 333 x 1.1 = 366.3; x 1.25: 7,501.25 and 416.25
    add("with_tier", {"base_micros": 6_601, "object_micros": 366, "max_objects": 4}, price=price, tier_bonus_bp=1_000)
    add("with_tier", {"base_micros": 7_501, "object_micros": 416, "max_objects": 4}, price=price, tier_bonus_bp=2_500)
    add("with_tier", price, price=price, tier_bonus_bp=0)
    for amount, points, fee in ((6_601, 0, 0), (6_601, 1_000, 660), (9, 1_000, 0), (1_000_000, 250, 25_000)):
        add("fee_micros", fee, amount_micros=amount, fee_bp=points)
    # 7 s x 3,000,000 / 3,600 = 5,833.33; 30 s: 25,000; 2.4 s: 2,000; 2.401 s: 2,000.83
    for milliseconds, least in (
        (7_000, 5_834),
        (30_000, 25_000),
        (2_400, 2_000),
        (2_401, 2_001),
        (0, 2_000),
        (1, 2_000),
    ):
        add("floor_micros", least, median_milliseconds=milliseconds)
    # 6,000 micros in 7 s: 514.28 times an hour
    for amount, milliseconds, hourly in ((6_000, 7_000, 3_085_714), (2_000, 2_400, 3_000_000), (0, 1, 0)):
        add("hourly_micros", hourly, amount_micros=amount, active_milliseconds=milliseconds)
    return {"description": "Integer micro-dollars, by hand. parse_usd: null means refused.", "cases": cases}


def main() -> None:
    VECTORS.mkdir(exist_ok=True)
    published = json.dumps(answer_document(), ensure_ascii=False, indent=1)
    (VECTORS / "answer.schema.json").write_text(published + "\n", encoding="utf-8")
    label_schema = json.loads((VECTORS / "label_schema.schema.json").read_text(encoding="utf-8"))
    label_schema["$defs"]["label"]["properties"]["kinds"]["items"]["enum"] = sorted([*SHAPES, "text"])
    published = json.dumps(label_schema, ensure_ascii=False, indent=1)
    (VECTORS / "label_schema.schema.json").write_text(published + "\n", encoding="utf-8")
    for make in (geometry, masks, similarity, scoring, answers, money):
        vectors = make()
        head = json.dumps(vectors["description"], ensure_ascii=False)
        rows = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in vectors["cases"])
        text = f'{{\n "description": {head},\n "cases": [\n{rows}\n ]\n}}\n'
        (VECTORS / f"{make.__name__}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
