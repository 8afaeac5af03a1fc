"""Ellipse: `"ellipse": [centre x, centre y, radius x, radius y, angle_degrees]`, turned clockwise about its centre.

It may stick out of the image, as the thing it covers does; its centre must be on it. Canonical angles are in [0, 180).
"""

from collections.abc import Sequence
from math import cos, hypot, pi, radians, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import NUMBER, fixed
from ..geometry import Bounds, Floats, Ring, ellipse_ring
from ..masks import Mask, polygon_to_mask
from ..reading import Fault, Frame, angle, centre_inside, numbers, rounded
from ..similarity import bounds_meet, region_iou

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "detection"
EFFORT = 2
ACCEPT = "accept_box"
TITLE = "Ellipse"
PROPERTIES = {
    "ellipse": fixed(
        NUMBER,
        NUMBER,
        NUMBER,
        NUMBER,
        NUMBER,
        description="centre x, centre y, radius x, radius y, angle in degrees",
    )
}
MIN_RADIUS_PX = 0.5


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    x, y, radius_x, radius_y, turn = numbers(raw.get("ellipse"), 5, "ellipse")
    if radius_x < MIN_RADIUS_PX or radius_y < MIN_RADIUS_PX:
        raise Fault("ellipse", "too_small", f"both radii must be at least {MIN_RADIUS_PX} px")
    if max(radius_x, radius_y) > frame.width_px + frame.height_px:
        raise Fault("ellipse", "outside_image", "is larger than the image")
    centre_inside(x, y, frame, "ellipse")
    return {
        "ellipse": [rounded(x), rounded(y), rounded(radius_x), rounded(radius_y), angle(turn, 180, "ellipse")],
    }


def bounds(annotation: "Annotation") -> Bounds:
    x, y, radius_x, radius_y, turn = annotation["ellipse"]
    c, s = cos(radians(turn)), sin(radians(turn))
    half_width, half_height = hypot(radius_x * c, radius_y * s), hypot(radius_x * s, radius_y * c)
    return (x - half_width, y - half_height, x + half_width, y + half_height)


def area_px(annotation: "Annotation") -> float:
    return float(pi * annotation["ellipse"][2] * annotation["ellipse"][3])


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return [ellipse_ring(annotation["ellipse"])]


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return polygon_to_mask([ellipse_ring(annotation["ellipse"])], image_size[1], image_size[0])


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    """Of ellipses as polygons of equal area: the error of the ratio is below 0.001."""
    result = np.zeros((len(expected), len(given)))
    around_given = [bounds(one) for one in given]
    for row, one in enumerate(expected):
        around = bounds(one)
        for column, other in enumerate(given):
            if bounds_meet(around, around_given[column]):
                result[row, column] = region_iou([ellipse_ring(one["ellipse"])], [ellipse_ring(other["ellipse"])])
    return result


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    ring = ellipse_ring(annotation["ellipse"])
    return {
        "segmentation": polygon_to_mask([ring], image_size[1], image_size[0]).as_json(),
        "tagwork": {"ellipse": annotation["ellipse"]},
    }
