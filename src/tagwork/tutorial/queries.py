"""What others may ask of the tutorial."""

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.projects import pictures
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.tutorial import rules
from tagwork.tutorial.lessons import GATE, GATE_IDS, LESSONS, LESSONS_BY_ID, lesson_for
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Attempt, Certificate, Exam, Refreshed, Rendering, SetAside, Sitting, SittingAnswer
from tagwork.tutorial.scenes import rendering_of

MINUTES = 5
PICTURE_MINUTES = 60
REMEMBERED_WORKERS = 100_000
_passed: set[uuid.UUID] = set()


def is_passed(worker_id: uuid.UUID) -> bool:
    """Has this worker passed every lesson of the gate? At most one query: it stands in the way of every claim.

    A yes is remembered by this process: a certificate is never taken back (retraining is a restriction)."""
    if worker_id in _passed:
        return True
    certificates = Certificate.objects.filter(worker_id=worker_id, lesson__in=GATE_IDS)
    if certificates.values("lesson").distinct().count() < len(GATE):
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
    return progress_of(worker_id)[1].get(lesson.id, set())


def progress_of(worker_id: uuid.UUID) -> tuple[dict[str, int], dict[str, set[str]]]:
    """By lesson: the attempt its newest certificate rests on, and the items passed since; two queries."""
    certified: dict[str, int] = dict(
        Certificate.objects.filter(worker_id=worker_id)
        .order_by()
        .values_list("lesson")
        .annotate(Max("attempt_id"))
        .values_list("lesson", "attempt_id__max")
    )
    done: dict[str, set[str]] = {}
    passed = Attempt.objects.filter(worker_id=worker_id, passed=True).values_list("pk", "lesson", "item")
    for attempt_id, lesson_id, item in passed:
        if attempt_id > certified.get(lesson_id, 0):
            done.setdefault(lesson_id, set()).add(item)
    return certified, done


def overview(worker: Person) -> dict[str, Any]:
    """The answer of `GET /tutorial`: the lessons of the gate, and under `more` those of other ways of marking."""
    certified, done = progress_of(worker.pk)

    def shown(lesson: Lesson) -> dict[str, Any]:
        items, is_passed_once = len(done.get(lesson.id, ())), lesson.id in certified
        return {
            "id": lesson.id,
            "title": gettext(lesson.title),
            "passed": is_passed_once,
            "items": len(lesson.items),
            # Between two runs a passed lesson is complete, not empty.
            "items_done": len(lesson.items) if is_passed_once and not items else items,
        }

    return {
        "passed": all(lesson.id in certified for lesson in GATE),
        "unpaid": True,
        "minutes": MINUTES,
        "lessons": [shown(lesson) for lesson in GATE],
        "more": [shown(lesson) for lesson in LESSONS if lesson not in GATE],
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
        "title": gettext(found.title),
        "intro": gettext(found.intro),
        "passed": Certificate.objects.filter(worker=worker, lesson=found.id).exists(),
        "schema": found.schema.as_json(),
        "items": [_item(found, item, worker, item.id in done, expires_at) for item in found.items],
    }


