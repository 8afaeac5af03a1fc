from uuid import UUID

from django.db import transaction

from tagwork.payouts import rules
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def hold_withdrawal(operator: Person, withdrawal_id: UUID, note: str) -> WithdrawalView:
    """An operator stops it before it is batched, to look at it; what a rule holds already is held by a person too, so
    that no time releases it. Once more gives the same answer.

    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    withdrawal = step.lock(withdrawal_id)
    if withdrawal.state != rules.HELD:
        reasons = [rules.BY_OPERATOR]
        step.move(withdrawal, rules.HELD, str(operator.id), {"note": text, "reasons": reasons}, hold_reasons=reasons)
    elif rules.BY_OPERATOR not in withdrawal.hold_reasons:
        reasons = [*withdrawal.hold_reasons, rules.BY_OPERATOR]
        step.note(withdrawal, str(operator.id), {"note": text, "reasons": reasons}, hold_reasons=reasons)
    return withdrawal_view(withdrawal)
