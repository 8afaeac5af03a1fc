"""Pass a task on. Occasional skipping is free; far too much of it means fewer offers for a day."""

import uuid

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.standing.operations.restrict import throttle_for_skips
from tagwork.standing.queries import skips_forgiven_at
from tagwork.work import rules
from tagwork.work.errors import LeaseOver
from tagwork.work.models import Assignment
from tagwork.work.operations.give_back import give_back
from tagwork.work.operations.submit import _refuse_finished
from tagwork.work.queries import skip_counts


@transaction.atomic
def skip(worker: Person, assignment_id: uuid.UUID, reason: str) -> Assignment:
    """Raises NotFound, Invalid (reason), AlreadySubmitted, WrongState, LeaseOver."""
    if reason not in rules.SKIP_REASONS:
        raise Invalid("Name a reason.", errors=[{"field": "reason", "code": "unknown", "message": "Name a reason."}])
    assignment = Assignment.objects.select_for_update().filter(pk=assignment_id, worker=worker).first()
    if assignment is None:
        raise NotFound("There is no such task.")
    _refuse_finished(assignment)
    if assignment.state == Assignment.State.EXPIRED:
        raise LeaseOver("The lease of this task ended; there is nothing left to skip.")
    assignment.state = Assignment.State.SKIPPED
    assignment.skip_reason = reason
    assignment.finished_at = clock.now()
    assignment.save(update_fields=["state", "skip_reason", "finished_at"])
    give_back([assignment])
    _throttle_if_far_too_many(worker)
    return assignment


def _throttle_if_far_too_many(worker: Person) -> None:
    skipped, finished = skip_counts(worker.pk)
    if _is_far_too_many(skipped, finished):
        # After an appeal that lifted such a throttle the count starts anew, or the next skip would bring it back.
        skipped, finished = skip_counts(worker.pk, since=skips_forgiven_at(worker.pk))
        if _is_far_too_many(skipped, finished):
            throttle_for_skips(worker, skipped=skipped, finished=finished)


def _is_far_too_many(skipped: int, finished: int) -> bool:
    return rules.is_throttled_by_skips(
        skipped,
        finished,
        counts_from=in_force("work.skip_counts_from"),
        percent=in_force("work.skip_throttle_percent"),
    )
