"""Signs along a country road with words on them: boxes, outlines and transcriptions."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    Window,
    clouds,
    colour,
    darken,
    finished,
    mix,
    noise,
    over,
    placed,
    step,
    window,
)
from tagwork.core.scenes.truth import Mask, Scene, SceneText, bounds

Picture = NDArray[np.floating]
# px of letters per px of sign: letters are drawn large, then read with averaging
OVERSAMPLED = 2
TOWNS = (
    "ALBA", "ASHFORD", "BERGEN", "CEDAR HILL", "DOVER", "ELMWOOD", "FAIRVIEW", "HARBOR", "KESTREL", "LINDEN", "MILLTON",
    "NORDHAM", "OAKFIELD", "PINE LAKE", "QUARRY", "RIVERTON", "SANDBAY", "TULIP", "WESTON", "ZELL",
)  # fmt: skip
WARNINGS = ("SLOW", "SCHOOL", "BUMP", "DEER", "ICE", "FOG", "NARROW", "CURVE", "DIP AHEAD", "SOFT EDGE")
NOTICES = ("PARKING", "DETOUR", "ONE WAY", "NO ENTRY", "FERRY", "CAMPING", "STATION", "MUSEUM", "BEACH", "MARKET")
SPEEDS = ("30", "40", "50", "60", "70", "80", "90", "100", "120")

RED = colour(0.74, 0.09, 0.10)
WHITE = colour(0.94, 0.94, 0.92)
BLACK = colour(0.10, 0.10, 0.11)
BLUE = colour(0.07, 0.27, 0.60)
GREEN = colour(0.04, 0.38, 0.25)
YELLOW = colour(0.97, 0.76, 0.10)


def polygon_distance(x: Field, y: Field, corners: NDArray[np.floating], rounding: float) -> Field:
    """Signed px to a convex polygon (clockwise in picture coordinates) with rounded corners; negative inside."""
    # Every edge moved inwards by the rounding, then a distance that is round at corners moves them back.
    edges = np.roll(corners, -1, axis=0) - corners
    inward = np.stack([-edges[:, 1], edges[:, 0]], axis=1) / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    before = np.roll(inward, 1, axis=0)
    inner = corners + (inward + before) * (rounding / (1 + (inward * before).sum(axis=1)))[:, None]
    inside = np.full(x.shape, -np.inf, dtype=np.float32)
    outside = np.full(x.shape, np.inf, dtype=np.float32)
    for (ax, ay), (bx, by) in zip(inner, np.roll(inner, -1, axis=0), strict=True):
        ex, ey = bx - ax, by - ay
        length = np.float32(np.hypot(ex, ey))
        px, py = x - ax, y - ay
        inside = np.maximum(inside, (px * ey - py * ex) / length)
        along = np.clip((px * ex + py * ey) / (length * length), 0, 1)
        outside = np.minimum(outside, np.hypot(px - along * ex, py - along * ey))
    signed: Field = np.where(inside > 0, outside, inside) - np.float32(rounding)
    return signed


def regular(sides: int, radius: float, first_angle: float) -> NDArray[np.floating]:
    a = first_angle + np.arange(sides) * 2 * np.pi / sides
    return np.stack([radius * np.cos(a), radius * np.sin(a)], axis=1).astype(np.float32)


def rectangle(half_width: float, half_height: float) -> NDArray[np.floating]:
    w, h = half_width, half_height
    return np.array([[-w, -h], [w, -h], [w, h], [-w, h]], dtype=np.float32)


@lru_cache(maxsize=32)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font


def lettering(lines: tuple[str, ...], width: float, height: float) -> Field:
    """Bold letters, 0 to 1, as large as fits in `width` x `height` px, centred; OVERSAMPLED px for each."""
    w, h = max(8, round(width * OVERSAMPLED)), max(8, round(height * OVERSAMPLED))
    size = round(h / len(lines) / 0.86)
    while size > 6:
        font = _font(size)
        stroke = max(1, size // 22)
        widest = max(font.getlength(line) + 2 * stroke for line in lines)
        if widest <= w:
            break
        size = min(size - 1, int(size * w / widest))
    image = Image.new("L", (w, h))
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        y = h * (number + 0.5) / len(lines)
        draw.text((w / 2, y), line, fill=255, font=_font(size), anchor="mm", stroke_width=max(1, size // 22))
    return np.asarray(image, dtype=np.float32) / 255


@dataclass(frozen=True)
class Plate:
    """A sign in its own plane, px from its middle: distance to its edge, its paint, and where the letters go."""

    label: str
    lines: tuple[str, ...]
    distance: Callable[[Field, Field], Field]
    face: Callable[[Field, Field, Field], Picture]
    ink: NDArray[np.floating]
    text_size: tuple[float, float]
    reach: float
    foot: float
    text_offset: float = 0.0


def bands(distance: Field, *rings: tuple[float, NDArray[np.floating]]) -> Picture:
    """Colours by depth below the edge: each ring's colour begins at its px."""
    paint = np.broadcast_to(rings[0][1], (*distance.shape, 3)).astype(np.float32)
    for depth, shade in rings[1:]:
        share = np.clip(-distance - np.float32(depth) + np.float32(0.5), 0, 1)
        paint = paint + (shade - paint) * share[..., None]
    return paint


