"""What the outbox brings to this room."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from tagwork.kit import outbox
from tagwork.kit.models import OutboxEvent
from tagwork.standing.operations import fold, record
from tagwork.standing.operations.restrict import end_retraining


def lesson_passed(events: Sequence[OutboxEvent]) -> None:
    """A lesson was passed again: a retraining that asked for it is done."""
    for event in events:
        worker_id, passed_at = uuid.UUID(event.payload["worker"]), datetime.fromisoformat(event.payload["passed_at"])
        end_retraining(worker_id, event.payload["task_types"], passed_at)


def listen() -> None:
    """Called once, when the application starts."""
    outbox.subscribe(record.TOPIC, fold.fold_events)
    outbox.subscribe("tutorial.passed", lesson_passed)
