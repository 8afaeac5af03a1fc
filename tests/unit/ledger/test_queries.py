import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.ledger.operations.hold import settle_holds, withhold
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import (
    balance_micros,
    balances,
    balances_by_owner,
    holds_of,
    lines_of,
    pending_micros,
    reserved_by_owner,
    reserved_micros,
    totals_by_kind,
)
from tagwork.ledger.rules import AccountRef, Kind, Settlement
from tests.unit.ledger.accounts import ANA, BEN, CLIENT, ESCROW, OUTSIDE, deposit, promise

pytestmark = pytest.mark.django_db


def test_an_account_that_was_never_used_holds_nothing():
    assert balance_micros(ANA) == 0
    assert balances(ANA.owner) == {}
    assert pending_micros(ANA.owner) == 0
    assert reserved_micros(ESCROW) == 0
    assert lines_of(ANA) == []
    assert holds_of(ANA.owner) == []
    assert totals_by_kind() == {kind.value: 0 for kind in Kind}


def test_it_lists_the_accounts_of_an_owner():
    deposit(5, CLIENT)
    deposit(7, AccountRef("project_escrow", CLIENT.owner))
    assert balances(CLIENT.owner) == {"client_available": 5, "project_escrow": 7}


def test_totals_sum_to_zero():
    deposit(5, CLIENT)
    deposit(7, AccountRef("client_available", "organisation:other"))
    totals = totals_by_kind()
    assert (totals["client_available"], totals["external_in"]) == (12, -12)
    assert sum(totals.values()) == 0


def test_lines_come_newest_first_with_a_running_balance():
    for amount in (100, 20, 3):
        deposit(amount)
    post(key="w", kind="reserve", lines=[(CLIENT, -50), (ESCROW, 50)])
    lines = lines_of(CLIENT)
    assert [line.amount_micros for line in lines] == [-50, 3, 20, 100]
    assert [line.running_micros for line in lines] == [73, 123, 120, 100]
    assert [line.kind for line in lines] == ["reserve", "deposit", "deposit", "deposit"]


def test_lines_are_read_page_by_page():
    for amount in range(1, 8):
        deposit(amount)
    pages, before = [], None
    while page := lines_of(CLIENT, before=before, limit=3):
        pages.append([(line.amount_micros, line.running_micros) for line in page])
        before = page[-1].id
    assert pages == [[(7, 28), (6, 21), (5, 15)], [(4, 10), (3, 6), (2, 3)], [(1, 1)]]


def test_lines_take_two_statements_whatever_their_number():
    for _ in range(20):
        deposit(1)
    with CaptureQueriesContext(connection) as queries:
        lines_of(CLIENT)
    assert len(queries) == 2


def test_holds_are_listed_by_state_and_page():
    deposit(100_000, ESCROW)
    for number in range(5):
        promise(f"h:{number}", 1000 + number)
    promise("other", owner=BEN.owner)
    withhold(["h:1"])
    settle_holds([Settlement("h:2", 1000)])
    assert [hold.key for hold in holds_of(ANA.owner)] == ["h:4", "h:3", "h:0"]
    assert [hold.key for hold in holds_of(ANA.owner, "withheld")] == ["h:1"]
    assert [(hold.key, hold.paid_micros) for hold in holds_of(ANA.owner, "settled")] == [("h:2", 1000)]
    every = holds_of(ANA.owner, None, limit=2)
    assert [hold.key for hold in every] == ["h:4", "h:3"]
    assert [hold.key for hold in holds_of(ANA.owner, None, before=every[-1].id)] == ["h:2", "h:1", "h:0"]
    assert every[0].source == ESCROW


def test_pending_counts_open_pay_and_reserved_counts_all_that_may_be_paid():
    for key in ("open", "rejected", "paid"):
        promise(key, 1000, 100)
    deposit(100_000, ESCROW)
    withhold(["rejected"])
    settle_holds([Settlement("paid", 1000, 100)])
    assert pending_micros(ANA.owner) == 1000
    assert reserved_micros(ESCROW) == 2200
    assert balance_micros(OUTSIDE) == -100_000


def test_balances_and_reserves_of_many_owners_take_one_query_each(django_assert_num_queries):
    deposit(5, CLIENT)
    deposit(20_000, ESCROW)
    promise("one", 6000, 600)
    promise("two", 1000)
    with django_assert_num_queries(1):
        assert balances_by_owner("client_available", [CLIENT.owner, "organisation:none"]) == {CLIENT.owner: 5}
    with django_assert_num_queries(1):
        assert reserved_by_owner("project_escrow", [ESCROW.owner, "project:none"]) == {ESCROW.owner: 7600}
