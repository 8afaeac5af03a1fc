from uuid import UUID

from django.db import transaction

from tagwork.ledger.operations.post import post
from tagwork.payouts import journals, rules
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def record_returned(operator: Person, withdrawal_id: UUID, proof: str) -> WithdrawalView:
    """What had arrived came back (the service returned it): the confirmation is posted with its ends swapped.

    The money lies in clearing again until refund_withdrawal. Once more gives the same answer.
    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(proof, "proof", 2000)
    withdrawal = step.lock(withdrawal_id)
    step.require_by_hand(withdrawal)
    if withdrawal.state == rules.RETURNED:
        return withdrawal_view(withdrawal)
    step.move(withdrawal, rules.RETURNED, str(operator.id), {"proof": text})
    post(
        key=journals.key("returned", withdrawal.id),
        kind="withdraw_returned",
        lines=journals.returned_lines(step.amounts_of(withdrawal)),
        subject=journals.subject(withdrawal.id),
    )
    return withdrawal_view(withdrawal)
