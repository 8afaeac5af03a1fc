"""Shells, starfish and pebbles on sand: outlines worth tracing."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.fruit import noise_along, shadow
from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    Window,
    angles,
    apart,
    clouds,
    colour,
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
# Paint of a body: window, radius, depth field, generator -> albedo and how far its relief bends the depth field.
Skin = Callable[[Window, float, Field, Rng], tuple[Picture, Field]]


def sand(rng: Rng, height: int, width: int) -> Picture:
    """Dry or wet sand with wind ripples and grains."""
    scale = min(height, width) / 750
    light, dark = (
        (colour(0.93, 0.84, 0.69), colour(0.74, 0.62, 0.46)),
        (colour(0.86, 0.80, 0.72), colour(0.62, 0.56, 0.49)),
        (colour(0.80, 0.69, 0.53), colour(0.56, 0.45, 0.33)),
    )[rng.integers(3)]
    x = np.arange(width, dtype=np.float32)[None, :] / np.float32(scale)
    y = np.arange(height, dtype=np.float32)[:, None] / np.float32(scale)
    bend = clouds(rng, height, width, 300 * scale, 4)
    turn = rng.uniform(-0.5, 0.5)
    across = y * np.float32(np.cos(turn)) + x * np.float32(np.sin(turn))
    wave = np.sin(across / np.float32(rng.uniform(13, 19)) + bend * 15)
    ripple = (0.5 + 0.5 * wave) ** np.float32(1.6) * clouds(rng, height, width, 260 * scale, 2)
    grains = rng.standard_normal((height, width), dtype=np.float32)
    grains = 0.6 * grains + 0.4 * np.roll(grains, 1, axis=1)
    share = np.clip(0.28 + 0.38 * ripple + 0.30 * (bend - 0.5) + 0.075 * grains, 0, 1)
    picture = mix(light, dark, share.astype(np.float32))
    picture *= (1 - 0.30 * (rng.random((height, width), dtype=np.float32) > 0.9965))[..., None]
    result: Picture = picture * np.linspace(1.06, 0.92, width, dtype=np.float32)[None, :, None]
    return result


PALES = (
    (colour(0.96, 0.87, 0.80), colour(0.82, 0.48, 0.38)),
    (colour(0.97, 0.93, 0.86), colour(0.80, 0.62, 0.42)),
    (colour(0.93, 0.84, 0.86), colour(0.62, 0.40, 0.50)),
    (colour(0.95, 0.88, 0.74), colour(0.75, 0.45, 0.20)),
)


def scallop(rng: Rng) -> tuple[Field, Skin]:
    # A disc cut by the two straight sides of a fan that opens upwards around its hinge, and two ears beside the hinge.
    ribs = int(rng.integers(9, 14))
    from_hinge = 0.84
    px, py, distances = rays()
    seen = np.arctan2(px, from_hinge - py)
    rim = 0.97 + 0.016 * np.cos(seen * np.float32(ribs * 2.2))
    fan = (np.hypot(px, py + 0.02) < rim) & (np.abs(seen) < 0.93)
    ears = (np.abs(px) < 0.36 - 0.25 * (0.80 - py)) & (py > 0.50) & (py < 0.80)
    radii = smoothed(reached(fan | ears, distances), 3)
    pale, deep = PALES[rng.integers(len(PALES))]

    def skin(at: Window, radius: float, depth: Field, rng: Rng) -> tuple[Picture, Field]:
        u, v = at.x / radius, at.y / radius
        angle = np.arctan2(u, from_hinge - v)
        length = np.hypot(u, from_hinge - v)
        rib = np.cos(angle * np.float32(ribs * 2.2))
        growth = noise_along(rng, length * 15)
        share = np.clip(0.16 + 0.42 * growth + 0.18 * (0.5 - 0.5 * rib) + 0.22 * depth - 0.1, 0, 1)
        ridge = np.float32(0.060) * rib * step(0.15, 0.6, length) * np.clip(1.25 - depth, 0, 1)
        return mix(pale, deep, share.astype(np.float32)), ridge.astype(np.float32)

    return radii.astype(np.float32), skin


def starfish(rng: Rng) -> tuple[Field, Skin]:
    a = angles()
    turn = rng.uniform(-0.2, 0.2)
    radii = np.zeros_like(a)
    for arm in range(5):
        middle = -np.pi / 2 + arm * 2 * np.pi / 5 + turn + rng.normal(0, 0.05)
        off = np.abs(apart(a, float(middle)))
        # A tapering arm: a thin wedge with a round end; sideways it ends where its half width is reached.
        sideways = 0.29 / np.maximum(np.sin(np.clip(off, 0.02, np.pi / 2)), 0.03)
        taper = 1.06 / (1 + 1.35 * off)
        radii = np.maximum(radii, np.where(off < 0.68, np.minimum(taper, sideways), 0))
    radii = np.maximum(radii, 0.34)
    radii = smoothed(radii, 13)
    body, dots = (
        (colour(0.83, 0.40, 0.22), colour(0.97, 0.78, 0.56)),
        (colour(0.72, 0.27, 0.25), colour(0.95, 0.70, 0.60)),
        (colour(0.80, 0.58, 0.30), colour(0.98, 0.88, 0.66)),
    )[rng.integers(3)]

    def skin(at: Window, radius: float, depth: Field, rng: Rng) -> tuple[Picture, Field]:
        distance = np.hypot(at.x, at.y) / radius
        angle = (np.arctan2(at.y, at.x) - np.float32(-np.pi / 2 + turn)) * np.float32(5)
        middle_line = np.exp(-((1 - np.cos(angle)) * (distance * 2.2 + 0.05)) * 2.6)
        bumps = speckled(rng, at.x, at.y, max(4.0, radius / 9), 0.75)
        row = middle_line * (0.5 + 0.5 * np.sin(distance * 46)) * step(0.10, 0.22, distance)
        share = np.clip(0.55 * bumps + 0.75 * step(0.55, 0.9, row), 0, 1)
        ridge = np.float32(-0.20) * middle_line - np.float32(0.03) * bumps
        return mix(body, dots, share.astype(np.float32)), ridge.astype(np.float32)

    return radii.astype(np.float32), skin


def spiral(rng: Rng) -> tuple[Field, Skin]:
    # A cone of whorls from the tip (v = -1.06) to the mouth, closed by an ellipse; each whorl bulges.
    whorls = int(rng.integers(5, 8))
    px, py, distances = rays()
    part = np.clip((py + 1.06) / 1.62, 0, 1)
    bulge = 0.030 * part * np.abs(np.sin(part**0.75 * whorls * np.pi))
    half = 0.04 + 0.50 * part**1.12 + bulge
    half = np.where(py > 0.50, half * np.sqrt(np.clip(1 - ((py - 0.50) / 0.40) ** 2, 0, 1)), half)
    inside = (np.abs(px) < half) & (py > -1.06) & (py < 0.90)
    radii = smoothed(reached(inside, distances), 5)
    pale, deep = PALES[rng.integers(len(PALES))]

    def skin(at: Window, radius: float, depth: Field, rng: Rng) -> tuple[Picture, Field]:
        u, v = at.x / radius, at.y / radius
        part = np.clip((v + 1.06 - 0.20 * u) / 1.62, 0.001, 1)
        phase = part ** np.float32(0.75) * whorls
        within = phase - np.floor(phase)
        groove = np.exp(-((np.minimum(within, 1 - within) / 0.10) ** 2))
        flames = noise_along(rng, u * 9 + np.floor(phase) * 17)
        share = np.clip(0.10 + 0.55 * step(0.45, 0.75, flames) * step(0.0, 0.5, within) + 0.30 * groove, 0, 1)
        mouth = step(1.0, 0.82, np.hypot((u + 0.10) / 0.26, (v - 0.44) / 0.34))
        paint = mix(
            mix(pale, deep, share.astype(np.float32)), colour(0.45, 0.25, 0.20), (0.75 * mouth).astype(np.float32)
        )
        ridge = np.float32(0.16) * (np.abs(within - 0.5) * 2) ** 2 * step(1.0, 0.7, depth)
        return paint, ridge.astype(np.float32)

    return radii.astype(np.float32), skin


def pebble(rng: Rng) -> tuple[Field, Skin]:
    a = angles()
    long, short = rng.uniform(0.85, 1.0), rng.uniform(0.58, 0.80)
    radii = long * short / np.hypot(short * np.cos(a), long * np.sin(a))
    for waves in (2, 3, 4):
        radii = radii * (1 + 0.035 * rng.normal() * np.cos(waves * a + rng.uniform(0, 6)))
    base = (
        colour(0.45, 0.48, 0.52),
        colour(0.64, 0.62, 0.59),
        colour(0.34, 0.33, 0.34),
        colour(0.60, 0.50, 0.44),
        colour(0.45, 0.52, 0.47),
    )[rng.integers(5)]
    vein = rng.random() < 0.4
    lean = rng.uniform(-1, 1)

    def skin(at: Window, radius: float, depth: Field, rng: Rng) -> tuple[Picture, Field]:
        rows, columns = at.x.shape
        mottled = clouds(rng, rows, columns, radius / 1.5, 4)
        fine = noise(rng, rows, columns, 1.6, 1.6)
        paint = base * (0.80 + 0.34 * mottled + 0.10 * fine)[..., None]
        if vein:
            line = np.abs(at.y - np.float32(lean) * at.x * 0.6 + (mottled - 0.5) * radius * 0.5) / radius
            paint = mix(paint.astype(np.float32), colour(0.90, 0.88, 0.85), 0.75 * step(0.09, 0.03, line))
        return paint.astype(np.float32), np.zeros_like(depth)

    return radii.astype(np.float32), skin


BODIES: dict[str, tuple[Callable[[Rng], tuple[Field, Skin]], float, float]] = {
    # how to make it, size, share of highlight
    "scallop": (scallop, 1.0, 0.16),
    "starfish": (starfish, 1.25, 0.08),
    "spiral": (spiral, 1.12, 0.40),
    "pebble": (pebble, 0.78, 0.14),
}


def thing(
    rng: Rng, label: str, height: int, width: int, centre: tuple[float, float], radius: float, turn: float
) -> Figure | None:
    make, _, gloss = BODIES[label]
    radii, skin = make(rng)
    scaled = (radii * radius).astype(np.float32)
    at = window(height, width, centre, radius * 1.25, turn)
    if at is None or min(at.x.shape) < 8:
        return None
    depth = polar(at.x, at.y, scaled)
    outer = surface(depth, 2.6)
    texture_seed = int(rng.integers(2**31))

    def paint(canvas: Picture) -> None:
        local = np.random.default_rng(texture_seed)
        albedo, relief = skin(at, radius, depth, local)
        shadow(canvas, centre, radius * 0.72, turn, (scaled * 0.86).astype(np.float32))
        gy, gx = np.gradient(relief * np.float32(radius * 0.55))
        nx, ny = outer.nx - gx, outer.ny - gy
        nz = np.maximum(outer.nz, 0.25)
        length = np.sqrt(nx * nx + ny * ny + nz * nz)
        bent = type(outer)(outer.coverage, nx / length, ny / length, nz / length)
        ground = canvas[at.area].mean(axis=(0, 1))
        over(
            canvas,
            at,
            lit(bent, albedo, gloss=gloss, sharpness=28.0, ambient=0.42, bounce=ground * 1.3),
            outer.coverage,
        )

    whole = float((scaled**2).sum() * np.pi / len(scaled))
    return Figure(label, at, outer.coverage, paint, {}, whole)


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    canvas = sand(rng, height, width)
    scale = min(height, width)
    base = rng.uniform(0.105, 0.135) * scale
    wanted = int(rng.integers(4, 10))
    labels = list(BODIES)
    candidates: list[Figure] = []
    for _ in range(wanted * 3):
        label = labels[rng.choice(4, p=(0.28, 0.22, 0.24, 0.26))]
        radius = base * BODIES[label][1] * rng.uniform(0.82, 1.18)
        centre = rng.uniform(0.10, 0.90) * width, rng.uniform(0.12, 0.88) * height
        figure = thing(rng, label, height, width, centre, radius, rng.uniform(-np.pi, np.pi))
        if figure is not None:
            candidates.append(figure)
    chosen = placed(candidates, height, width, visible_from=0.80, most=wanted)
    for one in reversed(chosen):
        one.figure.paint(canvas)
    return finished(canvas, rng, "shells", seed, objects=[one.truth for one in chosen], vignette=0.14)