def make_plate(rng: Rng, size: float) -> Plate:
    kind = rng.choice(6, p=(0.18, 0.17, 0.15, 0.16, 0.20, 0.14))
    s = size
    if kind == 0:
        corners = regular(8, s, np.pi / 8)
        return Plate(
            "stop",
            ("STOP",),
            lambda x, y: polygon_distance(x, y, corners, s * 0.05),
            lambda x, y, d: bands(d, (0, WHITE), (s * 0.06, RED)),
            WHITE,
            (s * 1.42, s * 0.62),
            s * 1.05,
            s * 0.92,
        )
    if kind == 1:
        return Plate(
            "speed limit",
            (SPEEDS[rng.integers(len(SPEEDS))],),
            lambda x, y: np.hypot(x, y) - np.float32(s * 0.95),
            lambda x, y, d: bands(d, (0, WHITE), (s * 0.03, RED), (s * 0.21, WHITE)),
            BLACK,
            (s * 1.16, s * 0.86),
            s,
            s * 0.95,
        )
    if kind == 2:
        corners = regular(3, s * 1.22, np.pi / 2)
        return Plate(
            "yield",
            ("YIELD",),
            lambda x, y: polygon_distance(x, y, corners, s * 0.10),
            lambda x, y, d: bands(d, (0, WHITE), (s * 0.03, RED), (s * 0.19, WHITE)),
            RED,
            (s * 0.92, s * 0.42),
            s * 1.3,
            s * 1.05,
            -s * 0.26,
        )
    if kind == 3:
        corners = regular(4, s * 1.16, 0.0)
        words = WARNINGS[rng.integers(len(WARNINGS))]
        lines = tuple(words.split())
        return Plate(
            "warning",
            lines,
            lambda x, y: polygon_distance(x, y, corners, s * 0.10),
            lambda x, y, d: bands(d, (0, YELLOW), (s * 0.05, BLACK), (s * 0.10, YELLOW)),
            BLACK,
            (s * (1.25 if len(lines) == 1 else 1.10), s * (0.52 if len(lines) == 1 else 0.78)),
            s * 1.2,
            s * 1.1,
        )
    if kind == 4:
        ground = (GREEN, BLUE)[rng.integers(2)]
        town = TOWNS[rng.integers(len(TOWNS))]
        lines = (town, f"{rng.integers(2, 99)} km") if rng.random() < 0.6 else (town,)
        half_w, half_h = s * 1.35, s * (0.68 if len(lines) == 2 else 0.44)
        label = "direction"
    else:
        ground = (BLUE, colour(0.45, 0.27, 0.13))[rng.integers(2)]
        lines = tuple(NOTICES[rng.integers(len(NOTICES))].split())
        half_w, half_h = s * (1.2 if len(lines) == 1 else 0.95), s * (0.42 if len(lines) == 1 else 0.66)
        label = "notice"
    corners = rectangle(half_w, half_h)
    return Plate(
        label,
        lines,
        lambda x, y: polygon_distance(x, y, corners, s * 0.11),
        lambda x, y, d: bands(d, (0, ground), (s * 0.045, WHITE), (s * 0.085, ground)),
        WHITE,
        (half_w * 1.70, half_h * 1.52),
        half_w * 1.1,
        half_h,
    )


