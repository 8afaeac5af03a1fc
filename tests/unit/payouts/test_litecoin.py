"""Paid by a real Litecoin node on regtest. What reached the payees is asked of the node, not of our tables."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from pytest_django import Settings

from tagwork.kit.errors import Forbidden, WrongState
from tagwork.kit.locks import try_lock
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts import rules
from tagwork.payouts.console import alarms
from tagwork.payouts.models import Batch, BatchInput, Difference, Freeze, NodeTip, Rescue, Run
from tagwork.payouts.operations import batch_step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.form_batch import form_batch
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.reconcile import reconcile
from tagwork.payouts.operations.record_confirmed import record_confirmed
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.record_sent import record_sent
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.run_payouts import advance_payouts, run_payouts
from tagwork.payouts.operations.sign_batch import sign_batch
from tagwork.payouts.queries import timeline, withdrawal_for_operator
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import Node
from tagwork.payouts.rates import lock_quote
from tests.builders import people
from tests.builders.litecoin import PASSWORD, USER, RegtestNode, RpcError
from tests.unit.payouts.coin_setup import approved_all, approved_to, set_up
from tests.unit.payouts.conftest import TXID, advance, main_micros, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture(autouse=True)
def _setup(db: None) -> None:
    set_up()


@pytest.fixture
def addresses(litecoin: RegtestNode, payee: str) -> list[str]:
    wallet = litecoin.wallet(payee)
    return [wallet("getnewaddress", "", kind) for kind in ("legacy", "p2sh-segwit", "bech32")]


def states(identifiers: Sequence[UUID]) -> list[str]:
    return [withdrawal_for_operator(one).state for one in identifiers]


def paid(outcome: str = "done") -> Batch:
    """Runs the payouts; the newest batch."""
    report = run_payouts("ltc")
    assert report.outcome == outcome, report
    return Batch.objects.order_by("-id")[0]


def test_it_pays_every_approved_withdrawal_by_one_transaction(
    litecoin: RegtestNode, hot: str, payee: str, addresses: list[str]
) -> None:
    made = approved_all(addresses)
    batch = paid()
    assert states(made) == ["broadcast"] * 3
    assert litecoin.rpc("getrawmempool") == [batch.txid]
    litecoin.mine(2)
    paid()
    assert states(made) == ["confirmed"] * 3
    # $1.000001, 2, 3 at $80: rounded down to 1250001, 1250002, 1250003 litoshi
    received = [litecoin.wallet(payee)("getreceivedbyaddress", address) for address in addresses]
    assert received == ["0.01250001", "0.01250002", "0.01250003"]
    way = ["requested", "approved", "batched", "signed", "broadcast", "confirmed"]
    assert [entry.to_state for entry in timeline(made[0])] == way
    batch.refresh_from_db()
    fee = Decimal(litecoin.wallet(hot)("gettransaction", batch.txid)["fee"]) * -100_000_000
    assert fee == batch.fee_units
    # 1250001 litoshi are worth 1000000.8 micros of 1000001: less than a micro is left. The fee is the house's.
    fee_micros = -(-int(fee) * 8 // 10)
    totals = {str(kind): total for kind, total in totals_by_kind().items() if total}
    assert totals == {"external_in": -3_000_006, "external_out": 3_000_006 + fee_micros, "network_fee": -fee_micros}


def test_running_again_sends_nothing_new(litecoin: RegtestNode, hot: str, addresses: list[str]) -> None:
    approved_all(addresses)
    first = paid()
    before = totals_by_kind()
    for _ in range(3):
        assert paid() == first
    litecoin.mine(2)
    paid()
    confirmed = totals_by_kind()
    paid()
    assert Batch.objects.count() == 1 and before != confirmed == totals_by_kind()


def test_what_rounding_leaves_is_booked(litecoin: RegtestNode, hot: str, payee: str) -> None:
    set_policy("payouts.ltc.micros_per_coin", 90_000_000_000)
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 10_000_000, 1)
    paid()
    litecoin.mine(2)
    paid()
    assert states([made.id]) == ["confirmed"]
    totals = {str(kind): total for kind, total in totals_by_kind().items() if total}
    # 10000000 / 900 = 11111 units and 100 micros
    assert totals["rounding"] == 100
    assert litecoin.wallet(payee)("getbalance") == "0.00011111"


def test_two_withdrawals_to_one_address_are_two_transactions(litecoin: RegtestNode, hot: str, payee: str) -> None:
    address = litecoin.wallet(payee)("getnewaddress")
    made = [approved_to(address, amount, 1).id for amount in (1_000_000, 2_000_000)]
    paid()
    assert states(made) == ["broadcast"] * 2
    litecoin.mine(2)
    paid()
    assert len(litecoin.wallet(payee)("listunspent")) == 2
    assert litecoin.wallet(payee)("getreceivedbyaddress", address) == "0.03750000"


def test_before_its_hour_nothing_is_paid_by_itself_and_after_it_once(
    litecoin: RegtestNode, hot: str, addresses: list[str], settings: Settings
) -> None:
    set_policy("payouts.run_hour_utc", 0)
    approved_all(addresses)
    assert advance_payouts() == 1
    assert Run.objects.get().date is not None
    later = approved_to(litecoin.wallet(hot)("getnewaddress"), 1_000_000, 9)
    assert advance_payouts() == 0
    assert states([later.id]) == ["approved"]
    settings.PAYOUT_NODES = {}
    assert advance_payouts() == 0
    assert run_payouts("ltc").outcome == "by_hand"


def test_a_wallet_with_too_little_pays_the_oldest_and_goes_on_when_it_has_more(
    litecoin: RegtestNode, payee: str, settings: Settings
) -> None:
    name = litecoin.new_wallet("0.031")
    settings.PAYOUT_NODES = {"ltc": (f"{litecoin.url}/wallet/{name}", USER, PASSWORD)}
    made = approved_all([litecoin.wallet(payee)("getnewaddress") for _ in range(3)])
    # 0.031 less the fee's cap of 0.005 pays two of 0.0125
    assert run_payouts("ltc").outcome == "waiting"
    assert states(made) == ["broadcast", "broadcast", "approved"]
    litecoin.miner("sendtoaddress", litecoin.wallet(name)("getnewaddress"), "1")
    litecoin.mine()
    assert advance_payouts() == 1
    assert states(made)[2] == "broadcast"


def test_without_a_rate_everybody_waits(litecoin: RegtestNode, hot: str, addresses: list[str]) -> None:
    made = approved_all(addresses)
    set_policy("payouts.ltc.micros_per_coin", 0)
    report = run_payouts("ltc")
    assert (report.outcome, report.left) == ("waiting", 3) and "rate" in report.detail
    assert states(made) == ["approved"] * 3 and not Batch.objects.exists()


def test_an_amount_too_small_for_the_network_is_held(litecoin: RegtestNode, hot: str, payee: str) -> None:
    set_policy("payouts.ltc.micros_per_coin", 10_000_000_000)
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 500_000, 1)  # 5000 litoshi; the border is 5460
    assert run_payouts("ltc").outcome == "done"
    held = withdrawal_for_operator(made.id)
    assert (held.state, held.hold_reasons) == ("held", (rules.TOO_SMALL,))


def test_a_large_amount_is_paid_only_in_a_run_of_a_second_operator(litecoin: RegtestNode, hot: str, payee: str) -> None:
    made = approved_to(litecoin.wallet(payee)("getnewaddress"), 2_000_000, 1)
    hold_withdrawal(people.operator(), made.id, "a look")
    set_policy("payouts.second_operator_from_micros", 2_000_000)
    release_held(people.operator(), made.id, "fine")
    run_payouts("ltc")
    run_payouts("ltc", people.operator())
    assert states([made.id]) == ["approved"]
    with pytest.raises(Forbidden):
        run_payouts("ltc", people.worker())
    run_payouts("ltc", people.second_operator())
    assert states([made.id]) == ["broadcast"]


def test_nobody_moves_by_hand_what_the_node_pays(litecoin: RegtestNode, hot: str, addresses: list[str]) -> None:
    made = approved_all(addresses)
    paid()
    for act in (
        lambda: record_sent(people.operator(), made[0], TXID),
        lambda: record_failed(people.operator(), made[0], "I think so"),
        lambda: cancel_withdrawal(people.worker(1), made[0]),
    ):
        with pytest.raises(WrongState):
            act()
    assert states(made) == ["broadcast"] * 3


class TestStopped:
    """At the boundaries that a kill test meets by chance, one by one."""

    @pytest.fixture
    def session(self, hot: str, litecoin: RegtestNode, db: None) -> Session:
        coin = rails()["ltc"].coin
        assert coin is not None
        node = Node(coin, f"{litecoin.url}/wallet/{hot}", USER, PASSWORD)
        with try_lock("payouts.ltc", 1) as fence:
            assert fence is not None
            return Session("ltc", "regtest", coin, node, fence)

    def formed(self, session: Session) -> Batch:
        with try_lock("payouts.ltc", 60) as fence:
            assert fence is not None
            held = Session("ltc", "regtest", session.coin, session.node, fence)
            run = Run.objects.create(method="ltc", started_by="rule", started_at=lock_quote("ltc").taken_at)
            batch = form_batch(held, run, lock_quote("ltc")).batch
            assert batch is not None
            return batch

    def test_a_formed_batch_is_signed_by_the_next_run(self, session: Session, addresses: list[str]) -> None:
        made = approved_all(addresses)
        batch = self.formed(session)
        assert states(made) == ["batched"] * 3
        assert paid() == batch
        assert states(made) == ["broadcast"] * 3

    def test_a_formed_batch_with_an_old_rate_is_dissolved_and_formed_anew(
        self, session: Session, addresses: list[str]
    ) -> None:
        made = approved_all(addresses)
        batch = self.formed(session)
        advance(seconds=601)
        second = paid()
        batch.refresh_from_db()
        assert (batch.state, batch.attention) == ("dissolved", "quote_too_old")
        assert second != batch and states(made) == ["broadcast"] * 3

    def test_locks_of_a_funding_that_died_are_undone(
        self, session: Session, litecoin: RegtestNode, hot: str, addresses: list[str]
    ) -> None:
        session.node.fund_and_sign([(addresses[2], 1_000_000)], 2_000)
        assert len(litecoin.wallet(hot)("listlockunspent")) == 1
        paid_nothing = run_payouts("ltc")
        assert paid_nothing.batches == [] and litecoin.wallet(hot)("listlockunspent") == []

    def test_signed_bytes_are_sent_by_the_next_run_and_their_coins_locked_again(
        self, session: Session, litecoin: RegtestNode, hot: str, addresses: list[str]
    ) -> None:
        made = approved_all(addresses)
        batch = self.formed(session)
        with try_lock("payouts.ltc", 60) as fence:
            assert fence is not None
            held = Session("ltc", "regtest", session.coin, session.node, fence)
            assert sign_batch(held, batch, session.node.tip("regtest"))
            raw_hex = batch.raw_transaction
            litecoin.wallet(hot)("lockunspent", True)  # as after kill -9 of the node
            batch_step.relock_inputs(held)
            locked = {(one["txid"], one["vout"]) for one in litecoin.wallet(hot)("listlockunspent")}
            assert locked == set(BatchInput.objects.values_list("txid", "vout"))
        assert states(made) == ["signed"] * 3 and litecoin.rpc("getrawmempool") == []
        again = paid()
        assert (again, again.raw_transaction) == (batch, raw_hex)
        assert litecoin.rpc("getrawmempool") == [batch.txid]

    def test_a_runner_that_lost_its_lock_stores_nothing(self, session: Session, addresses: list[str]) -> None:
        made = approved_all(addresses)
        batch = self.formed(session)
        with pytest.raises(Exception, match=r"payouts\.ltc"):
            sign_batch(session, batch, session.node.tip("regtest"))  # its fence is a past holder's
        assert states(made) == ["batched"] * 3


def test_it_is_sent_again_until_the_chain_has_it(litecoin: RegtestNode, hot: str, addresses: list[str]) -> None:
    made = approved_all(addresses)
    batch = paid()
    litecoin.kill()
    (litecoin.place / "regtest" / "mempool.dat").unlink(missing_ok=True)
    litecoin.start()
    litecoin.load("miner", hot)
    paid()
    assert litecoin.rpc("getrawmempool") == [batch.txid]
    litecoin.mine(2)
    paid()
    assert states(made) == ["confirmed"] * 3


def test_a_confirmed_batch_that_a_reorganisation_undid_is_watched_and_sent_again(
    litecoin: RegtestNode, hot: str, addresses: list[str]
) -> None:
    made = approved_all(addresses)
    batch = paid()
    blocks = litecoin.mine(2)
    paid()
    books = totals_by_kind()
    litecoin.rpc("invalidateblock", blocks[0])
    litecoin.mine_empty(3)
    for _ in range(2):  # and says so at every look, not only at the first
        batch = paid()
        assert (batch.state, batch.confirmations, batch.attention) == ("broadcast", 0, rules.REORGANISED)
    assert litecoin.rpc("getrawmempool") == [batch.txid]
    litecoin.mine(2)
    batch = paid()
    assert (batch.state, batch.confirmations, batch.attention) == ("confirmed", 2, "")
    assert states(made) == ["confirmed"] * 3 and totals_by_kind() == books


def in_its_place(litecoin: RegtestNode, hot: str, batch: Batch, lines: Sequence[tuple[str, int]] = ()) -> str:
    """A transaction with the batch's coins, in a block: it pays these (address, units), and the rest to a stranger."""
    wallet = litecoin.wallet(hot)
    coins = [{"txid": one.txid, "vout": one.vout} for one in batch.inputs.all()]
    rest = sum(one.units for one in batch.inputs.all()) - sum(units for _, units in lines) - 100_000
    outputs = [
        {address: f"{units // 10**8}.{units % 10**8:08d}"}
        for address, units in [*lines, (litecoin.miner("getnewaddress"), rest)]
    ]
    other = wallet("createrawtransaction", coins, outputs)
    signed: str = wallet("signrawtransactionwithwallet", other)["hex"]
    litecoin.rpc("generateblock", litecoin.miner("getnewaddress"), [signed])
    return str(litecoin.rpc("decoderawtransaction", signed)["txid"])


