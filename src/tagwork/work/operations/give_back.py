"""A slot comes back to the queue: nobody holds the task any more, and nobody answered it."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from tagwork.projects.queries import price_by_id
from tagwork.work.models import Assignment, Task


@transaction.atomic
def give_back(assignments: Iterable[Assignment]) -> None:
    """Open the slots of these assignments again, where what was reserved for each still pays for an answer.

    A lease taken before a price rose reserved less than an answer costs now: its slot is closed instead, and the next
    release opens it with money of its own. So is the slot of a task that waits for its client.
    """
    reserved: dict[int, list[int]] = defaultdict(list)
    for assignment in assignments:
        reserved[assignment.task_id].append(assignment.reserve_micros)
    tasks = Task.objects.select_for_update(no_key=True).filter(pk__in=reserved).order_by("pk")
    for task in tasks:
        costs = price_by_id(task.price_id).reserve_micros
        paid = 0 if task.is_held else sum(micros >= costs for micros in reserved[task.pk])
        Task.objects.filter(pk=task.pk).update(
            open_slots=F("open_slots") + paid, slots_opened=F("slots_opened") - (len(reserved[task.pk]) - paid)
        )
