"""Identifiers are UUIDs of version 7, and within a process each is larger than the one before it."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tagwork.kit import ids


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The nanoseconds that `time` tells, to be set by the test."""
    told = [time.time_ns()]
    monkeypatch.setattr("tagwork.kit.ids.time.time_ns", lambda: told[0])
    monkeypatch.setattr(ids, "_last", 0)
    yield told


def test_it_is_a_uuid_of_version_7_that_tells_its_millisecond(clock: list[int]) -> None:
    one = ids.new_id()
    assert one.version == 7
    assert one.variant == uuid.RFC_4122
    assert one.int >> 80 == clock[0] // 1_000_000


@pytest.mark.parametrize("step", [0, 100, -1, -1_000_000, -3_600_000_000_000], ids=str)
def test_the_next_one_is_larger_also_when_the_clock_stands_or_goes_back(clock: list[int], step: int) -> None:
    made = []
    for _ in range(500):
        made.append(ids.new_id())
        clock[0] += step
    assert made == sorted(set(made))


def test_the_order_is_that_of_the_text_and_of_the_database(clock: list[int]) -> None:
    made = [ids.new_id() for _ in range(500)]
    assert made == sorted(made, key=lambda one: ids.encode("s", one)) == sorted(made, key=lambda one: one.hex)


def test_threads_never_make_the_same_and_each_sees_its_own_grow() -> None:
    with ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: [ids.new_id() for _ in range(2_000)], range(8)))
    assert all(run == sorted(run) for run in runs)
    assert len({one for run in runs for one in run}) == 16_000
