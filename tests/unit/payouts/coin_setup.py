"""Withdrawals in coins, ready to be paid by a node."""

from collections.abc import Sequence
from uuid import UUID

from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.operations.review_withdrawal import review_withdrawal
from tagwork.payouts.queries import WithdrawalView
from tests.builders import people
from tests.unit.payouts.conftest import fund, set_policy

# $80.00 a coin: 1 litoshi is 0.8 micro-dollars, $1.00 is 0.0125 LTC.
MICROS_PER_COIN = 80_000_000


def set_up(confirmations: int = 2, coin: str = "ltc") -> None:
    set_policy("payouts.network", "regtest")
    set_policy(f"payouts.{coin}.micros_per_coin", MICROS_PER_COIN)
    set_policy("payouts.confirmations", confirmations)
    set_policy("payouts.conflict_confirmations", 2)
    set_policy("payouts.destination_cooldown_seconds", 0)


def approved_to(address: str, amount_micros: int, number: int, method: str = "ltc") -> WithdrawalView:
    """Worker `number` has earned it and asked for it to go there; the review approved it."""
    worker = people.worker(number)
    fund(worker, amount_micros)
    destination = add_destination(worker, method, address)
    made = request_withdrawal(worker, destination.id, amount_micros, f"key-{address}-{amount_micros}")
    assert review_withdrawal(made.id) == "approved"
    return made


def approved_all(addresses: Sequence[str], amount_micros: int = 1_000_000, method: str = "ltc") -> list[UUID]:
    return [
        approved_to(address, amount_micros + number, number, method).id
        for number, address in enumerate(addresses, start=1)
    ]
