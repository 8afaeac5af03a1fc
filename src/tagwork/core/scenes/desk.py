"""A desk seen from above: cards at any angle, oval dishes, a cord, pins, and a lamp with a jointed arm.

Nothing overlaps, and each thing carries the exact figure of the one shape that fits it (`SceneObject.figure`).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    Window,
    clouds,
    colour,
    darken,
    finished,
    lit,
    mix,
    noise,
    over,
    placed,
    step,
    surface,
    window,
)
from tagwork.core.scenes.truth import Scene

Picture = NDArray[np.floating]

WOODS: Final = (
    # light grain, dark grain
    (colour(0.80, 0.66, 0.48), colour(0.62, 0.46, 0.30)),
    (colour(0.52, 0.38, 0.27), colour(0.34, 0.23, 0.16)),
    (colour(0.78, 0.76, 0.72), colour(0.62, 0.60, 0.56)),
)
PAPERS: Final = (colour(0.98, 0.93, 0.62), colour(0.74, 0.88, 0.95), colour(0.96, 0.76, 0.78), colour(0.94, 0.94, 0.91))
GLAZES: Final = (colour(0.20, 0.42, 0.56), colour(0.90, 0.89, 0.85), colour(0.60, 0.26, 0.20), colour(0.24, 0.46, 0.34))
CORDS: Final = (colour(0.12, 0.13, 0.16), colour(0.72, 0.12, 0.14), colour(0.93, 0.93, 0.94))
HEADS: Final = (colour(0.82, 0.14, 0.12), colour(0.10, 0.36, 0.72), colour(0.10, 0.52, 0.28), colour(0.95, 0.72, 0.08))
CORD_POINTS: Final = 25
LAMP_JOINTS: Final = ("base", "elbow", "head")
# The most of each in one picture; the larger are placed first.
MOST: Final = {"lamp": 1, "cord": 1, "dish": 2, "card": 3, "pin": 4}


def capsule(x: Field, y: Field, start: tuple[float, float], end: tuple[float, float]) -> Field:
    """px to the line from `start` to `end`."""
    ax, ay = start
    dx, dy = end[0] - ax, end[1] - ay
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / np.float32(max(dx * dx + dy * dy, 1e-6)), 0, 1)
    result: Field = np.hypot(x - ax - along * np.float32(dx), y - ay - along * np.float32(dy))
    return result


def _spread(shade: NDArray[np.floating], at: Window) -> Picture:
    return np.broadcast_to(shade, (*at.x.shape, 3)).astype(np.float32)


def _shadowed(canvas: Picture, at: Window, distance: Field, px: float) -> None:
    """A soft shadow around a thing whose signed distance in px is given; the thing itself is painted over it."""
    darken(canvas, at, (np.float32(0.34) * step(px, -px * 0.3, distance)).astype(np.float32))


def card(rng: Rng, height: int, width: int, centre: tuple[float, float], scale: float) -> Figure | None:
    half_w, half_h = rng.uniform(62, 92) * scale, rng.uniform(36, 52) * scale
    degrees = float(rng.choice((-1, 1)) * rng.uniform(15, 70))
    at = window(height, width, centre, float(np.hypot(half_w, half_h)) + 12 * scale, np.deg2rad(degrees))
    if at is None:
        return None
    distance = np.maximum(np.abs(at.x) - np.float32(half_w), np.abs(at.y) - np.float32(half_h))
    coverage = np.clip(np.float32(0.5) - distance, 0, 1).astype(np.float32)
    paper, ruled = PAPERS[rng.integers(len(PAPERS))], bool(rng.random() < 0.7)
    seed = int(rng.integers(2**31))

    def paint(canvas: Picture) -> None:
        _shadowed(canvas, at, distance, 11 * scale)
        local = np.random.default_rng(seed)
        tall, wide = at.x.shape
        face = _spread(paper, at) * (0.95 + 0.08 * clouds(local, tall, wide, 40 * scale, 3))[..., None]
        if ruled:
            rows = np.abs((at.y / np.float32(13 * scale)) % 1 - 0.5) * np.float32(13 * scale)
            written = step(1.6, 0.5, rows) * (np.abs(at.x) < half_w * 0.82) * (np.abs(at.y) < half_h * 0.80)
            face = mix(face, colour(0.30, 0.36, 0.50), (0.55 * written).astype(np.float32))
        over(canvas, at, face.astype(np.float32), coverage)

    x, y = centre
    box = [round(x - half_w, 2), round(y - half_h, 2), round(2 * half_w, 2), round(2 * half_h, 2)]
    return _figure("card", at, coverage, paint, {"box": box, "angle_degrees": round(degrees % 360, 2)})


def dish(rng: Rng, height: int, width: int, centre: tuple[float, float], scale: float) -> Figure | None:
    long = rng.uniform(88, 120) * scale
    wide = long * rng.uniform(0.50, 0.70)
    degrees = float(rng.uniform(0, 180))
    at = window(height, width, centre, long + 14 * scale, np.deg2rad(degrees))
    if at is None:
        return None
    depth = np.hypot(at.x / np.float32(long), at.y / np.float32(wide))
    body = surface(depth, 6.0)
    glaze = GLAZES[rng.integers(len(GLAZES))]

    def paint(canvas: Picture) -> None:
        _shadowed(canvas, at, (depth - 1) * np.float32(wide), 13 * scale)
        inner = step(0.80, 0.76, depth)
        albedo = mix(_spread(glaze, at), glaze * np.float32(0.72), inner.astype(np.float32))
        face = lit(body, albedo, gloss=0.30, sharpness=30)
        rim = np.exp(-(((depth - 0.78) * wide / (2.2 * scale)) ** 2))
        over(canvas, at, (face + (0.20 * rim)[..., None]).astype(np.float32), body.coverage)

    ellipse = [round(centre[0], 2), round(centre[1], 2), round(long, 2), round(wide, 2), round(degrees, 2)]
    return _figure("dish", at, body.coverage, paint, {"ellipse": ellipse})


def pin(rng: Rng, height: int, width: int, centre: tuple[float, float], scale: float) -> Figure | None:
    radius = 24 * scale
    at = window(height, width, centre, radius * 1.6)
    if at is None:
        return None
    depth = np.hypot(at.x, at.y) / np.float32(radius)
    body = surface(depth, 2.4)
    shade = HEADS[rng.integers(len(HEADS))]

    def paint(canvas: Picture) -> None:
        _shadowed(canvas, at, (depth - 1) * np.float32(radius), 9 * scale)
        ring = np.exp(-(((depth - 0.52) * radius / (1.8 * scale + 0.6)) ** 2))
        face = lit(body, _spread(shade, at), gloss=0.55, sharpness=24) * (1 - 0.35 * ring)[..., None]
        over(canvas, at, face.astype(np.float32), body.coverage)

    return _figure("pin", at, body.coverage, paint, {"point": [round(centre[0], 2), round(centre[1], 2)]})


def cord(rng: Rng, height: int, width: int, scale: float) -> Figure | None:
    """A lazy wave from left to right: the line through its middle has CORD_POINTS points and no bend of its own."""
    half = 7.5 * scale
    share = np.linspace(0, 1, CORD_POINTS)
    left, right = rng.uniform(0.06, 0.16) * width, rng.uniform(0.84, 0.94) * width
    middle = rng.uniform(0.16, 0.84) * height
    wave = rng.uniform(30, 70) * scale * np.sin(share * np.pi * rng.uniform(1.6, 3.2) + rng.uniform(0, 6.28))
    drift = (share - 0.5) * rng.uniform(-60, 60) * scale
    margin = 16 * scale
    line = np.stack([left + share * (right - left), np.clip(middle + wave + drift, margin, height - margin)], axis=1)
    line = np.round(line, 2)
    (x0, y0), (x1, y1) = line.min(axis=0), line.max(axis=0)
    top, bottom = max(0, int(y0 - margin)), min(height, int(y1 + margin) + 2)
    first, last = max(0, int(x0 - margin)), min(width, int(x1 + margin) + 2)
    x = np.arange(first, last, dtype=np.float32)[None, :] + np.float32(0.5) + np.zeros((bottom - top, 1), np.float32)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5) + np.zeros((1, last - first), np.float32)
    at = Window(top, first, x, y)
    distance = np.full(x.shape, np.float32(1e6))
    for start, end in pairwise(line):
        from_x, to_x = int(start[0] - margin) - first, int(end[0] + margin) - first
        part = slice(max(0, from_x), max(0, to_x))
        distance[:, part] = np.minimum(distance[:, part], capsule(x[:, part], y[:, part], tuple(start), tuple(end)))
    body = surface((distance / np.float32(half)).astype(np.float32), 2.2)
    coverage = np.clip(np.float32(half) - distance + np.float32(0.5), 0, 1).astype(np.float32)
    shade = CORDS[rng.integers(len(CORDS))]

    def paint(canvas: Picture) -> None:
        _shadowed(canvas, at, distance - np.float32(half), 7 * scale)
        twist = 0.90 + 0.14 * np.sin((x + 2.2 * y) / np.float32(2.6 * scale + 0.6))
        face = lit(body, _spread(shade, at) * twist[..., None], gloss=0.18, sharpness=18)
        over(canvas, at, face.astype(np.float32), coverage)

    return _figure("cord", at, coverage, paint, {"polyline": line.tolist()})


def lamp(rng: Rng, height: int, width: int, centre: tuple[float, float], scale: float) -> Figure | None:
    """Foot, elbow and head of a jointed lamp from above; `centre` is the middle of its foot."""
    turn = rng.uniform(0, 2 * np.pi)
    bend = turn + rng.choice((-1, 1)) * rng.uniform(0.7, 1.5)
    lower, upper = rng.uniform(120, 150) * scale, rng.uniform(110, 140) * scale
    elbow = (centre[0] + lower * np.cos(turn), centre[1] + lower * np.sin(turn))
    head = (elbow[0] + upper * np.cos(bend), elbow[1] + upper * np.sin(bend))
    foot_px, head_px, joint_px, rod_px = 50 * scale, 38 * scale, 15 * scale, 8 * scale
    # Wholly inside the frame: the figure is exact only if nothing is cut.
    for (x, y), reach in ((centre, foot_px), (elbow, joint_px), (head, head_px)):
        if not (reach + 4 < x < width - reach - 4 and reach + 4 < y < height - reach - 4):
            return None
    at = window(height, width, centre, lower + upper + head_px + 12 * scale)
    assert at is not None
    own_elbow = (elbow[0] - centre[0], elbow[1] - centre[1])
    own_head = (head[0] - centre[0], head[1] - centre[1])
    foot = np.hypot(at.x, at.y) - np.float32(foot_px)
    shade_ = np.hypot(at.x - own_head[0], at.y - own_head[1]) - np.float32(head_px)
    joint = np.hypot(at.x - own_elbow[0], at.y - own_elbow[1]) - np.float32(joint_px)
    rods = np.minimum(capsule(at.x, at.y, (0, 0), own_elbow), capsule(at.x, at.y, own_elbow, own_head)) - rod_px
    distance = np.minimum(np.minimum(foot, shade_), np.minimum(joint, rods)).astype(np.float32)
    coverage = np.clip(np.float32(0.5) - distance, 0, 1).astype(np.float32)
    enamel = HEADS[rng.integers(len(HEADS))]

    def paint(canvas: Picture) -> None:
        _shadowed(canvas, at, distance, 12 * scale)
        parts: tuple[tuple[Field, float, NDArray[np.floating]], ...] = (
            (foot, foot_px, enamel * np.float32(0.55)),
            (rods, rod_px, colour(0.70, 0.71, 0.73)),
            (joint, joint_px, colour(0.30, 0.31, 0.33)),
            (shade_, head_px, enamel),
        )
        for field, radius, tone in parts:
            body = surface((field / np.float32(radius) + 1).astype(np.float32), 2.6)
            face = lit(body, _spread(tone, at), gloss=0.35, sharpness=20)
            over(canvas, at, face.astype(np.float32), np.clip(np.float32(0.5) - field, 0, 1).astype(np.float32))
        knob = np.hypot(at.x, at.y) - np.float32(9 * scale)
        over(canvas, at, _spread(colour(0.82, 0.83, 0.84), at), np.clip(0.5 - knob, 0, 1).astype(np.float32))

    joints = zip(LAMP_JOINTS, (centre, elbow, head), strict=True)
    skeleton = {name: [round(float(x), 2), round(float(y), 2), 2] for name, (x, y) in joints}
    return _figure("lamp", at, coverage, paint, {"skeleton": skeleton})


def _figure(label: str, at: Window, coverage: Field, paint: Callable[[Picture], None], exact: dict[str, Any]) -> Figure:
    return Figure(label, at, coverage, paint, exact=exact)


def _anywhere(rng: Rng, height: int, width: int, margin: float) -> tuple[float, float]:
    return (
        round(float(rng.uniform(margin, max(margin + 1, width - margin))), 2),
        round(float(rng.uniform(margin, max(margin + 1, height - margin))), 2),
    )


def _candidates(rng: Rng, height: int, width: int, scale: float) -> Sequence[Figure]:
    found: list[Figure | None] = [lamp(rng, height, width, _anywhere(rng, height, width, 60 * scale), scale)]
    found += [lamp(rng, height, width, _anywhere(rng, height, width, 60 * scale), scale) for _ in range(2)]
    found += [cord(rng, height, width, scale) for _ in range(2)]
    for make, tries, margin in ((dish, 4, 130), (card, 8, 120), (pin, 8, 40)):
        found += [make(rng, height, width, _anywhere(rng, height, width, margin * scale), scale) for _ in range(tries)]
    return [figure for figure in found if figure is not None]


def _wood(rng: Rng, height: int, width: int, scale: float) -> Picture:
    light, dark = WOODS[rng.integers(len(WOODS))]
    bent = clouds(rng, height, width, 150 * scale, 3, stretch=6)
    y = np.arange(height, dtype=np.float32)[:, None]
    rings = np.sin((y / np.float32(11 * scale + 1) + 9 * bent) * np.float32(1.6)) * np.float32(0.5) + np.float32(0.5)
    fine = noise(rng, height, width, 1.8 * scale + 0.6, 60 * scale)
    grain = np.clip(0.30 * rings + 0.45 * bent + 0.35 * fine - 0.15, 0, 1).astype(np.float32)
    return mix(light, dark, grain).astype(np.float32)


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    scale = min(height, width) / 750
    canvas = _wood(rng, height, width, scale)
    left = dict(MOST)
    chosen = []
    # Nothing may lie over anything else: half of a figure is no example of it.
    for one in placed(_candidates(rng, height, width, scale), height, width, visible_from=0.999):
        if left[one.figure.label]:
            left[one.figure.label] -= 1
            chosen.append(one)
    for one in reversed(chosen):
        one.figure.paint(canvas)
    return finished(canvas, rng, "desk", seed, objects=[one.truth for one in chosen], vignette=0.18)
