"""Give the slots of leases that ran out back to the queue."""

from django.db import connection, transaction

from tagwork.kit import clock
from tagwork.work.models import Assignment
from tagwork.work.operations.give_back import give_back


@transaction.atomic
def expire_leases(limit: int = 500) -> int:
    """Move leased > expired for what is past its time; returns how many. Safe in any number of processes."""
    due = Assignment.objects.filter(state=Assignment.State.LEASED, lease_expires_at__lt=clock.now())
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, no_key=True)
    rows = list(due.order_by("pk")[:limit])
    end_leases(rows)
    return len(rows)


def end_leases(rows: list[Assignment]) -> None:
    """Of rows that are locked and past their time."""
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(state=Assignment.State.EXPIRED)
    give_back(rows)
