"""What the outbox brings to this room."""

import uuid
from collections.abc import Sequence

from tagwork.kit import outbox
from tagwork.kit.models import OutboxEvent
from tagwork.standing.operations import fold, record
from tagwork.standing.operations.restrict import end_retraining


def lesson_passed(events: Sequence[OutboxEvent]) -> None:
    """A lesson was passed again: a retraining that asked for it is done."""
    for event in events:
        end_retraining(uuid.UUID(event.payload["worker"]), event.payload["lesson"])


def listen() -> None:
    """Called once, when the application starts."""
    outbox.subscribe(record.TOPIC, fold.fold_events)
    outbox.subscribe("tutorial.passed", lesson_passed)
