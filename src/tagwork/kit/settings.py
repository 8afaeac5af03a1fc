"""Versioned settings: a room declares a name with its default; an operator sets a newer value; the old ones stay."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from tagwork.kit import audit, clock
from tagwork.kit.models import SettingProposal, SettingVersion

# A changed setting is seen by every process within this time. Long enough to cost the hot path nothing.
CACHE_SECONDS = 2.0


class UnknownSetting(KeyError):
    """No room declared a setting of that name."""


class BadSetting(ValueError):
    """The value is not one the room accepts; the text says why."""


@dataclass(frozen=True)
class Declaration:
    name: str
    default: Any
    text: str
    check: Callable[[Any], str | None]
    # One person proposes a value, another one puts it in force.
    takes_two: bool = False


_declared: dict[str, Declaration] = {}
_lock = threading.Lock()
_values: dict[str, Any] = {}
_version = 0
_read_at = float("-inf")


def _whole_number(value: Any) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "use a whole number >= 0"


def declare(
    name: str,
    default: Any,
    text: str,
    check: Callable[[Any], str | None] = _whole_number,
    *,
    takes_two: bool = False,
) -> None:
    """Called at import of a room's `policy.py`. `check` returns what is wrong with a value, or None."""
    assert name not in _declared or _declared[name].default == default, f"{name} is declared twice"
    assert check(default) is None, f"{name}: its own default is refused"
    _declared[name] = Declaration(name, default, text, check, takes_two)


def declaration(name: str) -> Declaration:
    """Raises UnknownSetting."""
    if name not in _declared:
        raise UnknownSetting(name)
    return _declared[name]


def require_valid(name: str, value: Any) -> None:
    """Raises UnknownSetting, BadSetting."""
    problem = declaration(name).check(value)
    if problem:
        raise BadSetting(f"{name}: {problem}")


def declarations() -> list[Declaration]:
    return [_declared[name] for name in sorted(_declared)]


def in_force(name: str) -> Any:
    """The newest value of `name`, at most CACHE_SECONDS old."""
    if name not in _declared:
        raise UnknownSetting(name)
    _refresh()
    return _values.get(name, _declared[name].default)


def history(name: str) -> list[SettingVersion]:
    """Every value that `name` was ever given, newest first; the default before them is in the declaration."""
    return list(SettingVersion.objects.filter(name=name).order_by("-id"))


def proposals(name: str = "") -> list[SettingProposal]:
    """What waits for a second person, oldest first; of one setting at most one."""
    rows = SettingProposal.objects.filter(decided_at=None).order_by("proposed_at")
    return list(rows.filter(name=name) if name else rows)


def changed() -> set[str]:
    """The names that were ever given a value; the others are at their default."""
    return set(SettingVersion.objects.values_list("name", flat=True))


def version() -> int:
    """Number of the newest change of any setting; 0 while all are defaults. Stamped on what was decided by them."""
    _refresh()
    return _version


def _refresh() -> None:
    global _read_at, _values, _version
    if time.monotonic() - _read_at < CACHE_SECONDS:
        return
    with _lock:
        newest = SettingVersion.objects.values("name").annotate(newest=Max("id")).values("newest")
        rows = list(SettingVersion.objects.filter(id__in=newest))
        _values = {row.name: row.value for row in rows}
        _version = max((row.pk for row in rows), default=0)
        _read_at = time.monotonic()


def forget() -> None:
    """Read the table again at the next question (after a change, and between tests)."""
    global _read_at
    _read_at = float("-inf")


@transaction.atomic
def change(name: str, value: Any, *, by: str) -> None:
    """Add a newer value, with its entry in the audit log. Raises UnknownSetting, BadSetting.

    Asks nobody's permission, since the kit knows no persons: a person goes through `people.change_setting`.
    """
    require_valid(name, value)
    SettingVersion.objects.create(name=name, value=value, created_at=clock.now(), created_by=by)
    audit.record(by, "setting.changed", f"setting:{name}", {"value": value})
    transaction.on_commit(forget)


declare("demo.clock_shift_seconds", 0, "How far a demo's clock is ahead, so that 72 hours can be tried in a minute.")
