"""The queue's decisions, by hand calculation."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tagwork.core.money import Price
from tagwork.work import rules

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("median_milliseconds", "seconds"),
    # max(10 min, 10 x median), at most 60 min
    [(7_000, 600), (60_000, 600), (61_000, 610), (360_000, 3600), (900_000, 3600)],
)
def test_a_lease_is_ten_medians_within_its_bounds(median_milliseconds: int, seconds: int) -> None:
    assert rules.lease_seconds(median_milliseconds, shortest=600, medians=10, longest=3600) == seconds


def test_a_renewal_never_passes_the_latest_end() -> None:
    assert rules.renewed_expiry(NOON, 600, NOON + timedelta(hours=1)) == NOON + timedelta(minutes=10)
    assert rules.renewed_expiry(NOON, 600, NOON + timedelta(minutes=4)) == NOON + timedelta(minutes=4)


def test_lanes_are_drawn_as_often_as_the_schedule_says() -> None:
    steps = [{"below": 30, "lane": 1, "one_in": 3}, {"below": None, "lane": 1, "one_in": 10}]
    rng = random.Random(20261121)
    new = sum(rules.draw_lane(steps, taken, rng) for taken in range(30) for _ in range(1000))
    later = sum(rules.draw_lane(steps, 30, rng) for _ in range(30_000))
    # binomial: 10,000 +- 5 x 82, and 3,000 +- 5 x 52
    assert abs(new - 10_000) < 410 and abs(later - 3_000) < 260


def test_no_schedule_draws_lane_0() -> None:
    assert rules.draw_lane([], 0, random.Random(1)) == 0
    assert rules.draw_lane([{"below": 3, "lane": 1, "one_in": 1}], 3, random.Random(1)) == 0


@pytest.mark.parametrize(
    ("skipped", "finished", "percent"), [(0, 0, 0), (1, 8, 13), (1, 7, 14), (3, 20, 15), (30, 100, 30), (100, 100, 100)]
)
def test_the_skip_rate_is_rounded_to_the_nearest_percent(skipped: int, finished: int, percent: int) -> None:
    assert rules.skip_rate_percent(skipped, finished) == percent


@pytest.mark.parametrize(
    ("skipped", "finished", "is_throttled"),
    # above 30 %, from 20 tasks on: 6 of 20 is 30 %, 19 are too few
    [(6, 20, False), (7, 20, True), (19, 19, False), (30, 100, False), (31, 100, True)],
)
def test_a_throttle_takes_more_than_thirty_percent_of_twenty(skipped: int, finished: int, is_throttled: bool) -> None:
    assert rules.is_throttled_by_skips(skipped, finished, counts_from=20, percent=30) is is_throttled


def test_a_shift_begins_after_more_than_four_idle_hours() -> None:
    assert rules.is_new_shift(None, NOON, 4)
    assert not rules.is_new_shift(NOON - timedelta(hours=4), NOON, 4)
    assert rules.is_new_shift(NOON - timedelta(hours=4, seconds=1), NOON, 4)


@pytest.mark.parametrize(("tier", "micros"), [("starter", 6_000), ("steady", 6_600), ("expert", 7_500)])
def test_tiers_are_promised_ten_and_twenty_five_percent_more(tier: str, micros: int) -> None:
    assert rules.promised(Price(6_000), tier).base_micros == micros


def test_positions_tell_nothing_of_the_order() -> None:
    positions = [rules.random_position() for _ in range(200)]
    assert len(set(positions)) == 200 and positions != sorted(positions)
    assert all(0 <= one < rules.POSITION_RANGE for one in positions)
