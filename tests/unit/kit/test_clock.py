"""The clock of a process: no moment twice, no small step back, and a large one believed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tagwork.kit import clock

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Times:
    """What the machine and the database tell; the test sets both."""

    def __init__(self) -> None:
        self.monotonic = 1_000.0
        self.database = NOON
        self.asked = 0

    def ask(self) -> datetime:
        self.asked += 1
        return self.database

    def passes(self, seconds: float, database: float | None = None) -> None:
        self.monotonic += seconds
        self.database += timedelta(seconds=seconds if database is None else database)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Iterator[Times]:
    told = Times()
    monkeypatch.setattr("tagwork.kit.clock.time.monotonic", lambda: told.monotonic)
    monkeypatch.setattr(clock, "_database_time", told.ask)
    monkeypatch.setattr(clock, "RESYNC_SECONDS", 30.0)
    monkeypatch.setattr(clock, "_told", NOON - timedelta(days=1))
    clock.reset()
    yield told
    clock.reset()


def test_it_is_the_databases_time_and_between_two_measurements_the_machines_steady_one(times: Times) -> None:
    assert clock.now() == NOON
    times.passes(29, database=900)
    assert clock.now() == NOON + 29 * SECOND
    times.passes(2, database=2)
    assert clock.now() == NOON + 902 * SECOND
    assert times.asked == 2


def test_no_moment_is_told_twice_when_the_machines_clock_stands(times: Times) -> None:
    told = [clock.now() for _ in range(100)]
    assert told == sorted(set(told))
    assert told[-1] - told[0] < timedelta(milliseconds=1)


def test_a_measurement_that_lies_a_little_back_does_not_turn_the_order(times: Times) -> None:
    before = clock.now()
    times.passes(31, database=-0.02)
    after = clock.now()
    assert before < after < before + timedelta(milliseconds=1)


def test_a_database_clock_set_back_is_believed(times: Times) -> None:
    clock.now()
    times.passes(31, database=-3_600)
    assert clock.now() == NOON - 3_600 * SECOND


def test_a_shift_moves_what_is_told_on_and_back(times: Times) -> None:
    clock.advance(timedelta(days=3))
    assert clock.now() == NOON + timedelta(days=3)
    clock.advance(timedelta(days=-3))
    assert clock.now() - NOON < timedelta(milliseconds=1)
