from datetime import timedelta

from django.db import transaction

from tagwork.kit import clock, outbox
from tagwork.payouts.console import Alarm, alarms
from tagwork.payouts.models import RaisedAlarm

TOPIC = "payouts.alarm"
# What comes and goes within this time is one occurrence, so that a node that answers now and then is told once.
QUIET = timedelta(hours=1)
# What often mends itself is told only when it has lasted.
PATIENCE = {
    "node_silent": timedelta(minutes=15),
    "no_rate": timedelta(minutes=30),
    "overdue": timedelta(minutes=15),
    # After a pause of this very process its first question is only minutes away.
    "payouts_unwatched": timedelta(minutes=15),
}
# A freeze has a letter of its own, sent at once (operations/freeze.py).
TOLD_ELSEWHERE = frozenset({"frozen"})


def watch_alarms() -> int:
    """To be run every minute: what the pages raise is told to the operators, once while it lasts. Returns how many."""
    now = clock.now()
    found = {one.key: one for one in alarms() if one.code not in TOLD_ELSEWHERE}
    RaisedAlarm.objects.filter(over_at=None, seen_at__lt=now - QUIET).exclude(key__in=found).update(over_at=now)
    lasting = RaisedAlarm.objects.filter(over_at=None, key__in=found)
    known = set(lasting.values_list("key", flat=True))
    # Two processes at once raise it once: the key is unique while it lasts.
    RaisedAlarm.objects.bulk_create(
        [_row(one) for key, one in found.items() if key not in known], ignore_conflicts=True
    )
    lasting.update(seen_at=now)
    untold = lasting.filter(told_at=None).order_by("id")
    return sum(_tell(row.pk) for row in untold if now >= row.raised_at + PATIENCE.get(row.code, timedelta(0)))


def _row(one: Alarm) -> RaisedAlarm:
    now = clock.now()
    said = {name: getattr(one, name) for name in ("key", "code", "method", "about", "page", "count")}
    return RaisedAlarm(**said, detail=one.detail[:500], raised_at=now, seen_at=now)


@transaction.atomic
def _tell(alarm_id: int) -> bool:
    if not RaisedAlarm.objects.filter(pk=alarm_id, told_at=None).update(told_at=clock.now()):
        return False
    outbox.publish(TOPIC, f"alarm:{alarm_id}", {"alarm": alarm_id})
    return True
