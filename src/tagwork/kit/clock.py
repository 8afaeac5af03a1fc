"""The one clock. UTC, ticking as the database's clock does, so that many machines agree on what has expired."""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

# How long a measured difference between our clock and the database's is trusted. Between two measurements time is
# counted by the monotonic clock, so that a jump of this machine's clock moves no lease.
RESYNC_SECONDS = 30.0

_lock = threading.Lock()
_base: datetime | None = None
_base_monotonic = 0.0
_shift = timedelta()


def now() -> datetime:
    """The time by the database's clock, plus the demo's or a test's shift."""
    global _base, _base_monotonic
    elapsed = time.monotonic() - _base_monotonic
    base = _base
    if base is None or elapsed > RESYNC_SECONDS:
        with _lock:
            base, _base_monotonic, elapsed = _database_time(), time.monotonic(), 0.0
            _base = base
    return base + timedelta(seconds=elapsed) + shift()


def _database_time() -> datetime:
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def shift() -> timedelta:
    """How far the demo's clock is ahead (setting `demo.clock_shift_seconds`); zero in production, always."""
    if settings.IS_DEMO:
        from tagwork.kit import settings as versioned

        return timedelta(seconds=int(versioned.in_force("demo.clock_shift_seconds")))
    return _shift if settings.IS_TEST else timedelta()


def advance(by: timedelta) -> None:
    """Tests only: move time on."""
    global _shift
    assert settings.IS_TEST, "only tests may move the clock of a process"
    _shift += by


def reset() -> None:
    """Tests only: back to the database's time."""
    global _shift, _base
    assert settings.IS_TEST
    _shift, _base = timedelta(), None
