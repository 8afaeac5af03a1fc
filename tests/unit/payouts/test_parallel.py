"""Two and more at once, on real connections of both databases."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from tagwork.kit.errors import Refusal
from tagwork.ledger.queries import verify
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import destinations_of, timeline, withdrawals_of
from tests.builders import people
from tests.builders.concurrency import at_once
from tests.unit.payouts.conftest import LITECOIN, approved, destination, fund, main_micros, requested

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
