"""Decisions of quality, without a database."""

import random
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tagwork.core.scoring import REASON_CODES, Score

GOLD_LANE = 1

REASON_TEXTS = {
    "wrong_nothing": "There is something to mark, or there was nothing",
    "wrong_label": "An object has the wrong label",
    "missed_object": "An object was missed",
    "extra_object": "Something is marked that is no object",
    "wrong_tag": "A question was answered wrongly",
    "wrong_text": "A text was not copied exactly",
    "wrong_attribute": "An attribute is wrong",
    "imprecise_shape": "A shape does not fit its object",
    "other": "Another fault against the guideline",
}
assert set(REASON_TEXTS) == set(REASON_CODES)

# Before a project has verdicts of its own to imitate.
FALLBACK_DELAYS_HOURS = (6, 12, 24, 36, 48, 60, 72)


def lane_steps(one_in_first: int, first_tasks: int, one_in: int) -> list[dict[str, int | None]]:
    """Gold 1 in 3 for the first 30 tasks of a type, then 1 in 10."""
    return [
        {"below": first_tasks, "lane": GOLD_LANE, "one_in": one_in_first},
        {"below": None, "lane": GOLD_LANE, "one_in": one_in},
    ]


def accepted_objects(score: Score) -> int:
    """How many shapes of an answer are paid by the object rate: those that fit."""
    return sum(one.outcome == "matched" and one.kind != "text" for one in score.objects)


def publish_at(
    submitted_at: datetime, latest: datetime | None, delays_seconds: Sequence[float], rng: random.Random
) -> datetime:
    """When a gold verdict comes out: after a delay that this project's other verdicts really took, at most at
    `latest`.

    Rejected: at once (tells what was gold), or a fixed delay (tells it too, by its regularity).
    """
    if delays_seconds:
        moment = submitted_at + timedelta(seconds=rng.choice(list(delays_seconds)))
    else:
        moment = submitted_at + timedelta(hours=rng.choice(FALLBACK_DELAYS_HOURS) * rng.random())
    return moment if latest is None else min(moment, latest)


def due_at(filed_at: datetime, business_days: int, holidays: Collection[date]) -> datetime:
    """The same time of day, `business_days` later; Saturdays, Sundays and the operator's holidays do not count.

    Filed on a day off it counts from the start of the next business day.
    """
    moment = filed_at.astimezone(UTC)
    if _is_off(moment.date(), holidays):
        while _is_off(moment.date(), holidays):
            moment += timedelta(days=1)
        moment = datetime.combine(moment.date(), time(), UTC)
    left = business_days
    while left:
        moment += timedelta(days=1)
        if not _is_off(moment.date(), holidays):
            left -= 1
    return moment


def _is_off(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() >= 5 or day in holidays


def is_braked(rejected: int, verdicts: int, *, counts_from: int, percent: int) -> bool:
    return verdicts >= counts_from and rejected * 100 > percent * verdicts


def evidence_problems(
    reason_code: str, clause: str, mark: Any, clauses: Collection[str], image_sizes: Sequence[tuple[int, int]]
) -> list[dict[str, str]]:
    """What a rejection lacks; empty when it can stand. A mark is {"box": [x, y, w, h]} or {"point": [x, y]}, in px."""
    problems = []
    if reason_code not in REASON_CODES:
        problems.append({"field": "reason_code", "code": "unknown", "message": "Choose a reason."})
    if clause not in clauses:
        problems.append({"field": "clause", "code": "unknown", "message": "Name a clause of the guideline."})
    if not _is_mark(mark, image_sizes):
        problems.append({"field": "mark", "code": "missing", "message": "Mark the place on the image."})
    return problems


def _is_mark(mark: Any, image_sizes: Sequence[tuple[int, int]]) -> bool:
    if not isinstance(mark, dict) or len(set(mark) & {"box", "point"}) != 1 or set(mark) - {"box", "point", "image"}:
        return False
    image = mark.get("image", 0)
    if not isinstance(image, int) or isinstance(image, bool) or not 0 <= image < len(image_sizes):
        return False
    width, height = image_sizes[image]
    values = mark.get("box") or mark.get("point")
    if not isinstance(values, list) or len(values) != (4 if "box" in mark else 2):
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and abs(one) < 1e7 for one in values):
        return False
    x, y, *size = values
    inside = -1 <= x <= width + 1 and -1 <= y <= height + 1
    return inside and all(one > 0 for one in size)
