"""Country guides: what pay is usual, which payout routes work, what they ask for. One TOML file for each country.

Pure data, read once; no Django. Every figure names where it comes from and from when it holds, and estimates are marked
as such: these pages age, and an operator reviews them (docs/howto/country-guides.md) before relying on them.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

FOLDER = Path(__file__).parent
Status = Literal["usual", "possible", "restricted", "unavailable"]
Unit = Literal["hour", "day", "month"]
METHODS = ("ltc", "bch", "paypal", "payoneer")


@dataclass(frozen=True, slots=True)
class Source:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class PayNorm:
    """Legal minimum pay for employees, as amounts of the country's currency; `low` equals `high` for a single figure.

    Amounts are text, as published: they are read by people and never calculated with.
    """

    low: str
    high: str
    unit: Unit
    in_force_from: date
    text: str
    is_estimate: bool


@dataclass(frozen=True, slots=True)
class Route:
    """How money by one method becomes money to spend. `delay` is how long checks usually take, always an estimate."""

    method: str
    status: Status
    text: str
    delay: str


@dataclass(frozen=True, slots=True)
class Guide:
    code: str
    name: str
    currency: str
    checked_on: date
    pay: PayNorm
    routes: tuple[Route, ...]
    documents: tuple[str, ...]
    tips: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What holds for every country: shown on each guide."""

    caveats: tuple[str, ...]
    research: tuple[str, ...]
    tips: tuple[str, ...]
    sources: tuple[Source, ...]


@cache
def guides() -> list[Guide]:
    """All guides by the country's name."""
    found = [_guide(path) for path in FOLDER.glob("[a-z][a-z].toml")]
    return sorted(found, key=lambda guide: guide.name)


def guide(code: str) -> Guide | None:
    """The guide of a country by its ISO 3166-1 code, in any case; None when there is none yet."""
    return next((guide for guide in guides() if guide.code == code.upper()), None)


@cache
def notes() -> Notes:
    given = _read(FOLDER / "common.toml")
    made = Notes(
        caveats=tuple(given.pop("caveats")),
        research=tuple(given.pop("research")),
        tips=tuple(given.pop("tips")),
        sources=_sources(given),
    )
    _refuse_rest(given, "common.toml")
    return made


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _sources(given: dict[str, Any]) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in given.pop("sources"))


def _refuse_rest(given: dict[str, Any], name: str) -> None:
    # A misspelt key would else be left out of the page without anybody noticing.
    if given:
        raise ValueError(f"{name}: unknown {', '.join(sorted(given))}")


def _guide(path: Path) -> Guide:
    given = _read(path)
    pay = PayNorm(**given.pop("pay"))
    routes = tuple(Route(**route) for route in given.pop("routes"))
    if pay.unit not in get_args(Unit) or any(route.status not in get_args(Status) for route in routes):
        raise ValueError(f"{path.name}: unknown unit or status")
    made = Guide(
        code=given.pop("code"),
        name=given.pop("name"),
        currency=given.pop("currency"),
        checked_on=given.pop("checked_on"),
        pay=pay,
        routes=routes,
        documents=tuple(given.pop("documents")),
        tips=tuple(given.pop("tips")),
        sources=_sources(given),
    )
    _refuse_rest(given, path.name)
    if made.code.lower() != path.stem:
        raise ValueError(f"{path.name} is the guide of {made.code}")
    return made
