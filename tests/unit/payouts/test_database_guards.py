"""The database refuses by itself, whatever the code above it does."""

import pytest
from django.db import IntegrityError, connection, transaction

from tagwork.payouts import rules
from tagwork.payouts.models import Deposit, Destination, Withdrawal, WithdrawalEvent
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_deposit import record_deposit
from tests.builders import people
from tests.unit.payouts.conftest import approved, requested

pytestmark = pytest.mark.django_db


def refuses(sql: str, *values: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def identifier(withdrawal_id: object) -> object:
    return Withdrawal._meta.pk.get_db_prep_value(withdrawal_id, connection)


@pytest.mark.parametrize("state", sorted({*rules.STATES} - {"requested", "approved", "held", "cancelled"}))
def test_a_request_cannot_jump(state: str) -> None:
    withdrawal = requested(people.worker())
    refuses("UPDATE payouts_withdrawal SET state = %s WHERE id = %s", state, identifier(withdrawal.id))


def test_signed_never_becomes_payable_again() -> None:
    withdrawal = approved(people.worker())
    mark_signed(people.operator(), withdrawal.id)
    for state in ("requested", "approved", "held", "batched", "cancelled", "refunded"):
        refuses("UPDATE payouts_withdrawal SET state = %s WHERE id = %s", state, identifier(withdrawal.id))


def test_a_withdrawal_is_not_born_approved() -> None:
    withdrawal = Withdrawal.objects.get(id=requested(people.worker()).id)
    withdrawal.pk, withdrawal.state, withdrawal.idempotency_key = people.worker().id, "approved", "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        withdrawal.save(force_insert=True)


@pytest.mark.parametrize("column", ["amount_micros", "net_micros", "fee_micros", "address", "method", "worker_id"])
def test_what_was_promised_stays(column: str) -> None:
    withdrawal = requested(people.worker())
    changed: dict[str, object] = {
        "address": "elsewhere",
        "method": "bch",
        "worker_id": identifier(people.second_worker().id),
    }
    refuses(
        f"UPDATE payouts_withdrawal SET {column} = %s WHERE id = %s", changed.get(column, 1), identifier(withdrawal.id)
    )


def test_history_and_deposits_are_written_once() -> None:
    requested(people.worker())
    record_deposit(people.client().organisation, 1, "r", people.operator(), "k")
    assert WithdrawalEvent.objects.exists() and Deposit.objects.exists()
    refuses("UPDATE payouts_withdrawalevent SET actor = 'nobody'")
    refuses("DELETE FROM payouts_withdrawalevent")
    refuses("UPDATE payouts_deposit SET amount_micros = 2")
    refuses("DELETE FROM payouts_deposit")


def test_a_destination_cannot_be_rewritten_or_deleted() -> None:
    requested(people.worker())
    assert Destination.objects.exists()
    refuses("UPDATE payouts_destination SET normalized = 'x'")
    refuses("DELETE FROM payouts_destination")
    refuses("DELETE FROM payouts_withdrawal")


def test_net_and_fee_add_up_to_the_amount() -> None:
    withdrawal = Withdrawal.objects.get(id=requested(people.worker()).id)
    withdrawal.pk, withdrawal.idempotency_key, withdrawal.net_micros = people.worker().id, "other", 1
    with pytest.raises(IntegrityError), transaction.atomic():
        withdrawal.save(force_insert=True)
