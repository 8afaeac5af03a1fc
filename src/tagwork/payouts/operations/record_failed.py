from uuid import UUID

from django.db import transaction

from tagwork.payouts import rules
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def record_failed(operator: Person, withdrawal_id: UUID, proof: str) -> WithdrawalView:
    """It is proved that the money will never arrive; `proof` says how (an unclear answer is no proof: wait).

    Also of one in a payment service's batch that the service, after a day, still does not list (rules.ITEMS_MISSING).
    The money stays in clearing until refund_withdrawal. Once more gives the same answer.
    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(proof, "proof", 2000)
    withdrawal = step.lock(withdrawal_id)
    if not _is_unlisted(withdrawal):
        step.require_by_hand(withdrawal)
    if withdrawal.state != rules.FAILED:
        step.move(withdrawal, rules.FAILED, str(operator.id), {"proof": text})
    return withdrawal_view(withdrawal)


def _is_unlisted(withdrawal: Withdrawal) -> bool:
    """By the newest look. Should it turn up all the same, the next one finds it: a difference, and no refund."""
    batch = withdrawal.provider_batch
    if batch is None or (batch.state, batch.attention) != (rules.BROADCAST, rules.ITEMS_MISSING):
        return False
    return (withdrawal.provider_item.provider_item_id, withdrawal.provider_item.status) == ("", "")
