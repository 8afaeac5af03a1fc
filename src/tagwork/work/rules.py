"""Decisions of the queue, without a database."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, isfinite

from tagwork.core.money import Price, with_tier
from tagwork.core.skill import Tier, TierRules
from tagwork.kit.errors import Invalid

POSITION_RANGE = 1 << 62
SMALLEST_BOX_PX = 8
MOST_POINTS = 50

SKIP_REASONS = {
    "cannot_tell": "I cannot tell",
    "image_problem": "The image is broken or unreadable",
    "not_comfortable": "I would rather not see this image",
    "too_long": "It would take too long",
    "other": "Another reason",
}
FLAG_REASONS = {
    "ambiguous": "The guideline does not decide this",
    "guideline_wrong": "The guideline contradicts itself or the image",
    "label_missing": "A label for this is missing",
    "illegal_or_harmful": "The image should not be here",
    "other": "Another question",
}


def random_position() -> int:
    """A place in the queue that tells nothing about the order of upload."""
    return random.SystemRandom().randrange(POSITION_RANGE)


def lease_seconds(median_milliseconds: int, *, shortest: int, medians: int, longest: int) -> int:
    """max(10 min, 10 x median), at most 60 min."""
    return min(longest, max(shortest, medians * median_milliseconds // 1000))


def renewed_expiry(now: datetime, lease: int, latest: datetime) -> datetime:
    return min(now + timedelta(seconds=lease), latest)


def draw_lane(steps: Sequence[Mapping[str, int | None]], taken: int, rng: random.Random) -> int:
    """Which lane the next task comes from, given how many tasks of the type the worker took so far.

    Drawn at random each time: a fixed rhythm ("every third") would tell a worker which task is which.
    """
    for step in steps:
        below = step.get("below")
        if below is None or taken < below:
            one_in = step["one_in"]
            assert one_in is not None and one_in > 0
            lane = step["lane"]
            assert lane is not None
            return lane if rng.randrange(one_in) == 0 else 0
    return 0


def skip_rate_percent(skipped: int, finished: int) -> int:
    """Share of skips among finished tasks, rounded to the nearest whole percent."""
    return 0 if finished == 0 else (200 * skipped + finished) // (2 * finished)


def is_throttled_by_skips(skipped: int, finished: int, *, counts_from: int, percent: int) -> bool:
    """Strictly above the share, and only once enough tasks are finished to speak of a share."""
    return finished >= counts_from and skipped * 100 > percent * finished


def is_new_shift(last_claim_at: datetime | None, now: datetime, idle_hours: int) -> bool:
    return last_claim_at is None or now - last_claim_at > timedelta(hours=idle_hours)


def promised(price: Price, tier: str) -> Price:
    """What a worker of this tier is promised for a task."""
    return with_tier(price, TierRules().bonus_bp(Tier(tier)))


RECENT_DAYS = 7


def answers_per_day(by_day: Sequence[int]) -> float:
    """Answers a day lately: the mean of the last RECENT_DAYS days, those before the very first answer left out.

    `by_day` is oldest first and ends with today, which is not over: a forecast from it is rather late than early.
    """
    began = next((at for at, number in enumerate(by_day) if number), len(by_day))
    recent = by_day[max(began, len(by_day) - RECENT_DAYS) :]
    return sum(recent) / len(recent) if recent else 0.0


def days_left(answers_left: int, per_day: float) -> int | None:
    """Whole days until everything wanted is answered at this speed; None when nothing is wanted or nobody answers."""
    return ceil(answers_left / per_day) if answers_left and per_day else None


@dataclass(frozen=True)
class Question:
    """Where help is wanted, in px of the image: `box` [x, y, width, height], cut at its border, and `points` as (x, y,
    whether the place belongs to the object)."""

    box: tuple[float, float, float, float]
    points: tuple[tuple[float, float, bool], ...]


def read_question(box: Sequence[float], points: Sequence[Sequence[float]], size_px: tuple[int, int]) -> Question:
    """Raises Invalid."""

    def wrong(field: str, message: str) -> Invalid:
        return Invalid(
            "The question is not complete.", errors=[{"field": field, "code": "invalid", "message": message}]
        )

    if len(box) != 4 or not all(isfinite(value) for value in box):
        raise wrong("box", "must be [x, y, width, height]")
    left, top = max(0.0, float(box[0])), max(0.0, float(box[1]))
    right, bottom = min(float(size_px[0]), box[0] + box[2]), min(float(size_px[1]), box[1] + box[3])
    if right - left < SMALLEST_BOX_PX or bottom - top < SMALLEST_BOX_PX:
        raise wrong("box", f"must cover at least {SMALLEST_BOX_PX} x {SMALLEST_BOX_PX} pixels of the image")
    if len(points) > MOST_POINTS:
        raise wrong("points", f"at most {MOST_POINTS}")
    for point in points:
        if len(point) != 3 or point[2] not in (0, 1) or not (left <= point[0] <= right and top <= point[1] <= bottom):
            raise wrong("points", "each must be [x, y, 0 or 1] inside the box")
    return Question(
        (left, top, right - left, bottom - top), tuple((float(x), float(y), belongs == 1) for x, y, belongs in points)
    )
