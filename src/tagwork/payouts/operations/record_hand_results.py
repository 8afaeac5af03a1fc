from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.payouts import rules
from tagwork.payouts.models import HandLine, HandList, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.record_confirmed import record_confirmed
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.record_sent import record_sent
from tagwork.payouts.rails.interface import PaymentResult
from tagwork.people.models import Person


@transaction.atomic
def record_hand_results(operator: Person, list_id: UUID, results: Sequence[PaymentResult]) -> int:
    """What became of the lines of a list: all of it is recorded, or nothing, and the refusal names the line. Returns
    how many moved; the same file once more moves none.

    Raises Forbidden, NotFound, Invalid.
    """
    step.require_operator(operator)
    if not HandList.objects.filter(id=list_id).exists():
        raise NotFound("There is no such list.")
    cents = dict(HandLine.objects.filter(hand_list_id=list_id).values_list("withdrawal_id", "cents"))
    rows = Withdrawal.objects.select_for_update(of=("self",)).filter(hand_line__hand_list_id=list_id)
    found = {row.id: row for row in rows.order_by("id")}
    moved = 0
    for result in sorted(results, key=lambda one: one.payment_id):
        if not result.outcome:
            continue
        row = found.get(result.payment_id)
        if row is None or cents[row.id] != result.cents:
            raise _wrong(result, gettext("this withdrawal is not in the list, or of another amount"))
        steps = rules.steps_by_hand(row.state, row.txid, result.outcome, result.reference)
        if steps is None:
            raise _wrong(result, gettext("it is %(state)s, or under another reference") % {"state": row.state})
        try:
            for state in steps:
                _take(operator, row.id, state, result)
        except (Invalid, WrongState) as error:
            raise _wrong(result, error.text) from None
        moved += bool(steps)
    return moved


def _take(operator: Person, withdrawal_id: UUID, state: str, result: PaymentResult) -> None:
    if state == rules.BROADCAST:
        record_sent(operator, withdrawal_id, result.reference)
    elif state == rules.CONFIRMED:
        record_confirmed(operator, withdrawal_id)
    else:
        record_failed(operator, withdrawal_id, result.note)


def _wrong(result: PaymentResult, why: str) -> Invalid:
    text = gettext("Line %(line)s: %(why)s. Nothing of the file was recorded.") % {"line": result.line, "why": why}
    return Invalid(text, errors=[{"field": "file", "code": "line", "message": text}])
