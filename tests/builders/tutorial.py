"""Workers who have passed the tutorial, without drawing a single picture."""

from functools import lru_cache
from typing import Any

from tagwork.kit import clock
from tagwork.people.models import Person
from tagwork.tutorial.lessons import GATE, LESSONS_BY_ID
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Attempt, Certificate
from tagwork.tutorial.operations.check_item import check_item
from tagwork.tutorial.scenes import scene_of, truth_of
from tests.builders import people


def certify(worker: Person, *lesson_ids: str) -> Person:
    """`worker` passes these lessons, or those of the gate, at this moment."""
    for lesson in [LESSONS_BY_ID[one] for one in lesson_ids] or GATE:
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
    """A worker with a complete profile and the gate of the tutorial passed: may start paid work."""
    worker = people.worker(number)
    return worker if Certificate.objects.filter(worker=worker).exists() else certify(worker)


@lru_cache(maxsize=64)
def truth(scene_kind: str, seed: int) -> dict[str, Any]:
    return truth_of(scene_of(scene_kind, seed))


def perfect_answer(lesson: Lesson, item: Item) -> dict[str, Any]:
    """The expected annotations of an item, as a client sends them; without a picture drawn."""
    annotations = lesson.expected(truth(lesson.scene_kind, item.seed))
    return {"annotations": annotations, "nothing_to_mark": not annotations}


def pass_lesson(worker: Person, lesson_id: str) -> None:
    """`worker` answers every item of a lesson rightly, through the operation."""
    lesson = LESSONS_BY_ID[lesson_id]
    for item in lesson.items:
        answer = perfect_answer(lesson, item)
        check_item(worker, lesson.id, item.id, answer["annotations"], answer["nothing_to_mark"])
