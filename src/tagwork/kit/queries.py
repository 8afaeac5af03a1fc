"""Reads of this room's tables."""

from tagwork.kit import clock
from tagwork.kit.models import OutboxEvent


def undelivered_events() -> dict[str, int]:
    """Events that are due, that wait for their time, and those among them that failed before."""
    undone = OutboxEvent.objects.filter(done_at__isnull=True)
    now = clock.now()
    return {
        "due": undone.filter(due_at__lte=now).count(),
        "later": undone.filter(due_at__gt=now).count(),
        "failing": undone.filter(attempts__gt=0).count(),
    }
