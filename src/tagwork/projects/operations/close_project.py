import uuid

from django.db import transaction

from tagwork.people.models import Person
from tagwork.projects import topics
from tagwork.projects.models import Project
from tagwork.projects.operations.move import move
from tagwork.projects.queries import project_for_member


def close_project(person: Person, *, project_id: uuid.UUID) -> Project:
    """live or paused > closing: nothing new is taken, what was handed in is judged and paid.

    Closing again changes nothing. Raises NotFound, WrongState.
    """
    with transaction.atomic():
        project = project_for_member(person, project_id, lock=True)
        if project.state == Project.State.CLOSING:
            return project
        return move(project, Project.State.CLOSING, topics.CLOSING)
