import uuid

from django.db import transaction

from tagwork.kit.errors import WrongState
from tagwork.kit.outbox import publish
from tagwork.people.models import Person
from tagwork.projects import topics
from tagwork.projects.models import Project
from tagwork.projects.operations.terms import Terms, apply
from tagwork.projects.queries import project_for_member


def change_project(person: Person, *, project_id: uuid.UUID, terms: Terms) -> Project:
    """Change what `terms` names. Schema, guideline and price get a new version, which counts for tasks taken from now
    on; taken work keeps the versions and figures it was taken under. The same terms again change nothing.

    Raises NotFound, WrongState once the project is closing, Invalid.
    """
    with transaction.atomic():
        # The row lock makes version numbers serial; the unique key on them is the second wall.
        project = project_for_member(person, project_id, lock=True)
        if project.state in (Project.State.CLOSING, Project.State.CLOSED):
            raise WrongState("This project is closed; nothing about it can be changed any more.")
        changed = apply(project, terms, person)
        if changed:
            publish(topics.CHANGED, f"project:{project.pk}", {"project_id": str(project.pk), "fields": changed})
    return project
