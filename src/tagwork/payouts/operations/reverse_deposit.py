from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.money import format_usd
from tagwork.kit import audit
from tagwork.kit.errors import NotFound, WrongState
from tagwork.ledger.errors import InsufficientFunds
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.queries import balance_micros, journal_marks
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.journals import deposit_key, deposit_reversal_key
from tagwork.payouts.models import Deposit
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_text
from tagwork.people.models import Person


def reverse_deposit(deposit_id: UUID, reason: str, operator: Person) -> UUID:
    """A deposit that was recorded by mistake is taken back by a counter-entry; returns the reversal's journal.

    All or nothing, and only while the whole amount lies on the client's balance: what was put into a project is
    promised to workers. Once more returns the first reversal. The balance's CHECK is the last word on whether the money
    is there. Raises Forbidden, Invalid, NotFound, WrongState.
    """
    step.require_operator(operator)
    why = required_text(reason, "reason", 200)
    try:
        return _reverse(deposit_id, why, operator)
    except InsufficientFunds:
        deposit = Deposit.objects.get(id=deposit_id)
        client = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{deposit.organisation_id}")
        raise WrongState(
            gettext(
                "Only %(format_usd)s of the %(amount_micros)s lie on the client's balance; the rest "
                "is in projects, promised to workers. Let the client close a project first, or leave it."
            )
            % {"format_usd": format_usd(balance_micros(client)), "amount_micros": format_usd(deposit.amount_micros)}
        ) from None


@transaction.atomic
def _reverse(deposit_id: UUID, why: str, operator: Person) -> UUID:
    # The lock lets one of two operators through; the other finds the reversal.
    deposit = Deposit.objects.select_for_update(no_key=True).filter(id=deposit_id).first()
    if deposit is None:
        raise NotFound("There is no such deposit.")
    key, recorded = deposit_reversal_key(deposit.id), deposit_key(deposit.id)
    marks = journal_marks([key, recorded])
    if key in marks:
        return marks[key].id
    made = reverse(key, marks[recorded].id, why)
    detail = {"organisation_id": str(deposit.organisation_id), "amount_micros": deposit.amount_micros, "reason": why}
    audit.record(operator.id, "deposit.reversed", f"deposit:{deposit.id}", detail)
    return made
