from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import settings
from tagwork.kit.errors import WrongState
from tagwork.ledger.operations.post import post_many
from tagwork.ledger.rules import Entry
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.errors import SecondOperatorNeeded
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.screen import cleared
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


def mark_signed(operator: Person, withdrawal_id: UUID) -> WithdrawalView:
    """An operator commits to paying it by hand, before sending: from here it cannot be cancelled.

    One operator commits; a second one is refused, or both would send. Once more by the same one gives the same answer.
    Raises Forbidden, NotFound, WrongState, SecondOperatorNeeded.
    """
    step.require_operator(operator)
    # What the screening does not clear is held here, and then refused below like anything that is not approved.
    cleared(list(Withdrawal.objects.filter(id=withdrawal_id, state=rules.APPROVED)))
    return _mark(operator, withdrawal_id)


@transaction.atomic
def _mark(operator: Person, withdrawal_id: UUID) -> WithdrawalView:
    withdrawal = step.lock(withdrawal_id)
    if withdrawal.state == rules.SIGNED and step.last_actor(withdrawal, rules.SIGNED) == str(operator.id):
        return withdrawal_view(withdrawal)
    if withdrawal.state != rules.APPROVED:
        raise WrongState(
            gettext("The withdrawal is %(state)s, not approved; do not send it.") % {"state": withdrawal.state}
        )
    commit_by_hand(operator, [withdrawal])
    return withdrawal_view(withdrawal)


def commit_by_hand(operator: Person, withdrawals: Sequence[Withdrawal]) -> None:
    """Approved ones that were screened just before, which the caller has locked in ascending id. All moves before the
    one posting: no balance is held while another withdrawal is waited for. Raises SecondOperatorNeeded."""
    for withdrawal in withdrawals:
        _require_second_operator(operator, withdrawal)
        step.move(withdrawal, rules.BATCHED, str(operator.id), {"rail": "by hand"})
        step.move(withdrawal, rules.SIGNED, str(operator.id))
    post_many(
        [
            Entry(
                journals.key("signed", withdrawal.id),
                "withdraw_signed",
                journals.signed_lines(step.amounts_of(withdrawal)),
                journals.subject(withdrawal.id),
            )
            for withdrawal in withdrawals
        ]
    )


def _require_second_operator(operator: Person, withdrawal: Withdrawal) -> None:
    from_micros = int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS))
    if not rules.needs_second_operator(withdrawal.amount_micros, from_micros):
        return
    approver = step.approver(withdrawal)
    if approver in (rules.RULE, None):
        # Approved by rule while the limit was higher; review_approved will hold it within the minute.
        raise SecondOperatorNeeded("An amount of this size needs two operators: hold it, so that another releases it.")
    if approver == str(operator.id):
        raise SecondOperatorNeeded("You released it yourself; an amount of this size must be paid by another operator.")
