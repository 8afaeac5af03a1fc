"""Cross: `"cross": [x, y, arm]`, four arms of one length about a place. Not one of ours: tests add it from outside."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tagwork.core.fragments import NUMBER, fixed
from tagwork.core.geometry import Bounds, Floats, Ring
from tagwork.core.masks import Mask
from tagwork.core.reading import Fault, Frame, centre_inside, numbers, rounded

if TYPE_CHECKING:
    from tagwork.core.schema import Label
    from tagwork.core.shapes import Annotation, ImageSize

TASK_TYPE = "points"
EFFORT = 1
ACCEPT = "accept_points"
TITLE = "Cross"
PROPERTIES = {"cross": fixed(NUMBER, NUMBER, NUMBER, description="x, y, arm")}


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    x, y, arm = numbers(raw.get("cross"), 3, "cross")
    if arm < 1:
        raise Fault("cross", "too_small", "its arms must be at least 1 px")
    centre_inside(x, y, frame, "cross")
    return {"cross": [rounded(x), rounded(y), rounded(arm)]}


def bounds(annotation: "Annotation") -> Bounds:
    x, y, arm = annotation["cross"]
    return (x - arm, y - arm, x + arm, y + arm)


def area_px(annotation: "Annotation") -> float:
    return 0.0


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return None


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return None


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    return np.array([[float(one["cross"] == other["cross"]) for other in given] for one in expected])


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    return {"segmentation": [], "tagwork": {"cross": annotation["cross"]}}
