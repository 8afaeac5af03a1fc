from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import WrongState
from tagwork.payouts import rules
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.queries import WithdrawalView, withdrawal_view
from tagwork.people.models import Person


@transaction.atomic
def release_held(operator: Person, withdrawal_id: UUID, note: str) -> WithdrawalView:
    """An operator has looked at it and approves; above the limit another one must commit to the payout (mark_signed).

    Once more by the same operator gives the same answer. Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    withdrawal = step.lock(withdrawal_id)
    if withdrawal.state == rules.APPROVED and step.last_actor(withdrawal, rules.APPROVED) == str(operator.id):
        return withdrawal_view(withdrawal)
    if withdrawal.state != rules.HELD:
        raise WrongState(gettext("The withdrawal is %(state)s, not held.") % {"state": withdrawal.state})
    step.move(withdrawal, rules.APPROVED, str(operator.id), {"note": text}, hold_reasons=[])
    return withdrawal_view(withdrawal)


def release_waited(limit: int = 200) -> int:
    """Approves what was held for nothing but a new destination whose waiting time is over; returns how many."""
    due = Withdrawal.objects.filter(
        state=rules.HELD, hold_reasons=[rules.NEW_DESTINATION], destination__usable_from__lte=clock.now()
    ).order_by("id")
    released = 0
    for withdrawal_id in list(due.values_list("id", flat=True)[:limit]):
        with transaction.atomic():
            withdrawal = step.lock(withdrawal_id)
            # A person may have moved it, or held it anew, since it was listed.
            if withdrawal.state == rules.HELD and withdrawal.hold_reasons == [rules.NEW_DESTINATION]:
                step.move(withdrawal, rules.APPROVED, rules.RULE, {"waited": True}, hold_reasons=[])
                released += 1
    return released
