"""What a person should look at now, in words: on the overview and above the payouts."""

from typing import Any

from tagwork.payouts import console
from tagwork.payouts.alarm_words import said


def alarm_rows(seen: console.CoinRows | None = None) -> list[dict[str, Any]]:
    """What a person should look at now, in words, each with the page to look at; `seen` as console.alarms has it."""
    return [{"alarm": alarm, "said": said(alarm)} for alarm in console.alarms(seen)]
