"""What a source of prices is: an address to read, and how to read it. Pure; no float ever holds a price."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from tagwork.core.money import MICROS_PER_USD


class BadTicker(ValueError):
    """The answer is not the ticker that this source is known to give; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Ticker:
    """One answer. Prices are micro-dollars per whole coin, the bid rounded down and the ask up.

    `stamped_at` is the exchange's own time, where it gives one. `mark` changes with every trade: an exchange without
    a time is fresh while its mark goes on changing.
    """

    bid_micros: int
    ask_micros: int
    stamped_at: datetime | None
    mark: str


@dataclass(frozen=True, slots=True)
class Source:
    """`pairs` holds the exchange's own name of each coin's dollar pair; `url` has `{pair}` where it goes."""

    title: str
    url: str
    pairs: Mapping[str, str]
    read: Callable[[Mapping[str, Any], str], Ticker]

    def address(self, coin: str) -> str:
        return self.url.format(pair=self.pairs[coin])

    def ticker(self, body: bytes, coin: str) -> Ticker:
        """Raises BadTicker, whatever the other side sent."""
        try:
            answer = json.loads(body, parse_float=Decimal)
            ticker = self.read(answer, self.pairs[coin])
        except BadTicker:
            raise
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
            raise BadTicker(f"{type(error).__name__} while reading the ticker") from None
        if not 0 < ticker.bid_micros <= ticker.ask_micros:
            raise BadTicker("the bid is not positive, or above the ask")
        return ticker


def coin_pairs(ltc: str, bch: str) -> Mapping[str, str]:
    return MappingProxyType({"ltc": ltc, "bch": bch})


# No coin was ever worth a billionth of this; a price above it is a broken answer, not a rich worker.
LARGEST_PRICE = Decimal(10**9)


def price_micros(value: Any, rounding: str) -> int:
    """A decimal in text, as exchanges give it, as whole micro-dollars. Raises BadTicker."""
    if not isinstance(value, str) or len(value) > 40:
        raise BadTicker("a price is not a short text")
    try:
        price = Decimal(value)
    except InvalidOperation:
        raise BadTicker("a price is not a number") from None
    if not price.is_finite() or not 0 < price < LARGEST_PRICE:
        raise BadTicker("a price is out of any range")
    return int((price * MICROS_PER_USD).to_integral_value(rounding))


def bid_micros(value: Any) -> int:
    return price_micros(value, ROUND_FLOOR)


def ask_micros(value: Any) -> int:
    return price_micros(value, ROUND_CEILING)


def moment(text: Any) -> datetime:
    """An RFC 3339 time, of any precision, in UTC. Raises BadTicker."""
    if not isinstance(text, str) or len(text) > 40:
        raise BadTicker("a time is not a short text")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadTicker("a time cannot be read") from None
    if at.tzinfo is None:
        raise BadTicker("a time has no zone")
    return at.astimezone(UTC)
