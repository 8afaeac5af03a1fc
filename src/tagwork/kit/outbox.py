"""The transactional outbox: a low room publishes, high rooms subscribe, the jobs process delivers."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, Q

from tagwork.kit import clock
from tagwork.kit.models import OutboxEvent

log = logging.getLogger(__name__)
Handler = Callable[[Sequence[OutboxEvent]], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)
_outside: dict[str, Callable[[OutboxEvent], None]] = {}
FIRST_RETRY_SECONDS = 5
LONGEST_RETRY_SECONDS = 3600
# Longer than any other host is waited for; whoever died meanwhile is followed after it.
OUTSIDE_LEASE_SECONDS = 300
OUTSIDE_AT_ONCE = 20


def subscribe(topic: str, handler: Handler) -> None:
    """Called at start-up by the room that listens. A handler takes a batch and is idempotent."""
    if handler not in _handlers[topic]:
        _handlers[topic].append(handler)


def subscribe_outside(topic: str, handler: Callable[[OutboxEvent], None]) -> None:
    """The one handler of a topic that asks another host, such as a mail server. It is given one event, and no
    transaction is open: nothing waits for that host but the handler. Twice when it died before it was done."""
    assert _outside.get(topic, handler) is handler, f"{topic} has another handler"
    _outside[topic] = handler


def publish(topic: str, aggregate: str, payload: Mapping[str, Any] | None = None, delay_seconds: int = 0) -> None:
    """One row, in the caller's transaction."""
    moment = clock.now()
    OutboxEvent.objects.create(
        topic=topic,
        aggregate=aggregate,
        payload=dict(payload or {}),
        created_at=moment,
        due_at=moment + timedelta(seconds=delay_seconds),
    )


def deliver(limit: int = 200) -> int:
    """Hand the next due events to their handlers; returns how many were done. Safe in any number of processes.

    Rows are claimed by their lock, never by a remembered id: a transaction that took its id early may commit late.
    An event waits while an older one of its aggregate is undone, so that order holds per aggregate. What is handled
    outside comes last, at most OUTSIDE_AT_ONCE, and counts when it failed, too.
    """
    with transaction.atomic():
        events = _claim(limit)
        by_topic: dict[str, list[OutboxEvent]] = defaultdict(list)
        for event in events:
            by_topic[event.topic].append(event)
        done = 0
        for topic, batch in by_topic.items():
            done += _hand_over(topic, batch)
    return done + _deliver_outside()


def _deliver_outside() -> int:
    """One by one, each taken by a short transaction of its own. The first that fails ends the round: a host that does
    not answer must not be waited for again and again while everything else stands still."""
    for tried in range(OUTSIDE_AT_ONCE):
        with transaction.atomic():
            taken = _claim(1, is_outside=True)
            until = clock.now() + timedelta(seconds=OUTSIDE_LEASE_SECONDS)
            OutboxEvent.objects.filter(pk__in=[event.pk for event in taken]).update(due_at=until)
        if not taken:
            return tried
        [event] = taken
        try:
            _outside[event.topic](event)
        except Exception as error:
            _put_off(event, error)
            return tried + 1
        OutboxEvent.objects.filter(pk=event.pk).update(done_at=clock.now())
    return OUTSIDE_AT_ONCE


def _claim(limit: int, *, is_outside: bool = False) -> list[OutboxEvent]:
    older = OutboxEvent.objects.filter(aggregate=OuterRef("aggregate"), id__lt=OuterRef("id"), done_at__isnull=True)
    due = OutboxEvent.objects.filter(done_at__isnull=True, due_at__lte=clock.now()).filter(~Exists(older))
    due = due.filter(topic__in=_outside) if is_outside else due.exclude(topic__in=_outside)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return list(due.order_by("id")[:limit])


def _hand_over(topic: str, batch: list[OutboxEvent]) -> int:
    try:
        with transaction.atomic():
            for handler in _handlers[topic]:
                handler(batch)
    except Exception as error:
        if len(batch) > 1:
            # One bad event must not hold up its neighbours: try each alone.
            return sum(_hand_over(topic, [event]) for event in batch)
        _put_off(batch[0], error)
        return 0
    OutboxEvent.objects.filter(pk__in=[event.pk for event in batch]).update(done_at=clock.now())
    return len(batch)


def _put_off(event: OutboxEvent, error: Exception) -> None:
    event.attempts += 1
    wait = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(event.attempts, 20))
    event.due_at = clock.now() + timedelta(seconds=wait)
    event.last_error = f"{type(error).__name__}: {error}"[:2000]
    event.save(update_fields=["attempts", "due_at", "last_error"])
    log.error("outbox: %s %s failed, attempt %s", event.topic, event.aggregate, event.attempts, exc_info=error)


@dataclass(frozen=True)
class Backlog:
    """What waits to be delivered; `failing` was tried in vain, `oldest_at` is when the oldest was written."""

    waiting: int
    failing: int
    oldest_at: datetime | None


def backlog() -> Backlog:
    """All undelivered events, due or not; one query."""
    found = OutboxEvent.objects.filter(done_at__isnull=True).aggregate(
        waiting=Count("pk"), failing=Count("pk", filter=Q(attempts__gt=0)), oldest_at=Min("created_at")
    )
    return Backlog(**found)
