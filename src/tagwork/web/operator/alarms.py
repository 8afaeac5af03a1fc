"""What a person should look at now, in words: on the overview and above the payouts."""

from typing import Any

from tagwork.payouts import console
from tagwork.payouts.alarm_words import ALARMS
from tagwork.web.operator.payout_words import DEPOSITS, NO_RATE, advice_on, advice_on_service, waits_text


def alarm_rows(seen: console.CoinRows | None = None) -> list[dict[str, Any]]:
    """What a person should look at now, in words, each with the page to look at; `seen` as console.alarms has it."""
    rows = []
    for alarm in console.alarms(seen):
        detail = NO_RATE.get(alarm.detail, "") if alarm.code == "no_rate" else alarm.detail
        if alarm.code == "run_waits":
            detail = waits_text(alarm.detail)
        if alarm.code == "deposit_attention":
            detail = f"{DEPOSITS[alarm.detail].what} ({alarm.count})"
        if alarm.page == "service":
            service_advice = advice_on_service(alarm.detail, alarm.code == "in_doubt")
            detail = service_advice.what if service_advice else ""
        elif alarm.code in ("attention", "overdue"):
            advice = advice_on(alarm.detail if alarm.code == "attention" else "", True)
            detail = advice.what if advice else ""
        rows.append({"alarm": alarm, "text": ALARMS[alarm.code], "detail": detail})
    return rows