def test_only_a_deep_conflict_is_a_failure_and_then_it_is_refunded(
    litecoin: RegtestNode, hot: str, addresses: list[str]
) -> None:
    made = approved_all(addresses)
    other = in_its_place(litecoin, hot, paid())
    batch = paid()
    assert (batch.state, batch.attention) == ("broadcast", "conflict_seen")
    litecoin.mine()
    batch = paid("frozen")
    assert (batch.state, batch.is_watched) == ("failed", False)
    assert states(made) == ["failed"] * 3
    proof = timeline(made[0])[-1].detail
    assert (proof["conflicting_txid"], proof["confirmations"]) == (other, 2)
    # Who spent these coins can spend the others.
    stopped = Freeze.objects.get()
    assert (stopped.method, stopped.code) == ("ltc", rules.COINS_TAKEN) and other in stopped.detail
    assert "frozen" in {alarm.code for alarm in alarms()}
    for one in made:
        refund_withdrawal(people.operator(), one)
    assert [main_micros(people.worker(number)) for number in (1, 2, 3)] == [1_000_001, 1_000_002, 1_000_003]


def test_a_confirmed_batch_whose_coins_went_elsewhere_leaves_nothing_in_the_books(
    litecoin: RegtestNode, hot: str, addresses: list[str]
) -> None:
    made = approved_all(addresses)
    paid()
    blocks = litecoin.mine(2)
    batch = paid()
    assert states(made) == ["confirmed"] * 3 and reconcile("ltc").outcome == "agrees"
    litecoin.rpc("invalidateblock", blocks[0])
    in_its_place(litecoin, hot, batch)
    litecoin.mine()
    paid("frozen")
    assert states(made) == ["returned"] * 3
    totals = {str(kind): total for kind, total in totals_by_kind().items() if total}
    # What was paid and what it cost is undone: both lie in clearing until an operator refunds.
    assert totals == {"external_in": -3_000_006, "payout_clearing": 3_000_006}
    reconcile("ltc")
    # The theft itself is a difference, the books are none.
    assert set(Difference.objects.values_list("code", flat=True)) == {"unknown_spend"}


