"""Somebody is at work (or takes a break): the lease goes on."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.work import rules
from tagwork.work.errors import LeaseOver
from tagwork.work.models import Assignment
from tagwork.work.operations.submit import _refuse_finished


@transaction.atomic
def heartbeat(worker: Person, assignment_id: uuid.UUID, pause_seconds: int = 0) -> Assignment:
    """Renew a lease up to its latest end; a pause moves that end too, so that a break costs nothing.

    Raises NotFound, Invalid, AlreadySubmitted, WrongState, LeaseOver.
    """
    longest = in_force("work.pause_longest_seconds")
    if not 0 <= pause_seconds <= longest:
        raise Invalid(
            gettext("A break may pause a lease for up to %(longest)s minutes.") % {"longest": longest // 60},
            errors=[{"field": "pause_seconds", "code": "out_of_range", "message": f"0 to {longest}"}],
        )
    assignment = Assignment.objects.select_for_update().filter(pk=assignment_id, worker=worker).first()
    if assignment is None:
        raise NotFound("There is no such task.")
    _refuse_finished(assignment)
    now = clock.now()
    if assignment.state != Assignment.State.LEASED or assignment.lease_expires_at < now:
        raise LeaseOver("The lease of this task has ended. You can still hand in what you have for a while.")
    if pause_seconds:
        # Pauses together may add an hour, or a lease could be held for ever by pausing.
        furthest = assignment.leased_at + timedelta(seconds=2 * in_force("work.lease_longest_seconds"))
        assignment.lease_ends_at_latest = min(
            assignment.lease_ends_at_latest + timedelta(seconds=pause_seconds), furthest
        )
    assignment.lease_expires_at = max(
        assignment.lease_expires_at,
        rules.renewed_expiry(
            now + timedelta(seconds=pause_seconds), assignment.lease_seconds, assignment.lease_ends_at_latest
        ),
    )
    assignment.save(update_fields=["lease_expires_at", "lease_ends_at_latest"])
    return assignment
