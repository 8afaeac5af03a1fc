import re
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit.errors import Invalid, WrongState
from tagwork.payouts import rules
from tagwork.payouts.operations import step
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.payouts.rails import rails
from tagwork.people.models import Person


@transaction.atomic
def record_sent(operator: Person, withdrawal_id: UUID, txid: str) -> WithdrawalView:
    """The money was handed over; `txid` is the coin's transaction id (64 hex digits) or the service's reference.

    Once more with the same reference gives the same answer, with another one WrongState.
    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    withdrawal = step.lock(withdrawal_id)
    step.require_by_hand(withdrawal)
    if not re.fullmatch(rails()[withdrawal.method].reference_pattern, txid):
        problem = "This does not look like the reference of a payment by this method."
        raise Invalid(problem, errors=[{"field": "txid", "code": "reference", "message": problem}])
    if withdrawal.state == rules.BROADCAST and withdrawal.txid == txid:
        return withdrawal_view(withdrawal)
    if withdrawal.state != rules.SIGNED:
        raise WrongState(
            gettext("The withdrawal is %(state)s; nobody has committed to sending it.") % {"state": withdrawal.state}
        )
    step.move(withdrawal, rules.BROADCAST, str(operator.id), {"txid": txid}, txid=txid)
    return withdrawal_view(withdrawal)