def _item(lesson: Lesson, item: Item, worker: Person, is_done: bool, expires_at: datetime) -> dict[str, Any]:
    rendering = rendering_of(lesson, item)
    return {
        "id": item.id,
        "kind": item.kind,
        "instruction": gettext(item.instruction),
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


def needs_refresher(worker_id: uuid.UUID, lesson_id: str, *, since: datetime) -> bool:
    """Nothing of this lesson was read or passed since then; at most two queries. What was worked is not known here."""
    if Refreshed.objects.filter(worker_id=worker_id, lesson=lesson_id, at__gte=since).exists():
        return False
    return not Attempt.objects.filter(worker_id=worker_id, lesson=lesson_id, passed=True, at__gte=since).exists()


# ---- exams


def bench_path(project: Project) -> str:
    return f"/work/{encode('pr', project.pk)}/"


def exam_path(project: Project) -> str:
    return f"{bench_path(project)}exam/"


_examined: set[tuple[uuid.UUID, uuid.UUID]] = set()


def has_passed_exam(worker_id: uuid.UUID, project_id: uuid.UUID) -> bool:
    """At most one query, and none after a yes in this process: an exam that was passed stays passed."""
    if (worker_id, project_id) in _examined:
        return True
    if not Sitting.objects.filter(worker_id=worker_id, project_id=project_id, is_passed=True).exists():
        return False
    if len(_examined) >= REMEMBERED_WORKERS:
        _examined.clear()
    _examined.add((worker_id, project_id))
    return True


def passed_exams(worker_id: uuid.UUID) -> set[uuid.UUID]:
    """The projects whose exam this worker has passed."""
    return set(Sitting.objects.filter(worker_id=worker_id, is_passed=True).values_list("project_id", flat=True))


def exam_for(worker: Person, project_id: uuid.UUID) -> tuple[Project, Exam]:
    """The exam a worker is asked to pass. Raises NotFound, also when the project asks for none."""
    project = project_queries.published_project(project_id)
    exam = Exam.objects.filter(pk=project.pk).first() if project.has_exam and worker.is_worker else None
    if exam is None:
        raise NotFound("This project has no exam.", next_step="/work")
    return project, exam


@dataclass(frozen=True)
class ExamState:
    """How one worker stands in an exam. `wait_until`: when the next attempt opens, None when it is open."""

    is_passed: bool
    attempts_used: int
    attempts_left: int
    wait_until: datetime | None
    open_sitting: Sitting | None
    last_sitting: Sitting | None


def exam_state(worker_id: uuid.UUID, project: Project, exam: Exam) -> ExamState:
    """ONE query."""
    sittings = list(Sitting.objects.filter(worker_id=worker_id, project=project).order_by("number"))
    last = sittings[-1] if sittings else None
    is_open = last is not None and last.ended_at is None
    opens_at = rules.next_attempt_at(last.ended_at, exam.wait_hours) if last and last.ended_at else None
    return ExamState(
        is_passed=any(one.is_passed for one in sittings),
        attempts_used=len(sittings),
        attempts_left=max(0, exam.attempts - len(sittings)),
        wait_until=opens_at if opens_at is not None and opens_at > clock.now() else None,
        open_sitting=last if is_open else None,
        last_sitting=last,
    )


def exam_json(worker: Person, project_id: uuid.UUID) -> dict[str, Any]:
    """The answer of `GET /work/projects/{id}/exam`; without an answer to learn by heart. Raises NotFound."""
    project, exam = exam_for(worker, project_id)
    state = exam_state(worker.pk, project, exam)
    sitting = state.open_sitting
    shown = {
        "title": project.name,
        "unpaid": True,
        "passed": state.is_passed,
        "pass_percent": sitting.pass_percent if sitting else exam.pass_percent,
        "attempts_left": state.attempts_left,
        "wait_until": state.wait_until,
        "schema": project_queries.schema_version(project.pk, project.schema_number).as_json(),
        "items": [],
        "answered": 0,
        "right": 0,
        "running": sitting is not None,
    }
    if sitting is None:
        return shown
    answers = dict(SittingAnswer.objects.filter(sitting=sitting).values_list("item_id", "is_right"))
    found = SetAside.objects.select_related("image").in_bulk(sitting.item_ids)
    items = [
        _set_aside(found[item_id], worker, is_done=item_id in answers, expected=[]) for item_id in sitting.item_ids
    ]
    number = found[sitting.item_ids[0]].schema_number
    shown["schema"] = project_queries.schema_version(project.pk, number).as_json()
    return shown | {"items": items, "answered": len(answers), "right": sum(answers.values())}


def _set_aside(item: SetAside, worker: Person, *, is_done: bool, expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": str(item.pk),
        "kind": "checked",
        "instruction": "Mark it as the guideline says.",
        "done": is_done,
        "images": [
            project_queries.image_json(
                item.image,
                account_id=str(worker.pk),
                purpose=Purpose.PRACTICE,
                expires_at=clock.now() + timedelta(minutes=PICTURE_MINUTES),
            )
        ],
        "expected": expected,
    }


def set_aside_of(project_id: uuid.UUID, use: str) -> QuerySet[SetAside]:
    """For the client: what was set aside for this use, newest first, with its image."""
    return SetAside.objects.filter(project_id=project_id, use=use).select_related("image").order_by("-pk")


def exam_of(project_id: uuid.UUID) -> Exam | None:
    """The terms of a project's exam, whether it is asked now or not."""
    return Exam.objects.filter(pk=project_id).first()


# ---- practice on retired gold

PRACTICE_ITEMS = 5


def practice_projects(worker: Person) -> list[dict[str, Any]]:
    """Projects with retired gold to practise on, by name: {"id", "name", "task_type", "items"}; ONE query."""
    rows = SetAside.objects.filter(use=SetAside.Use.PRACTICE).order_by()
    if not worker.shows_sensitive_images:
        rows = rows.filter(project__is_sensitive=False)
    counted = rows.values("project_id", "project__name", "project__task_type").annotate(items=Count("pk"))
    return [
        {
            "id": encode("pr", row["project_id"]),
            "name": row["project__name"],
            "task_type": row["project__task_type"],
            "items": row["items"],
        }
        for row in counted.order_by("project__name", "project_id")
    ]


def practice(worker: Person, project_id: uuid.UUID) -> dict[str, Any]:
    """Some retired gold of a project, in the form of a lesson, another choice every hour. Raises NotFound."""
    rows = list(_practice_rows(worker, project_id))
    if not rows:
        raise NotFound("There is nothing to practise on here.", next_step="/practice")
    chosen = random.Random(f"{worker.pk}:{clock.now():%Y%m%d%H}").sample(rows, min(len(rows), PRACTICE_ITEMS))  # noqa: S311
    # One schema for the whole page: gold of an older one is left for its own turn.
    number = chosen[0].schema_number
    project = chosen[0].project
    return {
        "id": encode("pr", project.pk),
        "title": project.name,
        "intro": "Retired gold of this project: real pictures whose answer is known. It is unpaid, nothing is kept, "
        "and after each you see the expected answer.",
        "passed": False,
        "schema": project_queries.schema_version(project.pk, number).as_json(),
        "items": [
            _set_aside(one, worker, is_done=False, expected=one.expected)
            for one in chosen
            if one.schema_number == number
        ],
    }


def practice_item(worker: Person, project_id: uuid.UUID, item_id: int) -> SetAside:
    """Raises NotFound."""
    found = _practice_rows(worker, project_id).filter(pk=item_id).first()
    if found is None:
        raise NotFound("There is no such picture to practise on.", next_step="/practice")
    return found


def _practice_rows(worker: Person, project_id: uuid.UUID) -> QuerySet[SetAside]:
    rows = SetAside.objects.filter(use=SetAside.Use.PRACTICE, project_id=project_id)
    if not worker.shows_sensitive_images:
        rows = rows.filter(project__is_sensitive=False)
    return rows.select_related("project", "image").order_by("pk")
