import uuid

import pytest

from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.models import OutboxEvent
from tagwork.payouts import policy
from tagwork.payouts.errors import AddressNotPayable, BelowMinimum, InsufficientFunds, KeyReused, MethodNotOffered
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.queries import held_micros, method_table, timeline_of, withdrawal_of, withdrawals_of
from tests.builders import people
from tests.unit.payouts.conftest import destination, fund, main_micros, requested, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def test_it_moves_the_money_out_of_the_main_balance() -> None:
    worker = people.worker()
    fund(worker, 2_000_000)
    withdrawal = request_withdrawal(worker, destination(worker).id, 500_000, "key-1")
    assert (withdrawal.state, withdrawal.amount_micros, withdrawal.fee_micros) == ("requested", 500_000, 0)
    assert (withdrawal.net_micros, withdrawal.txid, withdrawal.can_cancel) == (500_000, None, True)
    assert (main_micros(worker), held_micros(worker)) == (1_500_000, 500_000)
    assert [(entry.to_state, entry.actor) for entry in timeline_of(worker, withdrawal.id)] == [("requested", "you")]
    assert OutboxEvent.objects.filter(topic="withdrawal.requested").count() == 1


def test_the_fee_in_force_is_frozen_and_taken_off() -> None:
    worker = people.worker()
    set_policy("payouts.ltc.fee_micros", 10_000)
    withdrawal = requested(worker, 1_000_000)
    set_policy("payouts.ltc.fee_micros", 20_000)
    assert (withdrawal.fee_micros, withdrawal.net_micros) == (10_000, 990_000)
    assert withdrawal_of(worker, withdrawal.id) == withdrawal


def test_what_a_method_of_whole_cents_would_not_send_is_said() -> None:
    worker = people.worker()
    set_policy("payouts.methods", ["ltc", "manual"])
    set_policy("payouts.manual.minimum_micros", 0)
    fund(worker, 3_000_000)
    by_hand = request_withdrawal(worker, destination(worker, "Account 7", "manual").id, 1_003_456, "key-1")
    # No fee: $1.00 is sent of $1.003456.
    assert (by_hand.net_micros, by_hand.unsendable_micros) == (1_003_456, 3_456)
    assert request_withdrawal(worker, destination(worker).id, 1_003_456, "key-2").unsendable_micros == 0


def test_the_same_key_gives_the_first_answer_and_moves_nothing() -> None:
    worker = people.worker()
    fund(worker, 2_000_000)
    kept = destination(worker)
    first = request_withdrawal(worker, kept.id, 500_000, "key-1")
    assert request_withdrawal(worker, kept.id, 500_000, "key-1") == first
    assert main_micros(worker) == 1_500_000


def test_the_same_key_for_another_amount_is_refused() -> None:
    worker = people.worker()
    fund(worker, 2_000_000)
    kept = destination(worker)
    request_withdrawal(worker, kept.id, 500_000, "key-1")
    with pytest.raises(KeyReused):
        request_withdrawal(worker, kept.id, 600_000, "key-1")


def test_two_people_may_use_one_key() -> None:
    first, second = requested(people.worker()), None
    fund(people.second_worker(), 1_000_000)
    second = request_withdrawal(people.second_worker(), destination(people.second_worker()).id, 1_000_000, "key-1")
    assert first.id != second.id


def test_it_refuses_more_than_the_main_balance() -> None:
    worker = people.worker()
    fund(worker, 999_999)
    with pytest.raises(InsufficientFunds) as refusal:
        request_withdrawal(worker, destination(worker).id, 1_000_000, "key-1")
    assert refusal.value.extra["balance_micros"] == 999_999
    assert (main_micros(worker), withdrawals_of(worker)) == (999_999, [])


def test_it_refuses_less_than_half_a_dollar() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    with pytest.raises(BelowMinimum) as refusal:
        request_withdrawal(worker, destination(worker).id, 499_999, "key-1")
    assert refusal.value.extra["minimum_micros"] == 500_000


def test_something_must_be_left_after_the_fee() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    set_policy("payouts.ltc.fee_micros", 600_000)
    with pytest.raises(BelowMinimum):
        request_withdrawal(worker, destination(worker).id, 600_000, "key-1")


@pytest.mark.parametrize("amount", [0, -1, True, 2**63])
def test_it_refuses_an_amount_that_is_none(amount: int) -> None:
    with pytest.raises(Invalid):
        request_withdrawal(people.worker(), uuid.uuid4(), amount, "key-1")


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\nb"])
def test_it_refuses_a_key_that_is_none(key: str) -> None:
    with pytest.raises(Invalid):
        request_withdrawal(people.worker(), uuid.uuid4(), 500_000, key)


def test_it_refuses_a_stranger_to_the_destination() -> None:
    kept = destination(people.worker())
    stranger = people.second_worker()
    fund(stranger, 1_000_000)
    with pytest.raises(NotFound):
        request_withdrawal(stranger, kept.id, 500_000, "key-1")


def test_it_refuses_a_removed_destination() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    kept = destination(worker)
    remove_destination(worker, kept.id)
    with pytest.raises(NotFound):
        request_withdrawal(worker, kept.id, 500_000, "key-1")


def test_it_refuses_a_destination_of_the_former_network() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    kept = destination(worker)
    set_policy(policy.NETWORK, "test")
    with pytest.raises(AddressNotPayable):
        request_withdrawal(worker, kept.id, 500_000, "key-1")


def test_it_refuses_a_method_that_was_taken_away() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    kept = destination(worker)
    set_policy(policy.METHODS, ["bch"])
    with pytest.raises(MethodNotOffered):
        request_withdrawal(worker, kept.id, 500_000, "key-1")


def test_a_stranger_sees_nothing_of_it() -> None:
    withdrawal = requested(people.worker())
    stranger = people.second_worker()
    assert withdrawals_of(stranger) == []
    for look in (withdrawal_of, timeline_of):
        with pytest.raises(NotFound):
            look(stranger, withdrawal.id)


def test_the_list_pages_from_newest_to_oldest() -> None:
    worker = people.worker()
    fund(worker, 5_000_000)
    kept = destination(worker)
    made = [request_withdrawal(worker, kept.id, 500_000, f"key-{number}").id for number in range(5)]
    first = withdrawals_of(worker, limit=2)
    rest = withdrawals_of(worker, before=first[-1].id)
    assert [view.id for view in first + rest] == sorted(made, reverse=True)


def test_the_table_of_methods_shows_the_values_in_force() -> None:
    worker = people.worker()
    fund(worker, 500_000)
    set_policy("payouts.bch.minimum_micros", 600_000)
    rows = {row.name: row for row in method_table(worker)}
    assert set(rows) == {"ltc", "bch"}
    assert (rows["ltc"].minimum_micros, rows["ltc"].eligible, rows["ltc"].why_not) == (500_000, True, "")
    assert (rows["bch"].minimum_micros, rows["bch"].eligible) == (600_000, False)
    assert (rows["ltc"].cadence, rows["ltc"].network, rows["ltc"].next_run_at.hour) == ("daily 06:00 UTC", "main", 6)
