import uuid

from django.db import transaction

from tagwork.kit.errors import WrongState
from tagwork.people.models import Person
from tagwork.projects import topics
from tagwork.projects.models import Project
from tagwork.projects.operations.move import move
from tagwork.projects.queries import project_for_member


def resume_project(person: Person, *, project_id: uuid.UUID) -> Project:
    """paused > live. Resuming a live project changes nothing. Raises NotFound, WrongState."""
    with transaction.atomic():
        project = project_for_member(person, project_id, lock=True)
        if project.state == Project.State.LIVE:
            return project
        if project.state == Project.State.DRAFT:
            raise WrongState("This project was never launched; launch it first.")
        return move(project, Project.State.LIVE, topics.RESUMED)
