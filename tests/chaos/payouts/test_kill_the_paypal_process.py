"""kill -9 of `tagwork payouts run` at every boundary between it, PayPal and the database: one payout each, as PayPal's
own books (the stand-in's) say."""

import itertools
import os
import random
from collections import Counter
from pathlib import Path

import pytest
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.ledger.queries import verify
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tests.builders.payout_process import start_run
from tests.builders.paypal import CLIENT_ID, SECRET, WEBHOOK_ID, FakePayPal, fake_paypal
from tests.unit.payouts.coin_setup import approved_to
from tests.unit.payouts.conftest import advance, set_policy

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
# In the order in which it happens: signing in, handing the batch over (the commit lies between), the first look.
POINTS = list(itertools.product(("token", "post", "batch"), ("before", "after", "later")))
IS_LONG = os.environ.get("CHAOS") == "long"
SEED = int(os.environ.get("SEED", "1"))
# A seeded sample of the points, or every point twenty times.
ROUNDS = int(os.environ.get("N", "0")) or 20 * len(POINTS) if IS_LONG else 2


def _plan(chance: random.Random) -> list[tuple[str, str]]:
    rounds: list[tuple[str, str]] = []
    while len(rounds) < ROUNDS:
        rounds += chance.sample(POINTS, len(POINTS))
    if not IS_LONG:
        # Whatever the seed: PayPal has it, and nobody was told.
        rounds[0] = ("post", "after")
    return rounds[:ROUNDS]


def test_killed_anywhere_paypal_pays_each_withdrawal_exactly_once(
    transactional_db: None, shared_dir: Path, settings: Settings
) -> None:
    set_policy("payouts.destination_cooldown_seconds", 0)
    # In a whole run two workers withdraw thousands on one day.
    set_policy("payouts.review_above_micros_per_day", 10**12)
    chance = random.Random(SEED)
    plan = _plan(chance)
    killed = 0
    owed: Counter[str] = Counter()
    with fake_paypal(shared_dir) as paypal:
        settings.PAYPAL = (paypal.url, CLIENT_ID, SECRET, WEBHOOK_ID)
        paypal.balance_cents = 10**9
        for number, point in enumerate(plan):
            killed += _one_round(paypal, number, point, chance, owed)
        assert {receiver: paypal.paid_cents(receiver) for receiver in owed} == owed
        asked = Counter(item.sent["sender_item_id"] for batch in paypal.batches.values() for item in batch.items)
        assert set(asked.values()) == {1} and len(asked) == Withdrawal.objects.count()
        assert reconcile("paypal").outcome == "agrees"
    # "later" may come after the process has ended by itself; all others must have met it.
    assert killed >= sum(when != "later" for _, when in plan)
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]


def _one_round(
    paypal: FakePayPal, number: int, point: tuple[str, str], chance: random.Random, owed: "Counter[str]"
) -> int:
    # The process lives by the true time: its work must not look hours old to the helpers of this one.
    clock.reset()
    made = []
    for worker in (1, 2):
        receiver, dollars = f"w{worker}r{number}@example.org", chance.randrange(2, 40)
        made.append(approved_to(receiver, dollars * 1_000_000, worker, "paypal").id)
        # Two cents of each dollar are the fee.
        owed[receiver] += dollars * 98
    paypal.kill_at, paypal.kill_delay_seconds = point, chance.random() * 0.06
    variables = {"API": paypal.url, "CLIENT_ID": CLIENT_ID, "SECRET": SECRET, "WEBHOOK_ID": WEBHOOK_ID}
    process = start_run("paypal", {f"TAGWORK_PAYPAL_{name}": value for name, value in variables.items()})
    paypal.victim = process
    process.communicate(timeout=120)
    paypal.victim = None
    for _ in range(6):
        # A dead process holds the lock row until it expires, and a batch is looked at when its time has come.
        advance(minutes=11)
        assert run_by_provider("paypal").name in ("done", "waiting")
        for identifier in made:
            if Withdrawal.objects.get(id=identifier).state == "broadcast":
                paypal.settle(identifier, "SUCCESS")
        if not Withdrawal.objects.exclude(state="confirmed").exists():
            break
    assert set(Withdrawal.objects.values_list("state", flat=True)) == {"confirmed"}, (number, point)
    return int(process.returncode == -9)