def landscape(rng: Rng, height: int, width: int) -> tuple[Picture, float]:
    """Sky, hills in haze, trees, meadow and a road that ends at the horizon; and the horizon's y in px."""
    scale = min(height, width) / 750
    horizon = height * rng.uniform(0.50, 0.58)
    y = np.arange(height, dtype=np.float32)[:, None]
    x = np.arange(width, dtype=np.float32)[None, :]
    high, low = (
        (colour(0.26, 0.52, 0.88), colour(0.82, 0.91, 0.97)),
        (colour(0.40, 0.60, 0.84), colour(0.98, 0.90, 0.78)),
        (colour(0.55, 0.66, 0.78), colour(0.90, 0.92, 0.93)),
    )[rng.choice(3, p=(0.55, 0.25, 0.20))]
    down = np.clip(y / np.float32(horizon), 0, 1) ** np.float32(0.8)
    picture = np.broadcast_to(mix(high, low, down), (height, width, 3)).astype(np.float32).copy()
    top = int(horizon) + 2
    puffs = clouds(rng, top, width, 190 * scale, 5, stretch=2.4)
    cover = step(0.50, 0.74, puffs) * np.float32(0.85)
    belly = step(0.56, 0.86, puffs)
    picture[:top] = mix(picture[:top], mix(colour(1.0, 0.99, 0.97), colour(0.80, 0.83, 0.88), belly), cover)

    haze = low
    for distance, lift, shade in (
        (0.82, 0.135, colour(0.36, 0.46, 0.52)),
        (0.55, 0.085, colour(0.30, 0.42, 0.36)),
        (0.25, 0.045, colour(0.20, 0.33, 0.18)),
    ):
        ridge = clouds(rng, 1, width, 330 * scale, 4)[0] * 2 - 0.55
        if distance < 0.5:  # the near ridge is a wood
            ridge = ridge * 0.55 + 0.55 * clouds(rng, 1, width, 26 * scale, 3)[0]
        edge = np.float32(horizon) - np.float32(lift * height) * np.clip(ridge, 0.05, 2)
        share = np.clip(y - edge[None, :] + 0.5, 0, 1) * (y < horizon + 2)
        speck = noise(rng, height, width, 2.5 * scale, 4 * scale)
        tone = mix(shade, haze, distance) * (1 - 0.16 * (1 - distance) * speck)[..., None]
        picture = mix(picture, tone, share.astype(np.float32))

    below = np.clip((y - np.float32(horizon)) / np.float32(height - horizon), 0, 1)
    turf = (
        noise(rng, height, width, 3 * scale, 2.2 * scale) * 0.5
        + clouds(rng, height, width, 90 * scale, 4, stretch=3) * 0.9
    )
    near, far = (
        (colour(0.30, 0.44, 0.15), colour(0.55, 0.63, 0.36)),
        (colour(0.47, 0.43, 0.20), colour(0.70, 0.66, 0.42)),
    )[rng.integers(2)]
    meadow = mix(far, near, np.sqrt(below)) * (0.68 + 0.42 * turf)[..., None]
    picture = mix(picture, meadow, np.broadcast_to(np.clip(y - horizon + 0.5, 0, 1), (height, width)))

    half = np.maximum(width * 0.26 * below, 0.5)
    middle = np.float32(width / 2)
    off = np.abs(x - middle)
    asphalt = np.float32(0.36) + np.float32(0.07) * noise(rng, height, width, 1.3, 1.3) + np.float32(0.05) * below
    tar = asphalt[..., None] * colour(0.98, 0.99, 1.03)
    on_road = np.clip((half - off) / np.maximum(1, half * 0.03) + 0.5, 0, 1) * (y > horizon)
    picture = mix(picture, tar, on_road.astype(np.float32))
    far_away = 1 / np.maximum(below, np.float32(0.02))
    dash = step(-0.25, 0.0, np.sin(far_away * np.float32(2.6) + np.float32(rng.uniform(0, 6))))
    line = np.clip((half * 0.022 - off) + 0.5, 0, 1) * dash + np.clip(
        half * 0.016 - np.abs(off - half * 0.90) + 0.5, 0, 1
    )
    picture = mix(picture, WHITE, (line * (y > horizon + 2) * 0.85).astype(np.float32))
    return picture, float(horizon)


