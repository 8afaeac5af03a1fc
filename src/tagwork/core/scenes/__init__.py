"""Rendered pictures whose truth is known to the pixel: for the demo, the tutorial and tests.

The same kind, seed and size give the same picture and the same truth.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from tagwork.core.scenes import cells, crates, desk, fruit, road_signs, shells, weather
from tagwork.core.scenes.truth import Scene, SceneObject, SceneText

__all__ = ["KINDS", "Scene", "SceneObject", "SceneText", "render_scene"]

_RENDERERS: Final[dict[str, Callable[[np.random.Generator, int, int, int], Scene]]] = {
    "fruit": fruit.render,
    "road_signs": road_signs.render,
    "shells": shells.render,
    "cells": cells.render,
    "weather": weather.render,
    "desk": desk.render,
    "crates": crates.render,
}
KINDS: Final = tuple(_RENDERERS)
SMALLEST_SIDE_PX: Final = 160


def render_scene(kind: str, seed: int, width_px: int = 1000, height_px: int = 750) -> Scene:
    """A picture of `kind` (one of KINDS) with its truth; about 0.4 s for 1,000 x 750 px.

    fruit, shells, cells: objects with boxes, outlines and masks; road_signs: also texts; weather: the tag `weather`;
    desk: turned cards, oval dishes, a cord, pins and a jointed lamp, each with its exact figure;
    crates: crates with their exact cuboids, and drums.
    Raises ValueError for an unknown kind, a negative seed or a side below 160 px.
    """
    if kind not in _RENDERERS:
        raise ValueError(f"no such kind of scene: {kind!r}; there are {', '.join(KINDS)}")
    if seed < 0:
        raise ValueError("a seed is 0 or more")
    if min(width_px, height_px) < SMALLEST_SIDE_PX:
        raise ValueError(f"each side has at least {SMALLEST_SIDE_PX} px")
    rng = np.random.default_rng([KINDS.index(kind), seed])
    return _RENDERERS[kind](rng, seed, width_px, height_px)
