"""What an operator starts from a page, what the wallet can pay, and what the runner asks of others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from pytest_django import Settings

from tagwork.kit.errors import Forbidden, WrongState
from tagwork.kit.models import AuditEntry
from tagwork.payouts import rules
from tagwork.payouts.models import Batch, RateObservation, Run, WalletFloat
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.observe_float import observe_float
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.run_payouts import advance_payouts, run_payouts
from tagwork.payouts.operations.start_run import start_run
from tagwork.payouts.queries import withdrawal_for_operator
from tests.builders import people
from tests.builders.bchn import PASSWORD, USER, FakeBchn, fake_bchn
from tests.unit.payouts.coin_setup import approved_to, set_up
from tests.unit.payouts.conftest import set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def node(db: None, settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    with fake_bchn() as fake:
        fake.give(4_000_000)
        fake.give(2_000_000)
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        yield fake


def test_the_background_goes_through_a_run_that_an_operator_wished(node: FakeBchn) -> None:
    set_policy("payouts.run_hour_utc", 23)
    made = approved_to(node.stranger(1), 1_000_000, 1, "bch")
    asked = len(node.calls)
    start_run(people.operator(), "bch")
    start_run(people.operator(), "bch")  # a double click
    assert Run.objects.count() == 1 and len(node.calls) == asked
    assert AuditEntry.objects.filter(action="payouts.run", actor=str(people.operator().id)).count() == 1
    assert advance_payouts() == 1
    assert withdrawal_for_operator(made.id).state == "broadcast"
    assert Run.objects.get(date=None).ended_at is not None
    start_run(people.operator(), "bch")
    assert Run.objects.filter(date=None).count() == 2


def test_a_run_is_refused_to_strangers_without_a_node_and_while_frozen(node: FakeBchn) -> None:
    with pytest.raises(Forbidden):
        start_run(people.worker(), "bch")
    for method in ("ltc", "manual", "nothing"):
        with pytest.raises(WrongState, match="by hand"):
            start_run(people.operator(), method)
    freeze("bch", rules.CONTRADICTION, "a test")
    with pytest.raises(WrongState, match="frozen"):
        start_run(people.operator(), "bch")
    assert not Run.objects.exists()


def test_a_large_amount_goes_out_when_the_second_operator_wishes_it(node: FakeBchn) -> None:
    made = approved_to(node.stranger(1), 2_000_000, 1, "bch")
    hold_withdrawal(people.operator(), made.id, "a look")
    set_policy("payouts.second_operator_from_micros", 2_000_000)
    release_held(people.operator(), made.id, "fine")
    start_run(people.operator(), "bch")
    advance_payouts()
    assert withdrawal_for_operator(made.id).state == "approved"
    start_run(people.second_operator(), "bch")
    advance_payouts()
    assert withdrawal_for_operator(made.id).state == "broadcast"


def test_a_run_says_what_it_waits_for_and_is_taken_up_by_the_next_wish(node: FakeBchn) -> None:
    set_policy("payouts.bch.micros_per_coin", 0)
    approved_to(node.stranger(1), 1_000_000, 1, "bch")
    assert run_payouts("bch", people.operator()).outcome == "waiting"
    waiting = Run.objects.get(started_by=str(people.operator().id))
    assert waiting.waits_for == rules.NO_RATE and waiting.ended_at is None
    set_policy("payouts.bch.micros_per_coin", 500_000_000)
    assert run_payouts("bch", people.operator()).outcome == "done"
    waiting.refresh_from_db()
    assert waiting.waits_for == "" and waiting.ended_at is not None


def test_exchanges_are_asked_only_while_somebody_waits(node: FakeBchn, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("tagwork.payouts.operations.run_payouts.lock_quote", lambda coin: asked.append(coin))
    assert run_payouts("bch").outcome == "done"
    assert asked == [] and not RateObservation.objects.exists()


@pytest.mark.parametrize("call", ["fundrawtransaction", "signrawtransactionwithwallet"])
def test_a_locked_wallet_has_its_own_word(node: FakeBchn, call: str) -> None:
    made = approved_to(node.stranger(1), 1_000_000, 1, "bch")
    node.trouble[call] = -13  # RPC_WALLET_UNLOCK_NEEDED, src/rpc/protocol.h
    report = run_payouts("bch")
    assert report.outcome == "waiting" and "wallet_locked" in report.detail
    assert Batch.objects.get().attention == rules.WALLET_LOCKED
    assert withdrawal_for_operator(made.id).state == "approved"


def test_the_wallet_is_remembered_and_an_answer_that_fails_leaves_the_last_one(
    node: FakeBchn, settings: Settings
) -> None:
    observe_float("bch")
    seen = WalletFloat.objects.get()
    assert (seen.units, seen.coins, seen.problem) == (6_000_000, 2, "")
    settings.PAYOUT_NODES = {"bch": ("http://127.0.0.1:9", USER, PASSWORD)}
    observe_float("bch")
    seen.refresh_from_db()
    assert seen.units == 6_000_000 and seen.problem.startswith("getblockchaininfo")
    assert seen.seen_at is not None and seen.asked_at > seen.seen_at
    observe_float("ltc")  # no node is named for it
    assert WalletFloat.objects.count() == 1


@pytest.mark.parametrize(
    ("float_micros", "waiting", "daily", "days", "is_short"),
    [
        (100, 0, 0, None, False),  # nobody asks for anything
        (100, 40, 30, 2, False),
        (99, 40, 30, 1, True),
        (40, 40, 30, 0, True),
        (39, 40, 0, -1, True),  # not even what waits
    ],
)
def test_the_float_is_short_below_two_days(
    float_micros: int, waiting: int, daily: int, days: int | None, is_short: bool
) -> None:
    assert rules.float_days(float_micros, waiting, daily) == days
    assert rules.is_float_short(float_micros, waiting, daily) is is_short


@pytest.mark.skipif(connection.vendor != "postgresql", reason="rows are locked on PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_run(settings: Settings) -> None:
    settings.PAYOUT_NODES = {"bch": ("http://127.0.0.1:9", USER, PASSWORD)}
    operator = people.operator()

    def click(_number: int) -> None:
        try:
            start_run(operator, "bch")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(click, range(8)))
    assert Run.objects.count() == 1
