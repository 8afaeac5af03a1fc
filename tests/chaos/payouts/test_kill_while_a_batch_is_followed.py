"""kill -9 of `tagwork payouts run` while it helps, confirms, fails or watches a batch that was sent: what is booked and
what the chain holds is the same as if nobody had been killed. Real litecoind, blocks read by an independent reader."""

import itertools
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.ledger.queries import totals_by_kind, verify
from tagwork.payouts import rules
from tagwork.payouts.models import Batch, Freeze, NodeTip, Rescue, Withdrawal
from tagwork.payouts.operations.fenced import LEASE_SECONDS
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.run_payouts import run_payouts
from tests.builders import people
from tests.builders.chain_reader import outputs_on_chain, units_by_script
from tests.builders.litecoin import PASSWORD, USER, RegtestNode, RpcError, regtest_node
from tests.builders.payout_forks import Line, payout_forks
from tests.builders.payout_process import Wire, database_url, laid
from tests.chaos.counts import IS_LONG, SEED, rounds, tell
from tests.unit.payouts.coin_setup import approved_to, set_up
from tests.unit.payouts.conftest import advance

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

# What the batch has come to, and the calls of the run that looks at it (call, occurrence), in their order.
CALLS: dict[str, Sequence[tuple[str, int]]] = {
    "stuck": (
        ("gettransaction", 1),
        ("getmempoolentry", 1),
        ("getrawchangeaddress", 1),
        ("createrawtransaction", 1),
        ("signrawtransactionwithwallet", 1),  # the next thing is the commit of the child's bytes
        ("sendrawtransaction", 1),
        ("gettransaction", 2),
    ),
    "mined": (("gettransaction", 1),),  # the next thing is the commit that it is confirmed
    "replaced": (
        ("gettransaction", 1),
        ("sendrawtransaction", 1),
        ("gettransaction", 2),
        ("listsinceblock", 1),
        ("gettransaction", 3),  # the next thing is the commit that it has failed
    ),
    "reorganised": (("gettransaction", 1), ("getmempoolentry", 1)),  # then the commit that it is on its way again
}
WAYS = ("before", "after", "later")
Point = tuple[str, str, int, str]
POINTS: list[Point] = [
    (scene, call, occurrence, way)
    for scene, calls in CALLS.items()
    for (call, occurrence), way in itertools.product(calls, WAYS)
]
# One point of each scene, or every point ten times.
ROUNDS = rounds(full=10 * len(POINTS), sample=4)
ROUNDS_PER_NODE = 30  # regtest stays below block 432
PASSPHRASE = "regtest-only"


def _plan(chance: random.Random) -> list[Point]:
    if not IS_LONG:
        # The child is stored and was not sent; whatever the seed. Each other scene somewhere.
        others = [chance.choice([one for one in POINTS if one[0] == scene]) for scene in list(CALLS)[1:]]
        return [("stuck", "sendrawtransaction", 1, "before"), *others]
    found: list[Point] = []
    while len(found) < ROUNDS:
        found += chance.sample(POINTS, len(POINTS))
    return found[:ROUNDS]


@dataclass
class Round:
    """One node with its hot wallet, and what each script is owed on its chain at the end."""

    node: RegtestNode
    hot: str
    payee: str
    owed: dict[str, int] = field(default_factory=dict)
    refunded: set[str] = field(default_factory=set)

    def send(self, chance: random.Random) -> tuple[Batch, list[UUID]]:
        """A new batch in the mempool, the only one that is watched."""
        Batch.objects.filter(is_watched=True).update(is_watched=False)
        made = []
        for worker in range(1, chance.choice((1, 2, 3)) + 1):
            address, amount = self.node.wallet(self.payee)("getnewaddress"), chance.randrange(500_000, 3_000_000)
            made.append(approved_to(address, amount, worker).id)
            script = self.node.rpc("validateaddress", address)["scriptPubKey"]
            self.owed[script] = amount * 100_000_000 // 80_000_000
        assert run_payouts("ltc").outcome == "done"
        return Batch.objects.get(is_watched=True), made

    def set_the_scene(self, scene: str, batch: Batch) -> None:
        if scene == "stuck":
            Batch.objects.filter(id=batch.id).update(sent_at=clock.now() - timedelta(hours=12))
        if scene == "mined":
            self.node.mine()
        if scene == "replaced":
            self._replace(batch)
        if scene == "reorganised":
            (block,) = self.node.mine()
            assert run_payouts("ltc").outcome == "done"
            self.node.rpc("invalidateblock", block)
            self.node.mine_empty(2)

    def _replace(self, batch: Batch) -> None:
        """Somebody with the keys spends the batch's coins to another address of the same wallet."""
        wallet = self.node.wallet(self.hot)
        coins = [{"txid": one.txid, "vout": one.vout} for one in batch.inputs.all()]
        units = sum(one.units for one in batch.inputs.all()) - 100_000
        wallet("walletpassphrase", PASSPHRASE, 60)
        amount = f"{units // 10**8}.{units % 10**8:08d}"
        raw_hex = wallet("createrawtransaction", coins, [{wallet("getnewaddress"): amount}])
        signed = wallet("signrawtransactionwithwallet", raw_hex)["hex"]
        wallet("walletlock")
        self.node.rpc("generateblock", self.node.miner("getnewaddress"), [signed])
        self.node.mine()

    def end(self, scene: str, batch: Batch, made: list[UUID]) -> None:
        """Whoever runs next brings it to the one end that the scene has."""
        report = run_payouts("ltc")
        if scene == "replaced":
            assert report.outcome == "frozen", report
            assert set(Withdrawal.objects.filter(id__in=made).values_list("state", flat=True)) == {"failed"}
            stopped = Freeze.objects.get(lifted_at__isnull=True)
            assert stopped.code == rules.COINS_TAKEN
            for line in batch.lines.all():
                del self.owed[line.script_hex]
                self.refunded.add(line.script_hex)
                refund_withdrawal(people.operator(), line.withdrawal_id)
            lift_freeze(people.operator(), stopped.id, "the keys are changed")
            return
        assert report.outcome == "done", report
        if scene == "stuck":
            (child,) = Rescue.objects.filter(batch=batch)
            assert {batch.txid, child.txid} <= set(self.node.rpc("getrawmempool"))
        self.node.mine()
        assert run_payouts("ltc").outcome == "done"
        assert set(Withdrawal.objects.filter(id__in=made).values_list("state", flat=True)) == {"confirmed"}
        assert Rescue.objects.filter(batch=batch).count() == (scene == "stuck")


