from uuid import UUID

from django.db import transaction

from tagwork.kit import audit, clock
from tagwork.kit.errors import NotFound, WrongState
from tagwork.payouts.models import Difference
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.people.models import Person


@transaction.atomic
def explain_difference(operator: Person, difference_id: UUID, note: str) -> None:
    """An operator knows where it comes from: it is told no more. The freeze it caused is lifted apart.

    Once more does nothing. Raises Forbidden, NotFound, WrongState (it has gone by itself), Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    row = Difference.objects.select_for_update().filter(id=difference_id).first()
    if row is None:
        raise NotFound("There is no such difference.")
    if row.explained_at is not None:
        return
    if row.gone_at is not None:
        raise WrongState("This difference is gone; there is nothing to explain any more.")
    row.explained_at, row.explained_by, row.note = clock.now(), str(operator.id), text
    row.save(update_fields=["explained_at", "explained_by", "note"])
    detail = {"method": row.method, "code": row.code, "subject": row.subject, "note": text}
    audit.record(operator.id, "payouts.difference_explained", f"difference:{row.id}", detail)
