"""Impose, end and lift restrictions. Each names its evidence, its scope and its end."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.standing.models import Restriction
from tagwork.standing.queries import BY_FRAUD, BY_SKIPS

TOPIC = "standing.restricted"
# The steps of the published ladder (DESIGN 2.9).
SUSPENSION_DAYS = (7, 30)


@transaction.atomic
def restrict(
    *,
    worker_id: uuid.UUID,
    kind: str,
    scope: str,
    reason: str,
    text: str,
    evidence: Mapping[str, Any],
    ends_at: datetime | None,
    by: str,
    state: str = Restriction.State.ACTIVE,
) -> Restriction:
    """One new restriction; the worker is told through the outbox."""
    assert evidence, "a restriction names its evidence"
    restriction = Restriction.objects.create(
        worker_id=worker_id,
        kind=kind,
        state=state,
        scope=scope,
        reason=reason,
        text=text,
        evidence=dict(evidence),
        starts_at=clock.now(),
        ends_at=ends_at,
        by=by,
    )
    if state == Restriction.State.ACTIVE:
        outbox.publish(TOPIC, f"worker:{worker_id}", {"restriction": str(restriction.pk), "worker": str(worker_id)})
    return restriction


@transaction.atomic
def throttle_for_skips(worker: Person, *, skipped: int, finished: int) -> Restriction | None:
    """Fewer offers for a day; nothing new while such a throttle is on."""
    Person.objects.select_for_update(no_key=True).get(pk=worker.pk)
    now = clock.now()
    running = Restriction.objects.filter(
        worker=worker, kind=Restriction.Kind.THROTTLE, state=Restriction.State.ACTIVE, ends_at__gt=now
    )
    if running.exists():
        return None
    limit = in_force("work.skip_throttle_percent")
    return restrict(
        worker_id=worker.pk,
        kind=Restriction.Kind.THROTTLE,
        scope="all",
        reason=BY_SKIPS,
        text=f"You skipped {skipped} of your last {finished} tasks; above {limit} % fewer tasks are offered for a day.",
        evidence={"skipped": skipped, "finished": finished, "limit_percent": limit},
        ends_at=now + timedelta(hours=in_force("standing.throttle_hours")),
        by="system",
    )


@transaction.atomic
def restrict_by_person(
    operator: Person,
    *,
    worker: Person,
    kind: str,
    scope: str,
    text: str,
    evidence: Mapping[str, Any],
    days: int | None,
) -> Restriction:
    """What an operator decides: a warning, throttle, pause or suspension at once, a ban as a proposal for a second.

    Raises Forbidden (not an operator, or oneself), Invalid.
    """
    if not operator.is_operator or operator.pk == worker.pk:
        raise Forbidden("Only an operator may restrict somebody, and never themselves.")
    problems = _problems(kind, text, evidence, days)
    if problems:
        raise Invalid("This restriction is not complete.", errors=problems)
    is_ban = kind == Restriction.Kind.BAN
    restriction = restrict(
        worker_id=worker.pk,
        kind=kind,
        scope=scope,
        # The ladder knows a ban for fraud only.
        reason=BY_FRAUD if is_ban or evidence.get("fraud") else "person",
        text=text.strip()[:500],
        evidence=evidence,
        ends_at=None if is_ban or days is None else clock.now() + timedelta(days=days),
        by=str(operator.pk),
        state=Restriction.State.PROPOSED if is_ban else Restriction.State.ACTIVE,
    )
    audit.record(operator.pk, f"restrict.{kind}", f"worker:{worker.pk}", {"restriction": str(restriction.pk)})
    return restriction


def _problems(kind: str, text: str, evidence: Mapping[str, Any], days: int | None) -> list[dict[str, str]]:
    problems = []
    if kind not in Restriction.Kind.values:
        problems.append({"field": "kind", "code": "unknown", "message": "Choose a kind."})
    if len(text.strip()) < 10:
        problems.append({"field": "text", "code": "too_short", "message": "Say what happened, in a sentence."})
    if not evidence.get("subjects") and not evidence.get("note"):
        problems.append({"field": "evidence", "code": "missing", "message": "Name the tasks or the facts it rests on."})
    if kind in ("throttle", "pause") and (days is None or not 1 <= days <= 30):
        problems.append({"field": "days", "code": "out_of_range", "message": "Name an end: 1 to 30 days."})
    if kind == "suspension" and days not in SUSPENSION_DAYS:
        problems.append({"field": "days", "code": "out_of_range", "message": "A suspension lasts 7 or 30 days."})
    return problems


@transaction.atomic
def confirm_ban(operator: Person, restriction_id: uuid.UUID) -> Restriction:
    """The second person of a ban. Raises NotFound, Forbidden, WrongState."""
    restriction = Restriction.objects.select_for_update().filter(pk=restriction_id).first()
    if restriction is None:
        raise NotFound("There is no such restriction.")
    if not operator.is_operator or restriction.by == str(operator.pk) or restriction.worker_id == operator.pk:
        raise Forbidden("A ban takes two operators, and neither is the person banned.")
    if restriction.kind != Restriction.Kind.BAN or restriction.state != Restriction.State.PROPOSED:
        raise WrongState("This ban was decided already.")
    restriction.state = Restriction.State.ACTIVE
    restriction.second_by = str(operator.pk)
    restriction.starts_at = clock.now()
    restriction.save(update_fields=["state", "second_by", "starts_at"])
    audit.record(
        operator.pk, "restrict.ban.confirm", f"worker:{restriction.worker_id}", {"restriction": str(restriction.pk)}
    )
    outbox.publish(
        TOPIC,
        f"worker:{restriction.worker_id}",
        {"restriction": str(restriction.pk), "worker": str(restriction.worker_id)},
    )
    return restriction


def lift_by_person(operator: Person, restriction_id: uuid.UUID, because: str) -> Restriction:
    """What an operator takes back, a proposal too. Repeats harmlessly.

    Raises NotFound, Forbidden (not an operator, or oneself), Invalid, WrongState (it ended by itself).
    """
    restriction = Restriction.objects.filter(pk=restriction_id).first()
    if restriction is None:
        raise NotFound("There is no such restriction.")
    if not operator.is_operator or restriction.worker_id == operator.pk:
        raise Forbidden("Only an operator may lift a restriction, and never one of their own.")
    if len(because.strip()) < 3:
        raise Invalid(
            "Say why it is lifted; the reason is kept with it.",
            errors=[{"field": "because", "code": "too_short", "message": "Say why it is lifted."}],
        )
    if restriction.state == Restriction.State.ENDED:
        raise WrongState("This restriction has ended already.")
    lift(restriction, by=str(operator.pk), because=because.strip())
    restriction.refresh_from_db()
    return restriction


@transaction.atomic
def lift(restriction: Restriction, *, by: str, because: str) -> None:
    """Take a restriction back because it should not be (an appeal, an overturned verdict). Repeats harmlessly.

    Asks nobody's permission: for the fold and for appeals, which asked; a person goes through `lift_by_person`.
    """
    moved = Restriction.objects.filter(
        pk=restriction.pk, state__in=[Restriction.State.ACTIVE, Restriction.State.PROPOSED]
    ).update(state=Restriction.State.LIFTED, closed_at=clock.now(), closed_because=because[:200])
    if moved:
        audit.record(by, "restrict.lift", f"worker:{restriction.worker_id}", {"restriction": str(restriction.pk)})
        outbox.publish(
            "standing.lifted",
            f"worker:{restriction.worker_id}",
            {"restriction": str(restriction.pk), "worker": str(restriction.worker_id)},
        )


def end_due(limit: int = 500) -> int:
    """Mark what has reached its end, as of that end. Late by a minute, which nobody sees: readers compare it too."""
    due = Restriction.objects.filter(state=Restriction.State.ACTIVE, ends_at__lte=clock.now())
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:limit])
    return Restriction.objects.filter(pk__in=ids, state=Restriction.State.ACTIVE).update(
        state=Restriction.State.ENDED, closed_at=F("ends_at"), closed_because="It reached its end."
    )


def end_retraining(worker_id: uuid.UUID, task_types: Collection[str], passed_at: datetime) -> int:
    """A lesson that practises these types was passed: a retraining that began before is done, and the accuracy window
    starts anew."""
    return Restriction.objects.filter(
        worker_id=worker_id,
        kind=Restriction.Kind.RETRAINING,
        scope__in=[f"type:{task_type}" for task_type in task_types],
        state=Restriction.State.ACTIVE,
        starts_at__lte=passed_at,
    ).update(state=Restriction.State.ENDED, closed_at=passed_at, closed_because="The lesson was passed again.")
