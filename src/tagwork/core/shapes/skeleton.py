"""Skeleton: `"skeleton": {"nose": [x, y, visibility]}`; visibility 0 not labelled, 1 hidden, 2 visible, as in COCO.

Keypoints with visibility 0 are dropped, so leaving one out and marking it as not there is the same answer.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import NUMBER, fixed
from ..geometry import Bounds, Floats, Ring, bounds_of
from ..masks import Mask
from ..reading import Fault, Frame, numbers, point
from ..similarity import skeleton_oks

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "points"
EFFORT = 3
ACCEPT = "accept_points"
TITLE = "Skeleton"
PROPERTIES = {
    "skeleton": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": fixed(
            NUMBER, NUMBER, {"enum": [0, 1, 2], "description": "0 not labelled, 1 hidden, 2 visible"}
        ),
        "description": "keypoint: x, y, visibility",
    }
}


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    value = raw.get("skeleton")
    if type(value) is not dict:
        raise Fault("skeleton", "wrong_type", 'must be {"keypoint": [x, y, visibility], …}')
    unknown = [str(name)[:80] for name in value if name not in label.keypoints]
    if unknown:
        raise Fault("skeleton", "unknown_keypoint", f"{unknown[0]!r} is not a keypoint of {label.name!r}")
    frame.budget.points -= len(value)
    if frame.budget.points < 0:
        raise Fault("skeleton", "too_many_points", "too many points in one answer")
    placed: dict[str, Any] = {}
    for name in label.keypoints:
        if name not in value:
            continue
        field = f"skeleton.{name}"
        x, y, visibility = numbers(value[name], 3, field)
        if visibility not in (0, 1, 2):
            raise Fault(field, "not_an_option", "visibility must be 0, 1 or 2")
        if visibility:
            placed[name] = [*point([x, y], frame, field), int(visibility)]
    if not placed:
        raise Fault("skeleton", "too_few_points", "needs at least one keypoint")
    return {"skeleton": placed}


def bounds(annotation: "Annotation") -> Bounds:
    return bounds_of([place[:2] for place in annotation["skeleton"].values()])


def area_px(annotation: "Annotation") -> float:
    return 0.0


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return None


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return None


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    return np.array(
        [[skeleton_oks(one["skeleton"], other["skeleton"], image_size) for other in given] for one in expected]
    )


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    flat: list[float] = []
    for name in label.keypoints:
        flat += annotation["skeleton"].get(name, [0, 0, 0])
    return {"segmentation": [], "keypoints": flat, "num_keypoints": sum(value > 0 for value in flat[2::3])}
