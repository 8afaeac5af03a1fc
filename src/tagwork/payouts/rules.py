"""What may happen to a withdrawal, and what a person must look at first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

REQUESTED, APPROVED, HELD, CANCELLED = "requested", "approved", "held", "cancelled"
BATCHED, SIGNED, BROADCAST, CONFIRMED = "batched", "signed", "broadcast", "confirmed"
FAILED, RETURNED, REFUNDED = "failed", "returned", "refunded"

# Signed is the point of no return: from there only forward, or failed on proof. The database keeps the same table.
MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        REQUESTED: frozenset({APPROVED, HELD, CANCELLED}),
        HELD: frozenset({APPROVED, CANCELLED}),
        APPROVED: frozenset({BATCHED, HELD, CANCELLED}),
        BATCHED: frozenset({SIGNED, APPROVED}),
        SIGNED: frozenset({BROADCAST, FAILED}),
        BROADCAST: frozenset({CONFIRMED, FAILED}),
        CONFIRMED: frozenset({RETURNED}),
        FAILED: frozenset({REFUNDED}),
        RETURNED: frozenset({REFUNDED}),
        CANCELLED: frozenset(),
        REFUNDED: frozenset(),
    }
)
STATES = tuple(MOVES)
# The worker may take it back until it is in a batch.
CANCELLABLE = frozenset(state for state, following in MOVES.items() if CANCELLED in following)
# The money has left the main balance and has neither arrived nor come back.
UNDER_WAY = frozenset(MOVES) - {CONFIRMED, CANCELLED, REFUNDED}

SHARED_DESTINATION, LARGE_AMOUNT, VELOCITY, NEW_DESTINATION = (
    "shared_destination",
    "large_amount",
    "velocity",
    "new_destination",
)
BY_OPERATOR = "by_operator"
# Who moved it, when the program did by itself.
RULE = "rule"
HOLD_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        SHARED_DESTINATION: "Another account uses the same destination; a person looks at it first.",
        LARGE_AMOUNT: "Two people approve an amount of this size.",
        VELOCITY: "Much was withdrawn within a day; a person looks at it first.",
        NEW_DESTINATION: "The destination was added a short while ago; it waits in case somebody else added it.",
        BY_OPERATOR: "An operator is looking at it.",
    }
)


def may_move(old: str, new: str) -> bool:
    return new in MOVES[old]


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What the review of one withdrawal looks at; `day_micros` includes this withdrawal."""

    amount_micros: int
    day_micros: int
    is_shared_destination: bool
    usable_from: datetime


@dataclass(frozen=True, slots=True)
class ReviewLimits:
    second_operator_from_micros: int
    day_micros: int


def hold_reasons(facts: ReviewFacts, limits: ReviewLimits, now: datetime) -> list[str]:
    """Why a person, or only time, must come before the approval; empty when it is automatic."""
    reasons = []
    if facts.is_shared_destination:
        reasons.append(SHARED_DESTINATION)
    if needs_second_operator(facts.amount_micros, limits.second_operator_from_micros):
        reasons.append(LARGE_AMOUNT)
    if facts.day_micros > limits.day_micros:
        reasons.append(VELOCITY)
    if now < facts.usable_from:
        reasons.append(NEW_DESTINATION)
    return reasons


def needs_second_operator(amount_micros: int, from_micros: int) -> bool:
    return amount_micros >= from_micros


def next_run_at(now: datetime, hour_utc: int) -> datetime:
    """The next daily run at that hour; `now` is in UTC. At the very hour it is tomorrow's: today's has begun."""
    today = now.replace(hour=hour_utc, minute=0, second=0, microsecond=0)
    return today if now < today else today + timedelta(days=1)
