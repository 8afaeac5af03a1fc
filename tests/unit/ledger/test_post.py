import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.ledger.errors import InsufficientFunds, KeyReused, Unbalanced
from tagwork.ledger.models import Account, Journal, Posting, Seal, Unlinked
from tagwork.ledger.operations.post import post, post_many
from tagwork.ledger.queries import balance_micros, totals_by_kind, verify
from tagwork.ledger.rules import AccountRef, Entry
from tests.unit.ledger.accounts import ANA, BEN, CLIENT, ESCROW, OUTSIDE, deposit

pytestmark = pytest.mark.django_db


def test_it_moves_money_from_one_account_to_another():
    deposit(10_000_000)

    journal_id = post(
        key="escrow:1",
        kind="reserve",
        lines=[(CLIENT, -2_000_000), (ESCROW, 2_000_000)],
        subject="project:cats",
        detail={"slots": 100},
    )

    assert balance_micros(CLIENT) == 8_000_000
    assert balance_micros(ESCROW) == 2_000_000
    assert balance_micros(OUTSIDE) == -10_000_000
    journal = Journal.objects.get(pk=journal_id)
    assert (journal.key, journal.kind, journal.subject, journal.detail) == (
        "escrow:1",
        "reserve",
        "project:cats",
        {"slots": 100},
    )
    assert Seal.objects.filter(journal=journal).exists()
    assert Unlinked.objects.filter(journal=journal).exists()
    assert sum(totals_by_kind().values()) == 0


def test_it_stamps_the_time_it_is_given():
    at = datetime(2026, 11, 21, 6, 0, 0, 123456, tzinfo=UTC)
    journal_id = post(key="d", kind="deposit", lines=[(OUTSIDE, -5), (CLIENT, 5)], at=at)
    assert Journal.objects.get(pk=journal_id).created_at == at


def test_it_returns_the_first_journal_when_a_key_is_replayed():
    lines = [(OUTSIDE, -5), (CLIENT, 5)]
    first = post(key="d", kind="deposit", lines=lines, detail={"rate": 1})
    again = post(key="d", kind="deposit", lines=list(reversed(lines)), detail={"rate": 2})
    assert again == first
    assert balance_micros(CLIENT) == 5
    assert Posting.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"lines": [(OUTSIDE, -6), (CLIENT, 6)]},
        {"lines": [(OUTSIDE, -5), (BEN, 5)]},
        {"kind": "refund"},
        {"subject": "somebody else"},
    ],
)
def test_it_refuses_a_key_that_stands_for_something_else(other):
    body = {"kind": "deposit", "lines": [(OUTSIDE, -5), (CLIENT, 5)], "subject": ""}
    post(key="d", **body)
    with pytest.raises(KeyReused):
        post(key="d", **(body | other))
    assert balance_micros(CLIENT) == 5


def test_it_refuses_to_overdraw_and_says_by_how_much():
    deposit(100)
    with pytest.raises(InsufficientFunds) as refusal:
        post(key="w", kind="withdraw", lines=[(CLIENT, -101), (ESCROW, 101)])
    assert (refusal.value.ref, refusal.value.balance, refusal.value.needed) == (CLIENT, 100, 101)
    assert balance_micros(CLIENT) == 100
    assert not Journal.objects.filter(key="w").exists()


def test_it_lets_the_last_micro_be_spent():
    deposit(100)
    post(key="w", kind="withdraw", lines=[(CLIENT, -100), (ESCROW, 100)])
    assert balance_micros(CLIENT) == 0


def test_it_leaves_the_callers_transaction_usable_after_a_refusal():
    with transaction.atomic():
        deposit(100)
        with pytest.raises(InsufficientFunds):
            post(key="w", kind="withdraw", lines=[(CLIENT, -101), (ESCROW, 101)])
        post(key="w", kind="withdraw", lines=[(CLIENT, -99), (ESCROW, 99)])
    assert balance_micros(CLIENT) == 1


def test_it_lets_the_outside_and_the_houses_expenses_go_below_zero():
    lines = [(AccountRef("network_fee", "house"), -238), (AccountRef("external_out", "method:ltc"), 238)]
    post(key="f", kind="network_fee", lines=lines)
    post(
        key="r",
        kind="rounding",
        lines=[(AccountRef("rounding", "house"), -1), (AccountRef("platform_fee", "house"), 1)],
    )
    assert totals_by_kind()["network_fee"] == -238


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [(OUTSIDE, -5), (CLIENT, 6)],
        [(CLIENT, 5)],
        [(CLIENT, 5), (CLIENT, -5)],
        [(CLIENT, 0), (OUTSIDE, 0)],
    ],
)
def test_it_refuses_lines_that_do_not_balance_or_move_nothing(lines):
    with pytest.raises(Unbalanced):
        post(key="d", kind="deposit", lines=lines)


