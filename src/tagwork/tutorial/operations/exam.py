"""A client's exam: its terms, what it asks, and the attempts of workers. Unpaid, never a verdict."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.core.scoring import score_answer
from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.tutorial import queries, rules
from tagwork.tutorial.errors import InvalidAnswer
from tagwork.tutorial.models import Exam, SetAside, Sitting, SittingAnswer

LIMITS = {"pass_percent": (1, 100), "attempts": (1, 20), "wait_hours": (0, 24 * 30)}
_rng = random.SystemRandom()


@transaction.atomic
def set_exam(
    member: Person, project_id: uuid.UUID, *, is_on: bool, pass_percent: int, attempts: int, wait_hours: int
) -> Exam:
    """The terms of a project's exam, and whether it is asked. Who passed it once has passed it for good.

    Raises NotFound, Invalid (a number beyond LIMITS; switched on with fewer than LEAST_EXAM_ITEMS items).
    """
    project = project_queries.project_for_member(member, project_id, lock=True)
    given = {"pass_percent": pass_percent, "attempts": attempts, "wait_hours": wait_hours}
    errors = [
        {"field": name, "code": "out_of_range", "message": f"must lie between {LIMITS[name][0]} and {LIMITS[name][1]}"}
        for name, value in given.items()
        if not LIMITS[name][0] <= value <= LIMITS[name][1]
    ]
    items = SetAside.objects.filter(project=project, use=SetAside.Use.EXAM).count()
    if is_on and items < rules.LEAST_EXAM_ITEMS:
        message = f"{items} gold tasks are set aside for the exam; at least {rules.LEAST_EXAM_ITEMS} are needed."
        errors.append({"field": "is_on", "code": "too_few", "message": message})
    if errors:
        raise Invalid(errors[0]["message"], errors=errors)
    exam, _ = Exam.objects.update_or_create(
        project=project, defaults={**given, "changed_by": member, "changed_at": clock.now()}
    )
    Project.objects.filter(pk=project.pk).update(has_exam=is_on)
    return exam


def start_sitting(worker: Person, project_id: uuid.UUID) -> Sitting:
    """The sitting that is open, or a new one. Raises NotFound, WrongState (passed; no attempt left; too early)."""
    project, exam = queries.exam_for(worker, project_id)
    with transaction.atomic():
        # One worker's attempts are counted one after the other.
        Person.objects.select_for_update(no_key=True).get(pk=worker.pk)
        state = queries.exam_state(worker.pk, project, exam)
        if state.open_sitting is not None:
            return state.open_sitting
        if state.is_passed:
            raise WrongState("You have passed this exam.", next_step=queries.bench_path(project))
        if not state.attempts_left:
            raise WrongState("No attempt is left for this exam.", next_step="/work")
        if state.wait_until is not None:
            raise WrongState("The next attempt is not open yet.", next_step="/work", wait_until=state.wait_until)
        rows = SetAside.objects.filter(project=project, use=SetAside.Use.EXAM).order_by("-schema_number", "pk")
        numbered = list(rows.values_list("pk", "schema_number"))
        # All of one label schema, the newest: a sitting shows one.
        pool = [pk for pk, number in numbered if number == numbered[0][1]]
        return Sitting.objects.create(
            worker=worker,
            project=project,
            number=state.attempts_used + 1,
            # Another attempt asks another set, as far as there are more items than one set holds.
            item_ids=_rng.sample(pool, min(len(pool), rules.MOST_EXAM_ITEMS)),
            pass_percent=exam.pass_percent,
            began_at=clock.now(),
        )


def answer_exam_item(
    worker: Person, project_id: uuid.UUID, item_id: int, annotations: Sequence[Any], nothing_to_mark: bool = False
) -> dict[str, Any]:
    """{"passed", "why", "answered", "right", "items", "over", "exam_passed"}. Raises NotFound, InvalidAnswer.

    Each item takes one answer: sent again, it is told again what became of the first."""
    project, _ = queries.exam_for(worker, project_id)
    with transaction.atomic():
        sitting = (
            Sitting.objects.select_for_update(no_key=True).filter(worker=worker, project=project).order_by("number")
        ).last()
        item = SetAside.objects.select_related("image").filter(pk=item_id, project=project).first()
        if sitting is None or item is None or item.pk not in sitting.item_ids:
            raise NotFound("There is no such item in your exam.", next_step=queries.exam_path(project))
        answer = SittingAnswer.objects.filter(sitting=sitting, item=item).first()
        if answer is None:
            answer = _answered(sitting, item, annotations, nothing_to_mark)
        right = SittingAnswer.objects.filter(sitting=sitting, is_right=True).count()
        answered = SittingAnswer.objects.filter(sitting=sitting).count()
        items = len(sitting.item_ids)
        if sitting.ended_at is None and answered == items:
            sitting.ended_at = clock.now()
            sitting.is_passed = rules.is_passed(right, items, sitting.pass_percent)
            sitting.save(update_fields=["ended_at", "is_passed"])
    return {
        "passed": answer.is_right,
        # Without what the client wrote about it: that may tell the answer, and there may be another attempt.
        "why": gettext(rules.why(answer.reason_code or None)),
        "answered": answered,
        "right": right,
        "items": items,
        "over": sitting.ended_at is not None,
        "exam_passed": sitting.is_passed,
    }


def _answered(sitting: Sitting, item: SetAside, given: Sequence[Any], nothing_to_mark: bool) -> SittingAnswer:
    reason, annotations = judged(item, given, nothing_to_mark)
    return SittingAnswer.objects.create(
        sitting=sitting,
        item=item,
        annotations=annotations,
        reason_code=reason or "",
        is_right=reason is None,
        at=clock.now(),
    )


def judged(item: SetAside, given: Sequence[Any], nothing_to_mark: bool) -> tuple[str | None, list[dict[str, Any]]]:
    """The reason code of the worst fault, None when it is right, and the canonical answer. Raises InvalidAnswer."""
    schema = project_queries.schema_version(item.project_id, item.schema_number)
    size = (item.image.width_px or 0, item.image.height_px or 0)
    try:
        answer = validate_answer(schema, list(given), [size], nothing_to_mark)
    except InvalidAnnotations as error:
        first = error.errors[0]["message"]
        raise InvalidAnswer(
            gettext("This answer is not complete: %(first)s.") % {"first": first}, errors=error.errors
        ) from None
    score = score_answer(schema, item.expected, answer.annotations, [size])
    return score.reason_code, list(answer.annotations)
