"""The books against a real Litecoin node, a strict Bitcoin Cash node and a strict PayPal."""

import argparse
import json
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from pytest_django import Settings

from tagwork.jobs.commands import payouts as command
from tagwork.kit.errors import Forbidden, Invalid, WrongState
from tagwork.kit.locks import try_lock
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts import rules
from tagwork.payouts.alarm_words import said
from tagwork.payouts.console import alarms
from tagwork.payouts.models import (
    Batch,
    Difference,
    Freeze,
    ProviderBatch,
    ProviderItem,
    RaisedAlarm,
    Reconciliation,
    WalletMovement,
)
from tagwork.payouts.operations.explain_difference import explain_difference
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.observe_float import observe_float
from tagwork.payouts.operations.reconcile import reconcile, reconcile_due
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.operations.watch_alarms import watch_alarms
from tagwork.payouts.rails.node import Node
from tagwork.people.models import Person
from tests.builders import people
from tests.builders.bchn import PASSWORD as BCHN_PASSWORD
from tests.builders.bchn import USER as BCHN_USER
from tests.builders.bchn import FakeBchn, fake_bchn
from tests.builders.litecoin import RegtestNode
from tests.builders.paypal import FakePayPal
from tests.unit.payouts.coin_setup import approved_all, approved_to, set_up
from tests.unit.payouts.conftest import advance, deliver

pytestmark = pytest.mark.django_db