def test_killed_while_it_follows_a_batch_each_withdrawal_comes_to_its_one_end(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, litecoin: RegtestNode
) -> None:
    del litecoin  # only to be skipped where there is no node
    settings.PAYOUT_PASSPHRASES = {"ltc": PASSPHRASE}
    chance = random.Random(SEED)
    plan, killed, fee_units = _plan(chance), 0, 0
    for start in range(0, len(plan), ROUNDS_PER_NODE):
        # Every round moves the clock on, and a rate by hand is good for a day.
        set_up(confirmations=1)
        with regtest_node(tmp_path_factory.mktemp("node")) as node, payout_forks(database_url()) as forks:
            hot, payee = node.new_wallet("1", "1", "1", passphrase=PASSPHRASE), node.new_wallet()
            settings.PAYOUT_NODES = {"ltc": (f"{node.url}/wallet/{hot}", USER, PASSWORD)}
            one = Round(node, hot, payee)
            for point in plan[start : start + ROUNDS_PER_NODE]:
                killed += _kill_once(one, forks, point, chance)
            Batch.objects.filter(is_watched=True).update(is_watched=False)
            NodeTip.objects.all().delete()
            paid = units_by_script(outputs_on_chain(node.rpc))
            assert {script: paid[script] for script in one.owed} == one.owed
            assert one.refunded.isdisjoint(paid)
            fee_units += _fees_on_chain(node, hot)
    assert killed >= sum(way != "later" for *_, way in plan)
    # Every fee in the chain is booked once, to the micro (80 cents a thousand litoshi), rounded up each.
    booked = -totals_by_kind()["network_fee"]
    transactions = Batch.objects.filter(state="confirmed").count() + Rescue.objects.count()
    assert 0 <= booked - fee_units * 8 // 10 <= transactions
    report = verify()
    assert report.ok, [check for check in report.checks if not check[1]]
    tell(
        f"{ROUNDS} rounds over {len(POINTS)} crash points of a batch on its way ({connection.vendor}), {killed} times "
        f"kill -9, {Withdrawal.objects.count()} withdrawals, {Rescue.objects.count()} helped by a child, "
        f"{Batch.objects.filter(state='failed').count()} batches failed on proof, each at its one end"
    )


def _kill_once(one: Round, forks: Line, point: Point, chance: random.Random) -> int:
    scene, call, occurrence, way = point
    batch, made = one.send(chance)
    one.set_the_scene(scene, batch)
    wire = Wire(f"{one.node.url}/wallet/{one.hot}", call, way, occurrence, chance.random() * 0.06)
    with laid(wire):
        wire.victim = victim = forks.start(wire.url, PASSPHRASE)
        killed = victim.wait() == -9
    assert way == "later" or killed, (point, wire.calls)
    # The dead process holds the lock row until its lease is over.
    advance(seconds=LEASE_SECONDS + 1)
    one.end(scene, batch, made)
    return int(killed)


def _fees_on_chain(node: RegtestNode, hot: str) -> int:
    """What the confirmed batches and their children of this node cost, as it has it itself."""
    txids = [*Batch.objects.filter(state="confirmed").values_list("txid", flat=True)]
    txids += [*Rescue.objects.values_list("txid", flat=True)]
    units = 0
    for txid in txids:
        with suppress(RpcError):  # it is of another node
            units -= int(Decimal(node.wallet(hot)("gettransaction", txid)["fee"]) * 10**8)
    return units
