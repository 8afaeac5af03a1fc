"""What may follow what, and what a price comes to. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol
from unicodedata import category

from tagwork.core.money import Price, fee_micros, floor_micros, format_usd, with_tier
from tagwork.core.money import hourly_micros as hourly_micros  # shown beside prices by all who show prices
from tagwork.core.skill import Tier, TierRules

ANSWERS_PER_RATE: Final = 1_000
MAX_NAME_CHARACTERS: Final = 120
MAX_SUMMARY_CHARACTERS: Final = 300
MAX_CAPTION_CHARACTERS: Final = 300
MAX_OVERLAP: Final = 20
MAX_BUDGET_MICROS: Final = 10_000_000 * 1_000_000
SHORTEST_TASK_MILLISECONDS: Final = 500
LONGEST_TASK_MILLISECONDS: Final = 3_600_000

# Controls, surrogates, private and unassigned signs, line and paragraph breaks.
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

# state -> what it may become (DESIGN 4)
MOVES: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"live"}),
    "live": frozenset({"paused", "closing"}),
    "paused": frozenset({"live", "closing"}),
    "closing": frozenset({"closed"}),
    "closed": frozenset(),
}


def states_before(state: str) -> list[str]:
    """The states from which a project may become `state`."""
    return [before for before, after in MOVES.items() if state in after]


class Priced(Protocol):
    """A stored price version."""

    base_micros: int
    object_micros: int
    max_objects: int


def price_of(version: Priced) -> Price:
    return Price(version.base_micros, version.object_micros, version.max_objects)


def priced_for_tier(version: Priced, tier: str) -> Price:
    """What a worker of this tier is promised."""
    return with_tier(price_of(version), TierRules().bonus_bp(Tier(tier)))


def reserve_micros(price: Price, fee_basis_points: int) -> int:
    """The most one answer can cost the client: the highest tier's pay for `max_objects` objects, with the fee on it."""
    most = max(with_tier(price, step.bonus_bp).max_micros for step in TierRules().steps)
    return most + fee_micros(most, fee_basis_points)


@dataclass(frozen=True)
class Floor:
    """What a price is held against; `milliseconds` is the typical time, measured over real answers where it can be."""

    milliseconds: int
    is_measured: bool
    hourly_micros: int
    rate_micros: int

    @property
    def micros(self) -> int:
        return floor_micros(self.milliseconds, self.hourly_micros, self.rate_micros)


def price_fault(price: Price, floor: Floor, say: Callable[[str], str] = str) -> str | None:
    """Why this price may not be offered, with the arithmetic; None when it may. `say` knows the reader's language.

    An hour at typical speed must be worth the hourly floor by what a full answer pays (an answer with all its objects
    is what takes the typical time), and every accepted answer, an empty one too, at least the floor of the rate card.
    """
    values = {
        "floor": format_usd(floor.micros),
        "seconds": f"{floor.milliseconds / 1000:g} s",
        "hourly": format_usd(floor.hourly_micros),
        "least": format_usd(floor.rate_micros),
        "thousand": format_usd(floor.rate_micros * ANSWERS_PER_RATE),
    }
    if price.max_micros < floor.micros:
        source = say("measured") if floor.is_measured else say("your estimate")
        text = say(
            "A task may not pay less than %(floor)s: at %(seconds)s a task (%(source)s), %(hourly)s an hour is "
            "%(seconds)s × %(hourly)s / 3,600 s, and no task pays less than %(least)s (%(thousand)s per 1,000). "
            "This price pays at most %(pays)s."
        )
        return text % {**values, "source": source, "pays": format_usd(price.max_micros)}
    if price.base_micros < floor.rate_micros:
        text = say(
            "The base may not be below %(least)s (%(thousand)s per 1,000): it is what an answer without a single "
            "object pays. This base is %(base)s."
        )
        return text % {**values, "base": format_usd(price.base_micros)}
    return None


@dataclass(frozen=True)
class CostForecast:
    """What all answers to a number of tasks may cost, pay and fee together."""

    answers: int
    per_answer_least_micros: int
    per_answer_most_micros: int

    @property
    def least_micros(self) -> int:
        return self.answers * self.per_answer_least_micros

    @property
    def most_micros(self) -> int:
        return self.answers * self.per_answer_most_micros


def cost_forecast(tasks: int, overlap: int, price: Price, fee_basis_points: int) -> CostForecast:
    """Least: every answer by a starter, without an object. Most: every answer by the highest tier, full of objects.

    Gold is answered again and again and a rejected task goes back to the queue: both are paid from the same budget on
    top of this, and stop where the budget does.
    """
    least = price.base_micros + fee_micros(price.base_micros, fee_basis_points)
    return CostForecast(tasks * overlap, least, reserve_micros(price, fee_basis_points))


def field_error(field: str, code: str, message: str) -> dict[str, Any]:
    """One entry of the `errors` of an Invalid."""
    return {"field": field, "code": code, "message": message}


def text_fault(field: str, value: Any, least: int, most: int) -> dict[str, Any] | None:
    """One line of text both databases can store."""
    if not isinstance(value, str):
        return field_error(field, "wrong_type", "must be a text")
    if not least <= len(value) <= most:
        return field_error(field, "length", f"must have {least} to {most} characters")
    if any(category(sign) in _REFUSED_CATEGORIES for sign in value):
        return field_error(field, "bad_character", "must be one line without control characters")
    return None


def number_fault(field: str, value: Any, least: int, most: int) -> dict[str, Any] | None:
    if type(value) is not int:
        return field_error(field, "wrong_type", "must be a whole number")
    if not least <= value <= most:
        return field_error(field, "out_of_range", f"must lie between {least:,} and {most:,}")
    return None