def test_a_second_payment_of_the_same_people_fails_nobody_until_a_person_has_said_who_was_paid(
    litecoin: RegtestNode, hot: str, addresses: list[str]
) -> None:
    made, operator = approved_all(addresses), people.operator()
    batch = paid()
    lines = [(line.address, line.units) for line in batch.lines.order_by("position")]
    other = in_its_place(litecoin, hot, batch, lines[:2])
    litecoin.mine()
    with pytest.raises(WrongState):
        record_confirmed(operator, made[0])  # the node may still decide
    batch = paid("frozen")
    stopped = Freeze.objects.get()
    assert stopped.code == rules.CONTRADICTION and other in stopped.detail
    assert (batch.state, batch.attention, states(made)) == ("broadcast", "paid_otherwise", ["broadcast"] * 3)
    for one in made:
        with pytest.raises(WrongState):
            refund_withdrawal(operator, one)
    lift_freeze(operator, stopped.id, "I made that payment by hand")
    paid()  # it waits for the person's word, and freezes no second time
    record_confirmed(operator, made[0])
    record_confirmed(operator, made[1])
    record_failed(operator, made[2], f"transaction {other} pays the first two only")
    batch = paid()
    assert (batch.state, batch.is_watched) == ("failed", False)
    assert states(made) == ["confirmed", "confirmed", "failed"]
    refund_withdrawal(operator, made[2])
    assert main_micros(people.worker(3)) == 1_000_003
    assert not BatchInput.objects.filter(is_live=True).exists() and Freeze.objects.count() == 1


