"""A client's project, made through the API as a client's script makes it: live at once, from the demo's deposit."""

import io
import time
import uuid
from typing import Any

import httpx
from PIL import ExifTags, Image

from tests.browser.conftest import Demo

GUIDELINE = "# What to mark\nMark exactly what can be seen.\n"


def as_person(demo: Demo, name: str) -> httpx.Client:
    """The API with the person's token."""
    headers = {"Authorization": f"Bearer {demo.account(name)['token']}"}
    return httpx.Client(base_url=demo.url + "/api/v1", headers=headers, timeout=30)


def encoded(picture: Image.Image) -> bytes:
    """PNG; JPEG where it has an EXIF orientation, as a camera writes it."""
    # The corner pixel is noise: the same picture twice in one organisation would be refused.
    picture.putpixel((0, 0), (uuid.uuid4().bytes[0], uuid.uuid4().bytes[1], uuid.uuid4().bytes[2]))
    buffer = io.BytesIO()
    if orientation := picture.getexif().get(ExifTags.Base.Orientation):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        picture.save(buffer, "JPEG", quality=98, subsampling=0, exif=exif)
    else:
        picture.save(buffer, "PNG")
    return buffer.getvalue()


def make_project(
    demo: Demo,
    schema: dict[str, Any],
    pictures: list[Image.Image],
    *,
    base_micros: int = 30_000,
    object_micros: int = 0,
    max_objects: int = 0,
    seconds: float = 20,
    overlap: int = 1,
    guideline: str = GUIDELINE,
) -> str:
    """A live project with one task for each picture, without gold; returns its id once all can be claimed."""
    with as_person(demo, "cleo") as client:
        terms = {
            "name": f"Drawn {uuid.uuid4().hex[:6]}",
            "summary": "Made by a test.",
            "schema": schema,
            "guideline_markdown": guideline,
            "price": {"base_micros": base_micros, "object_micros": object_micros, "max_objects": max_objects},
            "estimated_seconds": seconds,
            "budget_micros": 1_000_000,
            "gold_wanted": False,
            "overlap": overlap,
        }
        made = client.post("/projects", json=terms)
        assert made.status_code == 201, made.text
        path = f"/projects/{made.json()['id']}"
        files = [("files", (f"{place}.png", encoded(picture), "image/png")) for place, picture in enumerate(pictures)]
        sent = client.post(f"{path}/images", files=files)
        assert sent.status_code == 201 and not sent.json()["refused"], sent.text
        _wait(lambda: client.get(f"{path}/progress").json()["images"]["ready"] == len(pictures))
        launched = client.post(f"{path}/launch")
        assert launched.status_code == 200, launched.text
        _wait(lambda: client.get(f"{path}/progress").json()["tasks"]["open_slots"] >= len(pictures))
        return str(made.json()["id"])


def approve(demo: Demo, submission_id: str) -> None:
    """By a moderator, as from the queue."""
    with as_person(demo, "mia") as moderator:
        path = f"/moderation/submissions/{submission_id}/verdict"
        given = moderator.post(path, json={"verdict": "approved"}, headers={"Idempotency-Key": str(uuid.uuid4())})
        assert given.status_code in (200, 201), given.text


def _wait(holds: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"still not so after {seconds} s"
        time.sleep(0.3)
