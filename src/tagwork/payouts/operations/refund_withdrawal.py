from uuid import UUID

from django.db import transaction

from tagwork.kit import settings
from tagwork.kit.errors import WrongState
from tagwork.ledger.operations.post import post
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.errors import SecondOperatorNeeded
from tagwork.payouts.models import Difference
from tagwork.payouts.operations import step
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.payouts.reconcile_rules import PAID_AFTER_ALL
from tagwork.people.models import Person


@transaction.atomic
def refund_withdrawal(operator: Person, withdrawal_id: UUID) -> WithdrawalView:
    """A failed or returned payout goes back to the worker's main balance, fee included. Once more changes nothing.

    Above the limit not by the operator who recorded the failure: together with the worker one person could else be
    paid twice. Nobody while the service says paid after all and no operator has explained it.
    Raises Forbidden, NotFound, WrongState, SecondOperatorNeeded.
    """
    step.require_operator(operator)
    withdrawal = step.lock(withdrawal_id)
    if withdrawal.state == rules.REFUNDED:
        return withdrawal_view(withdrawal)
    said_paid = Difference.objects.filter(method=withdrawal.method, code=PAID_AFTER_ALL, subject=str(withdrawal.id))
    if said_paid.filter(gone_at=None, explained_at=None).exists():
        raise WrongState(
            "The payment service says that this was paid after all. Find out on its activity page; then explain the "
            "difference under Payouts, and refund it only if nothing arrived."
        )
    from_micros = int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS))
    is_large = rules.needs_second_operator(withdrawal.amount_micros, from_micros)
    if is_large and step.last_actor(withdrawal, withdrawal.state) == str(operator.id):
        raise SecondOperatorNeeded(
            "You recorded this yourself; an amount of this size is refunded by another operator."
        )
    step.move(withdrawal, rules.REFUNDED, str(operator.id))
    post(
        key=journals.key("refunded", withdrawal.id),
        kind="withdraw_refunded",
        lines=journals.refunded_lines(step.amounts_of(withdrawal)),
        subject=journals.subject(withdrawal.id),
    )
    return withdrawal_view(withdrawal)
