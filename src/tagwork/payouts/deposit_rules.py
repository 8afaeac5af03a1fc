"""What becomes of a coin that arrives at a client's address. Pure.

An address belongs to its organisation for ever. There is no amount to hit and no time to be in: whatever arrives is
credited once, whole, at the rate of the moment in which it is deep enough. Rejected: an address and an expected amount
for each deposit, which would make underpaid, overpaid, late and second payments cases for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tagwork.core.money import UNITS_PER_COIN

# Excluded: another transaction that spends the same coins is in the chain. A reorganisation may bring it back.
SEEN, CREDITED, EXCLUDED = "seen", "credited", "excluded"
MOVES: Mapping[str, frozenset[str]] = MappingProxyType(
    {SEEN: frozenset({CREDITED, EXCLUDED}), EXCLUDED: frozenset({SEEN}), CREDITED: frozenset()}
)
# Why a person should look. Everything else about an arrival comes to its end by itself.
REORGANISED, REPLACED, REPLACES, UNKNOWN, NO_RATE = (
    "deposit_reorganised",
    "deposit_replaced",
    "deposit_replaces",
    "deposit_unknown",
    "deposit_no_rate",
)
ATTENTION_CODES = (REORGANISED, REPLACED, REPLACES, UNKNOWN, NO_RATE)
_WATCH = "deposits."
# What a block pays its miner can be spent from this depth on, on both chains (COINBASE_MATURITY + 1).
MATURE_DEPTH = 101


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is stored of it, and what the node says now. `confirmations` is None where the wallet does not know it;
    `replaces_credited`: it spends the coins of an arrival that was credited and not taken back."""

    state: str
    units: int
    is_mined: bool
    confirmations: int | None
    replaces_credited: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` is where it goes, None where it stays; `attention` is of ATTENTION_CODES or empty."""

    state: str | None
    attention: str = ""


def watch_name(method: str) -> str:
    """The name of the lock row, and of the freeze, of one coin's deposits; its payouts have names of their own."""
    return f"{_WATCH}{method}"


def watched_method(name: str) -> str:
    """The coin of a `watch_name`; "" for any other text."""
    return name.removeprefix(_WATCH) if name.startswith(_WATCH) else ""


def judge(arrival: Arrival, wanted: int) -> Verdict:
    """`wanted`: the confirmations after which it is credited."""
    depth = arrival.confirmations
    if depth is None:
        return Verdict(None, UNKNOWN)
    if arrival.state == CREDITED:
        # What was credited stays so until a person takes it back: the client may have promised it to workers.
        return Verdict(None, "" if depth > 0 else REORGANISED if depth == 0 else REPLACED)
    if arrival.state == EXCLUDED:
        return Verdict(SEEN if depth >= 0 else None)
    if depth < 0:
        return Verdict(EXCLUDED)
    if depth < max(wanted, MATURE_DEPTH if arrival.is_mined else 0):
        return Verdict(None)
    return Verdict(None, REPLACES) if arrival.replaces_credited else Verdict(CREDITED)


def worth_micros(units: int, micros_per_coin: int) -> int:
    """What `units` are worth, rounded down to a whole micro-dollar: never more than arrived."""
    return units * micros_per_coin // UNITS_PER_COIN
