import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.ledger.errors import InsufficientFunds, KeyReused, OverHold, UnknownHold, WrongHoldState
from tagwork.ledger.models import Account, Hold, Journal
from tagwork.ledger.operations.hold import open_hold, release_holds, settle_holds, withhold
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros, holds_of, lines_of, pending_micros, reserved_micros, verify
from tagwork.ledger.rules import AccountRef, Settlement
from tests.unit.ledger.accounts import ANA, BEN, ESCROW, FEES, OUTSIDE, deposit, promise

pytestmark = pytest.mark.django_db


def test_it_promises_without_moving_money():
    deposit(100_000, ESCROW)
    promise("submission:1", 6000, 600)
    assert pending_micros(ANA.owner) == 6000
    assert reserved_micros(ESCROW) == 6600
    assert balance_micros(ESCROW) == 100_000
    assert balance_micros(ANA) == 0


def test_it_promises_in_one_insert():
    deposit(100_000, ESCROW)
    clock.now()
    with CaptureQueriesContext(connection) as queries:
        promise("submission:1")
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]


def test_it_takes_a_promise_made_twice_for_one():
    promise("submission:1")
    promise("submission:1")
    assert pending_micros(ANA.owner) == 6000


@pytest.mark.parametrize("other", [{"amount_micros": 7000}, {"fee_micros": 1}, {"owner": BEN.owner}])
def test_it_refuses_another_promise_under_the_same_key(other):
    promise("submission:1")
    with pytest.raises(KeyReused):
        promise("submission:1", **other)


@pytest.mark.parametrize("wrong", [{"amount_micros": -1}, {"fee_micros": -1}, {"owner": ""}, {"key": ""}])
def test_it_refuses_a_promise_that_cannot_be(wrong):
    with pytest.raises(ValueError):
        open_hold(**({"key": "k", "owner": ANA.owner, "source": ESCROW, "amount_micros": 1, "fee_micros": 0} | wrong))


def test_it_pays_what_was_promised_and_the_houses_fee():
    deposit(100_000, ESCROW)
    promise("submission:1", 6000, 600)
    settle_holds([Settlement("submission:1", 6000, 600, {"verdict": "approved"})])
    assert balance_micros(ANA) == 6000
    assert balance_micros(FEES) == 600
    assert balance_micros(ESCROW) == 93_400
    assert pending_micros(ANA.owner) == 0
    assert reserved_micros(ESCROW) == 0
    assert Journal.objects.get(kind="settle").key == "settle:submission:1"
    assert verify().ok


def test_it_writes_the_promise_and_the_verdict_on_the_line():
    deposit(100_000, ESCROW)
    detail = {"project": "Cats", "base_micros": 6000}
    open_hold(
        key="submission:1",
        owner=ANA.owner,
        source=ESCROW,
        amount_micros=6000,
        fee_micros=0,
        subject="submission:1",
        detail=detail,
    )
    settle_holds([Settlement("submission:1", 6000, 0, {"verdict": "approved"})])
    (line,) = lines_of(ANA)
    assert line.subject == "submission:1"
    assert line.detail == {"project": "Cats", "base_micros": 6000, "verdict": "approved"}


def test_it_pays_less_and_leaves_the_rest_free_in_the_source():
    deposit(100_000, ESCROW)
    promise("submission:1", 10_000)
    settle_holds([Settlement("submission:1", 4000)])
    assert balance_micros(ANA) == 4000
    assert balance_micros(ESCROW) == 96_000
    assert reserved_micros(ESCROW) == 0


def test_it_settles_for_nothing_without_a_journal():
    promise("submission:1")
    settle_holds([Settlement("submission:1", 0)])
    settle_holds([Settlement("submission:1", 0)])
    assert Hold.objects.get().state == "settled"
    assert not Journal.objects.exists()
    assert verify().ok


@pytest.mark.parametrize("payment", [(6001, 0), (6000, 601), (-1, 0), (0, -1)])
def test_it_never_pays_more_than_was_promised(payment):
    deposit(100_000, ESCROW)
    promise("submission:1", 6000, 600)
    with pytest.raises(OverHold):
        settle_holds([Settlement("submission:1", *payment)])
    assert pending_micros(ANA.owner) == 6000


