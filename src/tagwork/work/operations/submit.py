"""Hand in an answer: validated, held in pending pay, judged later. The hot path; no balance row is touched."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from tagwork.core.annotations import Answer, InvalidAnnotations, validate_answer
from tagwork.core.assists import read_assists
from tagwork.core.money import Price, fee_micros
from tagwork.kit import clock
from tagwork.kit.errors import NotFound, WrongState
from tagwork.kit.rows import change, columns, fetch, insert
from tagwork.kit.settings import in_force
from tagwork.ledger.operations.hold import open_hold
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.work.errors import AlreadySubmitted, InvalidAnswer, LeaseOver
from tagwork.work.models import Assignment, Desk, Submission, Task

# Longer than any lease: an honest clock cannot report more.
LONGEST_ACTIVE_MILLISECONDS = 4 * 3600 * 1000


def submit(
    worker: Person,
    assignment_id: uuid.UUID,
    annotations: Sequence[Any],
    *,
    nothing_to_mark: bool = False,
    active_milliseconds: int = 0,
    assists: Mapping[str, Any] | None = None,
) -> Submission:
    """The pending submission. Call it inside the transaction that stores the idempotent answer.

    `assists` says by annotation what helped (core.assists).

    Raises NotFound, InvalidAnswer, AlreadySubmitted, WrongState, LeaseOver.
    """
    found = fetch(
        f"SELECT {columns(Assignment, 'a')} FROM work_assignment a WHERE a.id = %s AND a.worker_id = %s",  # noqa: S608
        [assignment_id, worker.pk],
        Assignment,
    )
    if not found:
        raise NotFound("There is no such task.")
    [(assignment,)] = found
    _refuse_finished(assignment)
    answer, helped = _validated(assignment, annotations, nothing_to_mark, assists or {})
    # Nothing is refused in here after the first write, so that the hot path needs no savepoint.
    with transaction.atomic(savepoint=False):
        is_late = _take_in(assignment)
        if is_late is not None:
            return _store(assignment, answer, helped, nothing_to_mark, active_milliseconds, is_late)
    with transaction.atomic():
        _take_in_again(assignment, answer)
        return _store(assignment, answer, helped, nothing_to_mark, active_milliseconds, is_late=True)


def _refuse_finished(assignment: Assignment) -> None:
    if assignment.state == Assignment.State.SUBMITTED:
        raise AlreadySubmitted("This answer was handed in already.")
    if assignment.state in (Assignment.State.SKIPPED, Assignment.State.FLAGGED):
        raise WrongState(gettext("This task was %(state)s already.") % {"state": assignment.state})


def _validated(
    assignment: Assignment, annotations: Sequence[Any], nothing_to_mark: bool, assists: Mapping[str, Any]
) -> tuple[Answer, dict[str, Any]]:
    schema = project_queries.schema_version(assignment.project_id, assignment.schema_number)
    sizes = [(width, height) for width, height in assignment.image_sizes]
    try:
        answer = validate_answer(schema, list(annotations), sizes, nothing_to_mark)
        return answer, read_assists(assists, {one["id"] for one in answer.annotations}) if assists else {}
    except InvalidAnnotations as error:
        raise InvalidAnswer(
            "The answer does not fit the label schema; nothing was lost.", errors=error.errors
        ) from None


def _take_in(assignment: Assignment) -> bool | None:
    """Move leased > submitted; returns whether it is late, None when the lease has ended."""
    now = clock.now()
    is_taken_in = now <= _grace_ends_at(assignment) and change(
        "UPDATE work_assignment SET state = 'submitted', finished_at = %s WHERE id = %s AND state = 'leased'",
        [now, assignment.pk],
    )
    # Past its time but not yet swept: the slot is still this worker's.
    return now > assignment.lease_expires_at if is_taken_in else None


def _take_in_again(assignment: Assignment, answer: Answer) -> None:
    """Move expired > submitted inside the grace, if the slot is still free."""
    now = clock.now()
    if now <= _grace_ends_at(assignment):
        # A claim of the same worker may be reviving this very row: their desk decides who comes first.
        Desk.objects.select_for_update(no_key=True).get(worker_id=assignment.worker_id)
        mine = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.EXPIRED)
        if mine.update(state=Assignment.State.SUBMITTED, finished_at=now):
            _take_slot_again(assignment, answer)
            return
    assignment.refresh_from_db(fields=["state"])
    _refuse_finished(assignment)
    raise LeaseOver("The lease of this task ended too long ago. Your draft is kept.")


def _grace_ends_at(assignment: Assignment) -> datetime:
    return assignment.lease_expires_at + timedelta(seconds=in_force("work.grace_seconds"))


def _take_slot_again(assignment: Assignment, answer: Answer) -> None:
    """The slot went back to the queue: take it, if nobody else did and it was paid for at this answer's price."""
    task = Task.objects.select_for_update(no_key=True).get(pk=assignment.task_id)
    amount = _price(assignment).amount(answer.object_count)
    costs = amount + fee_micros(amount, assignment.fee_basis_points)
    if task.open_slots == 0 or costs > project_queries.price_by_id(task.price_id).reserve_micros:
        raise LeaseOver("The lease ended and this task is no longer free. Your draft is kept.")
    Task.objects.filter(pk=task.pk).update(open_slots=F("open_slots") - 1)


def _price(assignment: Assignment) -> Price:
    return Price(assignment.base_micros, assignment.object_micros, assignment.max_objects)


def _store(
    assignment: Assignment,
    answer: Answer,
    assists: dict[str, Any],
    nothing_to_mark: bool,
    active_milliseconds: int,
    is_late: bool,
) -> Submission:
    now = clock.now()
    # The most this answer can earn: what was accepted of it is known only after the verdict.
    amount = _price(assignment).amount(answer.object_count)
    submission = Submission(
        assignment_id=assignment.pk,
        task_id=assignment.task_id,
        project_id=assignment.project_id,
        worker_id=assignment.worker_id,
        task_type=assignment.task_type,
        answer=answer.canonical_json.decode(),
        answer_sha256=answer.sha256,
        object_count=answer.object_count,
        nothing_to_mark=nothing_to_mark,
        assists=assists,
        amount_micros=amount,
        fee_micros=fee_micros(amount, assignment.fee_basis_points),
        active_milliseconds=max(0, min(active_milliseconds, LONGEST_ACTIVE_MILLISECONDS)),
        is_late=is_late,
        submitted_at=now,
        approve_at=now + timedelta(hours=in_force("quality.auto_approve_hours")),
    )
    assert submission.amount_micros + submission.fee_micros <= assignment.reserve_micros, "a slot reserved too little"
    insert([submission])
    open_hold(
        key=submission.hold_key,
        owner=f"worker:{assignment.worker_id}",
        source=AccountRef("project_escrow", f"project:{assignment.project_id}"),
        amount_micros=submission.amount_micros,
        fee_micros=submission.fee_micros,
        subject=submission.hold_key,
        detail={"project": str(assignment.project_id), "rate_micros": assignment.base_micros},
    )
    return submission
