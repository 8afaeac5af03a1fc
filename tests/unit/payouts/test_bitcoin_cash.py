"""The same flow for Bitcoin Cash: against a strict stand-in for its node, judged by libauth's virtual machine."""

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tagwork.kit import clock
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts import rules
from tagwork.payouts.errors import AddressNotPayable, SecondOperatorNeeded
from tagwork.payouts.models import Batch, BatchInput, Destination, Freeze, Rescue, Withdrawal
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.freeze import lift_freeze
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.run_payouts import run_payouts
from tagwork.payouts.queries import timeline, withdrawal_for_operator
from tagwork.payouts.tasks import advance_payouts
from tests.builders import people
from tests.builders.absent import program_absent
from tests.builders.bcash import JUDGES, bcash, is_absent
from tests.builders.bchn import METHODS, PASSWORD, USER, FakeBchn, Parsed, Refused, address_of, fake_bchn
from tests.builders.chain_reader import outputs_on_chain, units_by_script
from tests.builders.payoneer import fake_payoneer
from tests.unit.payouts.coin_setup import approved_all, approved_to, set_up
from tests.unit.payouts.conftest import advance, fund, main_micros, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


@pytest.fixture
def node(db: None, settings: Settings) -> Iterator[FakeBchn]:
    set_up(coin="bch")
    set_policy("payouts.bch.micros_per_coin", 500_000_000)
    with fake_bchn() as fake:
        fake.give(1_000_000)
        fake.give(2_000_000)
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        yield fake


def judged(raw_hex: str, spent: list[tuple[int, bytes]]) -> dict[str, Any]:
    """What libauth says of a transaction that spends these outputs."""
    if is_absent():
        program_absent("libauth and bcash are absent (cd tests/judges && npm ci --ignore-scripts)")
    asked = {"raw": raw_hex, "spent": [{"units": units, "script": script.hex()} for units, script in spent]}
    command = ["node", str(JUDGES / "bitcoin-cash.mjs")]
    told = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
    return dict(json.loads(told.stdout))


def paid(node: FakeBchn) -> Batch:
    report = run_payouts("bch")
    assert report.outcome == "done", report
    return Batch.objects.order_by("-id")[0]


def test_it_pays_with_what_the_node_has_and_a_stranger_verifies_it(node: FakeBchn) -> None:
    made = approved_all([node.stranger(number) for number in range(3)], method="bch")
    batch = paid(node)
    assert set(node.calls) <= set(METHODS)
    assert [withdrawal_for_operator(one).state for one in made] == ["broadcast"] * 3
    node.mine(2)
    paid(node)
    assert [withdrawal_for_operator(one).state for one in made] == ["confirmed"] * 3
    spent = [node.outputs[coin] for coin, _, _ in Parsed.read(bytes.fromhex(batch.raw_transaction)).inputs]
    verdict = judged(batch.raw_transaction, spent)
    assert (verdict["verified"], verdict["txid"]) == (True, batch.txid)
    # $1.000001, 2, 3 at $500: 5 micros a satoshi, rounded down
    told = [(output["address"], output["units"]) for output in verdict["outputs"][:3]]
    assert told == [(node.stranger(number), 200_000) for number in range(3)]
    one_more = [(units + 1, script) for units, script in spent]
    assert judged(batch.raw_transaction, one_more)["verified"] is not True


