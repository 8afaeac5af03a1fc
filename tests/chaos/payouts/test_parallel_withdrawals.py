"""Fifty requests for the whole balance at once, again and again: each time exactly one gets it."""

import random
from collections import Counter
from functools import partial

import pytest
from django.db import connection

from tagwork.ledger.queries import balance_micros, totals_by_kind, verify
from tagwork.ledger.rules import Kind
from tagwork.payouts.journals import hold_account
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.queries import withdrawals_of
from tests.builders import people
from tests.chaos.counts import SEED, rounds, tell
from tests.unit.payouts.conftest import destination, fund, main_micros
from tests.unit.payouts.test_parallel import outcomes

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
AT_ONCE = 50
WORKERS = 10
ROUNDS = rounds(full=200, sample=2)


def test_of_fifty_at_once_exactly_one_succeeds_every_time() -> None:
    chance = random.Random(SEED)
    workers = [people.worker(number) for number in range(1, WORKERS + 1)]
    kept = [destination(worker) for worker in workers]
    taken = Counter[str]()
    for number in range(ROUNDS):
        which = chance.randrange(WORKERS)
        worker, amount = workers[which], chance.randrange(500_000, 40_000_000)
        fund(worker, amount)
        acts = [
            partial(request_withdrawal, worker, kept[which].id, amount, f"{number}:{one}") for one in range(AT_ONCE)
        ]
        outcome = outcomes(*acts)
        assert outcome == {"ok": 1, "insufficient_funds": AT_ONCE - 1}, (number, outcome)
        taken += outcome
        newest = withdrawals_of(worker)[0]
        assert (main_micros(worker), newest.amount_micros) == (0, amount)
        assert balance_micros(hold_account(newest.id)) == amount
    totals = totals_by_kind()
    assert totals[Kind.WITHDRAWAL_HOLD] == -totals[Kind.EXTERNAL_IN]
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]
    tell(f"{ROUNDS} rounds of {AT_ONCE} parallel withdrawals of all ({connection.vendor}): {dict(taken)}")
