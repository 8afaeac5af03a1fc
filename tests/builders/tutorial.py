"""Workers who have passed the tutorial, without drawing a single picture."""

from typing import Any

from tagwork.kit import clock
from tagwork.people.models import Person
from tagwork.tutorial.lessons import LESSONS, LESSONS_BY_ID
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Attempt, Certificate
from tagwork.tutorial.operations.check_item import check_item
from tagwork.tutorial.scenes import rendering_of
from tests.builders import people


def certify(worker: Person, *lesson_ids: str) -> Person:
    """`worker` passes these lessons, or all, at this moment."""
    for lesson in LESSONS:
        if lesson_ids and lesson.id not in lesson_ids:
            continue
        attempt = Attempt.objects.create(
            worker=worker,
            lesson=lesson.id,
            item=lesson.items[-1].id,
            annotations=[],
            score={},
            passed=True,
            at=clock.now(),
        )
        Certificate.objects.create(worker=worker, lesson=lesson.id, attempt=attempt, passed_at=attempt.at)
    return worker


def trained_worker(number: int = 1) -> Person:
    """A worker with a complete profile and the whole tutorial passed: may start paid work."""
    worker = people.worker(number)
    return worker if Certificate.objects.filter(worker=worker).exists() else certify(worker)


def perfect_answer(lesson: Lesson, item: Item) -> dict[str, Any]:
    """The expected annotations of an item, as a client sends them."""
    annotations = lesson.expected(rendering_of(lesson, item).truth)
    return {"annotations": annotations, "nothing_to_mark": not annotations}


def pass_lesson(worker: Person, lesson_id: str) -> None:
    """`worker` answers every item of a lesson rightly, through the operation."""
    lesson = LESSONS_BY_ID[lesson_id]
    for item in lesson.items:
        answer = perfect_answer(lesson, item)
        check_item(worker, lesson.id, item.id, answer["annotations"], answer["nothing_to_mark"])
