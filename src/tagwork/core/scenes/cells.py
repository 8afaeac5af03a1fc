"""Stained cells under a microscope: many soft outlines close together."""

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    angles,
    clouds,
    colour,
    darken,
    finished,
    mix,
    noise,
    over,
    placed,
    polar,
    speckled,
    step,
    surface,
    window,
)
from tagwork.core.scenes.truth import Scene

Picture = NDArray[np.floating]

STAINS = (
    # ground, body, rim, nucleus
    (
        colour(0.955, 0.935, 0.925),
        colour(0.905, 0.655, 0.730),
        colour(0.760, 0.400, 0.560),
        colour(0.400, 0.220, 0.560),
    ),
    (
        colour(0.940, 0.950, 0.935),
        colour(0.620, 0.785, 0.800),
        colour(0.280, 0.520, 0.600),
        colour(0.160, 0.260, 0.500),
    ),
    (
        colour(0.960, 0.945, 0.900),
        colour(0.870, 0.740, 0.530),
        colour(0.690, 0.500, 0.260),
        colour(0.430, 0.200, 0.230),
    ),
)
Stain = tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]


def wobbly(rng: Rng, strength: float) -> Field:
    """Radii of a closed soft outline around 1."""
    a = angles()
    radii = np.ones_like(a)
    for waves in range(2, 7):
        radii += np.float32(strength / waves) * np.float32(rng.normal()) * np.cos(waves * a + rng.uniform(0, 6.28))
    return np.clip(radii, 0.6, 1.5).astype(np.float32)


def cell(rng: Rng, height: int, width: int, centre: tuple[float, float], radius: float, stain: Stain) -> Figure | None:
    _, body, rim, nucleus_colour = stain
    long = rng.uniform(1.0, 1.28)
    a = angles()
    scaled = (radius * wobbly(rng, 0.13) / np.hypot(np.cos(a) / long, np.sin(a) * long**0.5)).astype(np.float32)
    at = window(height, width, centre, radius * 2.1, rng.uniform(0, 2 * np.pi))
    if at is None or min(at.x.shape) < 8:
        return None
    depth = polar(at.x, at.y, scaled)
    skin = surface(depth, 3.0)
    dividing = bool(rng.random() < 0.16)
    core = radius * rng.uniform(0.34, 0.44)
    core_radii = (core * wobbly(rng, 0.10)).astype(np.float32)
    shift = rng.uniform(-0.16, 0.16, 2) * radius
    tone = rng.uniform(0.90, 1.08)
    texture_seed = int(rng.integers(2**31))

    def paint(canvas: Picture) -> None:
        local = np.random.default_rng(texture_seed)
        rows, columns = at.x.shape
        # Light bends at a wall: a bright line outside, a dark one inside.
        halo = np.exp(-(((depth - 1.07) * radius / 3.4) ** 2)) * (depth > 1)
        canvas[at.area] += (np.float32(0.045) * halo)[..., None]
        darken(canvas, at, (np.float32(0.10) * step(1.30, 0.96, depth)).astype(np.float32))
        plasm = clouds(local, rows, columns, radius / 2.4, 4)
        fine = noise(local, rows, columns, 2.4, 2.4)
        grains = speckled(local, at.x, at.y, max(4.0, radius / 7), 0.55)
        share = np.clip(0.10 + 0.42 * (plasm - 0.35) + 0.62 * step(0.70, 1.0, depth) + 0.26 * grains, 0, 1)
        inside = mix(body, rim, share.astype(np.float32)) * (np.float32(tone) * (0.95 + 0.09 * fine))[..., None]
        inside = inside * (0.90 + 0.14 * (skin.nz - 0.35 * skin.nx - 0.35 * skin.ny))[..., None]
        for offset in (-0.42, 0.42) if dividing else (0.0,):
            x = at.x - np.float32(shift[0] + offset * radius)
            y = at.y - np.float32(shift[1])
            core_depth = polar(x * np.float32(1.5 if dividing else 1.0), y, core_radii)
            covered = step(1.10, 0.90, core_depth)
            chromatin = clouds(local, rows, columns, radius / 6, 3)
            ink = mix(nucleus_colour, rim, np.clip(0.75 * (chromatin - 0.30), 0, 1).astype(np.float32))
            ink = ink * (1.02 - 0.22 * step(0.5, 1.0, core_depth))[..., None]
            inside = inside + (ink - inside) * (covered * np.float32(0.90))[..., None]
            if not dividing:
                spot = np.hypot(x - core * 0.25, y + core * 0.2) - core * 0.20
                inside = mix(
                    inside, nucleus_colour * np.float32(0.62), (0.8 * step(1.5, -1.5, spot)).astype(np.float32)
                )
        # Stained bodies let the light of the ground through.
        over(canvas, at, inside.astype(np.float32), skin.coverage * np.float32(0.94))

    whole = float((scaled**2).sum() * np.pi / len(scaled))
    return Figure("cell", at, skin.coverage, paint, {"dividing": dividing}, whole)


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    stain = STAINS[rng.integers(len(STAINS))]
    scale = min(height, width)
    mottled = clouds(rng, height, width, 0.28 * scale, 5)
    canvas = (stain[0] * (0.955 + 0.07 * mottled)[..., None]).astype(np.float32)
    # Fibres and dust out of focus.
    for _ in range(int(rng.integers(3, 7))):
        radius = rng.uniform(0.02, 0.06) * scale
        centre = float(rng.uniform(0, width)), float(rng.uniform(0, height))
        at = window(height, width, centre, radius * 1.6)
        if at is not None:
            blurred = step(1.5, 0.2, np.hypot(at.x, at.y) / np.float32(radius))
            over(canvas, at, np.broadcast_to(stain[1], (*at.x.shape, 3)).astype(np.float32), blurred * np.float32(0.22))
    base = rng.uniform(0.062, 0.088) * scale
    wanted = int(rng.integers(8, 18))
    candidates: list[Figure] = []
    for _ in range(wanted * 3):
        centre = float(rng.uniform(0.0, 1.0) * width), float(rng.uniform(0.0, 1.0) * height)
        figure = cell(rng, height, width, centre, base * rng.uniform(0.78, 1.25), stain)
        if figure is not None:
            candidates.append(figure)
    chosen = placed(candidates, height, width, visible_from=0.78, most=wanted)
    for one in reversed(chosen):
        one.figure.paint(canvas)
    return finished(canvas, rng, "cells", seed, objects=[one.truth for one in chosen], vignette=0.20, grain=0.008)
