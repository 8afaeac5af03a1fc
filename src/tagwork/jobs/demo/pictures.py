"""The demo's pictures: crops of scikit-image's public-domain photographs, and scenes rendered with exact truth."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image

from tagwork.core.scenes import render_scene

# Public domain (NASA, SpaceX) or CC0, each shipped inside the scikit-image wheel (skimage/data/README.txt).
SURFACES = {"brick": "brick.png", "grass": "grass.png", "gravel": "gravel.png"}
PHOTOGRAPHS = {
    "astronaut.png": ("person", "indoors"),
    "chelsea.png": ("animal", "indoors"),
    "coffee.png": ("thing", "indoors"),
    "rocket.jpg": ("thing", "outdoors"),
    "hubble_deep_field.jpg": ("thing", "space"),
    "camera.png": ("person", "outdoors"),
    "moon.png": ("thing", "space"),
    "motorcycle_left.png": ("thing", "indoors"),
}


@dataclass(frozen=True)
class Picture:
    """A file to upload and, where it is known, the right answer."""

    name: str
    content: bytes
    truth: list[dict[str, Any]]


def _photograph(name: str) -> Image.Image:
    with (files("skimage") / "data" / name).open("rb") as file:
        return Image.open(io.BytesIO(file.read())).convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def surfaces(count: int, seed: int = 1) -> Iterator[Picture]:
    """Crops of 320 px of three photographs of the ground; the truth is which one."""
    rng = np.random.default_rng(seed)
    sources = {name: _photograph(file) for name, file in SURFACES.items()}
    names = sorted(sources)
    for number in range(count):
        name = names[int(rng.integers(len(names)))]
        picture = sources[name]
        side = int(rng.integers(180, 321))
        left, top = (int(rng.integers(edge - side + 1)) for edge in picture.size)
        crop = picture.crop((left, top, left + side, top + side)).resize((320, 320), Image.Resampling.LANCZOS)
        crop = crop.rotate(90 * int(rng.integers(4)))
        yield Picture(
            f"surface-{number + 1:03d}.jpg",
            _jpeg(crop),
            [{"id": "1", "kind": "tag", "label": name, "of": "surface", "tag": True}],
        )


def fruit(count: int, seed: int = 100) -> Iterator[Picture]:
    """Rendered tables with fruit, each also in a mirror (another painting costs ten times as much); truth: every box.

    `count` is even.
    """
    width, height = 1000, 750
    for number in range(count // 2):
        scene = render_scene("fruit", seed + number, width, height)
        for is_mirrored in (False, True):
            truth = []
            for place, one in enumerate(scene.objects, start=1):
                left, top, wide, high = (float(value) for value in one.box)
                box = [width - left - wide if is_mirrored else left, top, wide, high]
                truth.append({"id": str(place), "kind": "box", "label": one.label, "box": box})
            pixels = scene.rgb[:, ::-1] if is_mirrored else scene.rgb
            name = f"table-{2 * number + is_mirrored + 1:03d}.jpg"
            yield Picture(name, _jpeg(Image.fromarray(pixels)), truth)


def photographs(count: int, seed: int = 7) -> Iterator[Picture]:
    """Large crops of eight photographs; the truth is a box round the whole subject only roughly, so none is given."""
    rng = np.random.default_rng(seed)
    names = sorted(PHOTOGRAPHS)
    sources = {name: _photograph(name) for name in names}
    for number in range(count):
        name = names[number % len(names)]
        picture = sources[name]
        share = float(rng.uniform(0.75, 1.0)) if number >= len(names) else 1.0
        width, height = (int(edge * share) for edge in picture.size)
        left = int(rng.integers(picture.width - width + 1))
        top = int(rng.integers(picture.height - height + 1))
        crop = picture.crop((left, top, left + width, top + height))
        subject, place = PHOTOGRAPHS[name]
        box = [round(value, 2) for value in (width * 0.2, height * 0.15, width * 0.6, height * 0.7)]
        truth: list[dict[str, Any]] = [
            {"id": "1", "kind": "tag", "label": place, "of": "place", "tag": True},
            {"id": "2", "kind": "box", "label": subject, "box": box, "attributes": {"cut off": share < 0.85}},
        ]
        yield Picture(f"photo-{number + 1:03d}.jpg", _jpeg(crop), truth)
