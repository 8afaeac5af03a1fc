"""Balances anew from their postings. The damage is done by SQL, as it would be outside of this program."""

import json
import threading

import pytest
from django.db import connection, connections, transaction

from tagwork.jobs.cli import main
from tagwork.kit import clock
from tagwork.kit.models import AuditEntry
from tagwork.ledger.models import Account, Journal, Posting
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.rebuild import Difference, differing_balances, rebuild_balances
from tagwork.ledger.queries import balance_micros, verify
from tagwork.ledger.rules import AccountRef
from tests.unit.ledger.accounts import ANA, CLIENT, ESCROW, OUTSIDE, deposit

pytestmark = pytest.mark.django_db


def damage(ref: AccountRef, balance: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET balance_micros = %s WHERE kind = %s AND owner = %s",
            [balance, str(ref.kind), ref.owner],
        )


def test_sound_books_are_left_as_they_are():
    deposit(1_000)
    assert (differing_balances(), rebuild_balances("test")) == ([], [])
    assert not AuditEntry.objects.exists()


def test_it_says_what_differs_and_writes_only_when_asked():
    deposit(1_000)
    post(key="reserve", kind="reserve", lines=[(CLIENT, -400), (ESCROW, 400)])
    damage(CLIENT, 601)
    damage(ESCROW, 0)
    wrong = [Difference(CLIENT, 601, 600), Difference(ESCROW, 0, 400)]
    assert sorted(differing_balances(), key=lambda one: one.account) == wrong
    assert balance_micros(CLIENT) == 601
    assert sorted(rebuild_balances("test"), key=lambda one: one.account) == wrong
    assert (balance_micros(CLIENT), balance_micros(ESCROW), balance_micros(OUTSIDE)) == (600, 400, -1_000)
    assert verify().ok and rebuild_balances("test") == []
    entries = AuditEntry.objects.filter(action="ledger.rebuilt").order_by("id")
    assert {entry.subject: entry.detail["posted_micros"] for entry in entries} == {
        f"account:client_available:{CLIENT.owner}": 600,
        f"account:project_escrow:{ESCROW.owner}": 400,
    }


def test_postings_that_make_an_impossible_balance_are_not_believed():
    deposit(1_000)
    impossible = Difference(ANA, 0, -5)
    assert not impossible.is_possible and Difference(OUTSIDE, 0, -5).is_possible
    # Past the program again: a posting that nothing balances (its journal is not sealed yet).
    account = Account.objects.get(kind=CLIENT.kind)
    journal = Journal.objects.create(key="stray", kind="stray", created_at=clock.now())
    Posting.objects.create(journal=journal, account=account, amount_micros=-1_005)
    assert rebuild_balances("test") == [Difference(CLIENT, 1_000, -5)]
    assert balance_micros(CLIENT) == 1_000 and not AuditEntry.objects.exists()


def test_the_command_lists_then_writes_then_agrees(capsys):
    deposit(1_000)
    damage(CLIENT, 7)
    assert main(["ledger", "rebuild", "--json"]) == 1
    listed = json.loads(capsys.readouterr().out)
    row = {"kind": "client_available", "owner": CLIENT.owner, "stored_micros": 7, "posted_micros": 1_000}
    assert listed == {"ok": False, "differing": [{**row, "written": False}]}
    assert main(["ledger", "rebuild"]) == 1
    assert "nothing was written" in capsys.readouterr().err and balance_micros(CLIENT) == 7
    assert main(["ledger", "rebuild", "--write", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "differing": [{**row, "written": True}]}
    assert main(["ledger", "rebuild"]) == 0
    assert "every balance is the sum" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_it_is_right_beside_those_who_post():
    """Every deposit that is made meanwhile counts, whichever came first."""
    deposit(1_000)
    damage(CLIENT, 5)
    begun = threading.Event()

    def go_on() -> None:
        try:
            for number in range(20):
                with transaction.atomic():
                    post(key=f"more:{number}", kind="deposit", lines=[(OUTSIDE, -10), (CLIENT, 10)])
                begun.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=go_on)
    thread.start()
    begun.wait(60)
    (found,) = rebuild_balances("test")
    thread.join(120)
    assert found.posted_micros - found.stored_micros == 995
    assert balance_micros(CLIENT) == 1_200
    assert verify().ok and differing_balances() == []
