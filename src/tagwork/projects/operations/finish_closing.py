import uuid

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.projects import topics
from tagwork.projects.models import Project
from tagwork.projects.operations.move import move


def finish_closing(*, project_id: uuid.UUID) -> Project:
    """closing > closed. No person does this: the rooms above do, once the last appeal window has passed and the rest
    of the escrow went back. Finishing again changes nothing. Raises NotFound, WrongState.
    """
    with transaction.atomic():
        project = Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()
        if project is None:
            raise NotFound("There is no such project.")
        if project.state == Project.State.CLOSED:
            return project
        return move(project, Project.State.CLOSED, topics.CLOSED, closed_at=clock.now())
