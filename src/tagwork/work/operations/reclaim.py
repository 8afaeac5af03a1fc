"""Take an own task again whose lease ended too long ago, if it is still free: what waits for it counts then."""

import uuid

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.work.errors import LeaseLimit, LeaseOver
from tagwork.work.models import Assignment
from tagwork.work.operations.claim import (
    _check_guideline,
    _lease,
    _left_this_hour,
    _lock_desk,
    _place,
    _take_slots,
    may_work,
)
from tagwork.work.operations.expire import end_leases
from tagwork.work.operations.submit import _refuse_finished


def reclaim(worker: Person, assignment_id: uuid.UUID) -> Assignment:
    """The same assignment, leased anew at today's terms. A lease that still runs is returned as it is.

    The task is drawn by the claim's own statement, narrowed to its place in the queue, so that whatever keeps a task
    from being claimed keeps it from being claimed again.

    Raises NotFound, AlreadySubmitted, WrongState, LeaseOver (somebody else has it), LeaseLimit, and what `may_work` and
    the guideline refuse.
    """
    found = Assignment.objects.filter(pk=assignment_id, worker=worker).select_related("task").first()
    if found is None:
        raise NotFound("There is no such task.")
    _refuse_finished(found)
    project, guideline = project_queries.offered_project(worker.pk, found.project_id)
    entry = may_work(worker, project)
    with transaction.atomic():
        _lock_desk(worker)
        assignment = Assignment.objects.select_for_update(no_key=True).get(pk=found.pk)
        _refuse_finished(assignment)
        if assignment.state == Assignment.State.LEASED:
            if clock.now() <= assignment.lease_expires_at:
                return assignment
            # Over, and not swept yet: returned as it is, it would be refused again at once.
            end_leases([assignment])
        seats, _, live, skip_counts = _place(worker, project)
        number = _check_guideline(project, guideline, seats.get(0))
        if live >= in_force("work.live_leases"):
            raise LeaseLimit(
                gettext("You hold %(live)s tasks. Hand one in, skip it or flag it to take more.") % {"live": live},
                next_step="/work",
            )
        if entry.throttle is not None:
            _left_this_hour(worker)
        task = found.task
        drawn = _take_slots(
            worker, project, task.lane, task.position - 1, task.position, 1, lock="FOR NO KEY UPDATE OF t"
        )
        if [one.task_id for one in drawn] != [task.pk]:
            raise LeaseOver("Somebody else has taken this task since. Your answer stays on this device.")
        [leased] = _lease(worker, project, entry.tier, drawn, number)
        leased.skip_counts = skip_counts
    return leased
