"""The one clock. UTC, ticking as the database's clock does, so that many machines agree on what has expired."""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

# How long a measured difference between our clock and the database's is trusted. Between two measurements time is
# counted by the monotonic clock, so that a jump of this machine's clock moves no lease.
RESYNC_SECONDS = 30.0

# A new measurement may lie a little before what was told: an answer of the database that took long is older when it
# comes. Lists are sorted by these moments, so one steps forward over so much; a clock set back by more is believed.
MOST_DRIFT = timedelta(seconds=1)
STEP = timedelta(microseconds=1)

_lock = threading.Lock()
_base: datetime | None = None
_base_monotonic = 0.0
_told = datetime.min.replace(tzinfo=UTC)
_shift = timedelta()


def now() -> datetime:
    """The time by the database's clock, plus the demo's or a test's shift; in one process no moment is told twice."""
    global _base, _base_monotonic, _told
    with _lock:
        elapsed = time.monotonic() - _base_monotonic
        if _base is None or elapsed > RESYNC_SECONDS:
            _base, _base_monotonic, elapsed = _database_time(), time.monotonic(), 0.0
        moment = _base + timedelta(seconds=elapsed)
        if _told - moment < MOST_DRIFT:
            moment = max(moment, _told + STEP)
        _told = moment
    return moment + shift()


def _database_time() -> datetime:
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)


def shift() -> timedelta:
    """How far time is moved: by a test, by a demo that writes its history, or by the demo's setting. Else zero."""
    if settings.IS_TEST:
        return _shift
    if settings.IS_DEMO:
        from tagwork.kit import settings as versioned

        return _shift + timedelta(seconds=int(versioned.in_force("demo.clock_shift_seconds")))
    return timedelta()


def advance(by: timedelta) -> None:
    """Move this process's time, on or back: for tests, and for seeding a demo with a past."""
    global _shift
    assert settings.IS_TEST or settings.IS_DEMO, "only tests and demos may move the clock of a process"
    _shift += by


def reset() -> None:
    """Back to the database's time."""
    global _shift, _base
    assert settings.IS_TEST or settings.IS_DEMO
    _shift, _base = timedelta(), None
