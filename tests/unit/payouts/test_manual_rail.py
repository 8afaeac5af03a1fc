"""Paying by hand, from the commitment to the refund; every figure of the ledger is worked out by hand."""

import uuid
from collections.abc import Callable

import pytest

from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.models import AuditEntry
from tagwork.ledger.queries import totals_by_kind
from tagwork.payouts import policy
from tagwork.payouts.errors import SecondOperatorNeeded
from tagwork.payouts.operations.hold_withdrawal import hold_withdrawal
from tagwork.payouts.operations.mark_signed import mark_signed
from tagwork.payouts.operations.record_confirmed import record_confirmed
from tagwork.payouts.operations.record_failed import record_failed
from tagwork.payouts.operations.record_returned import record_returned
from tagwork.payouts.operations.record_sent import record_sent
from tagwork.payouts.operations.refund_withdrawal import refund_withdrawal
from tagwork.payouts.operations.release_held import release_held
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import WithdrawalView, held_micros, timeline, withdrawal_of
from tagwork.people.models import Person
from tests.builders import people
from tests.unit.payouts.conftest import TXID, approved, main_micros, requested, set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]

Act = Callable[[Person, uuid.UUID], WithdrawalView]
ACTS: dict[str, Act] = {
    "signed": mark_signed,
    "broadcast": lambda operator, identifier: record_sent(operator, identifier, TXID),
    "confirmed": record_confirmed,
    "failed": lambda operator, identifier: record_failed(operator, identifier, "input spent by another transaction"),
    "returned": lambda operator, identifier: record_returned(operator, identifier, "the service sent it back"),
    "refunded": refund_withdrawal,
}


def walk(withdrawal: WithdrawalView, *states: str) -> WithdrawalView:
    for state in states:
        withdrawal = ACTS[state](people.operator(), withdrawal.id)
        assert withdrawal.state == state
    return withdrawal


def totals() -> dict[str, int]:
    return {str(kind): total for kind, total in totals_by_kind().items() if total}


def test_it_goes_from_commitment_to_confirmation() -> None:
    set_policy("payouts.ltc.fee_micros", 10_000)
    worker = people.worker()
    withdrawal = approved(worker, 1_000_000)
    assert totals() == {"external_in": -1_000_000, "withdrawal_hold": 1_000_000}
    walk(withdrawal, "signed")
    assert totals() == {"external_in": -1_000_000, "payout_clearing": 1_000_000}
    assert walk(withdrawal, "broadcast").txid == TXID
    assert held_micros(worker) == 1_000_000
    walk(withdrawal, "confirmed")
    assert totals() == {"external_in": -1_000_000, "external_out": 990_000, "withdrawal_fee": 10_000}
    assert (main_micros(worker), held_micros(worker)) == (0, 0)
    assert [entry.to_state for entry in timeline(withdrawal.id)] == [
        "requested",
        "approved",
        "batched",
        "signed",
        "broadcast",
        "confirmed",
    ]
    assert AuditEntry.objects.filter(subject=f"withdrawal:{withdrawal.id}").count() == 4


def test_a_proved_failure_is_refunded_with_the_fee() -> None:
    set_policy("payouts.ltc.fee_micros", 10_000)
    worker = people.worker()
    walk(approved(worker, 1_000_000), "signed", "broadcast", "failed", "refunded")
    assert totals() == {"external_in": -1_000_000, "worker_main": 1_000_000}
    assert (main_micros(worker), held_micros(worker)) == (1_000_000, 0)


def test_what_came_back_is_refunded_with_the_fee() -> None:
    set_policy("payouts.ltc.fee_micros", 10_000)
    worker = people.worker()
    walk(approved(worker, 1_000_000), "signed", "broadcast", "confirmed", "returned", "refunded")
    assert totals() == {"external_in": -1_000_000, "worker_main": 1_000_000}


@pytest.mark.parametrize("path", [("signed",), ("signed", "broadcast"), ("signed", "broadcast", "confirmed")])
def test_each_step_once_more_changes_nothing(path: tuple[str, ...]) -> None:
    withdrawal = walk(approved(people.worker()), *path)
    before = totals(), len(timeline(withdrawal.id))
    assert ACTS[path[-1]](people.operator(), withdrawal.id) == withdrawal
    assert (totals(), len(timeline(withdrawal.id))) == before


