"""Score one practice answer and keep the progress."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.annotations import Answer, InvalidAnnotations, validate_answer
from tagwork.core.scoring import Score, Thresholds, score_answer
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.outbox import publish
from tagwork.people.models import Person
from tagwork.tutorial.errors import InvalidAnswer
from tagwork.tutorial.lessons import LESSONS_BY_ID, task_types_of
from tagwork.tutorial.lessons.lesson import Item, Lesson
from tagwork.tutorial.models import Attempt, Certificate
from tagwork.tutorial.queries import is_passed, passed_items
from tagwork.tutorial.scenes import rendering_of

# {"worker", "task_types", "passed_at"}: a lesson that practises these types was passed
TOPIC = "tutorial.passed"
# Box 0.7, mask 0.75: as in paid work. An easier lesson would pass people whose first paid answers then fail.
THRESHOLDS = Thresholds()


def check_item(
    worker: Person, lesson_id: str, item_id: str, annotations: Sequence[Any], nothing_to_mark: bool = False
) -> dict[str, Any]:
    """{"passed", "score", "why", "lesson_passed", "tutorial_passed"}; `lesson_passed`: this answer completed it.

    When every item was passed since the last certificate, the lesson is certified and a new run begins. The same
    answer sent again at once (a lost reply) is the same attempt. Raises NotFound, InvalidAnswer.
    """
    lesson = LESSONS_BY_ID.get(lesson_id)
    item = lesson.item(item_id) if lesson else None
    if lesson is None or item is None or not worker.is_worker:
        raise NotFound("There is no such lesson.", next_step="/tutorial")
    answer, score = _scored(lesson, item, annotations, nothing_to_mark)
    with transaction.atomic():
        # One worker's checks are serial: of two last items at once, each would miss the other and neither certify.
        Person.objects.select_for_update(no_key=True).get(pk=worker.pk)
        attempt = _kept(worker, lesson, item, answer, score)
        certificate = Certificate.objects.filter(attempt=attempt).exists()
    return {
        "passed": score.passed,
        "score": score.as_json(),
        "why": gettext(lesson.sentence(score.reason_code)),
        "lesson_passed": certificate,
        "tutorial_passed": is_passed(worker.pk),
    }


def _scored(lesson: Lesson, item: Item, annotations: Sequence[Any], nothing_to_mark: bool) -> tuple[Answer, Score]:
    rendering = rendering_of(lesson, item)
    size = (rendering.width_px, rendering.height_px)
    try:
        answer = validate_answer(lesson.schema, list(annotations), [size], nothing_to_mark)
    except InvalidAnnotations as error:
        first = error.errors[0]["message"]
        raise InvalidAnswer(
            gettext("This answer is not complete: %(first)s.") % {"first": first}, errors=error.errors
        ) from None
    expected = lesson.expected(rendering.truth)
    return answer, score_answer(lesson.schema, expected, answer.annotations, [size], THRESHOLDS)


def _kept(worker: Person, lesson: Lesson, item: Item, answer: Answer, score: Score) -> Attempt:
    last = Attempt.objects.filter(worker=worker, lesson=lesson.id).order_by("-id").first()
    if last and (last.item, last.annotations) == (item.id, answer.annotations) and last.passed == score.passed:
        return last
    now = clock.now()
    attempt = Attempt.objects.create(
        worker=worker,
        lesson=lesson.id,
        item=item.id,
        annotations=answer.annotations,
        nothing_to_mark=answer.nothing_to_mark,
        score=score.as_json(),
        passed=score.passed,
        at=now,
    )
    if passed_items(worker.pk, lesson) == {one.id for one in lesson.items}:
        Certificate.objects.create(worker=worker, lesson=lesson.id, attempt=attempt, passed_at=now)
        publish(
            TOPIC,
            f"tutorial:{worker.pk}",
            {"worker": str(worker.pk), "task_types": task_types_of(lesson.id), "passed_at": now.isoformat()},
        )
    return attempt