def test_it_leaves_out_lines_of_zero():
    deposit(100)
    post(key="s", kind="pay", lines=[(CLIENT, -10), (ANA, 10), (AccountRef("platform_fee", "house"), 0)])
    assert not Account.objects.filter(kind="platform_fee").exists()


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_it_refuses_money_that_is_not_a_whole_number(amount):
    with pytest.raises(TypeError):
        post(key="d", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, amount)])


def test_it_refuses_an_amount_that_no_database_holds():
    with pytest.raises(ValueError, match="more than the ledger can hold"):
        post(key="d", kind="deposit", lines=[(OUTSIDE, -(2**63)), (CLIENT, 2**63)])


@pytest.mark.parametrize("ref", [AccountRef("pocket", "worker:ana"), AccountRef("worker_main", "")])
def test_it_refuses_an_account_that_cannot_be(ref):
    with pytest.raises(ValueError):
        post(key="d", kind="deposit", lines=[(OUTSIDE, -1), (ref, 1)])


@pytest.mark.parametrize("detail", [{"rate": 0.5}, {"a": {"b": [1, 2.5]}}, {1: "one"}, {"at": datetime(2026, 1, 1)}])  # noqa: DTZ001
def test_it_refuses_a_detail_that_would_not_hash_the_same_twice(detail):
    with pytest.raises(TypeError):
        post(key="d", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, 1)], detail=detail)


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_it_refuses_text_that_a_database_cannot_keep(text):
    with pytest.raises(ValueError):
        post(key="d", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, 1)], detail={"note": text})


@pytest.mark.parametrize("kind", ["settle", "reversal"])
def test_it_refuses_the_kinds_that_only_the_ledger_writes(kind):
    with pytest.raises(ValueError, match="ledger alone"):
        post(key="d", kind=kind, lines=[(OUTSIDE, -1), (CLIENT, 1)])


def test_it_posts_many_at_once_and_touches_each_balance_once():
    entries = [Entry(f"d:{n}", "deposit", [(OUTSIDE, -n), (CLIENT, n)]) for n in range(1, 101)]
    ids = post_many(entries)
    assert len(set(ids)) == 100
    assert balance_micros(CLIENT) == 5050
    assert post_many(entries) == ids
    assert balance_micros(CLIENT) == 5050
    assert verify().ok


def test_it_judges_a_batch_by_its_sum():
    post_many([Entry("out", "w", [(CLIENT, -7), (ESCROW, 7)]), Entry("in", "d", [(OUTSIDE, -7), (CLIENT, 7)])])
    assert balance_micros(CLIENT) == 0


def test_it_writes_all_of_a_batch_or_nothing():
    deposit(10)
    with pytest.raises(InsufficientFunds):
        post_many(
            [Entry("a", "w", [(CLIENT, -6), (ESCROW, 6)]), Entry("b", "w", [(CLIENT, -6), (ESCROW, 6)])],
        )
    assert balance_micros(CLIENT) == 10
    assert not Journal.objects.filter(key__in=["a", "b"]).exists()


def test_it_mixes_replays_and_news_in_one_batch():
    first = post_many([Entry("a", "d", [(OUTSIDE, -1), (CLIENT, 1)])])
    both = post_many([Entry("b", "d", [(OUTSIDE, -2), (CLIENT, 2)]), Entry("a", "d", [(OUTSIDE, -1), (CLIENT, 1)])])
    assert both[1] == first[0]
    assert balance_micros(CLIENT) == 3


def test_it_takes_the_same_key_twice_in_a_batch_as_one():
    entry = Entry("a", "d", [(OUTSIDE, -1), (CLIENT, 1)])
    ids = post_many([entry, entry])
    assert ids[0] == ids[1]
    assert balance_micros(CLIENT) == 1
    with pytest.raises(KeyReused):
        post_many([entry, Entry("a", "d", [(OUTSIDE, -2), (CLIENT, 2)])])
    with pytest.raises(KeyReused):
        post_many([Entry("c", "d", [(OUTSIDE, -2), (CLIENT, 2)]), Entry("c", "d", [(OUTSIDE, -3), (CLIENT, 3)])])


def test_it_posts_nothing_for_an_empty_batch():
    assert post_many([]) == []


def test_it_takes_six_statements_for_a_posting_between_known_accounts():
    deposit(100)
    post(key="first", kind="reserve", lines=[(CLIENT, -1), (ESCROW, 1)])
    clock.now()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        post(key="w", kind="reserve", lines=[(CLIENT, -1), (ESCROW, 1)])
    statements = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # journal, accounts locked, balances, postings, seal, place in the queue of the chain
    assert len(statements) == 6, statements


def test_its_identifier_is_a_uuid_of_version_7():
    assert isinstance(journal_id := post(key="d", kind="d", lines=[(OUTSIDE, -1), (CLIENT, 1)]), uuid.UUID)
    assert journal_id.version == 7
