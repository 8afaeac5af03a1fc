"""What may be asked of a worker's standing."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from tagwork.kit import clock
from tagwork.standing.models import CheckedAnswer, Restriction, Skill

BLOCKING = (Restriction.Kind.PAUSE, Restriction.Kind.SUSPENSION, Restriction.Kind.BAN)


@dataclass(frozen=True)
class Entry:
    """What stands between a worker and a project's tasks, and the tier they work at."""

    tier: str
    blocking: Restriction | None
    retraining: Restriction | None
    throttle: Restriction | None


@dataclass(frozen=True)
class Entries:
    """All active restrictions and tiers of one worker, for a whole list of projects in two queries."""

    restrictions: Sequence[Restriction]
    tiers: dict[str, str]

    def entry(self, task_type: str, project_id: uuid.UUID) -> Entry:
        scopes = ("all", f"type:{task_type}", f"project:{project_id}")
        fitting = [one for one in self.restrictions if one.scope in scopes]
        return Entry(
            tier=self.tiers.get(task_type, "starter"),
            blocking=_first(fitting, BLOCKING),
            retraining=_first(fitting, (Restriction.Kind.RETRAINING,)),
            throttle=_first(fitting, (Restriction.Kind.THROTTLE,)),
        )


def _first(restrictions: Iterable[Restriction], kinds: Sequence[str]) -> Restriction | None:
    return next((one for one in restrictions if one.kind in kinds), None)


def entries(worker_id: uuid.UUID) -> Entries:
    return Entries(
        restrictions=list(active_restrictions(worker_id)),
        tiers=dict(Skill.objects.filter(worker_id=worker_id).values_list("task_type", "tier")),
    )


def entry(worker_id: uuid.UUID, task_type: str, project_id: uuid.UUID) -> Entry:
    return entries(worker_id).entry(task_type, project_id)


def active_restrictions(worker_id: uuid.UUID) -> QuerySet[Restriction]:
    """Active and not past their end; the sweep that marks the ended ones may be a minute late."""
    now = clock.now()
    rows = Restriction.objects.filter(worker_id=worker_id, state=Restriction.State.ACTIVE)
    return (rows.filter(ends_at__isnull=True) | rows.filter(ends_at__gt=now)).order_by("-starts_at")


def restrictions_of(worker_id: uuid.UUID) -> QuerySet[Restriction]:
    """Every restriction the worker ever had; a ban that waits for its second person is not one yet."""
    return (
        Restriction.objects.filter(worker_id=worker_id).exclude(state=Restriction.State.PROPOSED).order_by("-starts_at")
    )


def skills_of(worker_id: uuid.UUID) -> list[Skill]:
    return list(Skill.objects.filter(worker_id=worker_id).order_by("task_type"))


def history(worker_id: uuid.UUID, task_type: str) -> list[CheckedAnswer]:
    """The newest row of each subject that still counts, oldest answer first: what the fold runs over."""
    newest: dict[str, CheckedAnswer] = {}
    rows = CheckedAnswer.objects.filter(worker_id=worker_id, task_type=task_type).order_by("pk")
    for row in rows.only("subject", "is_correct", "answered_at", "source", "project_id"):
        newest[row.subject] = row
    return sorted((row for row in newest.values() if row.is_correct is not None), key=lambda row: row.answered_at)
