"""Say that the guideline does not decide a task. Its base pay is held; a justified flag is paid."""

import uuid

from django.db import transaction

from tagwork.core.money import fee_micros
from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound
from tagwork.ledger.operations.hold import open_hold
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Person
from tagwork.work import rules
from tagwork.work.errors import LeaseOver
from tagwork.work.models import Assignment, Flag
from tagwork.work.operations.submit import _refuse_finished


@transaction.atomic
def flag(worker: Person, assignment_id: uuid.UUID, reason: str, note: str) -> Flag:
    """Raises NotFound, Invalid (reason), AlreadySubmitted, WrongState, LeaseOver. Its slot stays taken meanwhile."""
    if reason not in rules.FLAG_REASONS:
        raise Invalid("Name a reason.", errors=[{"field": "reason", "code": "unknown", "message": "Name a reason."}])
    assignment = Assignment.objects.select_for_update().filter(pk=assignment_id, worker=worker).first()
    if assignment is None:
        raise NotFound("There is no such task.")
    _refuse_finished(assignment)
    if assignment.state == Assignment.State.EXPIRED:
        raise LeaseOver("The lease of this task ended; take it again to flag it.")
    now = clock.now()
    assignment.state = Assignment.State.FLAGGED
    assignment.finished_at = now
    assignment.save(update_fields=["state", "finished_at"])
    flagged = Flag.objects.create(
        assignment=assignment,
        task_id=assignment.task_id,
        project_id=assignment.project_id,
        worker=worker,
        reason=reason,
        note=note.strip()[:1000],
        amount_micros=assignment.base_micros,
        created_at=now,
    )
    open_hold(
        key=flagged.hold_key,
        owner=f"worker:{worker.pk}",
        source=AccountRef("project_escrow", f"project:{assignment.project_id}"),
        amount_micros=flagged.amount_micros,
        fee_micros=fee_micros(flagged.amount_micros, assignment.fee_basis_points),
        subject=flagged.hold_key,
        detail={"project": str(assignment.project_id), "rate_micros": assignment.base_micros},
    )
    return flagged
