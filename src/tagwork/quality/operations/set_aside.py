"""Gold that is asked for pay no more: a project's exam asks it, or people practise on it."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound, WrongState
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.quality.models import Gold
from tagwork.quality.operations.examine import lock_gold
from tagwork.tutorial.models import SetAside
from tagwork.work.models import Task
from tagwork.work.operations.release import want_no_more
from tagwork.work.queries import images_of_tasks

BECAUSE = {SetAside.Use.EXAM: "Set aside for the exam.", SetAside.Use.PRACTICE: "Set aside for practice."}


@transaction.atomic
def set_aside(member: Person, project_id: uuid.UUID, task_ids: Sequence[int], use: str) -> list[SetAside]:
    """Take gold out of the queue for good and keep it for `use` ("exam" or "practice").

    What it said of answers so far stays; an answer that still waits for its verdict is left to the timer. Done again
    with the same use it changes nothing. Raises NotFound, WrongState (it is no gold, or was taken out already).
    """
    project = project_queries.project_for_member(member, project_id)
    wanted = SetAside.Use(use)
    kept = []
    for task_id in sorted(set(task_ids)):
        if not Task.objects.filter(pk=task_id, project=project).exists():
            raise NotFound("There is no such task.")
        if not Gold.objects.filter(pk=task_id).exists():
            raise WrongState("Mark the right answer of this task first.")
        gold = lock_gold(task_id)
        image = images_of_tasks([task_id])[task_id][0]
        before = SetAside.objects.filter(project=project, image=image, use=wanted).first()
        if before is not None and gold.state == Gold.State.RETIRED:
            kept.append(before)
            continue
        if gold.state == Gold.State.RETIRED:
            raise WrongState(
                gettext("This gold was taken out already: %(retired_because)s")
                % {"retired_because": gold.retired_because}
            )
        kept.append(_kept(gold, image.pk, wanted))
    return kept


def _kept(gold: Gold, image_id: uuid.UUID, use: SetAside.Use) -> SetAside:
    gold.state = Gold.State.RETIRED
    gold.retired_because = BECAUSE[use]
    gold.save(update_fields=["state", "retired_because"])
    want_no_more(gold.task_id)
    row, _ = SetAside.objects.update_or_create(
        project_id=gold.project_id,
        image_id=image_id,
        defaults={
            "use": use,
            "schema_number": gold.schema_number,
            "expected": gold.expected,
            "explanation": gold.explanation,
            "created_at": clock.now(),
        },
    )
    return row


def retire_to_practice(project_id: uuid.UUID) -> int:
    """The gold of a project that is closed tests nobody any more: people may practise on it. Returns how many."""
    task_ids = Gold.objects.filter(project_id=project_id, state=Gold.State.ACTIVE).order_by("pk").values_list("pk")
    for (task_id,) in list(task_ids):
        gold = lock_gold(task_id)
        if gold.state == Gold.State.ACTIVE:
            _kept(gold, images_of_tasks([task_id])[task_id][0].pk, SetAside.Use.PRACTICE)
    return len(task_ids)
