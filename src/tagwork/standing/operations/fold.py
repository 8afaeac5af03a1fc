"""Compute a worker's standing anew from the checked answers, and act on it: tier, and the ladder of restrictions."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tagwork.core.skill import LadderSettings, ladder_step, rolling_accuracy, tier_after
from tagwork.kit import clock, settings
from tagwork.kit.models import OutboxEvent
from tagwork.standing.models import CheckedAnswer, Restriction, Skill
from tagwork.standing.operations.restrict import lift, restrict
from tagwork.standing.queries import history

# Restrictions that rest on accuracy alone: the fold sets them, and takes them back when an appeal changed the fold.
BY_ACCURACY = "accuracy"
ORDER = {"warning": 1, "retraining": 2, "pause": 3}


def fold_events(events: Sequence[OutboxEvent]) -> None:
    """Outbox handler: one fold per worker and task type, however many answers were checked."""
    for worker, task_type in sorted({(event.payload["worker"], event.payload["task_type"]) for event in events}):
        fold(uuid.UUID(worker), task_type)


@transaction.atomic
def fold(worker_id: uuid.UUID, task_type: str) -> Skill:
    """Idempotent: the same history gives the same skill, tier and restrictions."""
    Skill.objects.bulk_create(
        [Skill(worker_id=worker_id, task_type=task_type, updated_at=clock.now())], ignore_conflicts=True
    )
    skill = Skill.objects.select_for_update().get(worker_id=worker_id, task_type=task_type)
    checked = history(worker_id, task_type)
    outcomes = [bool(row.is_correct) for row in checked]
    ladder = _ladder_settings()
    # After a pause or a retraining the count starts anew, or nobody could ever work their way out of it.
    fresh_from = _fresh_from(worker_id, task_type)
    window = [row for row in checked if fresh_from is None or row.answered_at > fresh_from]
    accuracy = rolling_accuracy([bool(row.is_correct) for row in window], ladder.window)
    skill.checked, skill.correct = len(outcomes), sum(outcomes)
    skill.window_checked, skill.window_correct = accuracy.checked, accuracy.correct
    skill.tier = tier_after(outcomes)
    skill.updated_at = clock.now()
    skill.save()
    _act(worker_id, task_type, checked, window[-ladder.window :], ladder)
    return skill


def _ladder_settings() -> LadderSettings:
    return LadderSettings(
        window=settings.in_force("standing.window"),
        act_after=settings.in_force("standing.act_after"),
        warn_below_percent=settings.in_force("standing.warn_below_percent"),
        retrain_below_percent=settings.in_force("standing.retrain_below_percent"),
        pause_below_percent=settings.in_force("standing.pause_below_percent"),
    )


def _fresh_from(worker_id: uuid.UUID, task_type: str) -> datetime | None:
    served = (
        Restriction.objects.filter(
            worker_id=worker_id, scope=f"type:{task_type}", reason=BY_ACCURACY, state=Restriction.State.ENDED
        )
        .exclude(kind=Restriction.Kind.WARNING)
        .order_by("-closed_at")
        .first()
    )
    return served.closed_at if served else None


def _act(
    worker_id: uuid.UUID,
    task_type: str,
    checked: Sequence[CheckedAnswer],
    window: Sequence[CheckedAnswer],
    ladder: LadderSettings,
) -> None:
    wanted = ladder_step(sum(bool(row.is_correct) for row in window), len(window), ladder)
    current = {
        one.kind: one
        for one in Restriction.objects.filter(
            worker_id=worker_id,
            scope=f"type:{task_type}",
            reason=BY_ACCURACY,
            state=Restriction.State.ACTIVE,
        )
    }
    for kind, restriction in list(current.items()):
        # Only a changed history takes one back: what was earned by later good work ends by its own rule.
        if ORDER[kind] > ORDER.get(wanted or "", 0) and _no_longer_rests(restriction, checked, ladder):
            lift(restriction, by="system", because="A verdict it rested on was overturned.")
            del current[kind]
        elif kind == Restriction.Kind.WARNING and wanted is None:
            _end_warning(restriction)
    if wanted is not None and wanted not in current and not any(ORDER[kind] > ORDER[wanted] for kind in current):
        _impose(worker_id, task_type, wanted, window)


def _no_longer_rests(restriction: Restriction, checked: Sequence[CheckedAnswer], ladder: LadderSettings) -> bool:
    """Judge the very answers it was imposed for again, by what is known of them now; all of them, for newer ones may
    have pushed some out of the window since."""
    subjects = set(restriction.evidence.get("subjects", []))
    now_known = [row for row in checked if row.subject in subjects]
    step = ladder_step(sum(bool(row.is_correct) for row in now_known), len(now_known), ladder)
    return ORDER.get(step or "", 0) < ORDER[restriction.kind]


def _end_warning(restriction: Restriction) -> None:
    restriction.state = Restriction.State.ENDED
    restriction.closed_at = clock.now()
    restriction.closed_because = "Accuracy is above the limit again."
    restriction.save(update_fields=["state", "closed_at", "closed_because"])


def _impose(worker_id: uuid.UUID, task_type: str, kind: str, window: Sequence[CheckedAnswer]) -> None:
    correct = sum(bool(row.is_correct) for row in window)
    percent = 100 * correct // len(window)
    limit = settings.in_force(
        {
            "warning": "standing.warn_below_percent",
            "retraining": "standing.retrain_below_percent",
            "pause": "standing.pause_below_percent",
        }[kind]
    )
    ends_at = clock.now() + timedelta(days=settings.in_force("standing.pause_days")) if kind == "pause" else None
    restrict(
        worker_id=worker_id,
        kind=kind,
        scope=f"type:{task_type}",
        reason=BY_ACCURACY,
        text=f"{correct} of your last {len(window)} checked {task_type} answers were right ({percent} %); "
        f"the limit is {limit} %.",
        evidence={
            "subjects": [row.subject for row in window],
            "correct": correct,
            "checked": len(window),
            "limit_percent": limit,
            "settings_version": settings.version(),
        },
        ends_at=ends_at,
        by="system",
    )
