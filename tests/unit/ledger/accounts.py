"""Stock accounts and deposits for the ledger's tests."""

import itertools

from tagwork.ledger.operations.hold import open_hold
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef

OUTSIDE = AccountRef("external_in", "method:manual")
CLIENT = AccountRef("client_available", "organisation:acme")
ESCROW = AccountRef("project_escrow", "project:cats")
ANA = AccountRef("worker_main", "worker:ana")
BEN = AccountRef("worker_main", "worker:ben")
FEES = AccountRef("platform_fee", "house")

_numbers = itertools.count(1)


def deposit(amount_micros: int, to: AccountRef = CLIENT) -> None:
    """Money from outside into an account."""
    number = next(_numbers)
    post(key=f"deposit:{number}", kind="deposit", lines=[(OUTSIDE, -amount_micros), (to, amount_micros)])


def promise(key: str, amount_micros: int = 6000, fee_micros: int = 0, owner: str = ANA.owner) -> None:
    """A hold out of the project's escrow."""
    open_hold(key=key, owner=owner, source=ESCROW, amount_micros=amount_micros, fee_micros=fee_micros)
