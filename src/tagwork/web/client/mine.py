"""Which project a client's page is about."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest

from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.projects.queries import project_for_member


def person_of(request: HttpRequest) -> Person:
    """Whoever asks; the policy of the view has let them in."""
    return cast(Person, request.user)


def project_of(request: HttpRequest, project_id: UUID) -> Project:
    """Raises NotFound for who is no member of its organisation: a stranger's project does not exist."""
    return project_for_member(person_of(request), project_id)
