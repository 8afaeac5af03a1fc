"""Open answer slots, each one paid for before it opens. The only place where a client's money enters an escrow."""

import uuid

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

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
LOCK_SECONDS = 60


def release_all() -> int:
    """Release every live project; returns the slots opened."""
    live = Project.objects.filter(state=Project.State.LIVE).order_by("pk").values_list("pk", flat=True)
    return sum(release(project_id) for project_id in live)


def plan_all() -> int:
    """Make the tasks of images that became ready in projects that nobody releases yet; returns how many."""
    without = Image.objects.filter(_ready_without_task(), project=OuterRef("pk"))
    resting = Project.objects.filter(state__in=[Project.State.DRAFT, Project.State.PAUSED], price_number__gt=0)
    made = 0
    for project_id in resting.filter(Exists(without)).order_by("pk").values_list("pk", flat=True):
        with try_lock(_lock_name(project_id), LOCK_SECONDS) as fence:
            made += plan_tasks(project_id) if fence else 0
    return made


def _lock_name(project_id: uuid.UUID) -> str:
    return f"release:{project_id}"


def _ready_without_task() -> Q:
    return Q(
        ~Exists(TaskImage.objects.filter(image=OuterRef("pk"))),
        state=Image.State.READY,
        purpose=Image.Purpose.TASK,
        width_px__isnull=False,
    )


def release(project_id: uuid.UUID, ahead_slots: int | None = None) -> int:
    """Make tasks of new images, reserve the worst case of the next slots, then open them. Returns the slots opened.

    `ahead_slots`: how many to keep open at a time, by default the setting in force.

    One releaser per project (lock row). Out of money or budget it opens what can be paid and stops: workers finish
    what is open, and the project page says what is missing.
    """
    with try_lock(_lock_name(project_id), LOCK_SECONDS) as fence:
        if fence is None:
            return 0
        plan_tasks(project_id)
        with transaction.atomic():
            fence.confirm()
            return _open_slots(project_id, ahead_slots or in_force("work.release_ahead_slots"))


def plan_tasks(project_id: uuid.UUID) -> int:
    """A task for each ready image that has none yet. The caller holds the project's release lock."""
    project = Project.objects.get(pk=project_id)
    price = PriceVersion.objects.filter(project=project, number=project.price_number).first()
    if price is None:
        return 0
    made = 0
    while True:
        with transaction.atomic():
            waiting = list(Image.objects.filter(_ready_without_task(), project=project).order_by("pk")[:BATCH_TASKS])
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
    # The row's lock: a project that is being closed or paused at this moment is either closed before or after.
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    if project.state != Project.State.LIVE:
        return 0
    price = PriceVersion.objects.get(project=project, number=project.price_number)
    _close_slots(Task.objects.filter(project=project, open_slots__gt=0).exclude(price=price))
    # Never answered nor taken: such a task follows the overlap that is asked for now.
    Task.objects.filter(project=project, lane=0, slots_opened=0, is_held=False).exclude(
        answers_wanted=project.overlap
    ).update(answers_wanted=project.overlap)
    open_now = Task.objects.filter(project=project, open_slots__gt=0).aggregate(n=Sum("open_slots"))["n"] or 0
    room = ahead_slots - open_now
    if room <= 0:
        return 0
    unopened = list(
        Task.objects.filter(project=project, slots_opened__lt=F("answers_wanted"), is_held=False)
        # Other lanes first: they are few, and what is drawn from them has to be there while lane 0 is worked off.
        .order_by("-lane", "pk")
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
    """A rejected answer is asked for again, unless its project ends; the slot opens when its money is reserved."""
    going_on = Project.objects.filter(state__in=[Project.State.LIVE, Project.State.PAUSED])
    Task.objects.filter(pk=task_id, project__in=going_on).update(answers_wanted=F("answers_wanted") + answers)


def hold_task(task_id: int) -> None:
    """Nobody takes this task before its question is answered; what is taken goes on."""
    _close_slots(Task.objects.filter(pk=task_id))
    Task.objects.filter(pk=task_id).update(is_held=True)


def resume_task(task_id: int) -> None:
    """Its question is answered: it is released again."""
    Task.objects.filter(pk=task_id).update(is_held=False)


def want_no_more(task_id: int) -> None:
    """Close what nobody took of a task, for good; what is taken stays promised."""
    with transaction.atomic():
        _close_slots(Task.objects.filter(pk=task_id))
        Task.objects.filter(pk=task_id).update(answers_wanted=F("slots_opened"))


def _close_slots(tasks: QuerySet[Task]) -> list[int]:
    """Take open slots back: they are opened again by a release, if they are still wanted, at the price then in force.

    In ascending id; returns the tasks' ids. Their reserve becomes free in the escrow.
    """
    with transaction.atomic():
        task_ids = list(tasks.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(task_ids), BATCH_TASKS):
            Task.objects.filter(pk__in=task_ids[start : start + BATCH_TASKS]).update(
                slots_opened=F("slots_opened") - F("open_slots"), open_slots=0
            )
    return task_ids


def withdraw_open_slots(project_id: uuid.UUID) -> int:
    """Close what nobody took of a project that closes; what is taken stays promised. Returns how many tasks."""
    wanted = Q(open_slots__gt=0) | Q(slots_opened__lt=F("answers_wanted"))
    with transaction.atomic():
        task_ids = _close_slots(Task.objects.filter(wanted, project_id=project_id))
        for start in range(0, len(task_ids), BATCH_TASKS):
            Task.objects.filter(pk__in=task_ids[start : start + BATCH_TASKS]).update(answers_wanted=F("slots_opened"))
    return len(task_ids)
