"""What a coin is worth, from several sources that may lie, lag or fail. Pure; prices are micro-dollars per whole coin.

Fail closed: no rate means that payouts wait. There is no default, no last known rate, no single source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

# Why one source was not used.
UNREACHABLE, UNREADABLE, STALE, FUTURE, WIDE, DEVIATES = (
    "unreachable",
    "unreadable",
    "stale",
    "from_the_future",
    "wide_spread",
    "deviates",
)
# Why there is no rate.
NO_QUORUM, DISAGREE, JUMPED = "no_quorum", "sources_disagree", "rate_jumped"
# A clock may be a little ahead of ours.
CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Answered:
    """What one source said. `fresh_at`: when it was certainly still trading (its own time, or its last new mark)."""

    source: str
    bid_micros: int
    ask_micros: int
    fresh_at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """`deviation_percent`: from the median, and between those that remain. `jump_percent`: from the last accepted."""

    quorum: int
    age_seconds: int
    spread_percent: int
    deviation_percent: int
    jump_percent: int


@dataclass(frozen=True, slots=True)
class Decision:
    """`rate_micros` is the median ask of `used`, or None with `refused`. `dropped`: source > why."""

    rate_micros: int | None
    refused: str
    used: tuple[str, ...]
    dropped: Mapping[str, str]


def decide(
    answers: Sequence[Answered],
    failures: Mapping[str, str],
    now: datetime,
    limits: Limits,
    last_accepted_micros: int | None,
) -> Decision:
    """One rate for all, or the reason why there is none. `failures`: source > UNREACHABLE or UNREADABLE.

    The ask is used, as whoever has to buy the coins pays it. A jump since the last accepted rate needs a person's nod:
    a caller who has one passes None for `last_accepted_micros`.
    """
    dropped = dict(failures)
    fresh = []
    for answer in answers:
        problem = _problem(answer, now, limits)
        if problem:
            dropped[answer.source] = problem
        else:
            fresh.append(answer)
    if len(fresh) < limits.quorum:
        return Decision(None, NO_QUORUM, (), dropped)
    middle = median([answer.ask_micros for answer in fresh])
    kept = []
    for answer in fresh:
        if further_than(answer.ask_micros, middle, limits.deviation_percent):
            dropped[answer.source] = DEVIATES
        else:
            kept.append(answer)
    if len(kept) < limits.quorum:
        return Decision(None, DISAGREE, (), dropped)
    asks = [answer.ask_micros for answer in kept]
    if further_than(max(asks), min(asks), limits.deviation_percent):
        return Decision(None, DISAGREE, (), dropped)
    rate = median(asks)
    used = tuple(sorted(answer.source for answer in kept))
    if last_accepted_micros is not None and further_than(rate, last_accepted_micros, limits.jump_percent):
        return Decision(None, JUMPED, used, dropped)
    return Decision(rate, "", used, dropped)


def _problem(answer: Answered, now: datetime, limits: Limits) -> str:
    if answer.fresh_at > now + CLOCK_SLACK:
        return FUTURE
    if now - answer.fresh_at > timedelta(seconds=limits.age_seconds):
        return STALE
    if further_than(answer.ask_micros, answer.bid_micros, limits.spread_percent):
        return WIDE
    return ""


def median(prices: Sequence[int]) -> int:
    """Of an even count the mean of the middle two, rounded up: a dearer coin never pays more than is owed."""
    ordered = sorted(prices)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else -(-(ordered[half - 1] + ordered[half]) // 2)


def further_than(price: int, reference: int, percent: int) -> bool:
    """Whether `price` differs from `reference` by more than `percent` of it; exact."""
    return Fraction(abs(price - reference), reference) > Fraction(percent, 100)
