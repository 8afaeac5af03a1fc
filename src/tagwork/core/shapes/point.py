"""Point: `"point": [x, y]`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import POSITION
from ..geometry import Bounds, Floats, Ring
from ..masks import Mask
from ..reading import Frame
from ..reading import point as read_point
from ..similarity import OKS_SIGMA, point_object_area

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "points"
EFFORT = 1
ACCEPT = "accept_points"
TITLE = "Point"
PROPERTIES = {"point": POSITION}


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    return {"point": read_point(raw.get("point"), frame, "point")}


def bounds(annotation: "Annotation") -> Bounds:
    x, y = annotation["point"]
    return (x, y, x, y)


def area_px(annotation: "Annotation") -> float:
    return 0.0


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return None


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return None


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    """similarity.keypoint_similarity of all pairs at once."""
    wanted = np.array([one["point"] for one in expected], dtype=np.float64)
    found = np.array([one["point"] for one in given], dtype=np.float64)
    distance_squared = ((wanted[:, None] - found) ** 2).sum(axis=2)
    return np.asarray(np.exp(-distance_squared / (2 * point_object_area(image_size) * (2 * OKS_SIGMA) ** 2)))


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    return {"segmentation": [], "tagwork": {"point": annotation["point"]}}
