from uuid import UUID

from django.db import transaction

from tagwork.payouts import rules
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def record_failed(operator: Person, withdrawal_id: UUID, proof: str) -> WithdrawalView:
    """It is proved that the money will never arrive; `proof` says how (an unclear answer is no proof: wait).

    The money stays in clearing until refund_withdrawal. Once more gives the same answer.
    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(proof, "proof", 2000)
    withdrawal = step.lock(withdrawal_id)
    step.require_by_hand(withdrawal)
    if withdrawal.state != rules.FAILED:
        step.move(withdrawal, rules.FAILED, str(operator.id), {"proof": text})
    return withdrawal_view(withdrawal)
