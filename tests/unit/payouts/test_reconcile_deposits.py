"""The wallet that takes clients' coins in against the books: a real Litecoin node, a strict one of Bitcoin Cash."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tagwork.kit.errors import Forbidden
from tagwork.kit.locks import try_lock
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts import console, rules
from tagwork.payouts.models import CoinReceipt, Deposit, Difference, Freeze, Reconciliation
from tagwork.payouts.operations.explain_difference import explain_difference
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.give_deposit_address import give_deposit_address
from tagwork.payouts.operations.reconcile import reconcile, reconcile_due
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.operations.watch_alarms import watch_alarms
from tagwork.payouts.operations.watch_deposits import watch_deposits
from tests.builders import people
from tests.builders.bchn import PASSWORD as PASSWORD_BCH
from tests.builders.bchn import USER as USER_BCH
from tests.builders.bchn import FakeBchn, address_of, fake_bchn, script_of
from tests.builders.concurrency import at_once
from tests.builders.litecoin import PASSWORD, USER, RegtestNode
from tests.unit.payouts.coin_setup import set_up
from tests.unit.payouts.conftest import advance, deliver, set_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def till(db: None, settings: Settings) -> Iterator[FakeBchn]:
    """The node that takes Bitcoin Cash in; 3 blocks make a deposit, $80.00 a coin."""
    set_up(coin="bch")
    set_policy("payouts.deposit_confirmations", 3)
    with fake_bchn("till") as fake:
        settings.DEPOSIT_NODES = {"bch": (fake.url, USER_BCH, PASSWORD_BCH)}
        yield fake


def address(method: str = "bch") -> str:
    client = people.client()
    return give_deposit_address(client.organisation, method, client.person)


def paid_in(till: FakeBchn, units: int = 2_000_000) -> str:
    """A credited deposit; the transaction's id."""
    txid = till.pay(address(), units)
    till.mine(3)
    assert watch_deposits() == 1
    return txid


def codes() -> list[tuple[str, str, str]]:
    rows = Difference.objects.filter(gone_at=None, explained_at=None).order_by("id")
    return list(rows.values_list("method", "code", "subject"))


def newest() -> Reconciliation:
    return Reconciliation.objects.order_by("-at")[0]


def test_litecoin_agrees_from_the_first_payment_to_coins_that_fill_the_paying_wallet(
    litecoin: RegtestNode, hot: str, settings: Settings
) -> None:
    set_up()
    set_policy("payouts.deposit_confirmations", 3)
    name = litecoin.new_wallet()
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    assert reconcile("deposits.ltc").outcome == "agrees"
    txid = litecoin.miner("sendtoaddress", address("ltc"), "0.5")
    assert reconcile("deposits.ltc").outcome == "agrees"  # it waits in the mempool
    first = litecoin.mine(3)[0]
    assert watch_deposits() == 1
    report = reconcile("deposits.ltc")
    assert (report.outcome, report.payments) == ("agrees", 1)
    # 0.5 x $80
    assert (newest().wallet_units, newest().expected_units, newest().books_micros) == (
        50_000_000,
        50_000_000,
        40_000_000,
    )
    moved = litecoin.wallet(name)("sendtoaddress", litecoin.wallet(hot)("getnewaddress"), "0.2")
    assert reconcile("deposits.ltc").outcome == "agrees"
    litecoin.mine(2)
    assert [reconcile(one).outcome for one in ("deposits.ltc", "ltc")] == ["agrees", "agrees"]
    # The block of the deposit leaves the chain: it waits again, and nobody has lost anything.
    litecoin.rpc("invalidateblock", first)
    # As deep as before: a wallet's spend may be of no block before the one it was made in.
    litecoin.mine_empty(5)
    waiting = set(litecoin.rpc("getrawmempool"))
    assert txid in waiting
    if moved not in waiting:
        litecoin.rpc("sendrawtransaction", litecoin.wallet(name)("gettransaction", moved)["hex"])
    # Its change is in no balance now: it rests on a payment of somebody else that waits.
    assert litecoin.wallet(name)("getbalance") == "0.00000000"
    assert reconcile("deposits.ltc").outcome == "agrees" and newest().expected_units is None
    assert not Freeze.objects.exists()
    litecoin.mine(3)
    assert reconcile("deposits.ltc").outcome == "agrees"
    assert CoinReceipt.objects.get().txid == txid


