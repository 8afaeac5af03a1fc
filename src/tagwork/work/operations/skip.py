"""Pass a task on. Occasional skipping is free; far too much of it means fewer offers for a day."""

import uuid

from django.db import transaction
from django.db.models import F

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.standing.operations.restrict import throttle_for_skips
from tagwork.work import rules
from tagwork.work.errors import LeaseOver
from tagwork.work.models import Assignment, Task
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
    Task.objects.filter(pk=assignment.task_id).update(open_slots=F("open_slots") + 1)
    skipped, finished = skip_counts(worker.pk)
    if rules.is_throttled_by_skips(
        skipped,
        finished,
        counts_from=in_force("work.skip_counts_from"),
        percent=in_force("work.skip_throttle_percent"),
    ):
        throttle_for_skips(worker, skipped=skipped, finished=finished)
    return assignment
