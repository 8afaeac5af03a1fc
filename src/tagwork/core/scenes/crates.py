"""The floor of a store seen from above and a little aside: wooden crates with a paper label, and drums among them.

A pinhole camera looks down on the floor. World: x to the right, y up, z away from the camera, which stands over the
origin; lengths in heights of the camera. A crate's eight corners are projected, so its cuboid is exact. Its front is
the side with the label. Nothing overlaps, and nothing is cut by the frame: no cuboid may reach out of an image.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwork.core.geometry import convex_hull
from tagwork.core.scenes.paint import (
    Field,
    Figure,
    Rng,
    Window,
    clouds,
    colour,
    darken,
    finished,
    over,
    placed,
    step,
)
from tagwork.core.scenes.truth import Scene

Picture = NDArray[np.floating]
Corners = NDArray[np.float64]

# Downwards from level.
PITCH: Final = np.deg2rad(38.0)
# In heights of the image.
FOCAL: Final = 1.3
# To the light: from the left and from beyond, so that shadows fall to the right and towards the viewer.
TO_LIGHT: Final = np.array([-0.50, 0.80, 0.33])
AMBIENT: Final = 0.50
CONCRETES: Final = (
    colour(0.62, 0.61, 0.58),
    colour(0.50, 0.52, 0.53),
    colour(0.68, 0.63, 0.56),
)
WOODS: Final = (colour(0.80, 0.60, 0.36), colour(0.70, 0.50, 0.30), colour(0.86, 0.70, 0.48))
STEELS: Final = (colour(0.12, 0.34, 0.62), colour(0.16, 0.46, 0.34), colour(0.66, 0.24, 0.14))
PLANKS: Final = 4
CIRCLE_POINTS: Final = 32


@dataclass(frozen=True)
class Camera:
    height: int
    width: int

    @property
    def focal_px(self) -> float:
        return FOCAL * self.height

    def seen(self, places: Corners) -> Corners:
        """Places (n x 3) in the world as (x, y) in px."""
        x, y, z = places[:, 0], places[:, 1] - 1, places[:, 2]
        depth = z * np.cos(PITCH) - y * np.sin(PITCH)
        down = -y * np.cos(PITCH) - z * np.sin(PITCH)
        middle = [self.width / 2, self.height / 2]
        points: Corners = np.stack([x, down], axis=1) / depth[:, None] * self.focal_px + middle
        return points

    def rays(self, x: Field, y: Field) -> tuple[Field, Field, Field]:
        """Where pixels look: x, y, z of directions in the world, not of unit length."""
        right = (x - np.float32(self.width / 2)) / np.float32(self.focal_px)
        down = (y - np.float32(self.height / 2)) / np.float32(self.focal_px)
        cos, sin = np.float32(np.cos(PITCH)), np.float32(np.sin(PITCH))
        return right, -sin - down * cos, cos - down * sin

    def floor_at(self, x: float, y: float) -> tuple[float, float]:
        """x and z of the floor that the pixel (x, y) shows."""
        right, up, away = self.rays(np.array([x], np.float32), np.array([y], np.float32))
        return float(right[0] / -up[0]), float(away[0] / -up[0])


def _window(camera: Camera, points: Corners, margin: float) -> Window:
    (x0, y0), (x1, y1) = points.min(axis=0) - margin, points.max(axis=0) + margin
    top, bottom = max(0, int(y0)), min(camera.height, int(y1) + 1)
    left, right = max(0, int(x0)), min(camera.width, int(x1) + 1)
    x = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5) + np.zeros((bottom - top, 1), np.float32)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5) + np.zeros((1, right - left), np.float32)
    return Window(top, left, x, y)


def _outside(at: Window, ring: Sequence[Sequence[float]]) -> Field:
    """px to the farthest side of a convex ring that runs clockwise on the screen: below 0 inside it."""
    result = np.full(at.x.shape, np.float32(-1e6))
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        length = np.hypot(bx - ax, by - ay)
        nx, ny = np.float32((by - ay) / length), np.float32((ax - bx) / length)
        np.maximum(result, (at.x - np.float32(ax)) * nx + (at.y - np.float32(ay)) * ny, out=result)
    return result


def _shadow(camera: Camera, places: Corners) -> Callable[[Picture], None]:
    """Paints the shadow that a convex body with these corners throws on the floor."""
    thrown = places - places[:, 1:2] / TO_LIGHT[1] * TO_LIGHT
    on_floor = camera.seen(thrown)
    soft_px = 0.012 * camera.height

    def paint(canvas: Picture) -> None:
        at = _window(camera, on_floor, soft_px)
        if at.x.size:
            distance = _outside(at, convex_hull(on_floor.tolist()))
            darken(canvas, at, (np.float32(0.42) * step(soft_px, -soft_px, distance)).astype(np.float32))

    return paint


def _body(
    camera: Camera, places: Corners, label: str, paint: Callable[[Picture, Window, Field], None], cuboid: bool
) -> Figure | None:
    """The thing with these corners; None where the frame would cut it."""
    points = camera.seen(places)
    margin = 0.012 * camera.height
    if (points.min(axis=0) < margin).any() or (
        points.max(axis=0) > [camera.width - margin, camera.height - margin]
    ).any():
        return None
    at = _window(camera, points, 2)
    coverage = np.clip(np.float32(0.5) - _outside(at, convex_hull(points.tolist())), 0, 1).astype(np.float32)
    exact = {}
    if cuboid:
        faces = np.round(points, 2).reshape(2, 4, 2)
        # From the corner of the front nearest to the top left of the image, as a cuboid is written.
        faces = np.roll(faces, -int(faces[0].sum(axis=1).argmin()), axis=1)
        exact = {"cuboid": faces.tolist()}
    shadow = _shadow(camera, places)
    return Figure(label, at, coverage, lambda canvas: paint(canvas, at, coverage), shadow=shadow, exact=exact)


def _light(normal: NDArray[np.floating] | Sequence[float]) -> float:
    facing = float(np.dot(normal, TO_LIGHT / np.linalg.norm(TO_LIGHT)))
    return AMBIENT + (1.08 - AMBIENT) * max(0.0, 0.25 + facing) / 1.25


def _boards(p: Field, q: Field, tall: float, wide: float, tints: Field) -> Field:
    """Brightness of a side of boards within a frame; p and q run from 0 to `wide` and `tall` over it."""
    rim = np.minimum(np.minimum(p, np.float32(wide) - p), np.minimum(q, np.float32(tall) - q))
    frame = 0.035
    board = np.clip(q / np.float32(tall) * PLANKS, 0, PLANKS - 0.001)
    number = board.astype(np.intp)
    gap = np.abs(board - np.rint(board)) * np.float32(tall / PLANKS)
    grain = np.sin(p * np.float32(31) + np.sin(q * np.float32(210) + number * 2) * 1.6) * np.float32(0.035)
    inner = (tints[number] + grain) * (1 - np.float32(0.55) * step(0.006, 0.001, gap))
    # The frame stands out: its inner edge throws a line of shadow.
    inner = inner * (1 - np.float32(0.45) * step(frame + 0.014, frame, rim))
    outer = np.float32(1.06) + grain - np.float32(0.30) * step(0.007, 0.0, rim)
    result: Field = np.where(rim < frame, outer, inner).astype(np.float32)
    return result


def crate(rng: Rng, camera: Camera, place: tuple[float, float]) -> Figure | None:
    half_wide, tall, half_deep = rng.uniform(0.15, 0.23), rng.uniform(0.20, 0.32), rng.uniform(0.12, 0.20)
    turn = np.deg2rad(rng.choice((-1, 1)) * rng.uniform(16, 36))
    along = np.array([np.cos(turn), 0, np.sin(turn)])
    away = np.array([-np.sin(turn), 0, np.cos(turn)])
    base = np.array([place[0], 0, place[1]])
    wood = WOODS[rng.integers(len(WOODS))]
    tints = rng.uniform(0.86, 1.04, PLANKS).astype(np.float32)
    ring = ((-half_wide, tall), (half_wide, tall), (half_wide, 0), (-half_wide, 0))
    places = np.array(
        [base + u * along + [0, y, 0] + w * away for w in (-half_deep, half_deep) for u, y in ring], dtype=np.float64
    )
    eye = np.array([0, 1, 0]) - base
    eye_u, eye_w = float(eye @ along), float(eye @ away)
    if eye_w > -half_deep - 0.1:
        # The label must be seen.
        return None
    aside = half_wide if eye_u > 0 else -half_wide

    def paint(canvas: Picture, at: Window, coverage: Field) -> None:
        dx, dy, dz = camera.rays(at.x, at.y)
        du = dx * np.float32(along[0]) + dz * np.float32(along[2])
        dw = dx * np.float32(away[0]) + dz * np.float32(away[2])

        def until(plane: float, eye_at: float, way: Field) -> Field:
            """Along each ray, to a plane; where a ray runs beside the plane, far off."""
            result: Field = np.float32(plane - eye_at) / np.where(np.abs(way) < 1e-4, np.float32(1e-4), way)
            return result

        # The side at which a ray enters a box is the last of those that face the eye (Kay and Kajiya 1986).
        to_front, to_top = until(-half_deep, eye_w, dw), until(tall, 1.0, dy)
        to_side = until(aside, eye_u, du) if abs(eye_u) > half_wide else np.full(at.x.shape, np.float32(-1e6))
        t = np.maximum(np.maximum(to_front, to_top), to_side)
        u = np.clip(np.float32(eye_u) + t * du + np.float32(half_wide), 0, 2 * half_wide)
        w = np.clip(np.float32(eye_w) + t * dw + np.float32(half_deep), 0, 2 * half_deep)
        y = np.clip(np.float32(1) + t * dy, 0, tall)
        sideways = along if aside > 0 else -along
        front = _boards(u, y, tall, 2 * half_wide, tints) * np.float32(_light(-away))
        top = _boards(u, w, 2 * half_deep, 2 * half_wide, tints) * np.float32(_light((0, 1, 0)))
        side = _boards(w, y, tall, 2 * half_deep, tints) * np.float32(_light(sideways))
        is_front, is_top = to_front >= t, to_top >= t
        shade = np.where(is_front, front, np.where(is_top, top, side))
        face = wood * shade[..., None]
        # A paper label with a red bar and lines of writing.
        px, py = np.abs(u - np.float32(half_wide)), y - np.float32(tall / 2)
        on_label = is_front & (px < half_wide * 0.46) & (np.abs(py) < tall * 0.24)
        bar = py > tall * 0.10
        written = (np.abs((py / np.float32(0.032)) % 1 - 0.5) < 0.2) & (px < half_wide * 0.36) & ~bar
        paper = np.where(bar[..., None], colour(0.78, 0.12, 0.12), colour(0.95, 0.94, 0.90))
        paper = np.where((written & (py < tall * 0.07))[..., None], colour(0.32, 0.33, 0.38), paper)
        face = np.where(on_label[..., None], paper * np.float32(0.35 + 0.65 * _light(-away)), face)
        # Less light reaches what is near the floor.
        face = face * (1 - np.float32(0.22) * step(0.06, 0.0, y))[..., None]
        over(canvas, at, face.astype(np.float32), coverage)

    return _body(camera, places, "crate", paint, cuboid=True)


def drum(rng: Rng, camera: Camera, place: tuple[float, float]) -> Figure | None:
    radius, tall = rng.uniform(0.09, 0.12), rng.uniform(0.26, 0.34)
    around = np.linspace(0, 2 * np.pi, CIRCLE_POINTS, endpoint=False)
    # Round the circle, so that the many-sided figure is as large as it on the average.
    reach = radius * (1 + (np.pi / CIRCLE_POINTS) ** 2 / 4)
    places = np.array(
        [[place[0] + reach * np.cos(a), y, place[1] + reach * np.sin(a)] for y in (0.0, tall) for a in around]
    )
    steel = STEELS[rng.integers(len(STEELS))]

    def paint(canvas: Picture, at: Window, coverage: Field) -> None:
        dx, dy, dz = camera.rays(at.x, at.y)
        ex, ez = np.float32(-place[0]), np.float32(-place[1])
        t_top = np.float32(tall - 1) / np.minimum(dy, np.float32(-1e-4))
        out = np.hypot(ex + t_top * dx, ez + t_top * dz) / np.float32(radius)
        a, b, c = dx * dx + dz * dz, ex * dx + ez * dz, ex * ex + ez * ez - np.float32(radius**2)
        t = (-b - np.sqrt(np.maximum(b * b - a * c, 0))) / a
        nx, nz = (ex + t * dx) / np.float32(radius), (ez + t * dz) / np.float32(radius)
        y = np.float32(1) + t * dy
        light = TO_LIGHT / np.linalg.norm(TO_LIGHT)
        facing = nx * np.float32(light[0]) + nz * np.float32(light[2])
        shade = np.float32(AMBIENT) + np.float32(1.08 - AMBIENT) * np.clip((facing + np.float32(0.25)) / 1.25, 0, 1)
        gloss = np.exp(-(((nx + np.float32(0.55)) / np.float32(0.16)) ** 2)) * np.float32(0.16)
        ribs = np.minimum(np.abs(y - np.float32(tall / 3)), np.abs(y - np.float32(tall * 2 / 3)))
        shade = shade * (1 + np.float32(0.22) * step(0.014, 0.004, ribs)) * (1 - np.float32(0.30) * step(0.05, 0.0, y))
        side = steel * shade[..., None] + gloss[..., None]
        rim = step(0.80, 0.88, out) * step(1.02, 0.94, out)
        lid = steel * (np.float32(_light((0, 1, 0)) * 0.92) + np.float32(0.22) * rim)[..., None]
        face = np.where((out <= 1)[..., None], lid, side)
        over(canvas, at, face.astype(np.float32), coverage)

    return _body(camera, places, "drum", paint, cuboid=False)


def _floor(rng: Rng, camera: Camera) -> Picture:
    """Slabs of concrete with dark joints."""
    height, width, scale = camera.height, camera.width, camera.height / 750
    x = np.arange(width, dtype=np.float32)[None, :] + np.float32(0.5)
    y = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)
    right, up, away = camera.rays(x, y)
    t = -1 / up
    across, deep = right * t + np.float32(rng.uniform(0, 1)), away * t + np.float32(rng.uniform(0, 1))
    # Half the width of a joint, in px at this depth.
    px = t / np.float32(camera.focal_px)
    joints = np.minimum(np.abs(across - np.rint(across)), np.abs(deep - np.rint(deep))) / px
    stains = clouds(rng, height, width, 130 * scale, 4, stretch=2)
    tone = np.float32(0.80) + np.float32(0.34) * stains
    tone *= 1 - np.float32(0.38) * step(2.4 * scale + 0.8, 0.4, joints)
    return (CONCRETES[rng.integers(len(CONCRETES))] * tone[..., None]).astype(np.float32)


def _candidates(rng: Rng, camera: Camera, wanted: dict[str, int]) -> Sequence[Figure]:
    makers = {"crate": (crate, 16), "drum": (drum, 8)}
    found: list[Figure | None] = []
    for label, (make, tries) in makers.items():
        for _ in range(tries if wanted[label] else 0):
            x, y = rng.uniform(0.16, 0.84) * camera.width, rng.uniform(0.44, 0.90) * camera.height
            found.append(make(rng, camera, camera.floor_at(x, y)))
    return [figure for figure in found if figure is not None]


def render(rng: Rng, seed: int, width: int, height: int) -> Scene:
    camera = Camera(height, width)
    canvas = _floor(rng, camera)
    left = {"crate": int(rng.integers(1, 4)), "drum": int(rng.integers(0, 3))}
    chosen = []
    # Half of a crate is no example of one: nothing may stand before anything else.
    for one in placed(_candidates(rng, camera, left), height, width, visible_from=0.999):
        if left[one.figure.label]:
            left[one.figure.label] -= 1
            chosen.append(one)
    for one in chosen:
        if one.figure.shadow is not None:
            one.figure.shadow(canvas)
    for one in chosen:
        one.figure.paint(canvas)
    return finished(canvas, rng, "crates", seed, objects=[one.truth for one in chosen], vignette=0.20)
