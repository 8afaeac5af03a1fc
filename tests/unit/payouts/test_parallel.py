"""Two and more at once, on real connections of both databases."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from tagwork.kit.errors import Refusal
from tagwork.ledger.queries import verify
from tagwork.payouts.models import HandLine
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.disown_destination import disown_destination
from tagwork.payouts.operations.form_hand_list import form_hand_list
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import destinations_of, timeline, withdrawal_for_operator, withdrawals_of
from tests.builders import people
from tests.builders.concurrency import at_once
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import LITECOIN, approved, destination, fund, main_micros, requested, set_policy

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*acts: Callable[[], object]) -> Counter[str]:
    """Of all acts at once: "ok", or the code of a refusal. Any other error is raised."""

    def run(number: int) -> str:
        try:
            acts[number]()
        except Refusal as refusal:
            return refusal.code
        return "ok"

    return Counter(at_once(run, len(acts)))


@pytest.fixture(autouse=True)
def _sound_books(transactional_db: None) -> object:
    yield
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]


def test_of_fifty_withdrawals_of_the_whole_balance_exactly_one_succeeds() -> None:
    worker = people.worker()
    fund(worker, 1_000_000)
    kept = destination(worker)
    acts = [partial(request_withdrawal, worker, kept.id, 1_000_000, f"key-{number}") for number in range(50)]
    assert outcomes(*acts) == {"ok": 1, "insufficient_funds": 49}
    assert (main_micros(worker), len(withdrawals_of(worker))) == (0, 1)


def test_the_same_key_many_times_at_once_is_one_withdrawal() -> None:
    worker = people.worker()
    fund(worker, 10_000_000)
    kept = destination(worker)
    assert outcomes(*[lambda: request_withdrawal(worker, kept.id, 1_000_000, "key-1")] * 24) == {"ok": 24}
    assert (main_micros(worker), len(withdrawals_of(worker))) == (9_000_000, 1)


def test_cancelling_many_times_at_once_refunds_once() -> None:
    worker = people.worker()
    withdrawal = requested(worker)
    assert outcomes(*[lambda: cancel_withdrawal(worker, withdrawal.id)] * 12) == {"ok": 12}
    assert main_micros(worker) == 1_000_000


def test_either_the_worker_cancels_or_the_operator_commits_never_both() -> None:
    worker, operator = people.worker(), people.operator()
    for number in range(6):
        withdrawal = approved(worker, key=f"key-{number}")
        before = main_micros(worker)
        outcome = outcomes(
            partial(cancel_withdrawal, worker, withdrawal.id), partial(mark_signed, operator, withdrawal.id)
        )
        assert outcome == {"ok": 1, "wrong_state": 1}
        is_cancelled = timeline(withdrawal.id)[-1].to_state == "cancelled"
        assert main_micros(worker) - before == (1_000_000 if is_cancelled else 0)


def test_only_one_of_two_operators_commits() -> None:
    withdrawal = approved(people.worker())
    first, second = people.operator(), people.second_operator()
    outcome = outcomes(lambda: mark_signed(first, withdrawal.id), lambda: mark_signed(second, withdrawal.id))
    assert outcome == {"ok": 1, "wrong_state": 1}


def test_reviewing_many_times_at_once_approves_once() -> None:
    withdrawal = requested(people.worker())
    assert outcomes(*[lambda: review_withdrawal(withdrawal.id)] * 12) == {"ok": 12}
    assert [entry.to_state for entry in timeline(withdrawal.id)] == ["requested", "approved"]


def test_refunding_many_times_at_once_pays_back_once() -> None:
    worker, operator = people.worker(), people.operator()
    withdrawal = approved(worker)
    mark_signed(operator, withdrawal.id)
    record_failed(operator, withdrawal.id, "input spent by another transaction")
    assert outcomes(*[lambda: refund_withdrawal(operator, withdrawal.id)] * 12) == {"ok": 12}
    assert main_micros(worker) == 1_000_000


def test_adding_one_destination_many_times_at_once_keeps_one() -> None:
    worker = people.worker()
    assert outcomes(*[lambda: add_destination(worker, "ltc", LITECOIN)] * 12) == {"ok": 12}
    assert len(destinations_of(worker)) == 1


def test_one_deposit_recorded_many_times_at_once_is_one() -> None:
    client, operator = people.client(), people.operator()
    assert outcomes(*[lambda: record_deposit(client.organisation, 5_000_000, "wire 1", operator, "key-1")] * 12) == {
        "ok": 12
    }


def test_a_request_under_way_does_not_survive_that_was_not_me() -> None:
    """Whichever comes first: the request finds the destination gone, or its withdrawal is cancelled."""
    for number in range(6):
        worker = people.worker(number)
        fund(worker, 3_000_000)
        kept = destination(worker)
        acts = [partial(request_withdrawal, worker, kept.id, 1_000_000, f"key-{one}") for one in range(3)]
        outcome = outcomes(*acts, partial(disown_destination, kept.id))
        assert outcome["ok"] + outcome["not_found"] == 4
        assert {row.state for row in withdrawals_of(worker)} <= {"cancelled"}
        assert main_micros(worker) == 3_000_000


def test_a_list_and_single_payments_by_hand_never_wait_for_each_other_in_a_circle() -> None:
    set_policy("payouts.methods", ["manual"])
    first, second = people.operator(), people.second_operator()
    for amount_micros in (10_000_000, 11_000_000, 12_000_000, 13_000_000):
        ids = [approved_to(f"ana{number}@pay.example", amount_micros, number, "manual").id for number in range(8)]
        outcome = outcomes(
            partial(form_hand_list, first, "manual"),
            *[partial(mark_signed, second, one) for one in reversed(ids)],
        )
        assert outcome["ok"] + outcome["wrong_state"] == 9
        assert {withdrawal_for_operator(one).state for one in ids} == {"signed"}


def test_two_lists_at_once_have_no_line_in_common() -> None:
    set_policy("payouts.methods", ["manual"])
    ids = [approved_to(f"ana{number}@pay.example", 10_000_000, number, "manual").id for number in range(4)]
    operators = people.operator(), people.second_operator()
    assert outcomes(*[partial(form_hand_list, one, "manual") for one in operators * 2]) == {"ok": 1, "wrong_state": 3}
    assert sorted(HandLine.objects.values_list("withdrawal_id", flat=True)) == sorted(ids)
