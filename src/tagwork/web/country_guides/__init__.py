"""Country guides: what pay is usual, which payout routes work, what they ask for. One TOML file for each country.

Pure data, read once; no Django. What was read in a source is told apart from general knowledge (`basis`), and a guide
says whether an operator has reviewed it: these pages age. README.md says how to write and to review one.

A translation holds words only, in `<code>.<language>.toml`; every figure, date and source is read from the one guide.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

FOLDER = Path(__file__).parent
Status = Literal["usual", "possible", "restricted", "unavailable"]
Unit = Literal["hour", "day", "month"]
# sourced: all of it stands in one of the guide's sources. general: it does not; confirm it before relying on it.
Basis = Literal["sourced", "general"]
WRITTEN_IN = "en"
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
    basis: Basis


@dataclass(frozen=True, slots=True)
class Route:
    """How money by one method becomes money to spend. `delay` is how long checks usually take, always an estimate."""

    method: str
    status: Status
    text: str
    delay: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Guide:
    """`sources` were read when it was written; `check_at` is where the current figures are published.

    `reviewed_on` is None until an operator has gone through it: pages then say that nobody here has confirmed it.
    Documents and tips are general knowledge throughout.
    """

    code: str
    name: str
    currency: str
    written_on: date
    reviewed_on: date | None
    pay: PayNorm
    routes: tuple[Route, ...]
    documents: tuple[str, ...]
    tips: tuple[str, ...]
    sources: tuple[Source, ...]
    check_at: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """What holds for every country: shown on each guide."""

    caveats: tuple[str, ...]
    research: tuple[str, ...]
    tips: tuple[str, ...]
    sources: tuple[Source, ...]
    check_at: tuple[Source, ...]


@cache
def guides(language: str = WRITTEN_IN) -> list[Guide]:
    """All guides by the country's name. Raises ValueError, naming the file, for one that is not well formed.

    A guide that was not translated, or was written or reviewed after its translation, is shown in English.
    """
    written = (_guide(path) for path in FOLDER.glob("[a-z][a-z].toml"))
    return sorted((_translated(guide, language) for guide in written), key=lambda guide: guide.name)


def guide(code: str, language: str = WRITTEN_IN) -> Guide | None:
    """The guide of a country by its ISO 3166-1 code, in any case; None when there is none yet."""
    return next((guide for guide in guides(language) if guide.code == code.upper()), None)


@cache
def notes(language: str = WRITTEN_IN) -> Notes:
    written = _notes()
    path = _translation("common", language)
    if path is None:
        return written
    given = _read(path)
    made = replace(
        written,
        caveats=_as_many(given.pop("caveats"), written.caveats, path),
        research=_as_many(given.pop("research"), written.research, path),
        tips=_as_many(given.pop("tips"), written.tips, path),
    )
    _refuse_rest(given, path.name)
    return made


def _notes() -> Notes:
    given = _read(FOLDER / "common.toml")
    lists = {name: tuple(given.pop(name)) for name in ("caveats", "research", "tips")}
    made = Notes(**lists, sources=_sources(given, "sources"), check_at=_sources(given, "check_at"))
    _refuse_rest(given, "common.toml")
    return made


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _sources(given: dict[str, Any], name: str) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in given.pop(name, []))


def _refuse_rest(given: dict[str, Any], name: str) -> None:
    # A misspelt key would else be left out of the page without anybody noticing.
    if given:
        raise ValueError(f"{name}: unknown {', '.join(sorted(given))}")


def _one_of(value: str, kind: Any, name: str) -> None:
    if value not in get_args(kind):
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(get_args(kind))}")


def _guide(path: Path) -> Guide:
    given = _read(path)
    pay = PayNorm(**given.pop("pay"))
    routes = tuple(Route(**route) for route in given.pop("routes"))
    _one_of(pay.unit, Unit, path.name)
    for basis in (pay.basis, *(route.basis for route in routes)):
        _one_of(basis, Basis, path.name)
    for route in routes:
        _one_of(route.status, Status, path.name)
    made = Guide(
        code=given.pop("code"),
        name=given.pop("name"),
        currency=given.pop("currency"),
        written_on=given.pop("written_on"),
        reviewed_on=given.pop("reviewed_on", None),
        pay=pay,
        routes=routes,
        documents=tuple(given.pop("documents")),
        tips=tuple(given.pop("tips")),
        sources=_sources(given, "sources"),
        check_at=_sources(given, "check_at"),
    )
    _refuse_rest(given, path.name)
    if made.code.lower() != path.stem:
        raise ValueError(f"{path.name} is the guide of {made.code}")
    return made


def _translation(stem: str, language: str) -> Path | None:
    path = FOLDER / f"{stem}.{language}.toml"
    return path if language != WRITTEN_IN and path.exists() else None


def _translated(written: Guide, language: str) -> Guide:
    path = _translation(written.code.lower(), language)
    if path is None:
        return written
    given = _read(path)
    # Words that were true of an older guide would stand beside its new figures.
    if given.pop("as_of") < (written.reviewed_on or written.written_on):
        return written
    words: dict[str, dict[str, str]] = given.pop("routes")
    if list(words) != [route.method for route in written.routes]:
        raise ValueError(f"{path.name}: other routes than in English")
    made = replace(
        written,
        name=given.pop("name"),
        pay=replace(written.pay, text=given.pop("pay")),
        routes=tuple(
            replace(route, text=words[route.method]["text"], delay=words[route.method]["delay"])
            for route in written.routes
        ),
        documents=_as_many(given.pop("documents"), written.documents, path),
        tips=_as_many(given.pop("tips"), written.tips, path),
    )
    _refuse_rest(given, path.name)
    return made


def _as_many(texts: list[str], written: tuple[str, ...], path: Path) -> tuple[str, ...]:
    if len(texts) != len(written):
        raise ValueError(f"{path.name}: {len(texts)} entries of a list that has {len(written)} in English")
    return tuple(texts)
