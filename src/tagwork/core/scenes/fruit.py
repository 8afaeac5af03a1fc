"""Apples, pears and lemons on a table: boxes and outlines, some of them partly hidden."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    Window,
    angles,
    apart,
    clouds,
    colour,
    darken,
    finished,
    lit,
    mix,
    noise,
    over,
    placed,
    polar,
    rays,
    reached,
    smoothed,
    speckled,
    step,
    surface,
    window,
)
from tagwork.core.scenes.truth import Scene

Picture = NDArray[np.floating]
UP = -np.pi / 2
DOWN = np.pi / 2


def table(rng: Rng, height: int, width: int) -> Picture:
    """Oak, walnut, slate or linen, lit from the upper left."""
    scale = min(height, width) / 750
    kind = rng.integers(4)
    if kind <= 1:
        base, dark = (
            (colour(0.80, 0.66, 0.48), colour(0.58, 0.42, 0.26)),
            (colour(0.50, 0.35, 0.24), colour(0.27, 0.17, 0.11)),
        )[kind]
        picture = _planks(rng, height, width, scale, base, dark)
    elif kind == 2:
        base = colour(0.36, 0.39, 0.42)
        mottled = clouds(rng, height, width, 160 * scale, 6)
        fine = noise(rng, height, width, 1.5, 1.5)
        picture = base * (0.62 + 0.62 * mottled + 0.10 * fine)[..., None]
    else:
        base = (colour(0.83, 0.80, 0.74), colour(0.58, 0.68, 0.74), colour(0.72, 0.76, 0.66))[rng.integers(3)]
        x = np.arange(width, dtype=np.float32)[None, :] / np.float32(3.2 * scale)
        y = np.arange(height, dtype=np.float32)[:, None] / np.float32(3.2 * scale)
        slub = noise(rng, height, width, 2.5 * scale, 90 * scale) + noise(rng, height, width, 90 * scale, 2.5 * scale)
        weave = np.sin(x * np.pi) * np.sin(y * np.pi)
        folds = clouds(rng, height, width, 330 * scale, 2)
        picture = base * (0.80 + 0.045 * weave + 0.085 * slub + 0.20 * folds)[..., None]
    fall = (
        np.linspace(1.12, 0.84, width, dtype=np.float32)[None, :]
        * np.linspace(1.05, 0.90, height, dtype=np.float32)[:, None]
    )
    result: Picture = (picture * fall[..., None]).astype(np.float32)
    return result


def _planks(rng: Rng, height: int, width: int, scale: float, base: Picture, dark: Picture) -> Picture:
    plank = int(rng.uniform(150, 230) * scale)
    offset = int(rng.integers(plank))
    row = (np.arange(height) + offset) // plank
    within = ((np.arange(height) + offset) % plank).astype(np.float32)
    shift = rng.uniform(-0.10, 0.10, row.max() + 1).astype(np.float32)[row]
    # Each plank has its own grain: its noise is read far from its neighbour's.
    bend = clouds(rng, height, width, 260 * scale, 3, stretch=3.0)
    rings = np.arange(height, dtype=np.float32)[:, None] / np.float32(17 * scale) + bend * 11 + (row * 37.7)[:, None]
    grain = 0.5 + 0.5 * np.sin(rings, dtype=np.float32)
    streaks = noise(rng, height, width, 2.2 * scale, 190 * scale)
    pores = noise(rng, height, width, 1.4 * scale, 34 * scale)
    share = np.clip(0.12 + 0.30 * grain * bend + 0.34 * streaks + 0.16 * (pores > 0.80) + shift[:, None], 0, 1)
    picture = mix(base, dark, share.astype(np.float32))
    gap = step(3.2 * scale, 0.6 * scale, np.minimum(within, plank - within))
    picture *= (1 - 0.55 * gap)[:, None, None]
    return picture


def shadow(canvas: Picture, centre: tuple[float, float], radius: float, turn: float, radii: Field) -> None:
    """A wide soft shadow away from the light and a tight dark one where the body touches."""
    height, width = canvas.shape[:2]
    for dx, dy, inner, outer, strength in ((0.30, 0.34, 0.30, 1.38, 0.50), (0.08, 0.12, 0.70, 1.12, 0.42)):
        at = window(height, width, (centre[0] + dx * radius, centre[1] + dy * radius), radius * 1.75, turn)
        if at is not None:
            darken(canvas, at, np.float32(strength) * step(outer, inner, polar(at.x, at.y, radii)))


Body = tuple[Field, Callable[[Window, float, Rng], Picture], dict[str, str | bool]]


def apple_body(rng: Rng) -> Body:
    a = angles()
    radii = 1 + 0.045 * np.cos(2 * a) - 0.13 * np.exp(-((apart(a, UP) / 0.42) ** 2))
    radii += -0.055 * np.exp(-((apart(a, DOWN) / 0.30) ** 2)) + 0.03 * np.sin(a)
    radii += 0.02 * np.cos(3 * a + rng.uniform(0, 6))
    ripe = rng.random() < 0.68
    skin, blush = (
        (colour(0.70, 0.10, 0.09), colour(0.93, 0.67, 0.27))
        if ripe
        else (colour(0.52, 0.70, 0.20), colour(0.80, 0.80, 0.36))
    )
    side = rng.uniform(0, 2 * np.pi)

    def albedo(at: Window, radius: float, rng: Rng) -> Picture:
        u, v = at.x / radius, at.y / radius
        around = np.arctan2(v + 0.72, u) * 9
        streak = noise_along(rng, around)
        towards = u * np.cos(side) + v * np.sin(side)
        share = step(0.15, 0.95, 0.45 + 0.42 * towards + 0.30 * (streak - 0.5)) * (0.75 if ripe else 0.6)
        skin_colour = mix(skin, blush, share.astype(np.float32))
        dots = speckled(rng, at.x, at.y, max(5.0, radius / 7), 0.4)
        skin_colour = skin_colour + dots[..., None] * colour(0.12, 0.10, 0.05)
        dimple = np.exp(-((u / 0.30) ** 2) - ((v + 0.74) / 0.17) ** 2).astype(np.float32)
        cup = mix(skin_colour, colour(0.36, 0.38, 0.14), 0.55 * dimple)
        shaded: Picture = cup * (1 - 0.50 * dimple)[..., None]
        return shaded

    return radii.astype(np.float32), albedo, {"ripe": ripe}


def noise_along(rng: Rng, value: Field) -> Field:
    """Smooth noise over one coordinate, 0 to 1."""
    table_values = rng.random(64).astype(np.float32)
    index = np.floor(value).astype(np.intp)
    part = value - index
    part = part * part * (3 - 2 * part)
    low, high = table_values[index % 64], table_values[(index + 1) % 64]
    result: Field = (low + (high - low) * part).astype(np.float32)
    return result


def pear_body(rng: Rng) -> Body:
    # The silhouette is where two balls flow into one (smooth minimum of Quilez), found along each ray.
    x, y, distances = rays()
    neck = rng.uniform(-0.66, -0.56)
    low = np.hypot(x, y - 0.24) - 0.74
    high = np.hypot(x - rng.uniform(-0.06, 0.06), y - neck) - 0.34
    blend = np.clip(0.5 + 0.5 * (high - low) / 0.42, 0, 1)
    inside = (high + (low - high) * blend - 0.42 * blend * (1 - blend)) < 0
    radii = smoothed(reached(inside, distances), 13)
    ripe = rng.random() < 0.6
    skin = colour(0.80, 0.68, 0.24) if ripe else colour(0.57, 0.66, 0.24)
    blush = colour(0.79, 0.42, 0.18) if ripe else colour(0.72, 0.74, 0.34)

    def albedo(at: Window, radius: float, rng: Rng) -> Picture:
        u = at.x / radius
        mottled = noise(rng, at.x.shape[0], at.x.shape[1], radius / 2.2, radius / 2.2)
        share = np.clip(0.25 + 0.5 * u + 0.55 * (mottled - 0.4), 0, 1).astype(np.float32)
        dots = speckled(rng, at.x, at.y, max(4.0, radius / 11), 0.7)
        skin_colour = mix(skin, blush, share) * (1 - 0.26 * dots)[..., None]
        cup = np.exp(-(((at.x / radius) / 0.16) ** 2) - ((at.y / radius - neck + 0.30) / 0.10) ** 2)
        shaded: Picture = skin_colour * (1 - 0.5 * cup.astype(np.float32))[..., None]
        return shaded

    return radii.astype(np.float32), albedo, {"ripe": ripe}


def lemon_body(rng: Rng) -> Body:
    a = angles()
    long, short = 1.02, rng.uniform(0.70, 0.78)
    radii = long * short / np.hypot(short * np.cos(a), long * np.sin(a))
    radii += 0.19 * np.exp(-((apart(a, 0.0) / 0.17) ** 2)) + 0.13 * np.exp(-((apart(a, np.pi) / 0.16) ** 2))
    skin, shade = colour(0.95, 0.80, 0.16), colour(0.88, 0.66, 0.10)

    def albedo(at: Window, radius: float, rng: Rng) -> Picture:
        rows, columns = at.x.shape
        mottled = noise(rng, rows, columns, radius / 1.8, radius / 1.8)
        pores = noise(rng, rows, columns, max(1.8, radius / 30), max(1.8, radius / 30))
        peel = mix(skin, shade, (0.75 * mottled).astype(np.float32)) * (0.90 + 0.16 * pores)[..., None]
        tip = step(0.78, 1.15, np.abs(at.x) / radius)
        blended: Picture = mix(peel, colour(0.80, 0.74, 0.22), 0.6 * tip)
        return blended

    return radii.astype(np.float32), albedo, {"ripe": True}


BODIES: dict[str, Callable[[Rng], Body]] = {"apple": apple_body, "pear": pear_body, "lemon": lemon_body}
STEMS = {"apple": (-0.74, 0.42, 0.050), "pear": (-0.86, 0.36, 0.048)}


def fruit(
    rng: Rng, label: str, height: int, width: int, centre: tuple[float, float], radius: float, turn: float
) -> Figure | None:
    radii, albedo, attributes = BODIES[label](rng)
    scaled = (radii * radius).astype(np.float32)
    at = window(height, width, centre, radius * 1.5, turn)
    if at is None or min(at.x.shape) < 8:
        return None
    depth = polar(at.x, at.y, scaled)
    body = surface(depth, 2.0 if label != "lemon" else 2.2)
    coverage = body.coverage
    stem: Field | None = None
    if label in STEMS:
        start, length, thick = STEMS[label]
        lean = rng.uniform(-0.25, 0.25)
        along = np.clip((start * radius - at.y) / (length * radius), 0, 1)
        across = at.x - lean * radius * length * along**2
        half = radius * thick * (0.85 + 0.7 * along**3)
        beyond = np.maximum(start * radius - length * radius - at.y, at.y - start * radius)
        distance = np.maximum(np.abs(across) - half, beyond)
        stem = np.clip(0.5 - distance, 0, 1).astype(np.float32)
        coverage = np.maximum(coverage, stem)
    texture_seed = int(rng.integers(2**31))

    def paint(canvas: Picture) -> None:
        local = np.random.default_rng(texture_seed)
        shadow(canvas, centre, radius, turn, scaled)
        ground = canvas[at.area].mean(axis=(0, 1))
        gloss, sharp = {"apple": (0.55, 55.0), "pear": (0.22, 26.0), "lemon": (0.30, 34.0)}[label]
        skin = lit(body, albedo(at, radius, local), gloss=gloss, sharpness=sharp, bounce=ground * 1.6)
        over(canvas, at, skin, body.coverage)
        if stem is not None:
            cylinder = 0.55 + 0.6 * np.clip(0.5 - at.x / (radius * 0.12), 0, 1)
            over(canvas, at, (colour(0.36, 0.25, 0.14) * cylinder[..., None]).astype(np.float32), stem)

    whole = float((scaled**2).sum() * np.pi / len(scaled))
    return Figure(label, at, coverage, paint, attributes, whole)


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    canvas = table(rng, height, width)
    scale = min(height, width)
    size = rng.uniform(0.105, 0.15) * scale
    wanted = int(rng.integers(4, 10))
    candidates: list[tuple[float, Figure]] = []
    for _ in range(wanted * 2):
        label = ("apple", "pear", "lemon")[rng.choice(3, p=(0.42, 0.28, 0.30))]
        x, y = rng.uniform(0.09, 0.91) * width, rng.uniform(0.12, 0.90) * height
        # Nearer to the viewer is lower in the picture and larger.
        radius = size * {"apple": 1.0, "pear": 1.06, "lemon": 0.86}[label] * (0.88 + 0.26 * y / height)
        radius *= rng.uniform(0.92, 1.08)
        spread = {"apple": 0.45, "pear": 0.9, "lemon": 3.1}[label]
        figure = fruit(rng, label, height, width, (x, y), radius, rng.uniform(-spread, spread))
        if figure is not None:
            candidates.append((y + radius, figure))
    candidates.sort(key=lambda pair: -pair[0])
    chosen = placed([figure for _, figure in candidates], height, width, visible_from=0.62, most=wanted)
    for one in reversed(chosen):
        one.figure.paint(canvas)
    return finished(canvas, rng, "fruit", seed, objects=[one.truth for one in chosen])
