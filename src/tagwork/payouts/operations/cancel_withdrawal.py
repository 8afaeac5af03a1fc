from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from tagwork.kit.errors import NotFound, WrongState
from tagwork.ledger.operations.post import post_many
from tagwork.ledger.rules import Entry
from tagwork.payouts import journals, rules
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def cancel_withdrawal(actor: Person, withdrawal_id: UUID, note: str = "") -> WithdrawalView:
    """Puts the money back into the main balance; possible until it is in a batch. Once more gives the same answer.

    The worker may; so may an operator, who must say why. Raises NotFound (also for a stranger), WrongState, Invalid.
    """
    withdrawal = step.lock(withdrawal_id)
    is_own = withdrawal.worker_id == actor.id
    if not is_own and not (actor.is_active and actor.is_operator):
        raise NotFound("There is no such withdrawal.")
    if withdrawal.state == rules.CANCELLED:
        return withdrawal_view(withdrawal)
    if withdrawal.state not in rules.CANCELLABLE:
        raise WrongState("The payout is already being made; it cannot be cancelled any more.")
    detail = {} if is_own else {"note": required_text(note, "note", 1000)}
    _cancel([withdrawal], str(actor.id), detail)
    return withdrawal_view(withdrawal)


def cancel_all(worker: Person, withdrawals: Sequence[Withdrawal]) -> None:
    """The worker's own, cancellable ones, which the caller has locked in ascending id."""
    _cancel(withdrawals, str(worker.id), {})


def cancel_disowned(withdrawals: Sequence[Withdrawal]) -> None:
    """Those whose worker said "that was not me" of the address while they were in a batch; locked in ascending id."""
    disowned = Destination.objects.filter(id__in=[one.destination_id for one in withdrawals], disowned_at__isnull=False)
    found = set(disowned.values_list("id", flat=True))
    _cancel([one for one in withdrawals if one.destination_id in found], rules.RULE, {"disowned": True})


def _cancel(withdrawals: Sequence[Withdrawal], actor: str, detail: Mapping[str, Any]) -> None:
    """All moves before the one posting: no balance is held while another withdrawal is waited for."""
    for withdrawal in withdrawals:
        step.move(withdrawal, rules.CANCELLED, actor, detail)
    post_many(
        [
            Entry(
                journals.key("cancelled", withdrawal.id),
                "withdraw_cancelled",
                journals.cancelled_lines(step.amounts_of(withdrawal)),
                journals.subject(withdrawal.id),
            )
            for withdrawal in withdrawals
        ]
    )
