"""A client says what the right answer of a task is; from then on the task tests, unseen, whoever gets it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.quality import rules
from tagwork.quality.models import Gold
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Queue, Task
from tagwork.work.queries import images_of_tasks


@transaction.atomic
def plant_gold(
    member: Person,
    project_id: uuid.UUID,
    task_id: int,
    annotations: Sequence[Any],
    *,
    nothing_to_mark: bool = False,
    explanation: str = "",
) -> Gold:
    """Make a task gold, or give an active gold task another answer. Raises NotFound, InvalidAnswer."""
    project = project_queries.project_for_member(member, project_id)
    task = Task.objects.select_for_update().filter(pk=task_id, project=project).first()
    if task is None:
        raise NotFound("There is no such task.")
    schema = project_queries.schema_version(project.pk, project.schema_number)
    sizes = [(image.width_px or 0, image.height_px or 0) for image in images_of_tasks([task.pk])[task.pk]]
    try:
        answer = validate_answer(schema, list(annotations), sizes, nothing_to_mark)
    except InvalidAnnotations as error:
        raise InvalidAnswer("The answer does not fit the label schema.", errors=error.errors) from None
    gold, _ = Gold.objects.update_or_create(
        task=task,
        defaults={
            "project": project,
            "state": Gold.State.ACTIVE,
            "expected": list(answer.annotations),
            "nothing_to_mark": nothing_to_mark,
            "schema_number": project.schema_number,
            "explanation": explanation.strip()[:1000],
            "created_by": member,
            "created_at": clock.now(),
        },
    )
    task.lane = rules.GOLD_LANE
    task.save(update_fields=["lane"])
    set_lanes(project)
    return gold


def set_lanes(project: Project) -> None:
    """Tell the queue how often the gold lane is drawn. It never learns what the lane holds."""
    steps = rules.lane_steps(
        in_force("quality.gold_one_in_first"),
        in_force("quality.gold_first_tasks"),
        in_force("quality.gold_one_in"),
    )
    Queue.objects.update_or_create(project=project, defaults={"lane_steps": steps})
