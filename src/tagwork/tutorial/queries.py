"""What others may ask of the tutorial."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.projects import pictures
from tagwork.tutorial.lessons import LESSONS, LESSONS_BY_ID, lesson_for
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Attempt, Certificate, Rendering
from tagwork.tutorial.scenes import rendering_of

MINUTES = 5
PICTURE_MINUTES = 60
REMEMBERED_WORKERS = 100_000
_passed: set[uuid.UUID] = set()


def is_passed(worker_id: uuid.UUID) -> bool:
    """Has this worker passed every lesson? At most one query: it stands in the way of every claim.

    A yes is remembered by this process: a certificate is never taken back (retraining is a restriction)."""
    if worker_id in _passed:
        return True
    certificates = Certificate.objects.filter(worker_id=worker_id, lesson__in=LESSONS_BY_ID)
    if certificates.values("lesson").distinct().count() < len(LESSONS):
        return False
    if len(_passed) >= REMEMBERED_WORKERS:
        _passed.clear()
    _passed.add(worker_id)
    return True


def certificate_since(worker_id: uuid.UUID, lesson: str, since: datetime) -> bool:
    """Was the lesson of this task type (or the lesson of this id) passed at or after `since`?"""
    lesson_id = lesson_for(lesson)
    return Certificate.objects.filter(worker_id=worker_id, lesson=lesson_id, passed_at__gte=since).exists()


def passed_items(worker_id: uuid.UUID, lesson: Lesson) -> set[str]:
    """The items passed in the current run: since the lesson's newest certificate, which begins a new one."""
    attempts = Attempt.objects.filter(worker_id=worker_id, lesson=lesson.id, passed=True)
    newest = Certificate.objects.filter(worker_id=worker_id, lesson=lesson.id).order_by("-attempt_id").first()
    if newest is not None:
        attempts = attempts.filter(pk__gt=newest.attempt_id)
    return set(attempts.values_list("item", flat=True))


def overview(worker: Person) -> dict[str, Any]:
    """Every lesson with the worker's progress (the answer of `GET /tutorial`)."""
    certificates = set(Certificate.objects.filter(worker=worker).values_list("lesson", flat=True))
    lessons = []
    for lesson in LESSONS:
        done = len(passed_items(worker.pk, lesson))
        is_done = lesson.id in certificates
        lessons.append(
            {
                "id": lesson.id,
                "title": lesson.title,
                "passed": is_done,
                "items": len(lesson.items),
                # Between two runs a passed lesson is complete, not empty.
                "items_done": len(lesson.items) if is_done and not done else done,
            }
        )
    return {
        "passed": all(lesson["passed"] for lesson in lessons),
        "unpaid": True,
        "minutes": MINUTES,
        "lessons": lessons,
    }


def lesson(worker: Person, lesson_id: str) -> dict[str, Any]:
    """One lesson with its pictures and their truth, which live feedback needs; the server scores again.

    Raises NotFound."""
    found = LESSONS_BY_ID.get(lesson_id)
    if found is None:
        raise NotFound("There is no such lesson.", next_step="/tutorial")
    done = passed_items(worker.pk, found)
    expires_at = clock.now() + timedelta(minutes=PICTURE_MINUTES)
    return {
        "id": found.id,
        "title": found.title,
        "intro": found.intro,
        "passed": Certificate.objects.filter(worker=worker, lesson=found.id).exists(),
        "schema": found.schema.as_json(),
        "items": [_item(found, item, worker, item.id in done, expires_at) for item in found.items],
    }


def _item(lesson: Lesson, item: Item, worker: Person, is_done: bool, expires_at: datetime) -> dict[str, Any]:
    rendering = rendering_of(lesson, item)
    return {
        "id": item.id,
        "kind": item.kind,
        "instruction": item.instruction,
        "done": is_done,
        "images": [_image(rendering, str(worker.pk), expires_at)],
        "expected": lesson.expected(rendering.truth),
    }


def _image(rendering: Rendering, account_id: str, expires_at: datetime) -> dict[str, Any]:
    return pictures.image_json(
        rendering.digest[: pictures.ALIAS_CHARACTERS],
        size_px=(rendering.width_px, rendering.height_px),
        derivatives=rendering.derivatives,
        placeholder=rendering.placeholder,
        account_id=account_id,
        purpose=Purpose.TUTORIAL,
        expires_at=expires_at,
    )


def sample_picture(person: Person, expires_at: datetime) -> dict[str, Any]:
    """IMAGE of the API: a picture of the tutorial, for a page that needs one before there is any of its own."""
    found = LESSONS[0]
    return _image(rendering_of(found, found.items[0]), str(person.pk), expires_at)


def resolve_picture(name: str, file_name: str) -> tuple[str, str] | None:
    """(storage key, media type) of `/i/tutorial/<name>/<file_name>`, or None; everybody sees the same pictures."""
    if len(name) != pictures.ALIAS_CHARACTERS:
        return None
    rendering = Rendering.objects.filter(digest__startswith=name).first()
    derivative = pictures.chosen(rendering.derivatives, file_name) if rendering else None
    return (derivative["key"], derivative["type"]) if derivative else None
