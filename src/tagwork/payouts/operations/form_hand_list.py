from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit import audit, clock, settings
from tagwork.kit.errors import WrongState
from tagwork.payouts import policy, rules
from tagwork.payouts.models import HandLine, HandList, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.form_batch import waiting_for
from tagwork.payouts.operations.mark_signed import commit_by_hand
from tagwork.payouts.operations.screen import cleared
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import MICROS_PER_CENT
from tagwork.people.models import Person


def form_hand_list(operator: Person, method: str) -> UUID:
    """One operator commits to pay by hand all that is approved now, oldest first: from here nothing of it can be
    cancelled, and nobody else's list or button takes it too. Large amounts only when another operator approved them.

    Of two operators at once the second waits at the first withdrawal and then finds nobody. No transaction may be
    open: payees are screened first. Raises Forbidden, WrongState (nobody waits, or the method has no lists).
    """
    step.require_operator(operator)
    rail = rails().get(method)
    if rail is None or not rail.files:
        raise WrongState(gettext("This method is not paid by lists."))
    most = int(settings.in_force(policy.BATCH_MOST))
    listed = cleared(waiting_for(method, "", str(operator.id))[:most])
    return _commit(operator, method, [row.id for row in listed])


@transaction.atomic
def _commit(operator: Person, method: str, listed: Sequence[UUID]) -> UUID:
    found = Withdrawal.objects.select_for_update(of=("self",)).filter(id__in=listed).order_by("id")
    # The others: cancelled, held or paid by somebody since they were listed; signed by the operator's other window.
    rows = [row for row in found if row.state == rules.APPROVED]
    if not rows:
        raise WrongState(gettext("Nothing that you may pay waits."))
    commit_by_hand(operator, rows)
    hand_list = HandList.objects.create(method=method, made_by=operator, made_at=clock.now())
    HandLine.objects.bulk_create(
        HandLine(hand_list=hand_list, withdrawal=row, cents=row.net_micros // MICROS_PER_CENT) for row in rows
    )
    audit.record(operator.id, "payouts.list_made", f"list:{hand_list.id}", {"method": method, "payments": len(rows)})
    return hand_list.id