@pytest.fixture
def bchn(db: None, settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    with fake_bchn() as fake:
        fake.give(100_000_000)
        fake.give(100_000_000)
        settings.PAYOUT_NODES = {"bch": (fake.url, BCHN_USER, BCHN_PASSWORD)}
        yield fake


def codes() -> list[tuple[str, str]]:
    return list(Difference.objects.filter(gone_at=None, explained_at=None).values_list("code", "subject"))


def test_litecoin_the_books_agree_from_the_first_payment_to_the_last_block(
    litecoin: RegtestNode, hot: str, payee: str
) -> None:
    set_up()
    assert reconcile("ltc").outcome == "agrees"
    approved_all([litecoin.wallet(payee)("getnewaddress") for _ in range(3)])
    assert run_payouts("ltc").outcome == "done"
    assert reconcile("ltc").outcome == "agrees"  # it waits in the mempool
    litecoin.mine(2)
    assert run_payouts("ltc").outcome == "done"
    litecoin.miner("sendtoaddress", litecoin.wallet(hot)("getnewaddress"), "0.5")
    litecoin.mine()
    report = reconcile("ltc")
    assert (report.outcome, report.payments, codes()) == ("agrees", 1, [])
    # 3 LTC, 0.5 more, less 1250001 + 1250002 + 1250003 litoshi and the fee
    fee = Batch.objects.get().fee_units
    newest = Reconciliation.objects.order_by("-at")[0]
    assert newest.wallet_units == newest.expected_units == 350_000_000 - 3_750_006 - (fee or 0)
    assert not Freeze.objects.exists()


def test_litecoin_a_spend_that_is_nobody_s_is_named_freezes_and_is_told_once(
    litecoin: RegtestNode, hot: str, payee: str
) -> None:
    set_up()
    reconcile("ltc")
    txid = litecoin.wallet(hot)("sendtoaddress", litecoin.wallet(payee)("getnewaddress"), "0.1")
    report = reconcile("ltc")
    assert (report.outcome, report.new, codes()) == ("differs", 1, [("unknown_spend", txid)])
    assert Freeze.objects.get().code == rules.RECONCILIATION and run_payouts("ltc").outcome == "frozen"
    again = reconcile("ltc")
    assert (again.outcome, again.new, again.open) == ("differs", 0, 1)
    operator = people.operator()
    with pytest.raises(Forbidden):
        explain_difference(people.worker(), Difference.objects.get().id, "mine")
    with pytest.raises(Invalid):
        explain_difference(operator, Difference.objects.get().id, " ")
    for _ in range(2):
        explain_difference(operator, Difference.objects.get().id, "coins moved to the new wallet, ticket 7")
    lift_freeze(operator, Freeze.objects.get().id, "explained")
    assert reconcile("ltc").outcome == "agrees"
    assert not Freeze.objects.filter(lifted_at=None).exists()


def test_what_was_spent_before_the_first_comparison_is_not_judged(litecoin: RegtestNode, hot: str, payee: str) -> None:
    set_up()
    litecoin.wallet(hot)("sendtoaddress", litecoin.wallet(payee)("getnewaddress"), "0.1")
    litecoin.mine()
    assert [reconcile("ltc").outcome for _ in range(2)] == ["agrees", "agrees"]


def test_a_child_that_helped_is_in_no_list_of_the_node_and_yet_accounted_for(
    litecoin: RegtestNode, hot: str, payee: str
) -> None:
    set_up()
    reconcile("ltc")
    approved_to(litecoin.wallet(payee)("getnewaddress"), 1_000_000, 1)
    run_payouts("ltc")
    advance(hours=7)
    run_payouts("ltc")  # waits longer than six hours: a child is made
    assert Batch.objects.get().rescues.count() == 1
    assert reconcile("ltc").outcome == "agrees"
    litecoin.mine(2)
    run_payouts("ltc")
    assert reconcile("ltc").outcome == "agrees"


def test_bitcoin_cash_agrees_and_a_journal_without_a_payment_is_named(bchn: FakeBchn) -> None:
    reconcile("bch")
    approved_all([bchn.stranger(number) for number in range(2)], method="bch")
    run_payouts("bch")
    bchn.mine(2)
    run_payouts("bch")
    report = reconcile("bch")
    assert (report.outcome, report.payments) == ("agrees", 1)
    lines = (AccountRef(Kind.NETWORK_FEE, "house"), -5_000), (AccountRef(Kind.EXTERNAL_OUT, "method:bch"), 5_000)
    post(key="by-a-script", kind="network_fee", lines=lines)
    assert reconcile("bch").outcome == "differs"
    assert codes() == [("books_extra", "by-a-script")]
    assert Difference.objects.get().journals == ["by-a-script"]
    assert Freeze.objects.get().code == rules.RECONCILIATION


def test_a_payment_that_vanished_from_the_wallet_freezes(bchn: FakeBchn) -> None:
    reconcile("bch")
    approved_all([bchn.stranger(1)], method="bch")
    run_payouts("bch")
    bchn.mine(2)
    run_payouts("bch")
    batch = Batch.objects.get()
    del bchn.transactions[batch.txid or ""]
    bchn.blocks = [[txid for txid in listed if txid != batch.txid] for listed in bchn.blocks]
    bchn.outputs = {coin: output for coin, output in bchn.outputs.items() if coin[0] != batch.txid}
    assert reconcile("bch").outcome == "differs"
    assert ("payment_missing", str(batch.id)) in codes()
    assert len(Difference.objects.get(code="payment_missing").journals) == 2  # the withdrawal's and the fee's


def test_a_wallet_that_lost_coins_silently_is_short_until_it_fits_again(bchn: FakeBchn) -> None:
    reconcile("bch")
    coin, kept = bchn.outputs.popitem()
    assert reconcile("bch").outcome == "differs"
    assert codes() == [("wallet_short", "-100000000")]
    bchn.outputs[coin] = kept
    assert reconcile("bch").outcome == "agrees"
    with pytest.raises(WrongState):
        explain_difference(people.operator(), Difference.objects.get().id, "came back")


def test_an_explained_shortage_is_where_the_next_comparison_begins(bchn: FakeBchn) -> None:
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    explain_difference(people.operator(), Difference.objects.get().id, "lost key, written off")
    assert [reconcile("bch").outcome for _ in range(2)] == ["agrees", "agrees"]


def test_the_same_amount_missing_once_more_is_another_difference_and_freezes_again(bchn: FakeBchn) -> None:
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    operator = people.operator()
    explain_difference(operator, Difference.objects.get().id, "lost key, written off")
    lift_freeze(operator, Freeze.objects.get().id, "explained")
    assert reconcile("bch").outcome == "agrees"
    bchn.outputs.popitem()  # 1 BCH again
    report = reconcile("bch")
    assert (report.outcome, report.new, codes()) == ("differs", 1, [("wallet_short", "-100000000")])
    assert Freeze.objects.filter(lifted_at=None).count() == 1
    # what was explained keeps its note
    assert Difference.objects.exclude(explained_at=None).get().note == "lost key, written off"


def test_a_loss_of_the_same_amount_before_the_explanation_is_counted_is_seen(bchn: FakeBchn) -> None:
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    explain_difference(people.operator(), Difference.objects.get().id, "lost key, written off")
    bchn.outputs.popitem()
    assert (reconcile("bch").new, codes()) == (1, [("wallet_short", "-100000000")])


def test_an_explanation_given_while_a_comparison_runs_counts_in_the_next_one(
    bchn: FakeBchn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    balance = Node.balance_units

    def explained_meanwhile(node: Node, *, is_watched_only: bool = False) -> int:
        explain_difference(people.operator(), Difference.objects.get(gone_at=None).id, "lost key, written off")
        advance(seconds=1)
        return balance(node, is_watched_only=is_watched_only)

    with monkeypatch.context() as patch:
        patch.setattr(Node, "balance_units", explained_meanwhile)
        reconcile("bch")
    assert [reconcile("bch").outcome for _ in range(2)] == ["agrees", "agrees"]


def test_paypal_agrees_and_says_what_it_paid(paypal: FakePayPal) -> None:
    ana = approved_to("ana@example.org", 10_000_000, 1, "paypal").id
    run_by_provider("paypal")
    assert reconcile("paypal").outcome == "agrees"
    paypal.settle(ana, "SUCCESS")
    assert reconcile("paypal").outcome == "agrees"  # not booked yet: it is only looked at sooner
    assert run_by_provider("paypal").name == "done"
    report = reconcile("paypal")
    # $10 less 2 %
    assert (report.outcome, Reconciliation.objects.order_by("-at")[0].paid_micros) == ("agrees", 9_800_000)


def test_paypal_a_payout_that_it_forgot_and_one_paid_after_a_refund_are_named(paypal: FakePayPal) -> None:
    ana = approved_to("ana@example.org", 10_000_000, 1, "paypal").id
    ben = approved_to("ben@example.org", 10_000_000, 2, "paypal").id
    run_by_provider("paypal")
    paypal.settle(ana, "SUCCESS", fee="0.25")
    paypal.settle(ben, "FAILED")
    advance(minutes=11)
    run_by_provider("paypal")
    refund_withdrawal(people.operator(), ben)
    paypal.settle(ben, "SUCCESS")
    reconcile("paypal")
    assert ("paid_after_all", str(ben)) in codes()
    assert Freeze.objects.get().code == rules.RECONCILIATION
    paypal.only().items = [item for item in paypal.only().items if item.sent["sender_item_id"] != str(ana)]
    reconcile("paypal")
    assert ("payment_missing", str(ana)) in codes()
    assert ProviderItem.objects.count() == 2


def test_paypal_another_amount_than_ours_freezes(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    run_by_provider("paypal")
    paypal.only().items[0].sent["amount"]["value"] = "98.00"
    reconcile("paypal")
    assert codes() == [("payment_differs", str(ProviderBatch.objects.get().id))]


def test_it_is_daily_once_and_again_the_next_day(bchn: FakeBchn) -> None:
    assert [reconcile_due() for _ in range(3)] == [1, 0, 0]
    advance(days=1)
    assert reconcile_due() == 1
    assert Reconciliation.objects.count() == 2


def test_a_silent_node_is_tried_again_and_a_busy_runner_waited_for(bchn: FakeBchn, settings: Settings) -> None:
    with try_lock("payouts.bch", 60):
        assert reconcile("bch", is_daily=True).outcome == "busy"
    bchn.trouble["listsinceblock"] = -28
    assert reconcile("bch", is_daily=True).outcome == "waiting"
    assert not Reconciliation.objects.exists()
    assert reconcile("bch", is_daily=True).outcome == "agrees"
    settings.PAYOUT_NODES = {}
    assert reconcile("bch").outcome == "by_hand"


def test_the_database_keeps_what_was_compared(bchn: FakeBchn) -> None:
    reconcile("bch")
    with pytest.raises(DatabaseError), transaction.atomic():
        Reconciliation.objects.update(wallet_units=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        WalletMovement.objects.all().delete()


@pytest.mark.django_db(transaction=True)  # the command closes its connection
def test_the_command_says_how_it_stands(bchn: FakeBchn, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = argparse.Namespace(action="reconcile", method=None, json=True)
    assert command.run(arguments) == 0
    (said,) = json.loads(capsys.readouterr().out)["methods"]
    assert (said["method"], said["outcome"]) == ("bch", "agrees")
    bchn.outputs.popitem()
    assert command.run(arguments) == 1


def test_every_alarm_is_told_by_letter_once_while_it_lasts(bchn: FakeBchn) -> None:
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    operators = [people.operator().email, people.second_operator().email]
    for _ in range(3):
        watch_alarms()
        deliver()
        advance(minutes=1)
    letters = [letter for letter in mail.outbox if "say different things" in letter.subject]
    assert sorted(letter.to[0] for letter in letters) == sorted(operators)
    # One whole coin, in words and in coins: the page says the very same.
    assert "Bitcoin Cash" in letters[0].subject and "Missing: 1.00000000 BCH. The wallet holds less" in letters[0].body
    [alarm] = [one for one in alarms() if one.code == "difference"]
    assert said(alarm).text in letters[0].subject and said(alarm).seen in letters[0].body
    explain_difference(people.operator(), Difference.objects.get().id, "known")
    advance(hours=2)
    watch_alarms()
    assert not RaisedAlarm.objects.filter(code="difference", over_at=None).exists()


@pytest.mark.usefixtures("catalogue")
def test_an_operator_reads_an_alarm_in_a_language_of_their_own(bchn: FakeBchn) -> None:
    operator = people.operator()
    Person.objects.filter(pk=operator.pk).update(language="es")
    reconcile("bch")
    bchn.outputs.popitem()
    reconcile("bch")
    watch_alarms()
    advance(minutes=1)
    watch_alarms()
    deliver()
    told = {one.subject: one.body for one in mail.outbox if one.to == [operator.email]}
    for subject in (
        "Los pagos por Bitcoin Cash están bloqueados",
        "Bitcoin Cash: Los libros y lo de fuera dicen cosas distintas.",
    ):
        assert "Falta: 1.00000000 BCH. La billetera tiene menos" in told[subject]


def test_a_node_that_is_silent_for_a_moment_is_told_of_only_when_it_lasts(bchn: FakeBchn) -> None:
    operator = people.operator()
    bchn.trouble["getblockchaininfo"] = -28
    observe_float("bch")
    assert "node_silent" in {one.code for one in alarms()}
    watch_alarms()
    deliver()
    assert not [letter for letter in mail.outbox if "did not answer" in letter.subject]
    advance(minutes=16)
    watch_alarms()
    deliver()
    assert [letter.to for letter in mail.outbox if "did not answer" in letter.subject] == [[operator.email]]


def test_a_batch_in_doubt_for_hours_is_told(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    paypal.losses = ["cut_before"]
    run_by_provider("paypal")
    assert "in_doubt" not in {one.code for one in alarms()}
    advance(hours=6, minutes=1)
    (found,) = [one for one in alarms() if one.code == "in_doubt"]
    assert found.subject == ProviderBatch.objects.get().id


def test_books_that_nobody_compares_are_told(paypal: FakePayPal) -> None:
    approved_to("ana@example.org", 10_000_000, 1, "paypal")
    run_by_provider("paypal")
    assert "unreconciled" not in {one.code for one in alarms()}
    advance(hours=27)
    assert "unreconciled" in {one.code for one in alarms()}
    reconcile_due()
    assert "unreconciled" not in {one.code for one in alarms()}
