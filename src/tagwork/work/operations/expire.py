"""Give the slots of leases that ran out back to the queue."""

from collections import Counter

from django.db import connection, transaction
from django.db.models import F

from tagwork.kit import clock
from tagwork.work.models import Assignment, Task


@transaction.atomic
def expire_leases(limit: int = 500) -> int:
    """Move leased > expired for what is past its time; returns how many. Safe in any number of processes."""
    due = Assignment.objects.filter(state=Assignment.State.LEASED, lease_expires_at__lt=clock.now())
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    rows = list(due.order_by("pk").values_list("pk", "task_id")[:limit])
    Assignment.objects.filter(pk__in=[pk for pk, _ in rows]).update(state=Assignment.State.EXPIRED)
    for task_id, freed in sorted(Counter(task_id for _, task_id in rows).items()):
        Task.objects.filter(pk=task_id).update(open_slots=F("open_slots") + freed)
    return len(rows)
