"""Mask: `"mask": {"size": [height, width], "counts": "COCO RLE"}`, as large as the image, with at least one pixel."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import masks
from ..fragments import fixed
from ..geometry import Bounds, Floats, Ring
from ..masks import Mask, MaskError
from ..reading import MAX_RUNS, Fault, Frame

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "segmentation"
EFFORT = 3
ACCEPT = "accept_mask"
TITLE = "Brush"
PROPERTIES = {
    "mask": {
        "type": "object",
        "additionalProperties": False,
        "required": ["size", "counts"],
        "properties": {
            "size": fixed(
                {"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 1}, description="height, width"
            ),
            "counts": {
                "type": "string",
                "minLength": 1,
                "pattern": "^[0-o]+$",
                "description": "COCO compressed run lengths, column-major",
            },
        },
    }
}


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    value = raw.get("mask")
    if type(value) is not dict or value.keys() != {"size", "counts"}:
        raise Fault("mask", "wrong_type", 'must be {"size": [height, width], "counts": "…"}')
    if value["size"] != [frame.height_px, frame.width_px] or any(type(side) is not int for side in value["size"]):
        raise Fault("mask.size", "mask_size", f"must be [{frame.height_px}, {frame.width_px}], as the image")
    if type(value["counts"]) is not str:
        raise Fault("mask.counts", "wrong_type", "must be a string of COCO run lengths")
    try:
        counts = masks.uncompress(value["counts"], min(MAX_RUNS, frame.budget.runs))
        frame.budget.runs -= len(counts)
        mask = masks.mask_of_counts(counts, frame.height_px, frame.width_px)
    except MaskError as error:
        raise Fault("mask.counts", "mask_counts", str(error)) from None
    if mask.area_px == 0:
        raise Fault("mask", "too_small", "is empty")
    # Written anew: equal masks have equal strings, however the sender split the runs.
    return {"mask": mask.as_json()}


def bounds(annotation: "Annotation") -> Bounds:
    return masks.bounds(masks.mask_of_json(annotation["mask"]))


def area_px(annotation: "Annotation") -> float:
    return float(masks.mask_of_json(annotation["mask"]).area_px)


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return None


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return masks.mask_of_json(annotation["mask"])


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    wanted = [masks.mask_of_json(one["mask"]) for one in expected]
    found = [masks.mask_of_json(one["mask"]) for one in given]
    return np.array([[masks.iou(one, other) for other in found] for one in wanted])


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    return {"segmentation": dict(annotation["mask"])}