def sign(
    rng: Rng, height: int, width: int, centre: tuple[float, float], size: float, ground_y: float
) -> tuple[Figure, Mask]:
    """A plate on its pole with its mask of letters (height x width); the plate is moved wholly inside."""
    plate = make_plate(rng, size)
    tilt, yaw = rng.normal(0, 0.030), rng.uniform(0.86, 1.0)
    shear = rng.normal(0, 0.03)
    reach = plate.reach * 1.12 + 3
    centre = (
        float(np.clip(centre[0], reach + 1, width - reach - 1)),
        float(np.clip(centre[1], reach + 1, height - reach - 1)),
    )
    at = window(height, width, centre, reach, tilt)
    assert at is not None
    u = at.x / np.float32(yaw)
    v = at.y - np.float32(shear) * at.x
    distance = plate.distance(u, v)
    coverage = np.clip(np.float32(0.5) - distance, 0, 1).astype(np.float32)
    ink = _read(lettering(plate.lines, *plate.text_size), u, v - np.float32(plate.text_offset), *plate.text_size)
    letters: Mask = np.zeros((height, width), dtype=np.bool_)
    letters[at.area] = ink >= 0.5
    seed = int(rng.integers(2**31))

    def paint(canvas: Picture) -> None:
        local = np.random.default_rng(seed)
        _pole(canvas, centre, size, ground_y)
        cast = window(height, width, (centre[0] + size * 0.05, centre[1] + size * 0.07), reach, tilt)
        if cast is not None:
            soft = step(size * 0.07, -size * 0.04, plate.distance(cast.x / np.float32(yaw), cast.y))
            darken(canvas, cast, np.float32(0.28) * soft)
        face = plate.face(u, v, distance)
        face = face + (plate.ink - face) * ink[..., None]
        sheen = np.float32(1.04) - np.float32(0.16) * (at.y + at.x * np.float32(0.6)) / np.float32(2 * reach)
        dirt = clouds(local, at.x.shape[0], at.x.shape[1], size / 2, 4)
        streak = noise(local, at.x.shape[0], at.x.shape[1], size * 2, max(2.0, size / 26))
        face *= (sheen * (0.90 + 0.13 * dirt) * (1 - 0.05 * streak))[..., None]
        face *= (1 - 0.16 * step(-2.4, 0.0, distance))[..., None]
        over(canvas, at, face.astype(np.float32), coverage)
        high = 0.84 if plate.label in ("direction", "notice") else 0.42
        for side in (-high, high):  # bolts
            bolt = np.hypot(u, v - np.float32(side * plate.foot)) - np.float32(max(1.6, size * 0.035))
            over(
                canvas, at, mix(face, colour(0.62, 0.63, 0.64), 0.75), np.clip(0.5 - bolt, 0, 1) * coverage * (1 - ink)
            )

    attributes: dict[str, str | bool] = {"text": " ".join(plate.lines)}
    return Figure(plate.label, at, coverage, paint, attributes), letters


