"""The painter's means: noise, light on rounded bodies, soft shadows, exact coverage of pixels at edges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.truth import Mask, Scene, SceneObject, SceneText, border, bounds, enclosed_area, outline

Field = NDArray[np.floating]
Colour = tuple[float, float, float]
Rng = np.random.Generator

# From the upper left, towards the viewer.
LIGHT: Final = np.array([-0.46, -0.60, 0.655], dtype=np.float32)
ANGLES: Final = 360


def noise(rng: Rng, height: int, width: int, cell_y: float, cell_x: float) -> Field:
    """Value noise 0 to 1 (Perlin's smooth interpolation between random lattice values), cells in px."""
    rows, columns = int(height / cell_y) + 2, int(width / cell_x) + 2
    lattice = rng.random((rows, columns), dtype=np.float32)

    def weights(length: int, cell: float) -> tuple[NDArray[np.intp], Field]:
        at = np.arange(length, dtype=np.float32) / np.float32(cell)
        index = at.astype(np.intp)
        part = at - index
        return index, (part * part * (3 - 2 * part)).astype(np.float32)

    y, wy = weights(height, cell_y)
    x, wx = weights(width, cell_x)
    tall = lattice[y] + (lattice[y + 1] - lattice[y]) * wy[:, None]
    left = tall[:, x]
    result: Field = left + (tall[:, x + 1] - left) * wx
    return result


def clouds(rng: Rng, height: int, width: int, cell: float, octaves: int, *, stretch: float = 1.0) -> Field:
    """Fractal noise 0 to 1: each octave half the size and half the strength; `stretch` widens it."""
    total = np.zeros((height, width), dtype=np.float32)
    strength, reach = 1.0, 0.0
    for _ in range(octaves):
        total += np.float32(strength) * noise(rng, height, width, max(cell, 1.0), max(cell * stretch, 1.0))
        reach += strength
        strength, cell = strength / 2, cell / 2
    total /= np.float32(reach)
    return total


def step(low: float, high: float, value: Field) -> Field:
    """Smooth 0 to 1 between `low` and `high`; falls when low > high."""
    part = np.clip((value - np.float32(low)) / np.float32(high - low), 0, 1)
    result: Field = part * part * (3 - 2 * part)
    return result


def speckled(rng: Rng, x: Field, y: Field, cell: float, share: float) -> Field:
    """Round soft dots, 0 to 1: in each square of `cell` px one with the chance `share`, somewhere, of some size."""
    rows, columns = y / np.float32(cell), x / np.float32(cell)
    i, j = np.floor(rows).astype(np.intp), np.floor(columns).astype(np.intp)
    size = 64
    across, down = rng.uniform(0.20, 0.80, (2, size, size)).astype(np.float32)
    radius = rng.uniform(0.06, 0.19, (size, size)).astype(np.float32) * (rng.random((size, size)) < share)
    i, j, rows, columns = i % size, j % size, rows - i, columns - j
    distance = np.hypot(columns - across[i, j], rows - down[i, j])
    dots: Field = np.clip((radius[i, j] - distance) * np.float32(cell) + np.float32(0.5), 0, 1) * (radius[i, j] > 0)
    return dots


def colour(*parts: float) -> NDArray[np.floating]:
    return np.array(parts, dtype=np.float32)


def mix(one: NDArray[np.floating], other: NDArray[np.floating], share: Field | float) -> NDArray[np.floating]:
    """Colours between `one` and `other`; a field of shares makes an image."""
    if isinstance(share, float):
        blended: NDArray[np.floating] = one + (other - one) * np.float32(share)
    else:
        blended = one + (other - one) * share[..., None]
    return blended


@dataclass(frozen=True)
class Window:
    """Part of a picture, with the coordinates of its pixel centres relative to a point, turned by an angle."""

    top: int
    left: int
    x: Field
    y: Field

    @property
    def area(self) -> tuple[slice, slice]:
        return slice(self.top, self.top + self.x.shape[0]), slice(self.left, self.left + self.x.shape[1])


def window(height: int, width: int, centre: tuple[float, float], reach: float, turn: float = 0.0) -> Window | None:
    """The square of half side `reach` px around `centre` (x, y), cut at the frame; None when nothing of it is inside.
    `turn` in radians, clockwise: local y points down the turned body."""
    cx, cy = centre
    top, bottom = max(0, int(cy - reach)), min(height, int(cy + reach) + 2)
    left, right = max(0, int(cx - reach)), min(width, int(cx + reach) + 2)
    if top >= bottom or left >= right:
        return None
    dx = (np.arange(left, right, dtype=np.float32) + np.float32(0.5 - cx))[None, :]
    dy = (np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - cy))[:, None]
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    return Window(top, left, dx * cos + dy * sin, dy * cos - dx * sin)


