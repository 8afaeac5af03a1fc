"""The versioned settings of this room (DESIGN 2, 3)."""

from datetime import date
from typing import Any

from tagwork.kit.settings import declare


def _dates(value: Any) -> str | None:
    try:
        assert isinstance(value, list)
        [date.fromisoformat(one) for one in value]
    except (AssertionError, TypeError, ValueError):
        return 'use a list of days, such as ["2026-12-25"]'
    return None


declare("quality.gold_least", 20, "A project with gold has at least this many gold tasks when it is launched.")
declare("quality.gold_one_in_first", 3, "One task in so many is gold while a worker is new to a task type.")
declare("quality.gold_first_tasks", 30, "How many tasks of a type count as new.")
declare("quality.gold_one_in", 10, "One task in so many is gold after that.")
declare("quality.gold_disputes", 3, "A gold task retires after so many appeals were won against it.")
declare("quality.gold_success_percent", 50, "A gold task retires when fewer than this share get it right.")
declare("quality.gold_counts_from", 10, "A gold task's success is not judged before so many answers.")
declare("quality.appeal_days", 14, "A decision may be appealed for so many days.")
declare("quality.appeal_business_days", 3, "An appeal is decided within so many business days.")
declare("quality.appeals_open", 10, "The most appeals one person may have open.")
declare("quality.brake_percent", 20, "Above this share of rejections in 24 h a moderator's go to second review.")
declare("quality.brake_from", 20, "The brake does not act before so many verdicts in 24 h.")
declare("quality.second_review_hours", 72, "A second review adds so many hours to the approval timer.")
declare("quality.holidays", [], "Days that are not business days, besides Saturdays and Sundays.", _dates)