def test_a_second_node_takes_what_we_signed_and_its_chain_holds_what_the_books_say(
    db: None, settings: Settings
) -> None:
    if is_absent():
        program_absent("libauth and bcash are absent (cd tests/judges && npm ci --ignore-scripts)")
    set_up(coin="bch")
    set_policy("payouts.bch.micros_per_coin", 500_000_000)
    with fake_bchn() as fake, bcash() as judge:
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        # The wallet's only coin: 50 BCH that bcash mined for it, 100 blocks deep.
        judge.mine(101, address_of(fake.own_script()))
        fake.adopt(judge.raw_block(1)[81:])  # behind the header and the count, 1
        made = approved_all([fake.stranger(number) for number in range(3)], method="bch")
        batch = paid(fake)
        signed = bytes.fromhex(batch.raw_transaction)
        # One bit of the signature, which begins behind version, count, outpoint, script length and its own length.
        forged = signed[:50] + bytes([signed[50] ^ 1]) + signed[51:]
        assert judge.refusal_of(forged.hex()) is not None
        assert judge.refusal_of(batch.raw_transaction) is None
        assert judge.refusal_of(batch.raw_transaction) == "txn-already-in-mempool"
        judge.mine(2, fake.stranger(9))
        fake.mine(2)
        paid(fake)
        on_chain = outputs_on_chain(judge.rpc)
        assert {output.txid for output in on_chain} == {batch.txid}
        units = units_by_script(on_chain)
        assert [units[line.script_hex] for line in batch.lines.order_by("position")] == [200_000] * 3
        assert [withdrawal_for_operator(one).state for one in made] == ["confirmed"] * 3
        # $3.000006 left the house: 600,000 satoshi at 5 micros, the rest of the rounding, and the fee.
        totals = totals_by_kind()
        paid_micros = sum(units[line.script_hex] for line in batch.lines.all()) * 5
        assert totals["external_out"] == paid_micros + (batch.fee_units or 0) * 5
        assert totals["rounding"] == 3_000_006 - paid_micros
        assert judge.refusal_of(batch.raw_transaction) is not None


def test_what_a_batch_moves_is_posted_at_once_so_that_balances_are_locked_in_one_order(node: FakeBchn) -> None:
    approved_all([node.stranger(number) for number in range(3)], method="bch")
    paid(node)
    node.mine(2)
    with CaptureQueriesContext(connection) as asked:
        paid(node)
    statements = [one["sql"] for one in asked.captured_queries]
    assert len([sql for sql in statements if sql.startswith("UPDATE") and "ledger_account" in sql]) == 1


def test_who_agreed_to_a_large_amount_is_remembered_when_its_batch_is_dissolved(node: FakeBchn) -> None:
    (made,) = approved_all([node.stranger(1)], method="bch")
    set_policy("payouts.second_operator_from_micros", 1_000_000)
    hold_withdrawal(people.operator(), made, "a look")
    release_held(people.operator(), made, "a known worker")
    node.trouble["fundrawtransaction"] = -4
    assert run_payouts("bch", people.second_operator()).outcome == "waiting"
    assert [entry.to_state for entry in timeline(made)][-2:] == ["batched", "approved"]
    with pytest.raises(SecondOperatorNeeded):
        mark_signed(people.operator(), made)
    assert mark_signed(people.second_operator(), made).state == "signed"


def test_what_was_disowned_in_a_batch_that_is_dissolved_comes_back_to_its_worker(node: FakeBchn) -> None:
    disowned, kept = approved_all([node.stranger(1), node.stranger(2)], method="bch")
    row = Withdrawal.objects.get(id=disowned)
    Destination.objects.filter(id=row.destination_id).update(disowned_at=clock.now())
    before = main_micros(row.worker)
    node.trouble["fundrawtransaction"] = -4
    assert run_payouts("bch").outcome == "waiting"
    assert [entry.to_state for entry in timeline(disowned)][-3:] == ["batched", "approved", "cancelled"]
    assert main_micros(row.worker) == before + row.amount_micros
    assert [entry.to_state for entry in timeline(kept)][-2:] == ["batched", "approved"]


