"""When an exam is passed, when the next attempt may begin, and the one sentence why. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

REFRESH_AFTER_DAYS: Final = 90
LEAST_EXAM_ITEMS: Final = 3
MOST_EXAM_ITEMS: Final = 20

# Of any project's answer, by reason code (core.scoring); lessons have sentences of their own.
WHY: Final[Mapping[str, str]] = {
    "passed": "Right: this is the expected answer.",
    "wrong_nothing": "There is something to mark here.",
    "wrong_label": "A mark has the wrong label.",
    "missed_object": "Something that should be marked has no mark.",
    "extra_object": "A mark stands where nothing should be marked.",
    "wrong_tag": "Another answer fits the picture better.",
    "wrong_text": "The text is not what stands in the picture.",
    "wrong_attribute": "What you said of a mark is not right.",
    "imprecise_shape": "A mark does not fit the thing well enough.",
    "other": "This is not the expected answer.",
}


def why(reason_code: str | None) -> str:
    """The sentence for a learner, in English."""
    return WHY.get(reason_code or "passed", WHY["other"])


def is_passed(right: int, items: int, pass_percent: int) -> bool:
    """`right` of `items` answers were right; nothing asked is nothing passed."""
    return items > 0 and right * 100 >= pass_percent * items


def next_attempt_at(ended_at: datetime, wait_hours: int) -> datetime:
    return ended_at + timedelta(hours=wait_hours)
