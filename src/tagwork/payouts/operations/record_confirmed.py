from uuid import UUID

from django.db import transaction

from tagwork.ledger.operations.post import post
from tagwork.payouts import journals, rules
from tagwork.payouts.operations import step
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def record_confirmed(operator: Person, withdrawal_id: UUID) -> WithdrawalView:
    """It arrived: the money has left the house. Once more gives the same answer.

    Raises Forbidden, NotFound, WrongState.
    """
    step.require_operator(operator)
    withdrawal = step.lock(withdrawal_id)
    step.require_by_hand(withdrawal)
    if withdrawal.state == rules.CONFIRMED:
        return withdrawal_view(withdrawal)
    step.move(withdrawal, rules.CONFIRMED, str(operator.id))
    post(
        key=journals.key("confirmed", withdrawal.id),
        kind="withdraw_confirmed",
        lines=journals.confirmed_lines(step.amounts_of(withdrawal)),
        subject=journals.subject(withdrawal.id),
    )
    return withdrawal_view(withdrawal)