def polar(x: Field, y: Field, radii: Field) -> Field:
    """0 at the centre, 1 on the outline whose radii are given for equal steps of angle from +x over +y (downwards)."""
    angle = np.arctan2(y, x) * np.float32(len(radii) / (2 * np.pi)) + np.float32(len(radii) / 2)
    index = angle.astype(np.int32)
    # arctan2 begins at -pi; two values more close the ring, the second for an angle rounded up to a full turn.
    ring = np.roll(radii, len(radii) // 2)
    ring = np.concatenate([ring, ring[:2]])
    low = ring[index]
    radius = low + (ring[index + 1] - low) * (angle - index)
    result: Field = np.hypot(x, y) / radius
    return result


def angles() -> Field:
    return np.linspace(0, 2 * np.pi, ANGLES, endpoint=False, dtype=np.float32)


def apart(angle: Field, other: float) -> Field:
    """Signed distance between angles, -pi to pi."""
    result: Field = (angle - np.float32(other) + np.pi) % np.float32(2 * np.pi) - np.float32(np.pi)
    return result


def rays() -> tuple[Field, Field, Field]:
    """x, y (distance by angle) of points on rays from the origin, and the distances, to find a star-shaped outline."""
    distances = np.linspace(0.02, 1.6, 320, dtype=np.float32)
    a = angles()
    return distances[:, None] * np.cos(a), distances[:, None] * np.sin(a), distances


def reached(inside: Mask, distances: Field) -> Field:
    """The farthest distance of each ray that lies inside."""
    found: Field = distances[len(distances) - 1 - inside[::-1].argmax(axis=0)]
    return found


def smoothed(radii: Field, steps: int) -> Field:
    """Radii averaged over an odd number of neighbouring angles."""
    half = steps // 2
    around = np.concatenate([radii[-half:], radii, radii[:half]])
    weights = np.hanning(steps + 2)[1:-1]
    averaged: Field = np.convolve(around, weights / weights.sum(), "valid").astype(np.float32)
    return averaged


@dataclass(frozen=True)
class Surface:
    """A rounded body seen from the front: coverage of each pixel (0 to 1) and unit normals towards the viewer."""

    coverage: Field
    nx: Field
    ny: Field
    nz: Field


def surface(depth: Field, flatness: float = 2.0) -> Surface:
    """From a field that is 0 in the middle and 1 on the outline. `flatness` 2 is a ball, more is a pillow."""
    gy, gx = np.gradient(depth)
    steepness = np.maximum(np.hypot(gx, gy), np.float32(1e-6))
    coverage = np.clip((1 - depth) / steepness + np.float32(0.5), 0, 1)
    leaning = np.clip(depth, 0, 1) ** np.float32(flatness / 2)
    nz = np.sqrt(np.maximum(0, 1 - leaning * leaning))
    return Surface(coverage.astype(np.float32), gx / steepness * leaning, gy / steepness * leaning, nz)


def lit(
    body: Surface,
    albedo: NDArray[np.floating],
    *,
    ambient: float = 0.34,
    gloss: float = 0.35,
    sharpness: float = 40.0,
    bounce: NDArray[np.floating] | None = None,
) -> NDArray[np.floating]:
    """Wrapped diffuse light, a highlight (Blinn 1977), light thrown back by the ground, a darker rim."""
    facing = body.nx * LIGHT[0] + body.ny * LIGHT[1] + body.nz * LIGHT[2]
    diffuse = np.clip((facing + np.float32(0.25)) / np.float32(1.25), 0, 1)
    shade = np.float32(ambient) + np.float32(1.06 - ambient) * diffuse
    shade *= np.float32(0.80) + np.float32(0.20) * np.sqrt(body.nz)
    result: Field = albedo * shade[..., None]
    if bounce is not None:
        result += albedo * bounce * (np.float32(0.22) * np.clip(body.ny, 0, 1))[..., None]
    half = LIGHT + np.array([0, 0, 1], dtype=np.float32)
    half /= np.float32(np.linalg.norm(half))
    glint = np.clip(body.nx * half[0] + body.ny * half[1] + body.nz * half[2], 0, 1)
    result += (np.float32(gloss) * glint ** np.float32(sharpness))[..., None]
    result += (np.float32(gloss * 0.22) * glint ** np.float32(sharpness / 6))[..., None]
    return result


def over(canvas: NDArray[np.floating], at: Window, paint: NDArray[np.floating], coverage: Field) -> None:
    """Lays `paint` over the picture where `coverage` says so."""
    target = canvas[at.area]
    target += (paint - target) * coverage[..., None]


def darken(canvas: NDArray[np.floating], at: Window, strength: Field) -> None:
    """Shadows take the blue last, as under an open sky."""
    canvas[at.area] *= 1 - strength[..., None] * colour(1.0, 0.97, 0.90)


@dataclass
class Figure:
    """A thing that may be put into a scene: what it covers, and how it is painted once it is sure to be visible."""

    label: str
    at: Window
    coverage: Field
    paint: Callable[[NDArray[np.floating]], None]
    attributes: Mapping[str, str | bool] = field(default_factory=dict)
    # px of the whole thing if it is cut by the frame; else what is covered
    whole_area: float = 0.0
    exact: Mapping[str, Any] = field(default_factory=dict)
    # Of what stands: painted on the ground before any thing is
    shadow: Callable[[NDArray[np.floating]], None] | None = None


@dataclass(frozen=True)
class Placed:
    figure: Figure
    truth: SceneObject


def placed(
    figures: Sequence[Figure], height: int, width: int, *, visible_from: float = 0.55, most: int = 99
) -> list[Placed]:
    """Of `figures` (front first) those whose visible part is one piece without holes and large enough, front first.

    Front first makes each mask final when it is taken: nothing accepted later can hide it."""
    taken = np.zeros((height, width), dtype=np.bool_)
    result: list[Placed] = []
    for figure in figures:
        if len(result) == most:
            break
        area = figure.at.area
        covers = figure.coverage >= 0.5
        visible = covers & ~taken[area]
        count = int(visible.sum())
        whole = max(int(covers.sum()), round(figure.whole_area))
        if count < 60 or count < visible_from * whole:
            continue
        corners = border(visible)
        if enclosed_area(corners) != count:
            continue
        mask: Mask = np.zeros((height, width), dtype=np.bool_)
        mask[area] = visible
        shifted = [(x + figure.at.left, y + figure.at.top) for x, y in corners]
        taken[area] |= covers
        truth = SceneObject(
            label=figure.label,
            box=bounds(mask),
            polygon=(outline(shifted),),
            mask=mask,
            visible_ratio=count / whole,
            attributes=figure.attributes,
            figure=figure.exact,
        )
        result.append(Placed(figure, truth))
    return result


def finished(
    canvas: NDArray[np.floating],
    rng: Rng,
    kind: str,
    seed: int,
    *,
    objects: Sequence[SceneObject] = (),
    tags: Mapping[str, str] | None = None,
    texts: Sequence[SceneText] = (),
    vignette: float = 0.22,
    grain: float = 0.010,
) -> Scene:
    """Lens and film: darker corners, a gentle shoulder in the lights, grain; then 8 bits."""
    height, width = canvas.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    canvas *= (1 - np.float32(vignette) * (x * x + y * y) ** 2 / 4 - np.float32(vignette / 4) * (x * x + y * y) / 2)[
        ..., None
    ]
    canvas += (rng.standard_normal((height, width), dtype=np.float32) * np.float32(grain))[..., None]
    # Above 0.8 the curve bends and meets 1 only at 1.4, so that highlights keep a shape.
    bright = np.maximum(canvas - np.float32(0.8), 0)
    canvas -= bright - np.float32(0.2) * (1 - np.exp(-bright / np.float32(0.2)))
    rgb = (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Scene(kind, seed, rgb, tuple(objects), dict(tags or {}), tuple(texts))
