"""The server's help with a region: what stands out in the box a worker drew. It proposes; nothing is stored."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext

from tagwork.core.masks import Mask, mask_of_runs
from tagwork.core.reading import MAX_RUNS
from tagwork.kit import clock, vision
from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.settings import in_force
from tagwork.kit.storage import local_files
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Image
from tagwork.work import rules
from tagwork.work.errors import AssistOff, LeaseOver, Throttled
from tagwork.work.models import Assignment
from tagwork.work.operations.submit import _refuse_finished
from tagwork.work.queries import images_of_tasks

# Of the steps of kit.vision_child: another number wherever the same question may get another answer.
GRABCUT_VERSION: Final = "1"
# OpenCV reads these; every width of a photograph is stored as a JPEG too.
READABLE: Final = ("image/jpeg", "image/png")


@dataclass(frozen=True)
class Region:
    """`mask` in pixels of the original; `by` and `version` are what an answer says of it (core.assists)."""

    mask: Mask
    by: str
    version: str


def assist(
    worker: Person, assignment_id: uuid.UUID, *, box: Sequence[float], points: Sequence[Sequence[float]] = ()
) -> Region:
    """The object in `box` [x, y, width, height]; each of `points` is [x, y, 1 if it belongs to the object else 0].

    Call it outside a transaction: it takes up to seconds and holds no row.
    Raises NotFound, AlreadySubmitted, WrongState, LeaseOver, AssistOff, Invalid, Throttled, VisionBusy, VisionAbsent,
    NothingFound.
    """
    assignment = Assignment.objects.filter(pk=assignment_id, worker=worker).select_related("project").first()
    if assignment is None:
        raise NotFound("There is no such task.")
    _refuse_finished(assignment)
    if assignment.state != Assignment.State.LEASED or assignment.lease_expires_at < clock.now():
        raise LeaseOver("The lease of this task has ended. You can still hand in what you have for a while.")
    chosen = assignment.project.server_assist
    if not chosen:
        raise AssistOff("The client has not switched this help on for the project.")
    image = images_of_tasks([assignment.task_id])[assignment.task_id][0]
    assert image.width_px and image.height_px
    asked = rules.read_question(box, points, (image.width_px, image.height_px))
    _count(worker)
    return region_of(chosen, image, asked, wall_seconds=in_force("work.assist_seconds"))


def _count(worker: Person) -> None:
    """So many a minute for each worker. The count is not exact when several ask at once; the places are what protects
    the machine. Raises Throttled."""
    minute, second = divmod(int(clock.now().timestamp()), 60)
    allowed = in_force("work.assists_per_minute")
    key = f"assist:{worker.pk}:{minute}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > allowed:
        raise Throttled(
            gettext("You may ask for help %(allowed)s times a minute. Go on by hand, or wait a moment.")
            % {"allowed": allowed},
            retry_after_seconds=60 - second,
        )


def region_of(chosen: str, image: Image, asked: rules.Question, *, wall_seconds: float) -> Region:
    """The object in `asked`, by whom the project has `chosen`; asks nobody's permission.

    Raises VisionBusy, VisionAbsent, NothingFound."""
    size = (image.width_px or 0, image.height_px or 0)
    question = vision.Question(_picture(image, asked.box), size, asked.box, asked.points)
    limits: dict[str, Any] = {
        "wall_seconds": float(wall_seconds),
        "places": Path(settings.ASSIST_PLACES_DIR),
        "at_once": in_force("work.assists_at_once"),
    }
    if chosen == "grabcut":
        runs = vision.vision.cut_out(question, **limits)
        library = vision.library_version("opencv-python-headless")
        by, version = chosen, f"{GRABCUT_VERSION}+opencv-{library}"
    else:
        model = project_queries.assist_model(chosen.removeprefix(project_queries.MODEL_PREFIX))
        if model is None:
            raise vision.VisionAbsent("The model that helped in this project is not there any more.")
        try:
            runs = vision.vision.by_model(question, local_files().path(model.file_key), model.contract, **limits)
        except vision.ModelRefused as error:
            raise vision.VisionAbsent("The model that helps in this project has failed.") from error
        by, version = chosen, model.version
    if len(runs) > MAX_RUNS // 2:
        raise vision.NothingFound("Nothing stands out in this box. Draw it closer, or paint the object.")
    return Region(mask_of_runs(runs[:, 0], runs[:, 1], size[1], size[0]), by, version)


def _picture(image: Image, box: vision.Rect) -> Path:
    """The smallest stored file that shows the box as sharply as it is looked at: reading 12 megapixels takes as long
    as the cut. Raises Refusal when the photograph has none (it always has a JPEG)."""
    assert image.width_px and image.height_px
    crop = vision.crop_around(box, (image.width_px, image.height_px))
    needed_px = vision.needed_width_px(image.width_px, crop)
    readable = [one for one in image.derivatives if one["type"] in READABLE]
    if not readable:
        raise Refusal("This photograph is stored in no form that can be read.")
    enough = [one for one in readable if one["width"] >= needed_px]
    found = min(enough, key=_width) if enough else max(readable, key=_width)
    return local_files().path(found["key"])


def _width(derivative: dict[str, Any]) -> int:
    return int(derivative["width"])