def test_no_batch_takes_the_coin_of_a_child_that_still_waits_to_be_taken(
    node: FakeBchn, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved_all([node.stranger(1)], method="bch")
    first = paid(node)
    advance(hours=7)
    with monkeypatch.context() as refusing:
        refusing.setattr(node, "_sendrawtransaction", refuse)
        paid(node)
        child = Rescue.objects.get()
        assert child.txid not in node.mempool
        node.mine()  # the payment is confirmed without it, and its change is the wallet's largest coin
        (made,) = approved_all([node.stranger(2)], method="bch")
        second = paid(node)
        assert second != first and second.state == "signed"
    paid(node)
    assert {child.txid, second.txid} <= set(node.mempool)
    node.mine(2)
    paid(node)
    assert withdrawal_for_operator(made).state == "confirmed"
    node.mine(100)
    paid(node)
    assert not BatchInput.objects.filter(rescue__isnull=False, is_live=True).exists()


def test_a_child_never_takes_the_coin_of_another_batch_after_the_chain_has_turned(node: FakeBchn) -> None:
    approved_all([node.stranger(1)], method="bch")
    first = paid(node)
    node.mine()
    approved_all([node.stranger(2)], method="bch")
    second = paid(node)
    assert second.inputs.get().txid == first.txid  # its change
    node.mine()
    paid(node)
    node.reorganise(2)
    advance(hours=7)
    paid(node)
    assert [one.batch for one in Rescue.objects.all()] == [second]
    assert {first.txid, second.txid} <= set(node.mempool)


def test_a_batch_that_rests_on_one_whose_coins_were_taken_fails_with_it(node: FakeBchn) -> None:
    (below,) = approved_all([node.stranger(1)], method="bch")
    first = paid(node)
    node.mine()
    (above,) = approved_all([node.stranger(2)], method="bch")
    second = paid(node)
    assert second.inputs.get().txid == first.txid  # its change
    node.mine(2)
    paid(node)
    node.reorganise(3)
    paid(node)
    node.replace(str(first.txid), [])
    node.mine()
    for batch in (first, second):
        assert run_payouts("bch").outcome == "frozen"
        stopped = Freeze.objects.get(lifted_at__isnull=True)
        assert stopped.code == rules.COINS_TAKEN and str(batch.id) in stopped.detail
        lift_freeze(people.operator(), stopped.id, "the keys are changed")
    assert [withdrawal_for_operator(one).state for one in (below, above)] == ["returned", "returned"]
    assert timeline(above)[-1].detail == {"failed_parent": first.txid}
    paid(node)
    totals = {str(kind): total for kind, total in totals_by_kind().items() if total}
    assert totals == {"external_in": -2_000_002, "payout_clearing": 2_000_002}


def refuse(raw_hex: str, allow_high_fees: bool = False) -> str:
    raise Refused(-26, "min relay fee not met")


def test_who_asks_many_times_to_one_address_keeps_nobody_else_waiting(node: FakeBchn) -> None:
    set_policy("payouts.batch_most", 2)
    often = [approved_to(node.stranger(1), 500_000 + number, 1, "bch").id for number in range(6)]
    late = approved_to(node.stranger(2), 500_000, 2, "bch").id
    run_payouts("bch")
    first = Batch.objects.order_by("id")[0]
    assert set(first.lines.values_list("withdrawal_id", flat=True)) == {often[0], late}


def test_what_no_rule_names_stops_one_method_and_no_other(node: FakeBchn, settings: Settings) -> None:
    set_policy("payouts.run_hour_utc", 0)
    (lost,) = approved_all([node.stranger(1)], method="bch")
    node.trouble["fundrawtransaction"] = -28  # it starts: the batch stays formed
    assert run_payouts("bch").outcome == "waiting"
    # By somebody who writes into the database: the batch has a line whose withdrawal left it.
    Withdrawal.objects.filter(id=lost).update(state="approved", batch=None)
    with fake_payoneer() as payoneer:
        settings.PAYONEER = payoneer.settings()
        other = approved_to("ana-1", 25_000_000, 2, "payoneer").id
        advance_payouts()
        assert withdrawal_for_operator(other).state == "broadcast"
        advance_payouts()
    stopped = Freeze.objects.get()
    assert (stopped.method, stopped.code) == ("bch", rules.UNEXPECTED)
    assert stopped.detail.startswith("AssertionError in sign_batch, line ")
    assert (node.mempool, Batch.objects.get().raw_transaction) == ([], "")
    assert run_payouts("bch").outcome == "frozen"


def test_sending_again_sends_the_same_bytes(node: FakeBchn) -> None:
    approved_all([node.stranger(1)], method="bch")
    batch = paid(node)
    node.mempool.clear()
    node.forget_locks()
    again = paid(node)
    assert (again, again.raw_transaction) == (batch, batch.raw_transaction) and node.mempool == [batch.txid]


def test_a_release_that_is_too_old_freezes_and_fails_nothing(node: FakeBchn) -> None:
    made = approved_all([node.stranger(1)], method="bch")
    paid(node)
    node.trouble["gettransaction"] = -100  # "RPC is disabled. This version is old"
    assert run_payouts("bch").outcome == "frozen"
    assert Freeze.objects.get().code == rules.UNKNOWN_CODE
    assert withdrawal_for_operator(made[0]).state == "broadcast"


@pytest.mark.parametrize("method", ["fundrawtransaction", "signrawtransactionwithwallet", "sendrawtransaction"])
def test_any_unknown_code_at_any_step_freezes_and_fails_nothing(node: FakeBchn, method: str) -> None:
    made = approved_all([node.stranger(1)], method="bch")
    node.trouble[method] = -32099
    assert run_payouts("bch").outcome == "frozen"
    assert withdrawal_for_operator(made[0]).state in ("batched", "signed")
    assert node.mempool == []


def test_a_node_that_pays_somebody_else_is_caught_before_anything_is_stored(node: FakeBchn) -> None:
    made = approved_all([node.stranger(1)], method="bch")
    create = node._createrawtransaction
    thief = node.stranger(666)
    node._createrawtransaction = lambda inputs, outputs: create(  # type: ignore[method-assign]
        inputs, [{thief: next(iter(one.values()))} for one in outputs]
    )
    assert run_payouts("bch").outcome == "frozen"
    batch = Batch.objects.get()
    assert (batch.state, batch.attention, batch.raw_transaction) == ("dissolved", "outputs_differ", "")
    assert withdrawal_for_operator(made[0]).state == "approved"
    assert node.mempool == [] and node.locked == set()


def test_change_that_is_not_ours_is_caught(node: FakeBchn) -> None:
    approved_all([node.stranger(1)], method="bch")
    node._getaddressinfo = lambda address: {"ismine": False, "ischange": False}  # type: ignore[method-assign]
    assert run_payouts("bch").outcome == "frozen"
    assert Batch.objects.get().attention == "change_not_ours"


def test_a_fee_beyond_the_cap_is_caught(node: FakeBchn) -> None:
    approved_all([node.stranger(1)], method="bch")
    set_policy("payouts.bch.fee_most_units", 100)
    assert run_payouts("bch").outcome == "frozen"
    assert Batch.objects.get().attention == "fee_beyond_cap"


def test_an_address_that_the_node_does_not_accept_is_held(node: FakeBchn) -> None:
    made = approved_all([node.stranger(1), node.stranger(2)], method="bch")
    check = node._validateaddress
    bad = node.stranger(1)
    node._validateaddress = lambda address: (  # type: ignore[method-assign]
        {"isvalid": False} if address == bad else check(address)
    )
    paid(node)
    first, second = (withdrawal_for_operator(one) for one in made)
    assert (first.state, first.hold_reasons, second.state) == ("held", (rules.NODE_DISAGREES,), "broadcast")


def test_an_address_is_asked_of_the_node_before_it_is_kept_and_at_each_request(node: FakeBchn) -> None:
    check, worker = node._validateaddress, people.worker()
    node._validateaddress = lambda address: {"isvalid": False}  # type: ignore[method-assign]
    with pytest.raises(AddressNotPayable):
        add_destination(worker, "bch", node.stranger(1))
    node._validateaddress = check  # type: ignore[method-assign]
    kept = add_destination(worker, "bch", node.stranger(1))
    fund(worker, 1_000_000)
    node._validateaddress = lambda address: {"isvalid": False}  # type: ignore[method-assign]
    with pytest.raises(AddressNotPayable):
        request_withdrawal(worker, kept.id, 1_000_000, "key-1")
    assert main_micros(worker) == 1_000_000


def test_a_node_that_is_down_keeps_nobody_from_asking(node: FakeBchn, settings: Settings) -> None:
    settings.PAYOUT_NODES = {"bch": ("http://127.0.0.1:9", USER, PASSWORD)}
    made = approved_all([node.stranger(1)], method="bch")
    assert withdrawal_for_operator(made[0]).state == "approved"
