"""Money as whole micro-dollars (1 USD = 1,000,000). No fraction of a micro exists, and no binary fraction is ever used.

Who gains from a rounding is decided once, here: bonuses and fees round down (what is promised is never overdrawn), the
floor below which no price may lie rounds up.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Final

MICROS_PER_USD: Final = 1_000_000
UNITS_PER_COIN: Final = 100_000_000
BASIS_POINTS: Final = 10_000
MILLISECONDS_PER_HOUR: Final = 3_600_000
MAX_PRICE_MICROS: Final = 1_000 * MICROS_PER_USD
MAX_OBJECTS: Final = 5_000

_USD = re.compile(r"\$?([0-9]{1,12}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.([0-9]{1,6}))?")
# As half of the world writes it. A comma before exactly three digits sets thousands apart, but none begin with 0.
_USD_WITH_COMMA = re.compile(r"\$?([0-9]{1,12}),([0-9]{1,6})")


def _whole(value: int, name: str, least: int = 0) -> int:
    if type(value) is not int:
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}")
    return value


@dataclass(frozen=True, slots=True)
class Price:
    """Pay of one task: a base, plus a rate for each accepted object up to `max_objects`. ValueError out of range."""

    base_micros: int
    object_micros: int = 0
    max_objects: int = 0

    def __post_init__(self) -> None:
        _whole(self.base_micros, "base_micros")
        _whole(self.object_micros, "object_micros")
        _whole(self.max_objects, "max_objects")
        if self.max_objects > MAX_OBJECTS or self.max_micros > MAX_PRICE_MICROS:
            raise ValueError(f"a task pays at most {format_usd(MAX_PRICE_MICROS)} for at most {MAX_OBJECTS} objects")

    @property
    def max_micros(self) -> int:
        return self.base_micros + self.object_micros * self.max_objects

    def amount(self, accepted_objects: int) -> int:
        """Micros earned with so many accepted objects; more than `max_objects` earn no more."""
        return self.base_micros + self.object_micros * min(
            _whole(accepted_objects, "accepted_objects"), self.max_objects
        )


def with_tier(price: Price, tier_bonus_bp: int) -> Price:
    """The price with a bonus in basis points (1,000 = +10 %); base and rate are each rounded down to whole micros."""
    factor = BASIS_POINTS + _whole(tier_bonus_bp, "tier_bonus_bp")
    return Price(
        price.base_micros * factor // BASIS_POINTS, price.object_micros * factor // BASIS_POINTS, price.max_objects
    )


def fee_micros(amount_micros: int, fee_bp: int) -> int:
    """Platform fee on top of an amount, in basis points, rounded down."""
    return _whole(amount_micros, "amount_micros") * _whole(fee_bp, "fee_bp") // BASIS_POINTS


def floor_micros(
    median_seconds: Decimal | int, hourly_floor_micros: int = 3_000_000, rate_floor_micros: int = 2_000
) -> int:
    """Least a task of this length may pay: max($2 per 1,000, seconds x $3/h), rounded up to whole micros.

    A Decimal is seconds; an int is MILLISECONDS, the form in which durations are stored.
    """
    if isinstance(median_seconds, Decimal):
        if not median_seconds.is_finite():
            raise ValueError("median_seconds must be finite")
        median_milliseconds = int((median_seconds * 1_000).to_integral_value(ROUND_CEILING))
    else:
        median_milliseconds = median_seconds
    earned = _whole(median_milliseconds, "median_seconds") * _whole(hourly_floor_micros, "hourly_floor_micros")
    return max(_whole(rate_floor_micros, "rate_floor_micros"), -(-earned // MILLISECONDS_PER_HOUR))


def hourly_micros(amount_micros: int, active_milliseconds: int) -> int:
    """What an amount earned in so much active time is per hour, rounded down."""
    return (
        _whole(amount_micros, "amount_micros")
        * MILLISECONDS_PER_HOUR
        // _whole(active_milliseconds, "active_milliseconds", least=1)
    )


def format_usd(micros: int) -> str:
    """Cents always, smaller digits only when there are any: $2.00, $12.50, $0.002, $1,234.000001, -$0.50."""
    if type(micros) is not int:
        raise TypeError(f"micros must be a whole number, not {type(micros).__name__}")
    dollars, rest = divmod(abs(micros), MICROS_PER_USD)
    digits = f"{rest:06d}"
    return f"{'-' if micros < 0 else ''}${dollars:,}.{digits[:2]}{digits[2:].rstrip('0')}"


def format_coins(units: int, coin: str) -> str:
    """`0.00541002 LTC`: whole coins with all eight digits, as a wallet shows them; `units` are 1e-8 of one."""
    whole, rest = divmod(abs(units), UNITS_PER_COIN)
    return f"{'-' if units < 0 else ''}{whole}.{rest:08d} {coin.upper()}"


def parse_usd(text: str) -> int:
    """Micros from "0.5", "$12.50", "0,50" or "1,234.000001" ("1,234" are thousands). Raises ValueError for anything
    else, signs and blanks included."""
    found = (_USD.fullmatch(text) or _USD_WITH_COMMA.fullmatch(text)) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write an amount of US dollars such as "12.50", with at most six digits after the point')
    dollars, fraction = found.groups(default="")
    return int(dollars.replace(",", "")) * MICROS_PER_USD + int(fraction.ljust(6, "0"))