def _read(letters: Field, u: Field, v: Field, width: float, height: float) -> Field:
    """Letters at plane coordinates, bilinear; 0 outside."""
    rows, columns = letters.shape
    x = np.clip((u / np.float32(width) + np.float32(0.5)) * columns - np.float32(0.5), 0, columns - 1.001)
    y = np.clip((v / np.float32(height) + np.float32(0.5)) * rows - np.float32(0.5), 0, rows - 1.001)
    i, j = y.astype(np.intp), x.astype(np.intp)
    fy, fx = y - i, x - j
    low = letters[i, j] * (1 - fx) + letters[i, j + 1] * fx
    high = letters[i + 1, j] * (1 - fx) + letters[i + 1, j + 1] * fx
    inside = (np.abs(u) < width / 2) & (np.abs(v) < height / 2)
    read: Field = np.where(inside, low * (1 - fy) + high * fy, 0).astype(np.float32)
    return read


def _pole(canvas: Picture, centre: tuple[float, float], size: float, ground_y: float) -> None:
    height, width = canvas.shape[:2]
    half = max(2.0, size * 0.065)
    top, bottom = int(centre[1]), min(height, int(ground_y))
    left, right = max(0, int(centre[0] - half) - 2), min(width, int(centre[0] + half) + 3)
    if top >= bottom or left >= right:
        return
    x = (np.arange(left, right, dtype=np.float32) + np.float32(0.5 - centre[0]))[None, :]
    y = np.zeros((bottom - top, 1), dtype=np.float32)
    at = Window(top, left, x + y, y + x * 0)
    steel = colour(0.66, 0.68, 0.70) * np.clip(1.0 - 0.75 * np.abs(at.x / half + 0.35), 0.28, 1.1)[..., None]
    over(canvas, at, steel.astype(np.float32), np.clip(np.float32(half + 0.5) - np.abs(at.x), 0, 1))
    spot = window(height, width, (centre[0] + half * 2.5, ground_y), half * 5)
    if spot is not None:
        darken(canvas, spot, np.float32(0.38) * step(1.0, 0.1, np.hypot(spot.x / (half * 4.5), spot.y / (half * 1.2))))


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    canvas, horizon = landscape(rng, height, width)
    scale = min(height, width)
    # Left and right of the road near by, and farther along it; what is farther is smaller and stands nearer its middle.
    largest = 0.165 * scale * min(1.0, width / (1.30 * scale))
    places = ((-0.33, 1.0), (0.33, 1.0), (-0.155, 0.52), (0.155, 0.52))
    found: list[tuple[float, Figure, Mask]] = []
    for index in rng.permutation(len(places))[: int(rng.integers(1, 4))]:
        aside, near = places[index]
        size = largest * near * rng.uniform(0.84, 1.0)
        x = width * (0.5 + aside + rng.uniform(-0.015, 0.015))
        ground_y = horizon + (height - horizon) * near * rng.uniform(0.80, 0.92)
        y = ground_y - size * rng.uniform(2.5, 3.1)
        found.append((y, *sign(rng, height, width, (x, y), size, ground_y)))
    found.sort(key=lambda one: -one[0])
    letters = {id(figure): mask for _, figure, mask in found}
    chosen = placed([figure for _, figure, _ in found], height, width, visible_from=0.98)
    for one in reversed(chosen):
        one.figure.paint(canvas)
    texts = [
        SceneText(str(one.figure.attributes["text"]), bounds(letters[id(one.figure)] & one.truth.mask), index)
        for index, one in enumerate(chosen)
    ]
    return finished(canvas, rng, "road_signs", seed, objects=[one.truth for one in chosen], texts=texts, vignette=0.15)
