"""Two at once, with real connections: threads that start together, each with a connection of its own."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from tagwork.ledger.errors import InsufficientFunds, WrongHoldState
from tagwork.ledger.models import Journal, Posting
from tagwork.ledger.operations.hold import release_holds, settle_holds, withhold
from tagwork.ledger.operations.post import post, post_many
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import balance_micros, holds_of, pending_micros, reserved_micros, verify
from tagwork.ledger.rules import AccountRef, Entry, Settlement
from tests.builders.concurrency import at_once
from tests.unit.ledger.accounts import ANA, BEN, CLIENT, ESCROW, OUTSIDE, deposit, promise

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*acts: Callable[[], object]) -> list[object]:
    """What the acts return or raise, all begun at once; in order."""

    def run(number: int) -> object:
        try:
            return acts[number]()
        except Exception as error:
            return error

    return at_once(run, len(acts))


def kinds(results: list[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_sixteen_spenders_never_overdraw_one_balance():
    """1,000 / 90: eleven succeed, whoever they are, and 10 is left."""
    deposit(1_000)

    def spend(number: int) -> object:
        return post(key=f"spend:{number}", kind="reserve", lines=[(CLIENT, -90), (ESCROW, 90)])

    results = outcomes(*(lambda number=number: spend(number) for number in range(16)))
    assert kinds(results) == {"UUID": 11, "InsufficientFunds": 5}
    assert balance_micros(CLIENT) == 10
    assert balance_micros(ESCROW) == 990
    assert verify().ok


def test_one_key_from_eight_threads_makes_one_journal():
    lines = [(OUTSIDE, -5), (CLIENT, 5)]
    results = outcomes(*(lambda: post(key="deposit:1", kind="deposit", lines=lines) for _ in range(8)))
    assert kinds(results) == {"UUID": 8}
    assert len(set(results)) == 1
    assert balance_micros(CLIENT) == 5
    assert Journal.objects.count() == 1
    assert verify().ok


def test_one_key_with_two_bodies_makes_one_journal():
    results = outcomes(
        *(
            lambda amount=amount: post(key="deposit:1", kind="deposit", lines=[(OUTSIDE, -amount), (CLIENT, amount)])
            for amount in (5, 7, 5, 7, 5, 7, 5, 7)
        )
    )
    assert kinds(results) == {"UUID": 4, "KeyReused": 4}
    assert balance_micros(CLIENT) in (5, 7)


def test_the_key_is_free_again_when_its_first_user_is_refused():
    """All ask for the same journal and none can pay: each is refused by the balance, none by the key."""
    deposit(1)
    results = outcomes(
        *(lambda: post(key="spend", kind="reserve", lines=[(CLIENT, -2), (ESCROW, 2)]) for _ in range(8))
    )
    assert kinds(results) == {"InsufficientFunds": 8}
    assert all(isinstance(result, InsufficientFunds) for result in results)


def test_new_accounts_are_made_once():
    results = outcomes(
        *(
            lambda number=number: post(key=f"d:{number}", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, 1)])
            for number in range(8)
        )
    )
    assert kinds(results) == {"UUID": 8}
    assert balance_micros(CLIENT) == 8
    assert verify().ok


def test_batches_over_the_same_accounts_in_other_orders_do_not_deadlock():
    accounts = [AccountRef("client_available", f"organisation:{number}") for number in range(6)]
    for account in accounts:
        deposit(1_000, account)

    def shuffle(thread: int) -> object:
        turned = accounts[thread % 6 :] + accounts[: thread % 6]
        if thread % 2:
            turned.reverse()
        for turn in range(5):
            pairs = itertools.pairwise(turned)
            post_many([Entry(f"{thread}:{turn}:{source.owner}", "t", [(source, -1), (to, 1)]) for source, to in pairs])
        return "done"

    results = outcomes(*(lambda thread=thread: shuffle(thread) for thread in range(8)))
    assert results == ["done"] * 8
    assert sum(balance_micros(account) for account in accounts) == 6_000
    assert verify().ok


def test_sixteen_submissions_do_not_wait_for_one_escrow():
    deposit(1_000_000, ESCROW)
    results = outcomes(*(lambda number=number: promise(f"h:{number}", 6000) for number in range(16)))
    assert results == [None] * 16
    assert reserved_micros(ESCROW) == 96_000


def test_one_hold_opened_from_eight_threads_is_one():
    results = outcomes(*(lambda: promise("h", 6000) for _ in range(8)))
    assert results == [None] * 8
    assert pending_micros(ANA.owner) == 6000


def test_one_hold_settled_from_eight_threads_is_paid_once():
    deposit(1_000_000, ESCROW)
    promise("h", 6000)
    results = outcomes(*(lambda: settle_holds([Settlement("h", 6000)]) for _ in range(8)))
    assert results == [None] * 8
    assert balance_micros(ANA) == 6000
    assert Posting.objects.filter(journal__key="settle:h").count() == 2


@pytest.mark.parametrize("attempt", range(4))
def test_settling_and_withholding_at_once_ends_in_one_true_story(attempt):
    """Settle may follow withhold (an appeal won), never the other way: the pay always arrives, once."""
    deposit(1_000_000, ESCROW)
    promise("h", 6000)
    results = outcomes(
        lambda: settle_holds([Settlement("h", 6000)]),
        lambda: withhold(["h"]),
        lambda: settle_holds([Settlement("h", 6000)]),
        lambda: withhold(["h"]),
    )
    assert results[0] is None
    assert results[2] is None
    assert all(result is None or isinstance(result, WrongHoldState) for result in results)
    assert balance_micros(ANA) == 6000
    assert [hold.state for hold in holds_of(ANA.owner, None)] == ["settled"]
    assert verify().ok


@pytest.mark.parametrize("attempt", range(4))
def test_settling_and_releasing_at_once_has_one_winner(attempt):
    deposit(1_000_000, ESCROW)
    promise("h", 6000)
    paid, released = outcomes(lambda: settle_holds([Settlement("h", 6000)]), lambda: release_holds(["h"]))
    assert (paid is None) != (released is None)
    loser = released if paid is None else paid
    assert isinstance(loser, WrongHoldState)
    assert balance_micros(ANA) == (6000 if paid is None else 0)
    assert reserved_micros(ESCROW) == 0
    assert verify().ok


def test_batches_that_settle_the_same_holds_in_other_orders_do_not_deadlock():
    deposit(1_000_000, ESCROW)
    keys = [f"h:{number}" for number in range(30)]
    for number, key in enumerate(keys):
        promise(key, 100, owner=(ANA, BEN)[number % 2].owner)
    orders = [keys, keys[::-1], keys[10:] + keys[:10], keys[20:] + keys[:20]]
    results = outcomes(*(lambda order=order: settle_holds([Settlement(key, 100) for key in order]) for order in orders))
    assert results == [None] * 4
    assert (balance_micros(ANA), balance_micros(BEN)) == (1500, 1500)
    assert verify().ok


def test_spending_beside_settling_keeps_both_right():
    """A worker with 150 withdraws while verdicts pay: 20 x 100 come in, as many withdrawals of 150 as fit go out."""
    deposit(1_000_000, ESCROW)
    deposit(150, ANA)
    for number in range(20):
        promise(f"h:{number}", 100)
    away = AccountRef("withdrawal_hold", "withdrawal:1")

    def withdraw(number: int) -> object:
        return post(key=f"w:{number}", kind="withdraw", lines=[(ANA, -150), (away, 150)])

    results = outcomes(
        *(lambda number=number: settle_holds([Settlement(f"h:{number}", 100)]) for number in range(20)),
        *(lambda number=number: withdraw(number) for number in range(8)),
    )
    gone = kinds(results)["UUID"]
    assert kinds(results) == Counter(NoneType=20, UUID=gone, InsufficientFunds=8 - gone)
    assert gone >= 1
    assert balance_micros(ANA) == 2150 - 150 * gone
    assert balance_micros(away) == 150 * gone
    assert verify().ok


def test_one_journal_reversed_from_six_threads_is_reversed_once():
    journal_id = post(key="d", kind="deposit", lines=[(OUTSIDE, -5), (CLIENT, 5)])
    deposit(100)
    results = outcomes(*(lambda number=number: reverse(f"undo:{number}", journal_id, "typo") for number in range(6)))
    assert kinds(results) == {"UUID": 1, "NotReversible": 5}
    assert balance_micros(CLIENT) == 100


def test_sealers_and_posters_at_once_leave_one_unbroken_chain():
    def work(number: int) -> object:
        for turn in range(5):
            post(key=f"{number}:{turn}", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, 1)])
        return 0

    def seal() -> object:
        return sum(extend_chain(limit=3) for _ in range(6))

    results = outcomes(*(lambda number=number: work(number) for number in range(5)), seal, seal, seal)
    assert set(kinds(results)) == {"int"}
    linked = sum(results[5:])
    assert linked + extend_chain() == 25
    assert verify().ok


def test_verify_beside_work_never_cries_wolf():
    deposit(1_000_000, ESCROW)
    stop = threading.Event()

    def work(number: int) -> object:
        for turn in range(12):
            key = f"{number}:{turn}"
            promise(key, 100)
            settle_holds([Settlement(key, 100)])
        return "done"

    def watch() -> object:
        while not stop.is_set():
            report = verify()
            if not report.ok:
                return [check for check in report.checks if not check[1]]
        return "quiet"

    watched: list[object] = []
    watcher = threading.Thread(target=lambda: (watched.append(watch()), connection.close()))
    watcher.start()
    results = outcomes(*(lambda number=number: work(number) for number in range(4)), lambda: extend_chain() and "done")
    stop.set()
    watcher.join(timeout=60)
    assert results[:4] == ["done"] * 4
    assert watched == ["quiet"]
