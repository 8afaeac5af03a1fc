"""Cuboid: `"cuboid": [[four corners of the front], [four of the back]]`, a box in space as a photograph shows it.

The eight corners of CVAT's cuboid (its xtl1 … ybr1 are the front, xtl2 … ybr2 the back), each face a ring, so that the
n-th corner of the front is joined to the n-th of the back. CVAT's other habit, upright edges that stay upright, is not
taken over: a photograph taken from above has none. Seen in perspective a face is a convex four-sided figure, and both
faces turn the same way; what is bent or twisted is refused.

Canonical faces run clockwise on the screen, the front from its corner nearest to the top left of the image.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fragments import POSITION, fixed
from ..geometry import Bounds, Floats, Ring, bounds_of, convex_hull, ring_area
from ..masks import Mask, polygon_to_mask
from ..reading import Fault, Frame, Point, hundredths, point
from ..similarity import bounds_meet, region_iou

if TYPE_CHECKING:
    from ..schema import Label
    from . import Annotation, ImageSize

TASK_TYPE = "detection"
EFFORT = 3
ACCEPT = "accept_box"
TITLE = "Cuboid"
_FACE = fixed(POSITION, POSITION, POSITION, POSITION)
PROPERTIES = {
    "cuboid": fixed(
        {**_FACE, "description": "The front: its corners in order round it."},
        {**_FACE, "description": "The back: the corner behind each of the front's, in the same order."},
    )
}
CORNERS = 4
MIN_FACE_PX = 1


def _face(raw: Any, frame: Frame, field: str) -> list[Point]:
    if type(raw) is not list and type(raw) is not tuple:
        raise Fault(field, "wrong_type", f"must be a list of {CORNERS} points [x, y]")
    if len(raw) != CORNERS:
        raise Fault(field, "wrong_type", f"must have {CORNERS} points, not {len(raw)}")
    frame.budget.points -= CORNERS
    if frame.budget.points < 0:
        raise Fault(field, "too_many_points", "too many points in one answer")
    return [point(corner, frame, f"{field}[{position}]") for position, corner in enumerate(raw)]


def _is_convex(face: Sequence[Point]) -> bool:
    """Does every corner turn clockwise? Four such corners go round once, so no sides cross. Exact: in hundredths."""
    corners = [(hundredths(x), hundredths(y)) for x, y in face]
    for place, (x, y) in enumerate(corners):
        (x_before, y_before), (x_after, y_after) = corners[place - 1], corners[(place + 1) % CORNERS]
        if (x - x_before) * (y_after - y) - (y - y_before) * (x_after - x) <= 0:
            return False
    return True


def parse(raw: "Annotation", label: "Label", frame: Frame) -> dict[str, Any]:
    value = raw.get("cuboid")
    if type(value) is not list and type(value) is not tuple:
        raise Fault("cuboid", "wrong_type", "must be a list of two faces, each a list of four points [x, y]")
    if len(value) != 2:
        raise Fault("cuboid", "wrong_type", f"must have 2 faces, not {len(value)}")
    faces = [_face(face, frame, f"cuboid[{position}]") for position, face in enumerate(value)]
    if ring_area(faces[0]) < 0:
        faces = [face[::-1] for face in faces]
    for position, face in enumerate(faces):
        if not _is_convex(face):
            raise Fault(
                f"cuboid[{position}]", "twisted", "the corners of a face must go round it, the same way in both"
            )
        if ring_area(face) < MIN_FACE_PX:
            raise Fault(f"cuboid[{position}]", "too_small", f"a face must cover at least {MIN_FACE_PX} px²")
    front = [(hundredths(x), hundredths(y)) for x, y in faces[0]]
    first = min(range(CORNERS), key=lambda place: (sum(front[place]), front[place]))
    return {"cuboid": [face[first:] + face[:first] for face in faces]}


def _hull(annotation: "Annotation") -> list[Sequence[float]]:
    """The silhouette: the convex hull of all eight corners."""
    front, back = annotation["cuboid"]
    return convex_hull([*front, *back])


def bounds(annotation: "Annotation") -> Bounds:
    front, back = annotation["cuboid"]
    return bounds_of([*front, *back])


def area_px(annotation: "Annotation") -> float:
    return abs(ring_area(_hull(annotation)))


def outline(annotation: "Annotation") -> Sequence[Ring] | None:
    return [_hull(annotation)]


def region(annotation: "Annotation", image_size: "ImageSize") -> Mask | None:
    return polygon_to_mask([_hull(annotation)], image_size[1], image_size[0])


def similarities(expected: Sequence["Annotation"], given: Sequence["Annotation"], image_size: "ImageSize") -> Floats:
    """The mean of two overlaps: of the front faces, and of the silhouettes.

    The front tells which side looks at the camera, the silhouette how far the box reaches. The corner of the back that
    no photograph shows is in neither, so nobody is judged by what they had to guess. The overlap of the back faces
    was refused for that, the silhouette alone because it takes a box for the same one turned round.
    """
    result = np.zeros((len(expected), len(given)))
    hulls = [_hull(one) for one in given]
    around_given = [bounds(one) for one in given]
    for row, one in enumerate(expected):
        around, hull = bounds(one), _hull(one)
        for column, other in enumerate(given):
            if bounds_meet(around, around_given[column]):
                fronts = region_iou([one["cuboid"][0]], [other["cuboid"][0]])
                result[row, column] = (fronts + region_iou([hull], [hulls[column]])) / 2
    return result


def coco(annotation: "Annotation", label: "Label", image_size: "ImageSize") -> dict[str, Any]:
    """COCO has no cuboid: the silhouette as a polygon, the two faces beside it."""
    return {
        "segmentation": [[float(number) for corner in _hull(annotation) for number in corner]],
        "tagwork": {"cuboid": annotation["cuboid"]},
    }
