"""A client's model proposes marks for a task. It is no answer: a worker accepts, changes or rejects each mark."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from tagwork.core.annotations import InvalidAnnotations, validate_suggestions
from tagwork.core.assists import SOURCE
from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Suggestion, Task
from tagwork.work.queries import images_of_tasks


@transaction.atomic
def suggest(
    member: Person, project_id: uuid.UUID, task_id: int, annotations: Sequence[Any], *, source: str
) -> Suggestion:
    """The version that is shown from now on; the newest one again when nothing about it is new.

    An empty list takes the proposal away. A lease shows the newest each time it is fetched; a draft that has begun
    stays as it is.
    Raises NotFound, Invalid (a source without a name), InvalidAnswer, WrongState (the project ends).
    """
    project = project_queries.project_for_member(member, project_id)
    if project.state in (Project.State.CLOSING, Project.State.CLOSED):
        raise WrongState("This project is closed; nothing about it can be changed any more.")
    if not SOURCE.fullmatch(source):
        message = "A name of up to 80 letters, digits and . _ + / @ -, such as detector-2."
        raise Invalid("Name the model.", errors=[{"field": "source", "code": "bad_name", "message": message}])
    # Versions are counted under the task's lock.
    task = Task.objects.select_for_update(no_key=True).filter(pk=task_id, project=project).first()
    if task is None:
        raise NotFound("There is no such task.")
    schema = project_queries.schema_version(project.pk, project.schema_number)
    sizes = [(image.width_px or 0, image.height_px or 0) for image in images_of_tasks([task.pk])[task.pk]]
    try:
        canonical = validate_suggestions(schema, list(annotations), sizes)
    except InvalidAnnotations as error:
        raise InvalidAnswer("The suggestions do not fit the label schema.", errors=error.errors) from None
    newest = Suggestion.objects.filter(task=task).order_by("-version").first()
    if newest is not None and (newest.annotations, newest.source, newest.schema_number) == (
        canonical,
        source,
        project.schema_number,
    ):
        return newest
    made = Suggestion.objects.create(
        task=task,
        version=newest.version + 1 if newest else 1,
        source=source,
        schema_number=project.schema_number,
        annotations=canonical,
        given_by=member,
        given_at=clock.now(),
    )
    if not project.has_suggestions:
        Project.objects.filter(pk=project.pk).update(has_suggestions=True)
    return made
