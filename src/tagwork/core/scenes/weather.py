"""The same kind of valley under sun, cloud, rain or at night: one tag for the whole picture."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwork.core.scenes.paint import Field, Rng, clouds, colour, finished, mix, noise, over, step, window
from tagwork.core.scenes.truth import Scene

Picture = NDArray[np.floating]
OPTIONS: Final = ("sun", "cloud", "rain", "night")

# zenith, horizon, light on the land, haze (0 to 1)
SKIES: Final = {
    "sun": (colour(0.16, 0.44, 0.84), colour(0.78, 0.90, 0.97), colour(1.10, 1.06, 0.94), 0.55),
    "cloud": (colour(0.56, 0.61, 0.67), colour(0.82, 0.84, 0.85), colour(0.80, 0.83, 0.86), 0.70),
    "rain": (colour(0.27, 0.31, 0.37), colour(0.55, 0.59, 0.63), colour(0.52, 0.57, 0.62), 0.88),
    "night": (colour(0.020, 0.035, 0.090), colour(0.105, 0.155, 0.270), colour(0.15, 0.19, 0.29), 0.40),
}


def sky(rng: Rng, weather: str, height: int, width: int, horizon: int) -> Picture:
    """The whole sky, farther down than the horizon so that valleys between ridges show sky too."""
    scale = min(height, width) / 750
    zenith, low, _, _ = SKIES[weather]
    y = np.clip(np.arange(height, dtype=np.float32) / np.float32(horizon), 0, 1)[:, None]
    picture = np.broadcast_to(mix(zenith, low, y**0.9), (height, width, 3)).astype(np.float32).copy()
    if weather == "night":
        _stars(rng, picture, scale)
    centre = float(rng.uniform(0.15, 0.85) * width), float(rng.uniform(0.18, 0.50) * horizon)
    if weather in ("sun", "night"):
        _body(picture, rng, weather, centre, rng.uniform(34, 48) * scale, scale)
    cover = {
        "sun": (0.60, 0.86, 0.92),
        "cloud": (0.26, 0.62, 0.96),
        "rain": (0.12, 0.52, 0.97),
        "night": (0.60, 0.95, 0.5),
    }
    start, full, strength = cover[weather]
    puffs = clouds(rng, height, width, 230 * scale, 6, stretch=1.9)
    # Towards the horizon there is more air than cloud.
    amount = step(start, full, puffs) * np.float32(strength) * step(1.0, 0.72, y)
    belly = step(start + 0.04, full + 0.18, np.roll(puffs, -int(16 * scale), axis=0))
    white, grey = {
        "sun": (colour(1.0, 1.0, 0.99), colour(0.80, 0.84, 0.90)),
        "cloud": (colour(0.93, 0.94, 0.95), colour(0.55, 0.59, 0.64)),
        "rain": (colour(0.58, 0.61, 0.65), colour(0.20, 0.23, 0.28)),
        "night": (colour(0.16, 0.20, 0.29), colour(0.06, 0.08, 0.14)),
    }[weather]
    return mix(picture, mix(white, grey, belly), amount)


def _stars(rng: Rng, picture: Picture, scale: float) -> None:
    """Points whose number falls with their brightness, denser along a faint band; the brightest spread over 5 px."""
    height, width = picture.shape[:2]
    milky = step(0.45, 0.85, clouds(rng, height, width, 240 * scale, 4))
    picture += (np.float32(0.06) * milky)[..., None] * colour(0.6, 0.7, 1.0)
    count = int(0.0016 * height * width / scale)
    x, y = rng.integers(1, width - 1, count), rng.integers(1, height - 1, count)
    bright = np.minimum(0.9, 0.20 * (rng.pareto(1.3, count) + 1)) * (0.45 + 0.9 * milky[y, x]) * (1.1 - y / height)
    tint = mix(colour(0.85, 0.92, 1.0), colour(1.0, 0.90, 0.78), rng.random(count, dtype=np.float32))
    for dx, dy, share in ((0, 0, 1.0), (1, 0, 0.34), (-1, 0, 0.34), (0, 1, 0.34), (0, -1, 0.34)):
        seen = bright if share == 1.0 else np.maximum(0, bright - 0.30) * share * 2
        np.add.at(picture, (y + dy, x + dx), seen[:, None].astype(np.float32) * tint)


def _body(picture: Picture, rng: Rng, weather: str, centre: tuple[float, float], radius: float, scale: float) -> None:
    """The sun with its glow, or a moon with its phase."""
    height, width = picture.shape[:2]
    at = window(height, width, centre, radius * 9)
    assert at is not None
    distance = np.hypot(at.x, at.y)
    if weather == "sun":
        glow = np.exp(-distance / np.float32(radius * 1.7)) * step(radius * 9, radius * 3, distance)
        picture[at.area] += glow[..., None] * colour(0.75, 0.62, 0.34)
        disc = np.clip((radius - distance) / 2.5 + 0.5, 0, 1)
        over(picture, at, np.broadcast_to(colour(1.5, 1.42, 1.15), (*at.x.shape, 3)).astype(np.float32), disc)
        return
    glow = np.exp(-distance / np.float32(radius * 1.5)) * step(radius * 9, radius * 3, distance)
    picture[at.area] += glow[..., None] * colour(0.22, 0.26, 0.34)
    dark = step(-0.15, 0.25, (at.x / radius * rng.choice([-1.0, 1.0]) + rng.uniform(0.0, 0.7)) * 1.0)
    seas = clouds(rng, at.x.shape[0], at.x.shape[1], 17 * scale, 3)
    face = mix(colour(0.97, 0.95, 0.88), colour(0.74, 0.74, 0.72), step(0.45, 0.70, seas))
    disc = np.clip(radius - distance + 0.5, 0, 1) * (0.10 + 0.90 * dark)
    over(picture, at, face, disc.astype(np.float32))


def land(rng: Rng, canvas: Picture, weather: str, horizon: int) -> list[tuple[int, int]]:
    """Ridges from far to near; returns (x, y) px where houses may stand."""
    height, width = canvas.shape[:2]
    scale = min(height, width) / 750
    _, low, light, haze = SKIES[weather]
    y = np.arange(height, dtype=np.float32)[:, None]
    sites: list[tuple[int, int]] = []
    greens = (colour(0.42, 0.52, 0.60), colour(0.36, 0.50, 0.44), colour(0.34, 0.50, 0.26), colour(0.28, 0.44, 0.17))
    for number, green in enumerate(greens):
        away = 1 - number / 3
        crest = clouds(rng, 1, width, (300 - 40 * number) * scale, 4)[0] - 0.5
        base = horizon + (height - horizon) * (0.02 + 0.27 * number)
        edge = (base - crest * (230 - 25 * number) * scale).astype(np.float32)
        if number == 2:  # a wood along the crest
            tops = np.abs(noise(rng, 1, width, 9 * scale, 9 * scale)[0] - 0.5) * 34 * scale
            edge = edge - tops * step(0.45, 0.6, clouds(rng, 1, width, 120 * scale, 2)[0])
        share = np.clip(y - edge[None, :] + 0.5, 0, 1)
        below = np.clip((y - edge[None, :]) / np.float32(210 * scale), 0, 1)
        turf = clouds(rng, height, width, 46 * scale, 3, stretch=3.2)
        fine = noise(rng, height, width, 2.4 * scale, 3.6 * scale)
        tone = green * light * (0.80 + 0.26 * turf + 0.12 * fine * (1 - away) + 0.13 * (1 - below))[..., None]
        tone = mix(tone.astype(np.float32), low * np.float32(0.96), float(haze * away**0.8))
        canvas[:] = mix(canvas, tone, share.astype(np.float32))
        if number == 2:
            for x in rng.uniform(0.08, 0.92, int(rng.integers(2, 5))) * width:
                if all(abs(x - taken) > 75 * scale for taken, _ in sites):
                    sites.append((int(x), int(edge[int(x)] + rng.uniform(24, 60) * scale)))
    return sites


def house(canvas: Picture, weather: str, at_px: tuple[int, int], size: float) -> None:
    """A white cottage with a red roof; its windows are lit at night."""
    height, width = canvas.shape[:2]
    at = window(height, width, (float(at_px[0]), float(at_px[1])), size * 1.6)
    if at is None:
        return
    _, low, light, haze = SKIES[weather]

    def block(x: float, y: float, half_w: float, half_h: float) -> Field:
        edge = np.minimum(half_w - np.abs(at.x - np.float32(x)), half_h - np.abs(at.y - np.float32(y)))
        covered: Field = np.clip(edge + np.float32(0.5), 0, 1)
        return covered

    def flat(shade: NDArray[np.floating], lamp: bool = False) -> Picture:
        seen = shade if lamp else mix(shade * light, low, 0.30 * haze)
        return np.broadcast_to(seen, (*at.x.shape, 3)).astype(np.float32)

    s = np.float32(size)
    over(canvas, at, flat(colour(0.93, 0.91, 0.86)), block(0, 0, 0.62 * size, 0.36 * size))
    over(canvas, at, flat(colour(0.76, 0.73, 0.69)), block(0.36 * size, 0, 0.26 * size, 0.36 * size))
    slope = np.minimum((at.y + s * 0.95) / s * 1.35 - np.abs(at.x) / s, (-s * 0.28 - at.y) / s)
    over(canvas, at, flat(colour(0.62, 0.25, 0.19)), np.clip(slope * s + 0.5, 0, 1).astype(np.float32))
    pane = colour(1.25, 0.95, 0.45) if weather == "night" else colour(0.28, 0.33, 0.40)
    for x in (-0.36, 0.0, 0.38):
        over(canvas, at, flat(pane, weather == "night"), block(x * size, -0.02 * size, 0.085 * size, 0.12 * size))


def rain(rng: Rng, canvas: Picture) -> None:
    """Streaks of three depths, all with one wind, and mist that hides the far land."""
    height, width = canvas.shape[:2]
    scale = min(height, width) / 750
    wind = rng.uniform(-0.30, 0.30)
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    slanted = x - np.float32(wind) * y
    for spacing, length, strength in ((5.0, 46, 0.10), (9.0, 80, 0.17), (17.0, 130, 0.26)):
        column = slanted / np.float32(spacing * scale)
        index = np.floor(column).astype(np.intp) % 4096
        across = np.abs(column - np.floor(column) - np.float32(0.5)) * np.float32(spacing * scale)
        phase = rng.random(4096, dtype=np.float32)[index] * 9
        along = y / np.float32(length * scale) + phase
        turn = np.floor(along).astype(np.intp)
        falls = rng.random((64,), dtype=np.float32)[(turn * 31 + index * 7) % 64] < 0.34
        within = along - turn
        streak = np.clip(np.float32(1.15) - across, 0, 1) * falls * np.sin(within * np.pi)
        canvas += (np.float32(strength) * streak)[..., None] * colour(0.86, 0.93, 1.0)
    mist = clouds(rng, height, width, 200 * scale, 3, stretch=2.5) * step(height * 0.95, height * 0.45, y)
    canvas[:] = mix(canvas, colour(0.58, 0.61, 0.65), (0.30 * mist).astype(np.float32))


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    weather = OPTIONS[rng.integers(len(OPTIONS))]
    scale = min(height, width) / 750
    horizon = int(height * rng.uniform(0.52, 0.64))
    canvas = sky(rng, weather, height, width, horizon)
    for at_px in sorted(land(rng, canvas, weather, horizon), key=lambda site: site[1]):
        house(canvas, weather, at_px, float(rng.uniform(20, 28) * scale))
    if weather == "rain":
        rain(rng, canvas)
    return finished(canvas, rng, "weather", seed, tags={"weather": weather}, vignette=0.20)
