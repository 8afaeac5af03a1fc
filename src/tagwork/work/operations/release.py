"""Open answer slots, each one paid for before it opens. The only place where a client's money enters an escrow."""

import uuid

from django.db import transaction
from django.db.models import F, Q, Sum

from tagwork.kit import clock
from tagwork.kit.ids import new_id
from tagwork.kit.locks import try_lock
from tagwork.kit.settings import in_force
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.errors import InsufficientFunds
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef
from tagwork.projects.models import Image, PriceVersion, Project
from tagwork.work import rules
from tagwork.work.models import Queue, Task, TaskImage
from tagwork.work.queries import promised_micros

BATCH_TASKS = 500


def release_all() -> int:
    """Release every live project; returns the slots opened."""
    live = Project.objects.filter(state=Project.State.LIVE).order_by("pk").values_list("pk", flat=True)
    return sum(release(project_id) for project_id in live)


def release(project_id: uuid.UUID, ahead_slots: int | None = None) -> int:
    """Make tasks of new images, reserve the worst case of the next slots, then open them. Returns the slots opened.

    `ahead_slots`: how many to keep open at a time, by default the setting in force.

    One releaser per project (lock row). Out of money or budget it opens what can be paid and stops: workers finish
    what is open, and the project page says what is missing.
    """
    with try_lock(f"release:{project_id}", 60) as fence:
        if fence is None:
            return 0
        plan_tasks(project_id)
        with transaction.atomic():
            return _open_slots(project_id, ahead_slots or in_force("work.release_ahead_slots"))


def plan_tasks(project_id: uuid.UUID) -> int:
    """A task for each ready image that has none yet."""
    project = Project.objects.get(pk=project_id)
    price = PriceVersion.objects.filter(project=project, number=project.price_number).first()
    if price is None:
        return 0
    made = 0
    while True:
        with transaction.atomic():
            waiting = list(
                Image.objects.filter(
                    project=project, state=Image.State.READY, purpose=Image.Purpose.TASK, width_px__isnull=False
                )
                .exclude(pk__in=TaskImage.objects.values("image_id"))
                .order_by("pk")[:BATCH_TASKS]
            )
            tasks = Task.objects.bulk_create(
                Task(
                    project=project,
                    position=rules.random_position(),
                    answers_wanted=project.overlap,
                    price=price,
                    created_at=clock.now(),
                )
                for _ in waiting
            )
            TaskImage.objects.bulk_create(
                TaskImage(task=task, image=image) for task, image in zip(tasks, waiting, strict=True)
            )
        made += len(waiting)
        if len(waiting) < BATCH_TASKS:
            return made


def _open_slots(project_id: uuid.UUID, ahead_slots: int) -> int:
    project = Project.objects.get(pk=project_id)
    if project.state != Project.State.LIVE:
        return 0
    price = PriceVersion.objects.get(project=project, number=project.price_number)
    open_now = Task.objects.filter(project=project, open_slots__gt=0).aggregate(n=Sum("open_slots"))["n"] or 0
    room = ahead_slots - open_now
    if room <= 0:
        return 0
    unopened = list(
        Task.objects.filter(project=project, slots_opened__lt=F("answers_wanted"), is_held=False)
        .order_by("pk")
        .values_list("pk", "answers_wanted", "slots_opened")[:room]
    )
    wanted = min(room, sum(answers - opened for _, answers, opened in unopened))
    granted = _reserve(project, price, wanted)
    by_number: dict[int, list[int]] = {}
    opened_total = 0
    for task_id, answers, opened in unopened:
        number = min(answers - opened, granted - opened_total)
        if number <= 0:
            break
        by_number.setdefault(number, []).append(task_id)
        opened_total += number
    for number, task_ids in by_number.items():
        for start in range(0, len(task_ids), BATCH_TASKS):
            Task.objects.filter(pk__in=task_ids[start : start + BATCH_TASKS]).update(
                open_slots=F("open_slots") + number, slots_opened=F("slots_opened") + number, price=price
            )
    return opened_total


def _reserve(project: Project, price: PriceVersion, slots: int) -> int:
    """Move the worst case of up to `slots` slots into the project's escrow; returns how many it now covers."""
    if slots == 0:
        return 0
    escrow = AccountRef("project_escrow", f"project:{project.pk}")
    client = AccountRef("client_available", f"organisation:{project.organisation_id}")
    # The order of these reads is the point: money moves slot > lease > hold > paid, so what moves between two reads is
    # counted twice at worst, never missed. Slots and leases, which also move back, are read in one statement.
    promised = promised_micros(project.pk) + ledger_queries.reserved_micros(escrow)
    # What earlier answers did not use up (an answer that earned less than its worst case) is used first.
    free = max(0, ledger_queries.balance_micros(escrow) - promised)
    queue, _ = Queue.objects.select_for_update().get_or_create(project=project)
    may_still_put_in = max(0, project.budget_micros - queue.put_in_micros)
    can_pay = free + min(may_still_put_in, ledger_queries.balance_micros(client))
    granted = min(slots, can_pay // price.reserve_micros)
    needed = granted * price.reserve_micros - free
    if needed > 0:
        try:
            post(
                key=f"reserve:{project.pk}:{new_id()}",
                kind="reserve",
                lines=[(client, -needed), (escrow, needed)],
                subject=f"project:{project.pk}",
                detail={"slots": granted, "reserve_micros": price.reserve_micros},
            )
        except InsufficientFunds:
            # Another project of the same client was quicker; the next round sees the new balance.
            return 0
        Queue.objects.filter(pk=queue.pk).update(put_in_micros=F("put_in_micros") + needed)
    return int(granted)


def wanted_again(task_id: int, answers: int = 1) -> None:
    """A rejected answer is asked for again; the slot opens when its money is reserved."""
    Task.objects.filter(pk=task_id).update(answers_wanted=F("answers_wanted") + answers)


def withdraw_open_slots(project_id: uuid.UUID) -> int:
    """Close what nobody took (a project that closes or drops its price); what is taken stays promised."""
    with transaction.atomic():
        tasks = list(
            Task.objects.select_for_update()
            .filter(Q(open_slots__gt=0) | Q(slots_opened__lt=F("answers_wanted")), project_id=project_id)
            .order_by("pk")
        )
        for task in tasks:
            task.slots_opened -= task.open_slots
            task.open_slots = 0
            task.answers_wanted = task.slots_opened
            task.save(update_fields=["slots_opened", "open_slots", "answers_wanted"])
    return len(tasks)
