"""What may be asked of a worker's standing."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from tagwork.core.skill import Accuracy, Tier, TierRules, TierStep, rolling_accuracy
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.rows import ask
from tagwork.kit.settings import in_force
from tagwork.standing.models import CheckedAnswer, Restriction, Skill

BY_SKIPS = "skips"
BY_FRAUD = "fraud"
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
    """One query for the many who are under no restriction."""
    [(tier, is_restricted)] = ask(
        """
        SELECT (SELECT s.tier FROM standing_skill s WHERE s.worker_id = %s AND s.task_type = %s),
               EXISTS (SELECT 1 FROM standing_restriction r WHERE r.worker_id = %s AND r.state = 'active')""",
        [worker_id, task_type, worker_id],
    )
    if is_restricted:
        return entries(worker_id).entry(task_type, project_id)
    return Entry(tier=tier or "starter", blocking=None, retraining=None, throttle=None)


def active_restrictions(worker_id: uuid.UUID) -> QuerySet[Restriction]:
    """Active and not past their end; the sweep that marks the ended ones may be a minute late."""
    now = clock.now()
    rows = Restriction.objects.filter(worker_id=worker_id, state=Restriction.State.ACTIVE)
    return (rows.filter(ends_at__isnull=True) | rows.filter(ends_at__gt=now)).order_by("-starts_at")


def frozen_worker_ids() -> QuerySet[Restriction, uuid.UUID]:
    """Workers whose pending pay a named person froze on suspicion of fraud; it waits for some days, then goes on."""
    since = clock.now() - timedelta(days=in_force("standing.fraud_freeze_days"))
    frozen = Restriction.objects.filter(reason=BY_FRAUD, state=Restriction.State.ACTIVE, starts_at__gt=since)
    return frozen.exclude(by="system").values_list("worker_id", flat=True)


def skips_forgiven_at(worker_id: uuid.UUID) -> datetime | None:
    """When the newest throttle for skipping that was taken back began: what was skipped before counts no longer."""
    lifted = Restriction.objects.filter(
        worker_id=worker_id, kind=Restriction.Kind.THROTTLE, reason=BY_SKIPS, state=Restriction.State.LIFTED
    )
    return lifted.order_by("-starts_at").values_list("starts_at", flat=True).first()


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


@dataclass(frozen=True)
class Progress:
    """How far a worker is in one task type. `next_step` is None at the top; the two counts are over its window.

    `curve` is (number of the checked answer, rolling accuracy after it), over the last ones.
    """

    skill: Skill
    next_step: TierStep | None
    next_checked: int
    next_correct: int
    curve: list[tuple[int, float]]

    @property
    def accuracy(self) -> Accuracy:
        return Accuracy(self.skill.window_correct, self.skill.window_checked)


CURVE_POINTS = 40


def progress_of(worker_id: uuid.UUID) -> list[Progress]:
    """Each task type's skill, what the next tier asks, and the accuracy so far: one query a type, and one more."""
    return [_progress(skill, history(worker_id, skill.task_type)) for skill in skills_of(worker_id)]


def _progress(skill: Skill, answers: list[CheckedAnswer]) -> Progress:
    outcomes = [bool(answer.is_correct) for answer in answers]
    tiers = [Tier.STARTER, *(step.tier for step in TierRules().steps)]
    following = TierRules().steps[tiers.index(Tier(skill.tier)) :]
    step = following[0] if following else None
    window = outcomes[-step.checked :] if step else []
    least, size = in_force("standing.act_after"), in_force("standing.window")
    first = max(least, len(outcomes) - CURVE_POINTS + 1)
    curve = [
        (end, ratio)
        for end in range(first, len(outcomes) + 1)
        if (ratio := rolling_accuracy(outcomes[:end], size).ratio) is not None
    ]
    return Progress(skill, step, len(window), sum(window), curve)


def decided_about(worker_id: uuid.UUID) -> QuerySet[Restriction]:
    """For operators: every restriction, also a ban that waits for its second person, newest first."""
    return Restriction.objects.filter(worker_id=worker_id).order_by("-starts_at")


def restriction_of(worker_id: uuid.UUID, restriction_id: uuid.UUID) -> Restriction:
    """For operators. Raises NotFound, also when it is somebody else's."""
    found = Restriction.objects.filter(pk=restriction_id, worker_id=worker_id).first()
    if found is None:
        raise NotFound("There is no such restriction.")
    return found


def restriction_by_id(restriction_id: uuid.UUID) -> Restriction:
    """What an appeal is about. Raises NotFound."""
    found = Restriction.objects.filter(pk=restriction_id).first()
    if found is None:
        raise NotFound("There is no such restriction.")
    return found


def proposed_bans() -> QuerySet[Restriction]:
    """Bans that wait for a second operator, oldest first."""
    return Restriction.objects.filter(state=Restriction.State.PROPOSED).select_related("worker").order_by("starts_at")
