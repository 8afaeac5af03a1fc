"""A client says what the right answer of a task is; from then on the task tests, unseen, whoever gets it."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.annotations import InvalidAnnotations, validate_answer
from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.quality import rules
from tagwork.quality.models import Gold, PlannedVerdict
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Queue, Submission, Task
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
    clause: str = "",
) -> Gold:
    """Make a task gold, or give a gold task another answer: what waits for its verdict is then scored anew.

    `clause` may name the clause of the guideline in force that the task tests; a rejection then names it.
    Raises NotFound, Invalid (no such clause), InvalidAnswer, WrongState (the project ends; a retired gold with the
    answer that misled).
    """
    project = project_queries.project_for_member(member, project_id)
    if project.state in (Project.State.CLOSING, Project.State.CLOSED):
        raise WrongState("This project is closed; nothing about it can be changed any more.")
    task = Task.objects.select_for_update(no_key=True).filter(pk=task_id, project=project).first()
    if task is None:
        raise NotFound("There is no such task.")
    clause_title = _clause_title(project, clause)
    schema = project_queries.schema_version(project.pk, project.schema_number)
    sizes = [(image.width_px or 0, image.height_px or 0) for image in images_of_tasks([task.pk])[task.pk]]
    try:
        answer = validate_answer(schema, list(annotations), sizes, nothing_to_mark)
    except InvalidAnnotations as error:
        raise InvalidAnswer("The answer does not fit the label schema.", errors=error.errors) from None
    expected = list(answer.annotations)
    before = Gold.objects.filter(task=task).first()
    is_same = before is not None and before.expected == expected
    if before is not None and is_same and before.state == Gold.State.RETIRED:
        raise WrongState(
            gettext("This answer was taken out: %(retired_because)s Mark the task anew.")
            % {"retired_because": before.retired_because}
        )
    gold, _ = Gold.objects.update_or_create(
        task=task,
        defaults={
            "project": project,
            "state": Gold.State.ACTIVE,
            "expected": expected,
            "nothing_to_mark": nothing_to_mark,
            "schema_number": project.schema_number,
            "explanation": explanation.strip()[:1000],
            "clause_title": clause_title,
            "created_by": member,
            "created_at": clock.now(),
            # Another answer is another test: what people made of the old one says nothing about it.
            **({} if is_same else {"answered": 0, "passed": 0, "disputes_won": 0, "retired_because": ""}),
        },
    )
    if before is not None and not is_same:
        _score_anew(task)
    task.lane = rules.GOLD_LANE
    task.save(update_fields=["lane"])
    set_lanes(project)
    return gold


def _clause_title(project: Project, clause: str) -> str:
    if not clause:
        return ""
    found = project_queries.guideline_version(project.pk, project.guideline_number).clause(clause)
    if found is None:
        raise Invalid(
            "The guideline has no such clause.",
            errors=[{"field": "clause", "code": "unknown", "message": "Name a clause of the guideline, or none."}],
        )
    return found["title"]


def _score_anew(task: Task) -> None:
    waiting = PlannedVerdict.objects.filter(submission__task=task)
    Submission.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(examined_at=None)
    waiting.delete()


def set_lanes(project: Project) -> None:
    """Tell the queue how often the gold lane is drawn. It never learns what the lane holds."""
    steps = rules.lane_steps(
        in_force("quality.gold_one_in_first"),
        in_force("quality.gold_first_tasks"),
        in_force("quality.gold_one_in"),
    )
    Queue.objects.update_or_create(project=project, defaults={"lane_steps": steps})
