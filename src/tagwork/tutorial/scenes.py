"""Practice pictures: drawn once, encoded like any upload, kept with their truth."""

import hashlib
import io
from typing import Any

from django.db import transaction

from tagwork.core import masks
from tagwork.core.scenes import Scene, render_scene
from tagwork.kit import clock
from tagwork.kit.imaging import inspect_and_derive
from tagwork.kit.storage import local_files
from tagwork.projects import pictures
from tagwork.tutorial.lessons import LESSONS
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Rendering

WIDTH_PX = 1000
HEIGHT_PX = 750
# Another number when what a scene tells about itself changes: pictures drawn before then are drawn anew.
TRUTH_VERSION = 2


def rendering_of(lesson: Lesson, item: Item) -> Rendering:
    """The picture of an item; drawn now (about a second) if nobody has drawn it yet."""
    digest = _digest(lesson.scene_kind, item.seed)
    return Rendering.objects.filter(pk=digest).first() or _draw(digest, lesson.scene_kind, item.seed)


def draw_missing(limit: int = 1) -> int:
    """Draw up to `limit` pictures that are not there yet; how many. In the background, so that no learner waits."""
    wanted = {_digest(lesson.scene_kind, item.seed): (lesson, item) for lesson in LESSONS for item in lesson.items}
    there = set(Rendering.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    missing = [place for digest, place in wanted.items() if digest not in there][:limit]
    for lesson, item in missing:
        rendering_of(lesson, item)
    return len(missing)


def _digest(kind: str, seed: int) -> str:
    return hashlib.sha256(f"{kind}:{seed}:{WIDTH_PX}x{HEIGHT_PX}:{TRUTH_VERSION}".encode()).hexdigest()


def scene_of(kind: str, seed: int) -> Scene:
    """The scene of an item, in the size of all practice pictures; about a second."""
    return render_scene(kind, seed, WIDTH_PX, HEIGHT_PX)


def _draw(digest: str, kind: str, seed: int) -> Rendering:
    scene = scene_of(kind, seed)
    derived = inspect_and_derive(_png(scene))
    stored = pictures.stored_derivatives(derived)
    with transaction.atomic():
        rendering, is_mine = Rendering.objects.get_or_create(
            digest=digest,
            defaults={
                "width_px": derived.width,
                "height_px": derived.height,
                "derivatives": stored,
                "placeholder": pictures.placeholder_address(derived.placeholder),
                "truth": truth_of(scene),
                "created_at": clock.now(),
            },
        )
    if not is_mine:
        # Two processes drew it at once; the other's files are the ones that are named.
        for derivative in stored:
            local_files().delete(derivative["key"])
    return rendering


def _png(scene: Scene) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(scene.rgb).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def truth_of(scene: Scene) -> dict[str, Any]:
    """What a Rendering keeps of a scene (models.Rendering)."""
    return {
        "tags": dict(scene.tags),
        "objects": [
            {
                "label": one.label,
                "box": list(one.box),
                "polygon": [[list(point) for point in ring] for ring in one.polygon],
                "mask": masks.encode(one.mask).as_json(),
                "attributes": dict(one.attributes),
                "figure": dict(one.figure),
            }
            for one in scene.objects
        ],
        "texts": [{"text": one.text, "of": one.of} for one in scene.texts],
    }
