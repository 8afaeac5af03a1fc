"""Polygon: `"polygon": [[[x, y], …], [hole…]]`, first the outline, then holes inside it; a repeated end is dropped.

Edges may touch but not cross; see geometry.has_crossing for the rule and for what bounds its cost.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import path
from ..geometry import Bounds, Floats, Ring, bounds_of, edges_of, has_crossing, point_in_edges, region_area
from ..masks import Mask, polygon_to_mask
from ..reading import MAX_POINTS, Fault, Frame, Point, points
from ..similarity import bounds_meet, region_iou

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "segmentation"
EFFORT = 3
ACCEPT = "accept_mask"
TITLE = "Outline"
PROPERTIES = {
    "polygon": {
        "type": "array",
        "minItems": 1,
        "items": path(3),
        "description": "The outline, then holes; rings are open.",
    }
}
MIN_POINTS = 3
MAX_RINGS = 1_000
MIN_AREA_PX = 1


def _ring(raw: Any, frame: Frame, field: str) -> list[Point]:
    ring = points(raw, frame, field)
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < MIN_POINTS or len({(x, y) for x, y in ring}) < MIN_POINTS:
        raise Fault(field, "too_few_points", f"needs at least {MIN_POINTS} different points")
    return ring


def _outline_px(ring: list[Point]) -> float:
    last_x, last_y = ring[-1]
    total = 0.0
    for x, y in ring:
        total += abs(x - last_x) + abs(y - last_y)
        last_x, last_y = x, y
    return total


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    value = raw.get("polygon")
    if type(value) is not list or not value:
        raise Fault("polygon", "wrong_type", "must be a list of rings, each a list of points [x, y]")
    if len(value) > MAX_RINGS:
        raise Fault("polygon", "too_intricate", f"at most {MAX_RINGS - 1:,} holes; use a mask")
    if sum(len(ring) for ring in value if isinstance(ring, list)) > MAX_POINTS:
        raise Fault("polygon", "too_many_points", f"at most {MAX_POINTS:,} points in one annotation")
    rings = [_ring(ring, frame, f"polygon[{position}]") for position, ring in enumerate(value)]
    frame.budget.outline_px -= sum(map(_outline_px, rings))
    crossing: bool | None = None
    if frame.budget.outline_px >= 0:
        crossing, pairs = has_crossing(rings, frame.budget.edge_pairs)
        frame.budget.edge_pairs -= pairs
    if crossing is None:
        raise Fault("polygon", "too_intricate", "is too intricate; use fewer points or a mask")
    if crossing:
        raise Fault("polygon", "self_crossing", "the outline crosses itself")
    outline_edges = edges_of(rings[:1])
    for position, hole in enumerate(rings[1:], start=1):
        # Without crossings a hole is wholly inside or outside: the middle of one edge decides, as corners may touch.
        x, y = (hole[0][0] + hole[1][0]) / 2, (hole[0][1] + hole[1][1]) / 2
        if not point_in_edges(x, y, outline_edges):
            raise Fault(f"polygon[{position}]", "hole_outside", "a hole must lie inside the outline")
    if region_area(rings) < MIN_AREA_PX:
        raise Fault("polygon", "too_small", f"must cover at least {MIN_AREA_PX} px²")
    return {"polygon": rings}


def bounds(annotation: "Annotation") -> Bounds:
    return bounds_of(annotation["polygon"][0])


def area_px(annotation: "Annotation") -> float:
    return region_area(annotation["polygon"])


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    rings: Sequence[Ring] = annotation["polygon"]
    return rings


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return polygon_to_mask(annotation["polygon"], image_size[1], image_size[0])


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    result = np.zeros((len(expected), len(given)))
    around_given = [bounds(one) for one in given]
    for row, one in enumerate(expected):
        around = bounds(one)
        for column, other in enumerate(given):
            if bounds_meet(around, around_given[column]):
                result[row, column] = region_iou(one["polygon"], other["polygon"])
    return result


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    """COCO's list of polygons is a union and knows no holes: with them the pixels say it."""
    rings = annotation["polygon"]
    if len(rings) == 1:
        return {"segmentation": [[number for point in rings[0] for number in point]]}
    return {
        "segmentation": polygon_to_mask(rings, image_size[1], image_size[0]).as_json(),
        "tagwork": {"polygon": rings},
    }
