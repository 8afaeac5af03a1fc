"""Polyline: `"polyline": [[x, y], …]`, at least two points and one pixel long; it may cross itself, as roads do."""

from collections.abc import Sequence
from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import path
from ..geometry import Bounds, Floats, Ring, bounds_of
from ..masks import Mask
from ..reading import Fault, Frame, points
from ..similarity import polyline_similarity

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "lines"
EFFORT = 2
ACCEPT = "accept_line"
TITLE = "Line"
PROPERTIES = {"polyline": path(2)}
MIN_LENGTH_PX = 1


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    path = points(raw.get("polyline"), frame, "polyline")
    if len(path) < 2:
        raise Fault("polyline", "too_few_points", "needs at least 2 different points")
    if sum(dist(a, b) for a, b in pairwise(path)) < MIN_LENGTH_PX:
        raise Fault("polyline", "too_small", f"must be at least {MIN_LENGTH_PX} px long")
    return {"polyline": path}


def bounds(annotation: "Annotation") -> Bounds:
    return bounds_of(annotation["polyline"])


def area_px(annotation: "Annotation") -> float:
    return 0.0


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return None


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return None


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    return np.array(
        [[polyline_similarity(one["polyline"], other["polyline"], image_size) for other in given] for one in expected]
    )


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    return {"segmentation": [], "tagwork": {"polyline": annotation["polyline"]}}