@pytest.mark.parametrize("path", [("failed",), ("failed", "refunded")])
def test_failure_and_refund_once_more_change_nothing(path: tuple[str, ...]) -> None:
    withdrawal = walk(approved(people.worker()), "signed", *path)
    before = totals()
    ACTS[path[-1]](people.operator(), withdrawal.id)
    assert totals() == before


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        ((), ("broadcast", "confirmed", "failed", "returned", "refunded")),
        (("signed",), ("confirmed", "returned", "refunded")),
        (("signed", "broadcast"), ("signed", "returned", "refunded")),
        (("signed", "broadcast", "confirmed"), ("signed", "broadcast", "failed", "refunded")),
        (("signed", "failed"), ("signed", "broadcast", "confirmed", "returned")),
        (("signed", "failed", "refunded"), ("signed", "broadcast", "confirmed", "failed", "returned")),
    ],
)
def test_it_refuses_the_wrong_state(path: tuple[str, ...], refused: tuple[str, ...]) -> None:
    withdrawal = walk(approved(people.worker()), *path)
    before = totals()
    for state in refused:
        with pytest.raises(WrongState):
            ACTS[state](people.operator(), withdrawal.id)
    assert totals() == before


def test_what_is_not_approved_cannot_be_paid() -> None:
    withdrawal = requested(people.worker())
    with pytest.raises(WrongState):
        mark_signed(people.operator(), withdrawal.id)
    review_withdrawal(withdrawal.id)
    hold_withdrawal(people.operator(), withdrawal.id, "looking")
    with pytest.raises(WrongState):
        mark_signed(people.operator(), withdrawal.id)


def test_a_second_operator_cannot_commit_to_the_same_payout() -> None:
    withdrawal = approved(people.worker())
    mark_signed(people.operator(), withdrawal.id)
    with pytest.raises(WrongState):
        mark_signed(people.second_operator(), withdrawal.id)


@pytest.mark.parametrize("act", list(ACTS))
def test_it_refuses_a_stranger(act: str) -> None:
    withdrawal = approved(people.worker())
    for stranger in (people.worker(), people.moderator(), people.client().person, people.outsider()):
        with pytest.raises(Forbidden):
            ACTS[act](stranger, withdrawal.id)
    with pytest.raises(NotFound):
        ACTS[act](people.operator(), uuid.uuid4())


@pytest.mark.parametrize("txid", ["", "ab", "AB" * 32, "ab" * 32 + "\n", "zz" * 32])
def test_a_coin_is_sent_with_its_transaction_id(txid: str) -> None:
    withdrawal = walk(approved(people.worker()), "signed")
    with pytest.raises(Invalid):
        record_sent(people.operator(), withdrawal.id, txid)


def test_another_transaction_id_does_not_replace_the_first() -> None:
    withdrawal = walk(approved(people.worker()), "signed", "broadcast")
    with pytest.raises(WrongState):
        record_sent(people.operator(), withdrawal.id, "cd" * 32)
    assert withdrawal_of(people.worker(), withdrawal.id).txid == TXID


def test_a_failure_needs_its_proof() -> None:
    withdrawal = walk(approved(people.worker()), "signed")
    with pytest.raises(Invalid):
        record_failed(people.operator(), withdrawal.id, " ")


def held_large(worker: Person) -> WithdrawalView:
    withdrawal = requested(worker, 500_000_000)
    assert review_withdrawal(withdrawal.id) == "held"
    return withdrawal


def test_a_large_amount_is_released_by_one_operator_and_paid_by_another() -> None:
    withdrawal = held_large(people.worker())
    release_held(people.operator(), withdrawal.id, "known worker")
    with pytest.raises(SecondOperatorNeeded):
        mark_signed(people.operator(), withdrawal.id)
    assert mark_signed(people.second_operator(), withdrawal.id).state == "signed"


def test_a_lowered_limit_also_covers_what_was_approved_by_rule() -> None:
    withdrawal = approved(people.worker(), 1_000_000)
    set_policy(policy.SECOND_OPERATOR_FROM_MICROS, 1_000_000)
    with pytest.raises(SecondOperatorNeeded):
        mark_signed(people.operator(), withdrawal.id)
    hold_withdrawal(people.operator(), withdrawal.id, "two people needed")
    release_held(people.operator(), withdrawal.id, "fine")
    assert mark_signed(people.second_operator(), withdrawal.id).state == "signed"


def test_a_large_refund_takes_another_operator_than_the_one_who_recorded_the_failure() -> None:
    worker = people.worker()
    withdrawal = held_large(worker)
    release_held(people.operator(), withdrawal.id, "known worker")
    mark_signed(people.second_operator(), withdrawal.id)
    record_failed(people.second_operator(), withdrawal.id, "input spent by another transaction")
    with pytest.raises(SecondOperatorNeeded):
        refund_withdrawal(people.second_operator(), withdrawal.id)
    refund_withdrawal(people.operator(), withdrawal.id)
    assert main_micros(worker) == 500_000_000
