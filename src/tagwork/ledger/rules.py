"""What an account, a posting and a hold are: values and pure functions. No database, no clock."""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from tagwork.ledger.errors import Unbalanced


class Kind(StrEnum):
    CLIENT_AVAILABLE = "client_available"
    PROJECT_ESCROW = "project_escrow"
    WORKER_MAIN = "worker_main"
    WITHDRAWAL_HOLD = "withdrawal_hold"
    PAYOUT_CLEARING = "payout_clearing"
    PLATFORM_FEE = "platform_fee"
    WITHDRAWAL_FEE = "withdrawal_fee"
    NETWORK_FEE = "network_fee"
    ROUNDING = "rounding"
    EXTERNAL_IN = "external_in"
    EXTERNAL_OUT = "external_out"


# The world outside, and what the house spends without having been given it first.
MAY_BE_NEGATIVE = frozenset({Kind.EXTERNAL_IN, Kind.EXTERNAL_OUT, Kind.NETWORK_FEE, Kind.ROUNDING})
HOUSE = "house"
# What somebody else could ask for: the leaves of a checkpoint. The rest is the house's own, or the world outside.
OWED = (
    Kind.CLIENT_AVAILABLE,
    Kind.PROJECT_ESCROW,
    Kind.WORKER_MAIN,
    Kind.WITHDRAWAL_HOLD,
    Kind.PAYOUT_CLEARING,
)

# BIGINT of both databases; a sum of many such balances still fits PostgreSQL's numeric and Python's int.
LARGEST_MICROS = 2**63 - 1

# Kinds that only this room writes: verify relies on what stands behind them.
SETTLE = "settle"
REVERSAL = "reversal"
RESERVED_KINDS = frozenset({SETTLE, REVERSAL})


class AccountRef(NamedTuple):
    """An account by what it is for and whose it is; `owner` is opaque to the ledger (`worker:<uuid>`, `house`)."""

    kind: str
    owner: str


Line = tuple[AccountRef, int]


@dataclass(frozen=True)
class Entry:
    """A journal to be written. A positive line increases what the account holds; lines sum to zero (micros).

    `detail` is JSON without floating-point numbers: it is hashed, and money is never a float.
    """

    key: str
    kind: str
    lines: Sequence[Line]
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    reverses: uuid.UUID | None = None


@dataclass(frozen=True)
class Settlement:
    """What a hold pays in the end: at most what it promised, in micros."""

    hold_key: str
    pay_micros: int
    fee_micros: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


class HoldState(StrEnum):
    OPEN = "open"
    WITHHELD = "withheld"
    SETTLED = "settled"
    RELEASED = "released"


HOLD_MOVES: dict[str, frozenset[str]] = {
    HoldState.OPEN: frozenset({HoldState.SETTLED, HoldState.WITHHELD, HoldState.RELEASED}),
    HoldState.WITHHELD: frozenset({HoldState.SETTLED, HoldState.RELEASED}),
    HoldState.SETTLED: frozenset(),
    HoldState.RELEASED: frozenset(),
}
# Money in the source that is promised: a rejected answer's stays so until its appeal can no longer be won.
RESERVING = (HoldState.OPEN, HoldState.WITHHELD)


def movements(entry: Entry) -> tuple[Line, ...]:
    """The lines that move something, in a fixed order. Lines of zero are left out.

    Raises Unbalanced; ValueError or TypeError for an unknown kind of account, an empty owner or an amount that is
    not a whole number of micros.
    """
    for ref, amount_micros in entry.lines:
        check_ref(ref)
        check_micros(amount_micros)
    moving = tuple(sorted((AccountRef(*ref), amount) for ref, amount in entry.lines if amount))
    total = sum(amount for _, amount in moving)
    if total:
        raise Unbalanced(f"the lines of {entry.key} sum to {total} micros, not to zero")
    if len({ref for ref, _ in moving}) < 2:
        raise Unbalanced(f"{entry.key} moves nothing from one account to another")
    return moving


def check_ref(ref: tuple[str, str]) -> None:
    kind, owner = ref
    Kind(kind)
    if not owner:
        raise ValueError(f"an account of kind {kind} needs an owner")


def check_micros(amount_micros: int) -> None:
    # bool is an int to Python, and True would be one micro-dollar.
    if type(amount_micros) is not int:
        raise TypeError(f"micros are whole numbers, not {amount_micros!r}")
    if abs(amount_micros) > LARGEST_MICROS:
        raise ValueError(f"{amount_micros} micros are more than the ledger can hold")


def net_by_account(journals: Iterable[Sequence[Line]]) -> dict[AccountRef, int]:
    """What several journals together add to each account; accounts with a net of zero are kept."""
    net: dict[AccountRef, int] = defaultdict(int)
    for lines in journals:
        for ref, amount_micros in lines:
            net[ref] += amount_micros
    return dict(net)


def swapped(lines: Sequence[Line]) -> tuple[Line, ...]:
    """A reversal's lines: the same amounts with the ends swapped."""
    return tuple((ref, -amount_micros) for ref, amount_micros in lines)


def takes_from_a_worker(lines: Sequence[Line]) -> bool:
    return any(ref.kind == Kind.WORKER_MAIN and amount_micros < 0 for ref, amount_micros in lines)


def settle_key(hold_key: str) -> str:
    return f"{SETTLE}:{hold_key}"


def check_detail(detail: Any) -> None:
    """Refuse what would not come back from a database as it went in. Raises TypeError or ValueError."""
    match detail:
        case None | bool() | int():
            return
        case str():
            if "\0" in detail:
                raise ValueError("a detail holds no NUL character: PostgreSQL cannot keep it")
            detail.encode()  # a lone surrogate is a UnicodeEncodeError, a ValueError
        case Mapping():
            for key, value in detail.items():
                if not isinstance(key, str):
                    raise TypeError(f"the keys of a detail are text, not {key!r}")
                check_detail(key)
                check_detail(value)
        case list() | tuple():
            for value in detail:
                check_detail(value)
        case _:
            raise TypeError(f"a detail holds JSON without fractions, not {detail!r}")


# The chain. A stranger repeats this from the document that describes it: change nothing here.

FIRST_PREVIOUS = bytes(32)


# Made once: json.dumps makes another for every call with options of its own.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_journal(
    *,
    journal_id: uuid.UUID,
    key: str,
    kind: str,
    subject: str,
    detail: Any,
    at: datetime,
    reverses: uuid.UUID | None,
    lines: Iterable[Line],
) -> bytes:
    """A journal as canonical JSON: UTF-8, keys sorted, no spaces, whole numbers only, time in UTC with six decimals.

    Lines are [kind, owner, amount in micros], sorted.
    """
    text = _CANONICAL.encode(
        {
            "at": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z",
            "detail": detail,
            "id": str(journal_id),
            "key": key,
            "kind": kind,
            "lines": sorted([str(ref.kind), ref.owner, amount_micros] for ref, amount_micros in lines),
            "reverses": str(reverses) if reverses else None,
            "subject": subject,
        }
    )
    return text.encode()


def chain_hash(previous_hash: bytes, canonical: bytes) -> bytes:
    """SHA-256 over the previous link's hash (32 bytes; zeros before the first) and the canonical journal."""
    return hashlib.sha256(previous_hash + canonical).digest()