def test_a_spend_to_nobody_of_ours_freezes_the_deposits_and_not_the_payouts(
    litecoin: RegtestNode, hot: str, settings: Settings
) -> None:
    set_up()
    name, stranger = litecoin.new_wallet("1"), litecoin.new_wallet()
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    assert reconcile("deposits.ltc").outcome == "agrees"
    # A part of it to the paying wallet makes it no better.
    sent = {litecoin.wallet(hot)("getnewaddress"): "0.1", litecoin.wallet(stranger)("getnewaddress"): "0.1"}
    gone = litecoin.wallet(name)("sendmany", "", sent)
    assert reconcile("deposits.ltc").outcome == "differs"
    assert codes() == [("deposits.ltc", "unknown_spend", gone)]
    assert [(one.method, one.code) for one in Freeze.objects.all()] == [("deposits.ltc", rules.RECONCILIATION)]
    assert run_payouts("ltc").outcome == "done"


def test_a_wallet_without_keys_is_compared_too(litecoin: RegtestNode, settings: Settings) -> None:
    set_up()
    set_policy("payouts.deposit_confirmations", 3)
    name = litecoin.new_wallet()
    cold = litecoin.wallet(name)("getaddressinfo", litecoin.wallet(name)("getnewaddress", "", "bech32"))
    litecoin.rpc("createwallet", f"{name}-watch", True, True)
    watch = litecoin.wallet(f"{name}-watch")
    kept = {"scriptPubKey": {"address": cold["address"]}, "timestamp": "now", "pubkeys": [cold["pubkey"]]}
    assert watch("importmulti", [kept])[0]["success"] is True
    settings.DEPOSIT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}-watch", USER, PASSWORD)}
    assert reconcile("deposits.ltc").outcome == "agrees"
    litecoin.miner("sendtoaddress", cold["address"], "0.5")
    litecoin.mine(3)
    report = reconcile("deposits.ltc")
    assert (newest().wallet_units, newest().expected_units) == (50_000_000, 50_000_000)
    # No client was ever shown this address: it is told, and stops nothing.
    assert (report.outcome, [code for _, code, _ in codes()]) == ("differs", ["unknown_arrival"])
    assert not Freeze.objects.exists()


def test_a_credit_whose_coins_another_transaction_took_is_named_until_it_is_taken_back(till: FakeBchn) -> None:
    reconcile("deposits.bch")
    txid = paid_in(till)
    assert reconcile("deposits.bch").outcome == "agrees"
    till.reorganise(3)
    assert reconcile("deposits.bch").outcome == "agrees"  # it waits again
    till.overtake(txid, [(1_990_000, script_of(till.stranger(1)))])
    till.mine()
    report = reconcile("deposits.bch")
    assert (report.outcome, report.new) == ("differs", 1)
    assert codes() == [("deposits.bch", "deposit_missing", f"{txid}:0")]
    deposit = Deposit.objects.get()
    found = Difference.objects.get()
    assert (found.books, found.outside, found.journals) == ("2000000", "0", [f"deposit:{deposit.id}"])
    assert Freeze.objects.get().method == "deposits.bch"
    assert reconcile("deposits.bch").new == 0
    operator = people.operator()
    reverse_deposit(deposit.id, "its coins went elsewhere", operator)
    with pytest.raises(Forbidden):
        explain_difference(people.worker(), found.id, "mine")
    for _ in range(2):
        explain_difference(operator, found.id, "taken back")
    lift_freeze(operator, Freeze.objects.get().id, "explained")
    assert reconcile("deposits.bch").outcome == "agrees"
    assert newest().books_micros == 0


