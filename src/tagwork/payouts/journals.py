"""Which postings each step of a withdrawal makes. Pure; ledger keys are derived, so a repeated step posts nothing.

request   worker_main      > withdrawal_hold of this withdrawal      the whole amount
undo      withdrawal_hold  > worker_main                             cancelled
signed    withdrawal_hold  > payout_clearing of the method
confirmed payout_clearing  > external_out (net), withdrawal_fee and, for a coin, rounding
network   network_fee      > external_out                            what a batch's transaction, or a payment service,
                                                                     cost the house; swapped when that transaction has
                                                                     failed after all, or the service says less
returned  external_out, withdrawal_fee, rounding > payout_clearing          the confirmation, ends swapped
refunded  payout_clearing  > worker_main                             failed or returned: fee included, nothing was paid
"""

from dataclasses import dataclass
from uuid import UUID

from tagwork.ledger.rules import HOUSE, AccountRef, Kind, Line, swapped


@dataclass(frozen=True, slots=True)
class Amounts:
    """What the journals need to know of a withdrawal. `rounding_micros` is what the coin amount left of the net."""

    withdrawal_id: UUID
    worker_id: UUID
    method: str
    net_micros: int
    fee_micros: int
    rounding_micros: int = 0

    @property
    def total_micros(self) -> int:
        return self.net_micros + self.fee_micros


BATCH_FEE, BATCH_FEE_RETURNED, PROVIDER_FEE = "batch:fee:", "batch:fee-returned:", "provider:fee:"


def key_prefix(step: str) -> str:
    return f"withdraw:{step}:"


def key(step: str, withdrawal_id: UUID) -> str:
    return f"{key_prefix(step)}{withdrawal_id}"


def batch_fee_key(batch_id: UUID, rescue_number: int | None = None) -> str:
    """What a batch's transaction, or one of the children that helped it, cost."""
    return f"{BATCH_FEE}{_transaction(batch_id, rescue_number)}"


def batch_fee_returned_key(batch_id: UUID, rescue_number: int | None = None) -> str:
    return f"{BATCH_FEE_RETURNED}{_transaction(batch_id, rescue_number)}"


def _transaction(batch_id: UUID, rescue_number: int | None) -> str:
    return str(batch_id) if rescue_number is None else f"{batch_id}:{rescue_number}"


def provider_fee_key(withdrawal_id: UUID, number: int = 0) -> str:
    """What a payment service took for one payee; from 1 on, by how much it says that it took another fee."""
    return f"{PROVIDER_FEE}{withdrawal_id}" if number == 0 else f"{PROVIDER_FEE}{withdrawal_id}:{number}"


def subject(withdrawal_id: UUID) -> str:
    return f"withdrawal:{withdrawal_id}"


def worker_main(worker_id: UUID) -> AccountRef:
    return AccountRef(Kind.WORKER_MAIN, f"worker:{worker_id}")


def hold_account(withdrawal_id: UUID) -> AccountRef:
    return AccountRef(Kind.WITHDRAWAL_HOLD, subject(withdrawal_id))


def _held(amounts: Amounts) -> AccountRef:
    return hold_account(amounts.withdrawal_id)


def _clearing(amounts: Amounts) -> AccountRef:
    return AccountRef(Kind.PAYOUT_CLEARING, f"method:{amounts.method}")


def went_out(method: str) -> AccountRef:
    return AccountRef(Kind.EXTERNAL_OUT, f"method:{method}")


def request_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (worker_main(amounts.worker_id), -amounts.total_micros), (_held(amounts), amounts.total_micros)


def cancelled_lines(amounts: Amounts) -> tuple[Line, ...]:
    return swapped(request_lines(amounts))


def signed_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (_held(amounts), -amounts.total_micros), (_clearing(amounts), amounts.total_micros)


def confirmed_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (
        (_clearing(amounts), -amounts.total_micros),
        (went_out(amounts.method), amounts.net_micros - amounts.rounding_micros),
        (AccountRef(Kind.WITHDRAWAL_FEE, HOUSE), amounts.fee_micros),
        (AccountRef(Kind.ROUNDING, HOUSE), amounts.rounding_micros),
    )


def network_fee_lines(method: str, fee_micros: int) -> tuple[Line, ...]:
    """Below zero: it cost less than was booked, and the ends are swapped."""
    return (AccountRef(Kind.NETWORK_FEE, HOUSE), -fee_micros), (went_out(method), fee_micros)


def returned_lines(amounts: Amounts) -> tuple[Line, ...]:
    return swapped(confirmed_lines(amounts))


def refunded_lines(amounts: Amounts) -> tuple[Line, ...]:
    return (_clearing(amounts), -amounts.total_micros), (worker_main(amounts.worker_id), amounts.total_micros)


DEPOSIT, DEPOSIT_REVERSAL = "deposit:", "deposit-reversal:"


def deposit_key(deposit_id: UUID) -> str:
    return f"{DEPOSIT}{deposit_id}"


def deposit_reversal_key(deposit_id: UUID) -> str:
    return f"{DEPOSIT_REVERSAL}{deposit_id}"


def came_in(method: str) -> AccountRef:
    return AccountRef(Kind.EXTERNAL_IN, f"method:{method}")


def deposit_lines(organisation_id: UUID, amount_micros: int, method: str = "manual") -> tuple[Line, ...]:
    """What came from outside by this method is now the client's."""
    return (
        (came_in(method), -amount_micros),
        (AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation_id}"), amount_micros),
    )


CLIENT_REFUND = "client_refund"


def client_refund_lines(organisation_id: UUID, amount_micros: int) -> tuple[Line, ...]:
    """Paid back by hand: what was the client's has left the house."""
    return (
        (AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation_id}"), -amount_micros),
        (went_out("manual"), amount_micros),
    )
