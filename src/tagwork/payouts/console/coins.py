"""Wallets and rates of the coins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from tagwork.core.money import UNITS_PER_COIN
from tagwork.kit import clock
from tagwork.payouts import policy, rules
from tagwork.payouts.console.rows import waits_by_method
from tagwork.payouts.models import RateObservation, WalletFloat, Withdrawal
from tagwork.payouts.queries import OwnRate, own_rate
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import Rail
from tagwork.payouts.rails.node import node_of
from tagwork.payouts.rails.provider import MICROS_PER_CENT

# What is usual is learned from so many days.
USUAL_DAYS = 14
# The node is asked every five minutes (jobs/schedule.py): an older answer means that nobody asks any more.
NODE_FRESH = timedelta(minutes=15)
# A rate is asked for every ten minutes (jobs/schedule.py): an older one means that nobody asks any more.
RATE_FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class WalletRow:
    """What one coin's wallet could pay. `units` is None until the node has answered once; `micros_per_coin` is about
    what a coin costs, None where nobody knows, and then nothing in dollars is known either."""

    method: str
    title: str
    has_node: bool
    is_offered: bool
    units: int | None
    coins: int
    seen_at: datetime | None
    problem: str
    micros_per_coin: int | None
    waiting: int
    waiting_micros: int
    daily_micros: int

    @property
    def float_micros(self) -> int | None:
        if self.units is None or self.micros_per_coin is None:
            return None
        return self.units * self.micros_per_coin // UNITS_PER_COIN

    @property
    def days_left(self) -> int | None:
        found = self.float_micros
        return None if found is None else rules.float_days(found, self.waiting_micros, self.daily_micros)

    @property
    def is_stale(self) -> bool:
        """Nobody asks the node any more; one that is asked and does not answer is a `problem`."""
        return not self.problem and self.seen_at is not None and self.seen_at < clock.now() - NODE_FRESH

    @property
    def is_short(self) -> bool:
        found = self.float_micros
        return found is not None and rules.is_float_short(found, self.waiting_micros, self.daily_micros)


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one exchange said. `why_not` is a code of rate_rules, empty when it was used or none was."""

    source: str
    bid_micros: int | None
    ask_micros: int | None
    fresh_at: datetime | None
    is_used: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """The newest look at one coin's price. `refused` is of rates.REFUSALS; `at` is None when nobody ever looked."""

    method: str
    title: str
    setting: str
    rate_micros: int | None
    refused: str
    at: datetime | None
    answers: tuple[SourceAnswer, ...]
    own: OwnRate | None

    @property
    def is_known(self) -> bool:
        """Whether a batch formed now would probably find a rate."""
        is_recent = self.at is not None and clock.now() - self.at < RATE_FRESH
        return self.own is not None or (is_recent and self.rate_micros is not None)


@dataclass(frozen=True, slots=True)
class CoinRows:
    """Rates and wallets of one moment."""

    rates: list[RateRow]
    wallets: list[WalletRow]


def _coin_rails() -> list[Rail]:
    return [rail for rail in rails().values() if rail.coin is not None]


def _has_node(rail: Rail) -> bool:
    return rail.coin is not None and node_of(rail.name, rail.coin) is not None


def wallets(known_rates: Sequence[RateRow]) -> list[WalletRow]:
    """One row a coin; three queries."""
    floats = {row.method: row for row in WalletFloat.objects.all()}
    waiting = Withdrawal.objects.filter(state__in=(rules.APPROVED, rules.BATCHED))
    waits = {method: (count, int(total or 0)) for method, count, total in waits_by_method(waiting)}
    since = clock.now() - timedelta(days=USUAL_DAYS)
    asked = Withdrawal.objects.filter(requested_at__gte=since).exclude(state=rules.CANCELLED)
    # An average: to the cent above, a fraction of one says nothing.
    usual = {
        method: -(-int(total or 0) // (USUAL_DAYS * MICROS_PER_CENT)) * MICROS_PER_CENT
        for method, _, total in waits_by_method(asked)
    }
    prices = {row.method: row for row in known_rates}
    offered = policy.offered_methods()
    rows = []
    for rail in _coin_rails():
        seen, price = floats.get(rail.name), prices[rail.name]
        number, total = waits.get(rail.name, (0, 0))
        rows.append(
            WalletRow(
                method=rail.name,
                title=gettext(rail.title),
                has_node=_has_node(rail),
                is_offered=rail.name in offered,
                units=seen.units if seen is not None and seen.seen_at is not None else None,
                coins=seen.coins if seen is not None else 0,
                seen_at=seen.seen_at if seen is not None else None,
                problem=seen.problem if seen is not None else "",
                micros_per_coin=price.rate_micros or (price.own.micros_per_coin if price.own else None),
                waiting=number,
                waiting_micros=total,
                daily_micros=usual.get(rail.name, 0),
            )
        )
    return rows


def rates() -> list[RateRow]:
    """One row a coin, as last observed; two queries a coin."""
    rows = []
    for rail in _coin_rails():
        newest = RateObservation.objects.filter(coin=rail.name).order_by("-at").first()
        rows.append(
            RateRow(
                method=rail.name,
                title=gettext(rail.title),
                setting=policy.rate_setting(rail.name),
                rate_micros=newest.rate_micros if newest is not None else None,
                refused=newest.refused if newest is not None else "",
                at=newest.at if newest is not None else None,
                answers=tuple(answer_of(name, said) for name, said in sorted(newest.answers.items())) if newest else (),
                own=own_rate(rail.name),
            )
        )
    return rows


def answer_of(source: str, said: dict[str, Any]) -> SourceAnswer:
    fresh_at = said.get("fresh_at")
    return SourceAnswer(
        source=source,
        bid_micros=said.get("bid_micros"),
        ask_micros=said.get("ask_micros"),
        fresh_at=datetime.fromisoformat(fresh_at) if fresh_at else None,
        is_used=bool(said.get("used")),
        why_not=str(said.get("dropped") or said.get("failed") or ""),
    )


def coin_rows() -> CoinRows:
    """What pages and alarms say of the coins; two queries a coin and three."""
    prices = rates()
    return CoinRows(prices, wallets(prices))
