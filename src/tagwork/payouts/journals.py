"""Which postings each step of a withdrawal makes. Pure; ledger keys are derived, so a repeated step posts nothing.

request   worker_main      > withdrawal_hold of this withdrawal      the whole amount
undo      withdrawal_hold  > worker_main                             cancelled
signed    withdrawal_hold  > payout_clearing of the method
confirmed payout_clearing  > external_out (net) and withdrawal_fee
returned  external_out and withdrawal_fee > payout_clearing          the confirmation, ends swapped
refunded  payout_clearing  > worker_main                             failed or returned: fee included, nothing was paid
"""

from dataclasses import dataclass
from uuid import UUID

from tagwork.ledger.rules import HOUSE, AccountRef, Kind, Line, swapped


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the journals need to know of a withdrawal."""

    withdrawal_id: UUID
    worker_id: UUID
    method: str
    net_micros: int
    fee_micros: int

    @property
    def total_micros(self) -> int:
        return self.net_micros + self.fee_micros


def key(step: str, withdrawal_id: UUID) -> str:
    return f"withdraw:{step}:{withdrawal_id}"


def subject(withdrawal_id: UUID) -> str:
    return f"withdrawal:{withdrawal_id}"


def worker_main(worker_id: UUID) -> AccountRef:
    return AccountRef(Kind.WORKER_MAIN, f"worker:{worker_id}")


def _held(amounts: Amounts) -> AccountRef:
    return AccountRef(Kind.WITHDRAWAL_HOLD, subject(amounts.withdrawal_id))


def _clearing(amounts: Amounts) -> AccountRef:
    return AccountRef(Kind.PAYOUT_CLEARING, f"method:{amounts.method}")


def request_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (worker_main(amounts.worker_id), -amounts.total_micros), (_held(amounts), amounts.total_micros)


def cancelled_lines(amounts: Amounts) -> tuple[Line, ...]:
    return swapped(request_lines(amounts))


def signed_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (_held(amounts), -amounts.total_micros), (_clearing(amounts), amounts.total_micros)


def confirmed_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (
        (_clearing(amounts), -amounts.total_micros),
        (AccountRef(Kind.EXTERNAL_OUT, f"method:{amounts.method}"), amounts.net_micros),
        (AccountRef(Kind.WITHDRAWAL_FEE, HOUSE), amounts.fee_micros),
    )


def returned_lines(amounts: Amounts) -> tuple[Line, ...]:
    return swapped(confirmed_lines(amounts))


def refunded_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (_clearing(amounts), -amounts.total_micros), (worker_main(amounts.worker_id), amounts.total_micros)


def deposit_lines(organisation_id: UUID, amount_micros: int) -> tuple[Line, ...]:
    """Paid in by hand: what came from outside is now the client's."""
    return (
        (AccountRef(Kind.EXTERNAL_IN, "method:manual"), -amount_micros),
        (AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation_id}"), amount_micros),
    )