def test_a_journal_without_coins_and_a_deposit_of_another_worth_are_named(till: FakeBchn) -> None:
    reconcile("deposits.bch")
    paid_in(till)
    lines = (AccountRef(Kind.EXTERNAL_IN, "method:bch"), -7), (AccountRef(Kind.CLIENT_AVAILABLE, "organisation:1"), 7)
    post(key="by-a-script", kind="deposit", lines=lines)
    reconcile("deposits.bch")
    assert codes() == [("deposits.bch", "books_extra", "by-a-script")]
    assert Difference.objects.get().books == "7"
    # 0.02 x $80, and what the script wrote
    assert newest().books_micros == 1_600_000 + 7


def test_coins_that_vanish_from_the_wallet_freeze_its_deposits_and_are_told_by_letter(till: FakeBchn) -> None:
    reconcile("deposits.bch")
    txid = paid_in(till)
    kept = till.outputs.pop((txid, 0))
    assert reconcile("deposits.bch").outcome == "differs"
    assert codes() == [("deposits.bch", "wallet_short", "-2000000")]
    assert [(one.code, one.title) for one in console.alarms() if one.code == "difference"] == [
        ("difference", "Bitcoin Cash deposits")
    ]
    watch_alarms()
    deliver()
    assert watch_deposits() == 0 and Freeze.objects.get().method == "deposits.bch"
    till.outputs[txid, 0] = kept
    assert reconcile("deposits.bch").outcome == "agrees"
    [row] = console.comparisons()
    assert (row.title, row.is_deposits, row.method, row.open) == ("Bitcoin Cash deposits", True, "bch", 0)


def test_what_the_house_sent_itself_is_told_once_and_dust_and_old_coins_are_not(till: FakeBchn) -> None:
    till.pay(address_of(till.own_script()), 5_000)
    till.mine()
    assert reconcile("deposits.bch").outcome == "agrees"  # it was there before
    till.pay(address(), 545)
    txid = till.pay(address_of(till.own_script()), 9_000)
    assert reconcile("deposits.bch").outcome == "agrees"
    till.mine(3)
    watch_deposits()
    assert [reconcile("deposits.bch").new for _ in range(2)] == [1, 0]
    assert codes() == [("deposits.bch", "unknown_arrival", f"{txid}:0")]
    assert not Freeze.objects.exists()
    explain_difference(people.operator(), Difference.objects.get().id, "for the fees")
    assert reconcile("deposits.bch").outcome == "agrees"


def test_a_clients_coins_that_nobody_kept_are_named_once_they_are_old(till: FakeBchn) -> None:
    reconcile("deposits.bch")
    txid = till.pay(address(), 2_000_000)
    till.mine(99)
    assert reconcile("deposits.bch").outcome == "agrees"  # the watcher may only be late
    till.mine()
    reconcile("deposits.bch")
    assert codes() == [("deposits.bch", "not_credited", f"{txid}:0")]


def test_it_is_daily_waits_for_the_watcher_and_is_missed_when_nobody_does_it(till: FakeBchn) -> None:
    paid_in(till)
    with try_lock("deposits.bch", 60):
        assert reconcile("deposits.bch", is_daily=True).outcome == "busy"
    till.trouble["listsinceblock"] = -28
    assert reconcile("deposits.bch", is_daily=True).outcome == "waiting"
    assert [reconcile_due() for _ in range(3)] == [1, 0, 0]
    advance(hours=27)
    assert [one.title for one in console.alarms() if one.code == "unreconciled"] == ["Bitcoin Cash deposits"]
    assert reconcile_due() == 1
    assert "unreconciled" not in {one.code for one in console.alarms()}


def test_without_a_wallet_there_is_nothing_to_compare_with(till: FakeBchn, settings: Settings) -> None:
    settings.DEPOSIT_NODES = {}
    assert [reconcile(name).outcome for name in ("deposits.bch", "deposits.nothing")] == ["by_hand", "by_hand"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_daily_comparison(till: FakeBchn) -> None:
    paid_in(till)
    outcomes = at_once(lambda _: reconcile("deposits.bch", is_daily=True).outcome)
    assert sorted(outcomes) in (["agrees", "busy"], ["agrees", "done"])
    assert Reconciliation.objects.count() == 1
