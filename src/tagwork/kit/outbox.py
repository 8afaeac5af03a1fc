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
FIRST_RETRY_SECONDS = 5
LONGEST_RETRY_SECONDS = 3600


def subscribe(topic: str, handler: Handler) -> None:
    """Called at start-up by the room that listens. A handler takes a batch and is idempotent."""
    if handler not in _handlers[topic]:
        _handlers[topic].append(handler)


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
    An event waits while an older one of its aggregate is undone, so that order holds per aggregate.
    """
    with transaction.atomic():
        events = _claim(limit)
        by_topic: dict[str, list[OutboxEvent]] = defaultdict(list)
        for event in events:
            by_topic[event.topic].append(event)
        done = 0
        for topic, batch in by_topic.items():
            done += _hand_over(topic, batch)
    return done


def _claim(limit: int) -> list[OutboxEvent]:
    older = OutboxEvent.objects.filter(aggregate=OuterRef("aggregate"), id__lt=OuterRef("id"), done_at__isnull=True)
    due = OutboxEvent.objects.filter(done_at__isnull=True, due_at__lte=clock.now()).filter(~Exists(older))
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
        event = batch[0]
        event.attempts += 1
        wait = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(event.attempts, 20))
        event.due_at = clock.now() + timedelta(seconds=wait)
        event.last_error = f"{type(error).__name__}: {error}"[:2000]
        event.save(update_fields=["attempts", "due_at", "last_error"])
        log.exception("outbox: %s %s failed, attempt %s", topic, event.aggregate, event.attempts)
        return 0
    OutboxEvent.objects.filter(pk__in=[event.pk for event in batch]).update(done_at=clock.now())
    return len(batch)


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