def test_a_transaction_that_waits_too_long_is_helped_by_a_child(
    litecoin: RegtestNode, hot: str, addresses: list[str]
) -> None:
    made = approved_all(addresses)
    batch = paid()
    paid()
    assert not Rescue.objects.exists()
    advance(hours=7)
    paid()
    rescue = Rescue.objects.get()
    assert set(litecoin.rpc("getrawmempool")) == {batch.txid, rescue.txid}
    entry = litecoin.rpc("getmempoolentry", batch.txid)
    assert Decimal(entry["fees"]["descendant"]) * 10**8 == batch.fee_units + rescue.fee_units
    family = int(entry["descendantsize"])
    assert (batch.fee_units + rescue.fee_units) * 1000 // family >= 2 * 2_000
    litecoin.mine(2)
    paid()
    assert states(made) == ["confirmed"] * 3
    assert -totals_by_kind()["network_fee"] in range(
        (batch.fee_units + rescue.fee_units) * 8 // 10, (batch.fee_units + rescue.fee_units) * 8 // 10 + 3
    )


class TestFrozen:
    def frozen(self, code: str) -> Freeze:
        report = run_payouts("ltc")
        assert report.outcome == "frozen", report
        row = Freeze.objects.get(lifted_at__isnull=True)
        assert row.code == code, row.detail
        return row

    def test_a_chain_that_lost_more_blocks_than_a_reorganisation_may(
        self, litecoin: RegtestNode, hot: str, addresses: list[str]
    ) -> None:
        set_policy("payouts.reorg_depth", 2)
        made = approved_all(addresses)
        paid()
        blocks = litecoin.mine(4)
        paid()
        litecoin.rpc("invalidateblock", blocks[0])
        row = self.frozen(rules.CHAIN_WENT_BACK)
        assert states(made) == ["confirmed"] * 3
        later = approved_to(litecoin.miner("getnewaddress"), 1_000_000, 9)
        self.frozen(rules.CHAIN_WENT_BACK)
        assert states([later.id]) == ["approved"]
        with pytest.raises(Forbidden):
            lift_freeze(people.worker(), row.id, "me too")
        lift_freeze(people.operator(), row.id, "the node was restored")
        assert run_payouts("ltc").outcome == "done"
        assert states([later.id]) == ["broadcast"]
        litecoin.rpc("reconsiderblock", blocks[0])

    def test_a_last_block_that_the_node_does_not_know(self, hot: str, addresses: list[str]) -> None:
        made = approved_all(addresses)
        paid()
        NodeTip.objects.update(block="ab" * 32)
        self.frozen(rules.CHAIN_WENT_BACK)
        assert states(made) == ["broadcast"] * 3

    def test_another_network_than_the_one_that_is_paid_out_on(self, hot: str) -> None:
        set_policy("payouts.network", "main")
        self.frozen(rules.OTHER_CHAIN)

    def test_a_refused_login_which_is_never_shown(
        self, litecoin: RegtestNode, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.PAYOUT_NODES = {"ltc": (litecoin.url, USER, "wrong-secret")}
        assert "wrong-secret" not in self.frozen(rules.REFUSED_LOGIN).detail
        assert "wrong-secret" not in caplog.text

    def test_an_error_code_that_means_nothing_here(self, litecoin: RegtestNode, settings: Settings) -> None:
        # -18: the wallet is not loaded
        settings.PAYOUT_NODES = {"ltc": (f"{litecoin.url}/wallet/nowhere", USER, PASSWORD)}
        assert self.frozen(rules.UNKNOWN_CODE).detail.endswith("-18")

    def test_a_node_that_does_not_answer_is_waited_for(self, settings: Settings) -> None:
        settings.PAYOUT_NODES = {"ltc": ("http://127.0.0.1:9", USER, PASSWORD)}
        assert run_payouts("ltc").outcome == "waiting"
        assert not Freeze.objects.exists()


def test_the_node_still_answers_as_the_policy_says(litecoin: RegtestNode, hot: str) -> None:
    """The facts the code rests on, asked of the node itself: codes of the same call in its three situations."""
    wallet = litecoin.wallet(hot)
    with pytest.raises(RpcError) as unknown:
        wallet("gettransaction", "ab" * 32)
    assert unknown.value.code == -5
    txid = wallet("sendtoaddress", litecoin.miner("getnewaddress"), "0.1")
    raw_hex = wallet("gettransaction", txid)["hex"]
    assert wallet("sendrawtransaction", raw_hex) == txid
    litecoin.mine()
    with pytest.raises(RpcError) as mined:
        wallet("sendrawtransaction", raw_hex)
    assert mined.value.code == -27
