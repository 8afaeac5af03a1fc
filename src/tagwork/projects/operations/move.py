"""The one way a project's state moves: by compare-and-set, with its outbox row in the same transaction."""

from typing import Any

from django.utils.translation import gettext

from tagwork.kit.errors import WrongState
from tagwork.kit.outbox import publish
from tagwork.projects import rules
from tagwork.projects.models import Project


def move(project: Project, next_state: Project.State, topic: str, **fields: Any) -> Project:
    """Raises WrongState when the project is not in a state from which it can become `next_state`."""
    before = rules.states_before(next_state)
    moved = Project.objects.filter(pk=project.pk, state__in=before).update(state=next_state, **fields)
    if not moved:
        project.refresh_from_db()
        raise WrongState(
            gettext("This project is %(state)s; only from %(before)s can it become %(next_state)s.")
            % {"state": project.state, "before": " or ".join(before), "next_state": next_state}
        )
    publish(topic, f"project:{project.pk}", {"project_id": str(project.pk)})
    project.refresh_from_db()
    return project
