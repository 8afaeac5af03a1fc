"""What happens in the background, and how often. Each task may run in several processes and repeats harmlessly."""

import logging
import threading
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from django.db import close_old_connections

from tagwork.kit import outbox
from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.ledger.operations.seal import extend_chain
from tagwork.payouts.tasks import (
    advance_payouts,
    compare_books,
    look_at_wallets,
    raise_alarms,
    refresh_rates,
    release_new_destinations,
    review_large,
    take_deposits,
)
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.sweep_originals import sweep_originals
from tagwork.quality.operations.appeal import decide_overdue, end_reserves
from tagwork.quality.operations.examine import (
    approve_overdue,
    examine_submissions,
    publish_planned,
    rest_unwanted_gold,
    retire_misleading_gold,
    top_up_gold,
)
from tagwork.quality.operations.launch import finish_all_closing
from tagwork.quality.operations.repair import repair_misled
from tagwork.standing.operations.restrict import end_due
from tagwork.tutorial.scenes import draw_missing
from tagwork.work.operations.alert import tell_of_work
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.measure import measure_speeds
from tagwork.work.operations.release import plan_all, release_all

log = logging.getLogger(__name__)
# A task that found work is run again at once, so that a burst is worked off at full speed.
LONGEST_NAP_SECONDS = 0.5
FIRST_BACK_OFF_SECONDS = 1.0
LONGEST_BACK_OFF_SECONDS = 60.0


@dataclass
class Task:
    """`run` returns how much it did; `every_seconds` is the rest after a run that found nothing."""

    name: str
    every_seconds: float
    run: Callable[[], int]
    due: float = 0.0
    failures: int = field(default=0)


def tasks() -> list[Task]:
    return [
        Task("outbox", 0.5, outbox.deliver),
        Task("images", 0.5, lambda: process_images(limit=5) + plan_all()),
        Task("orphaned originals", 6 * 3600, sweep_originals),
        Task("tutorial pictures", 3600, draw_missing),
        Task("examine", 1, examine_submissions),
        Task("gold verdicts", 5, publish_planned),
        Task("approve", 10, approve_overdue),
        Task("expire", 5, expire_leases),
        Task("release", 2, release_all),
        Task("work alerts", 10, tell_of_work),
        Task("gold top-up", 15, top_up_gold),
        Task("gold switched off", 15, rest_unwanted_gold),
        Task("gold retirement", 60, retire_misleading_gold),
        Task("repairs", 30, repair_misled),
        Task("appeals", 15, decide_overdue),
        Task("reserves", 60, end_reserves),
        Task("restrictions", 30, end_due),
        Task("speeds", 60, lambda: measure_speeds() and 0),
        Task("closing", 30, finish_all_closing),
        Task("chain", 2, extend_chain),
        Task("checkpoint", 600, make_checkpoint),
        Task("waited destinations", 60, release_new_destinations),
        Task("large amounts", 60, review_large),
        Task("payouts", 20, advance_payouts),
        Task("deposits", 20, take_deposits),
        Task("rates", 600, refresh_rates),
        Task("wallets", 300, look_at_wallets),
        Task("comparison of books", 600, compare_books),
        Task("alarms", 60, raise_alarms),
    ]


def run_forever(stop: threading.Event) -> None:
    """Until `stop` is set; the task in hand is finished first."""
    due = tasks()
    while not stop.is_set():
        rest = min(_run_due(due, stop), LONGEST_NAP_SECONDS)
        stop.wait(rest)


def _run_due(due: list[Task], stop: threading.Event) -> float:
    """Run what is due once; seconds until the next is due."""
    for task in due:
        if stop.is_set():
            break
        if task.due <= time.monotonic():
            _run(task)
    return max(0.0, min(task.due for task in due) - time.monotonic())


def _run(task: Task) -> None:
    close_old_connections()
    try:
        found = task.run()
        task.failures = 0
        task.due = time.monotonic() + (0.0 if found else task.every_seconds)
    except Exception:
        # One broken task must not stop the others; it comes back later and later, and the log says why.
        task.failures += 1
        wait = min(LONGEST_BACK_OFF_SECONDS, FIRST_BACK_OFF_SECONDS * 2**task.failures)
        task.due = time.monotonic() + wait
        log.exception("background task %s failed %s times; next try in %.0f s", task.name, task.failures, wait)


def run_until_idle(most_rounds: int = 200, without: Container[str] = ()) -> None:
    """Run every task but those named `without` until none finds anything to do: for seeding a demo and for tests."""
    for _ in range(most_rounds):
        if sum(task.run() for task in tasks() if task.name not in without) == 0:
            return
    raise RuntimeError("the background did not come to rest")
