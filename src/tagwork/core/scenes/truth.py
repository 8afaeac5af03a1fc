"""What a scene says about itself: exact masks, tight boxes, outlines that follow the mask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Ring = tuple[tuple[float, float], ...]
Box = tuple[int, int, int, int]

MOST_VERTICES: Final = 80
CLOSEST_PX: Final = 0.35


@dataclass(frozen=True)
class SceneObject:
    """One visible thing. `box` is (x, y, width, height) in px, the tight bounds of `mask`, which has the scene's size.

    `polygon` holds one ring of (x, y), at most 80 vertices. `visible_ratio`: visible area over the area before other
    things and the frame hid parts of it, 0 to 1. `figure` is the exact figure of a thing that has one, as an
    annotation says it, in px: {"box", "angle_degrees"}, {"ellipse"}, {"polyline"}, {"point"}, {"skeleton"} or
    {"cuboid"}."""

    label: str
    box: Box
    polygon: tuple[Ring, ...]
    mask: Mask
    visible_ratio: float
    attributes: Mapping[str, str | bool] = field(default_factory=dict)
    figure: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SceneText:
    """Written words: `box` bounds the letters in px; `of` is the index of the object that bears them."""

    text: str
    box: Box
    of: int


@dataclass(frozen=True)
class Scene:
    """`rgb` is uint8, height x width x 3. `tags` maps a group to its one option."""

    kind: str
    seed: int
    rgb: Rgb
    objects: tuple[SceneObject, ...]
    tags: Mapping[str, str]
    texts: tuple[SceneText, ...]


def bounds(mask: Mask) -> Box:
    """Tight (x, y, width, height) of the true pixels; the mask must hold one."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return (
        int(columns[0]),
        int(rows[0]),
        int(columns[-1] - columns[0] + 1),
        int(rows[-1] - rows[0] + 1),
    )


def border(mask: Mask) -> list[tuple[int, int]]:
    """Lattice corners (x, y) along the outer border of the component that holds the first true pixel, clockwise, one
    step a pixel edge. Pixels that touch by a corner only count as apart. Walks with the mask on the right hand."""
    padded = np.pad(mask, 1).tolist()
    start_row = int(mask.any(axis=1).argmax())
    start = (padded[start_row + 1].index(True) - 1, start_row)
    x, y = start
    dx, dy = 1, 0
    corners = []
    while True:
        corners.append((x, y))
        x, y = x + dx, y + dy
        # The two pixels ahead of corner (x, y): on the left and on the right of the direction.
        left = padded[y + (dy - dx - 1) // 2 + 1][x + (dx + dy - 1) // 2 + 1]
        right = padded[y + (dy + dx - 1) // 2 + 1][x + (dx - dy - 1) // 2 + 1]
        if not right:
            dx, dy = -dy, dx
        elif left:
            dx, dy = dy, -dx
        if (x, y) == start and (dx, dy) == (1, 0):
            return corners


def enclosed_area(corners: list[tuple[int, int]]) -> int:
    """Area of the ring in pixels (shoelace formula)."""
    points = np.asarray(corners, dtype=np.int64)
    following = np.roll(points, -1, axis=0)
    return int(abs((points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]).sum()) // 2)


def _weights(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each point of an open line the tolerance in px below which Douglas and Peucker (1973) keep it; ends always.

    One pass answers for all tolerances, since a point is only looked at after the one that split its part."""
    weights = np.zeros(len(points))
    weights[[0, -1]] = np.inf
    pending = [(0, len(points) - 1, np.inf)]
    while pending:
        first, last, above = pending.pop()
        if last - first < 2:
            continue
        along = points[last] - points[first]
        offsets = points[first + 1 : last] - points[first]
        length = float(np.hypot(*along))
        if length == 0:
            distance = np.hypot(offsets[:, 0], offsets[:, 1])
        else:
            distance = np.abs(offsets[:, 0] * along[1] - offsets[:, 1] * along[0]) / length
        farthest = int(distance.argmax())
        weight = min(above, float(distance[farthest]))
        if weight > CLOSEST_PX:
            middle = first + 1 + farthest
            weights[middle] = weight
            pending += [(first, middle, weight), (middle, last, weight)]
    return weights


def outline(corners: list[tuple[int, int]]) -> Ring:
    """At most 80 vertices along the middles of the pixel edges of a border, which cut as much as they add."""
    lattice = np.asarray(corners, dtype=np.float64)
    middles = (lattice + np.roll(lattice, -1, axis=0)) / 2
    # A ring has no ends: cut it at its leftmost and rightmost points, which any simplification must keep.
    middles = np.roll(middles, -int(middles[:, 0].argmin()), axis=0)
    right = int(middles[:, 0].argmax())
    there, back = _weights(middles[: right + 1]), _weights(np.vstack([middles[right:], middles[:1]]))
    weights = np.concatenate([there[:-1], back[:-1]])
    lightest = np.partition(weights, -MOST_VERTICES - 1)[-MOST_VERTICES - 1] if len(weights) > MOST_VERTICES else 0.0
    return tuple((float(x), float(y)) for x, y in middles[weights > lightest])
