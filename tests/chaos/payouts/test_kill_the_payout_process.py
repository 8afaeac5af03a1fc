"""kill -9 of `tagwork payouts run` at every boundary between it, the node and the database: nobody is paid twice or
forgotten. Real litecoind; paid amounts are read from raw blocks by an independent reader."""

import itertools
import random
import time

import pytest
from django.db import connection
from pytest_django import Settings

from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import verify
from tagwork.payouts.models import Batch, BatchLine, NodeTip, Withdrawal
from tagwork.payouts.operations.fenced import LEASE_SECONDS
from tagwork.payouts.operations.run_payouts import run_payouts
from tests.builders.chain_reader import outputs_on_chain, units_by_script
from tests.builders.litecoin import PASSWORD, USER, RegtestNode, regtest_node
from tests.builders.payout_forks import Line, payout_forks
from tests.builders.payout_process import Wire, database_url, laid
from tests.chaos.counts import IS_LONG, SEED, rounds, tell
from tests.unit.payouts.coin_setup import approved_to, set_up
from tests.unit.payouts.conftest import advance

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

# (call, occurrence): the first run up to sending, in the order in which it happens.
CALLS = (
    ("getblockchaininfo", 1),
    ("listlockunspent", 1),
    ("getwalletinfo", 1),
    ("validateaddress", 2),
    ("listunspent", 1),
    ("listunspent", 2),
    ("walletpassphrase", 1),
    ("createrawtransaction", 1),
    ("fundrawtransaction", 1),
    ("signrawtransactionwithwallet", 1),
    ("walletlock", 1),
    ("decoderawtransaction", 1),
    ("getaddressinfo", 1),
    ("testmempoolaccept", 1),  # the next thing is the commit of the bytes
    ("gettransaction", 1),
    ("sendrawtransaction", 1),  # the next thing is the commit that they are sent
    ("gettransaction", 2),
)
WAYS = ("before", "after", "later")
POINTS = [(call, occurrence, way) for (call, occurrence), way in itertools.product(CALLS, WAYS)]
# A seeded sample of the points, or every point twenty times.
ROUNDS = rounds(full=20 * len(POINTS), sample=4)
ROUNDS_PER_NODE = 60  # regtest stays below block 432
PASSPHRASE = "regtest-only"


def _plan(chance: random.Random) -> list[tuple[str, int, str]]:
    rounds: list[tuple[str, int, str]] = []
    while len(rounds) < ROUNDS:
        rounds += chance.sample(POINTS, len(POINTS))
    if not IS_LONG:
        # The two around the point of no return, whatever the seed.
        rounds[:2] = [("testmempoolaccept", 1, "later"), ("sendrawtransaction", 1, "after")]
    return rounds[:ROUNDS]


def test_killed_anywhere_it_pays_each_withdrawal_exactly_once(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, litecoin: RegtestNode
) -> None:
    del litecoin  # only to be skipped where there is no node
    chance = random.Random(SEED)
    plan = _plan(chance)
    killed, began = 0, time.monotonic()
    for start in range(0, len(plan), ROUNDS_PER_NODE):
        # Every round moves the clock on, and a rate by hand is good for a day.
        set_up(confirmations=1)
        with regtest_node(tmp_path_factory.mktemp("node")) as node, payout_forks(database_url()) as forks:
            killed += _kill_in_turn(node, forks, plan[start : start + ROUNDS_PER_NODE], chance, settings)
    tell(
        f"{ROUNDS} rounds over {len(POINTS)} crash points ({connection.vendor}), {killed} times kill -9, "
        f"{Withdrawal.objects.count()} withdrawals, each paid once, in {time.monotonic() - began:.0f} s"
    )
    # "later" may come after the process has ended by itself; all others must have met it.
    assert killed >= sum(way != "later" for _, _, way in plan)
    extend_chain()
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]


def _kill_in_turn(
    node: RegtestNode, forks: Line, plan: list[tuple[str, int, str]], chance: random.Random, settings: Settings
) -> int:
    hot, payee = node.new_wallet("1", "1", "1", passphrase=PASSPHRASE), node.new_wallet()
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    settings.PAYOUT_NODES = {"ltc": (f"{node.url}/wallet/{hot}", USER, PASSWORD)}
    killed, owed = 0, {}
    for number, (call, occurrence, way) in enumerate(plan):
        for worker in range(1, chance.choice((1, 1, 2, 3)) + 1):
            address = node.wallet(payee)("getnewaddress")
            amount = chance.randrange(500_000, 3_000_000)
            approved_to(address, amount, worker)
            script = node.rpc("validateaddress", address)["scriptPubKey"]
            owed[script] = amount * 100_000_000 // 80_000_000
        wire = Wire(f"{node.url}/wallet/{hot}", call, way, occurrence, chance.random() * 0.06)
        with laid(wire):
            wire.victim = victim = forks.start(wire.url, PASSPHRASE)
            killed += victim.wait() == -9
        if number % 8 == 3:
            # The node, too: locks and mempool live in its memory.
            node.kill()
            node.start()
            node.load("miner", hot, payee)
        # The dead process holds the lock row until its lease is over; sometimes the quote is too old by then.
        advance(seconds=chance.choice((LEASE_SECONDS + 1, 700)))
        for _ in range(6):
            report = run_payouts("ltc")
            assert report.outcome in ("done", "waiting"), report
            node.mine()
            if not Withdrawal.objects.exclude(state="confirmed").exists():
                break
        assert set(Withdrawal.objects.values_list("state", flat=True)) == {"confirmed"}, (number, call, way, report)
    # Buried, so that nobody watches them any more: the next node has another chain.
    node.mine(100)
    run_payouts("ltc")
    assert not Batch.objects.filter(is_watched=True).exists()
    NodeTip.objects.all().delete()
    paid = units_by_script(outputs_on_chain(node.rpc))
    assert {script: paid[script] for script in owed} == owed
    lines = BatchLine.objects.filter(batch__state="confirmed", script_hex__in=owed)
    assert {line.script_hex: line.units for line in lines} == owed
    return killed