def test_it_takes_a_settlement_made_twice_for_one():
    deposit(100_000, ESCROW)
    promise("submission:1")
    settle_holds([Settlement("submission:1", 6000)])
    settle_holds([Settlement("submission:1", 6000), Settlement("submission:1", 6000)])
    assert balance_micros(ANA) == 6000
    for_another_amount = Settlement("submission:1", 5000)
    with pytest.raises(KeyReused):
        settle_holds([for_another_amount])
    with pytest.raises(KeyReused):
        settle_holds([Settlement("submission:1", 6000), for_another_amount])


def test_it_withholds_what_was_rejected_but_keeps_it_reserved():
    deposit(100_000, ESCROW)
    promise("submission:1", 6000, 600)
    withhold(["submission:1"])
    withhold(["submission:1"])
    assert pending_micros(ANA.owner) == 0
    assert reserved_micros(ESCROW) == 6600


def test_it_pays_a_withheld_hold_when_an_appeal_is_won():
    deposit(100_000, ESCROW)
    promise("submission:1")
    withhold(["submission:1"])
    settle_holds([Settlement("submission:1", 6000)])
    assert balance_micros(ANA) == 6000


@pytest.mark.parametrize("rejected_first", [True, False])
def test_it_releases_a_promise_and_the_money_stays_in_the_source(rejected_first):
    deposit(100_000, ESCROW)
    promise("submission:1")
    if rejected_first:
        withhold(["submission:1"])
    release_holds(["submission:1"])
    release_holds(["submission:1"])
    assert (pending_micros(ANA.owner), reserved_micros(ESCROW)) == (0, 0)
    assert balance_micros(ESCROW) == 100_000


def test_it_refuses_moves_out_of_an_ended_hold():
    deposit(100_000, ESCROW)
    promise("paid")
    promise("gone")
    settle_holds([Settlement("paid", 6000)])
    release_holds(["gone"])
    with pytest.raises(WrongHoldState) as refusal:
        settle_holds([Settlement("gone", 6000)])
    assert (refusal.value.key, refusal.value.state, refusal.value.wanted) == ("gone", "released", "settled")
    for move in (withhold, release_holds):
        with pytest.raises(WrongHoldState):
            move(["paid"])
    with pytest.raises(WrongHoldState):
        withhold(["gone"])


def test_it_refuses_a_hold_that_nobody_opened():
    promise("submission:1")
    for move in (withhold, release_holds):
        with pytest.raises(UnknownHold, match="submission:2"):
            move(["submission:1", "submission:2"])
    with pytest.raises(UnknownHold, match="submission:2"):
        settle_holds([Settlement("submission:1", 6000), Settlement("submission:2", 6000)])
    assert pending_micros(ANA.owner) == 6000


def test_it_settles_all_of_a_batch_or_nothing():
    deposit(10_000, ESCROW)
    promise("a")
    promise("b", owner=BEN.owner)
    with pytest.raises(InsufficientFunds) as refusal:
        settle_holds([Settlement("a", 6000), Settlement("b", 6000)])
    assert (refusal.value.ref, refusal.value.balance, refusal.value.needed) == (ESCROW, 10_000, 12_000)
    assert [hold.state for hold in holds_of(ANA.owner)] == ["open"]
    assert balance_micros(ANA) == 0


def test_it_settles_200_holds_in_a_dozen_statements():
    deposit(10_000_000, ESCROW)
    for number in range(200):
        promise(f"submission:{number}", 6000, 600, owner=f"worker:{number % 50}")
    workers = [AccountRef("worker_main", f"worker:{number}") for number in range(50)]
    post(key="known", kind="bonus", lines=[(OUTSIDE, -50), *((worker, 1) for worker in workers)])
    clock.now()
    with CaptureQueriesContext(connection) as queries:
        settle_holds([Settlement(f"submission:{number}", 6000, 600) for number in range(200)])
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # holds locked and settled, journals, accounts locked (twice, with an insert between, for the house's new one),
    # balances, postings (Django writes SQLite's in several parts), seals, queue
    assert len(statements) <= 12, statements
    assert len([s for s in statements if s.startswith('UPDATE "ledger_account"')]) == 1
    assert balance_micros(workers[7]) == 4 * 6000 + 1
    assert balance_micros(FEES) == 200 * 600
    assert verify().ok


def test_it_settles_nothing_for_an_empty_batch():
    settle_holds([])
    withhold([])
    release_holds([])
    assert not Account.objects.exists()
