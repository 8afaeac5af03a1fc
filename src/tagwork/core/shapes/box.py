"""Box: `"box": [x, y, width, height]`, optionally turned clockwise about its centre by `"angle_degrees"`.

An upright box is pulled into the image (see EDGE_TOLERANCE_PX). A turned one may stick out, as clamping would change
what it covers; its centre must be on the image and its sides no longer than the image's width and height together.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import NUMBER, fixed
from ..geometry import Bounds, Floats, Ring, bounds_of, box_corners
from ..masks import Mask, polygon_to_mask
from ..reading import Fault, Frame, angle, centre_inside, clamped, from_hundredths, numbers, rounded
from ..similarity import bounds_meet, box_iou_matrix, region_iou

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "detection"
EFFORT = 1
ACCEPT = "accept_box"
TITLE = "Box"
PROPERTIES = {
    "box": fixed(NUMBER, NUMBER, NUMBER, NUMBER, description="x, y, width, height"),
    "angle_degrees": {**NUMBER, "default": 0, "description": "Turned clockwise about the centre."},
}
MIN_SIDE_PX = 1


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    x, y, width, height = numbers(raw.get("box"), 4, "box")
    turn = angle(raw["angle_degrees"], 360, "angle_degrees") if "angle_degrees" in raw else 0
    if width < MIN_SIDE_PX or height < MIN_SIDE_PX:
        raise Fault("box", "too_small", f"width and height must be at least {MIN_SIDE_PX} px")
    if turn:
        if max(width, height) > frame.width_px + frame.height_px:
            raise Fault("box", "outside_image", "is larger than the image")
        centre_inside(x + width / 2, y + height / 2, frame, "box")
        return {"box": [rounded(x), rounded(y), rounded(width), rounded(height)], "angle_degrees": turn}
    left, right = clamped(x, frame.width_px, "box"), clamped(x + width, frame.width_px, "box")
    top, bottom = clamped(y, frame.height_px, "box"), clamped(y + height, frame.height_px, "box")
    if right - left < MIN_SIDE_PX * 100 or bottom - top < MIN_SIDE_PX * 100:
        raise Fault("box", "too_small", f"width and height within the image must be at least {MIN_SIDE_PX} px")
    return {
        "box": [
            from_hundredths(left),
            from_hundredths(top),
            from_hundredths(right - left),
            from_hundredths(bottom - top),
        ]
    }


def _corners(annotation: "Annotation") -> list[list[float]]:
    return box_corners(annotation["box"], annotation.get("angle_degrees", 0))


def bounds(annotation: "Annotation") -> Bounds:
    if annotation.get("angle_degrees"):
        return bounds_of(_corners(annotation))
    x, y, width, height = annotation["box"]
    return (x, y, x + width, y + height)


def area_px(annotation: "Annotation") -> float:
    return float(annotation["box"][2] * annotation["box"][3])


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return [_corners(annotation)]


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return polygon_to_mask([_corners(annotation)], image_size[1], image_size[0])


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    result = box_iou_matrix([one["box"] for one in expected], [one["box"] for one in given])
    turned_rows = [row for row, one in enumerate(expected) if one.get("angle_degrees")]
    turned_columns = [column for column, one in enumerate(given) if one.get("angle_degrees")]
    if turned_rows or turned_columns:
        turned = np.zeros(result.shape, dtype=bool)
        turned[turned_rows, :] = True
        turned[:, turned_columns] = True
        around_expected, around_given = [bounds(one) for one in expected], [bounds(one) for one in given]
        for row, column in np.argwhere(turned).tolist():
            result[row, column] = (
                region_iou([_corners(expected[row])], [_corners(given[column])])
                if bounds_meet(around_expected[row], around_given[column])
                else 0.0
            )
    return result


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    if not annotation.get("angle_degrees"):
        left, top, right, bottom = (round(float(value), 2) for value in bounds(annotation))
        return {"segmentation": [[left, top, right, top, right, bottom, left, bottom]]}
    return {
        "segmentation": polygon_to_mask([_corners(annotation)], image_size[1], image_size[0]).as_json(),
        "tagwork": {"box": annotation["box"], "angle_degrees": annotation["angle_degrees"]},
    }
