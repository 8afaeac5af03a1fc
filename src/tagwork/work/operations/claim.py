"""Take the next tasks of a project: one short transaction that touches no money row (docs/policies/locking.md)."""

import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext

from tagwork.core.money import Price, fee_micros
from tagwork.kit import clock
from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import encode
from tagwork.kit.rows import ask, change, columns, fetch, insert
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.people.rules import missing_fields, missing_text
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.standing import queries as standing_queries
from tagwork.tutorial import queries as tutorial_queries
from tagwork.tutorial.lessons import lesson_for
from tagwork.work import rules
from tagwork.work.errors import (
    GuidelineUnread,
    LeaseLimit,
    OptInRequired,
    ProfileIncomplete,
    Restricted,
    Throttled,
    TutorialRequired,
)
from tagwork.work.models import Assignment, Desk, Queue, Seat
from tagwork.work.queries import images_of_tasks, skip_counts_sql

MOST_AT_ONCE = 10
# A second in all for the last tasks of a project, which others are about to take or to leave.
MOST_WAITS = 50
WAIT_SECONDS = 0.02
_rng = random.SystemRandom()


def claim(worker: Person, project_id: uuid.UUID, count: int = 1) -> list[Assignment]:
    """Up to `count` (1 to 10) leased assignments; an empty list means "nothing now".

    Raises NotFound, TutorialRequired, ProfileIncomplete, OptInRequired, Restricted, Throttled, GuidelineUnread,
    LeaseLimit.
    """
    assert 1 <= count <= MOST_AT_ONCE
    project, guideline = project_queries.offered_project(worker.pk, project_id)
    entry = may_work(worker, project)
    if project.state != Project.State.LIVE:
        return []
    with transaction.atomic():
        return _claim(worker, project, guideline, entry, count)


def claim_after_submit(worker: Person, project_id: uuid.UUID, count: int) -> list[Assignment]:
    """The next tasks in the transaction that handed one in. What stands in the way of them must not undo the answer:
    the next plain claim will say it. Every refusal comes before the first write, so that no savepoint is needed."""
    assert connection.in_atomic_block and 1 <= count <= MOST_AT_ONCE
    try:
        project, guideline = project_queries.offered_project(worker.pk, project_id)
        entry = may_work(worker, project)
        return _claim(worker, project, guideline, entry, count) if project.state == Project.State.LIVE else []
    except Refusal:
        return []


def may_work(worker: Person, project: Project) -> standing_queries.Entry:
    """The worker's tier and throttle for this project; raises what stands in the way. Used by every claim route."""
    if not worker.is_worker:
        raise NotFound("There is no such project.")
    entry = standing_queries.entry(worker.pk, project.task_type, project.pk)
    if entry.blocking is not None:
        raise Restricted(entry.blocking.text, next_step="/reports", restriction=encode("x", entry.blocking.pk))
    if not tutorial_queries.is_passed(worker.pk):
        raise TutorialRequired("Pass the tutorial first; it takes about five minutes.", next_step="/tutorial")
    if entry.retraining is not None and not tutorial_queries.certificate_since(
        worker.pk, project.task_type, entry.retraining.starts_at
    ):
        raise Restricted(
            "Repeat the lesson of this task type first: " + entry.retraining.text,
            next_step=f"/tutorial/{lesson_for(project.task_type)}",
            restriction=encode("x", entry.retraining.pk),
        )
    if project.has_exam and not tutorial_queries.has_passed_exam(worker.pk, project.pk):
        raise TutorialRequired(
            "Pass this project's exam first; it is unpaid.", next_step=tutorial_queries.exam_path(project)
        )
    missing = missing_fields(worker, for_="paid_work")
    if missing:
        raise ProfileIncomplete(
            gettext("Your profile lacks %(missing)s.") % {"missing": missing_text(missing, gettext)},
            next_step="/profile",
            missing=list(missing),
        )
    if project.is_sensitive and not worker.shows_sensitive_images:
        raise OptInRequired(
            "This project shows images some people would rather not see. You can allow them in your profile.",
            next_step="/profile",
        )
    return entry


def _left_this_hour(worker: Person) -> int:
    """How many tasks a throttled worker may still take now, at least 1. Raises Throttled. Under the desk's lock."""
    allowed = in_force("work.throttled_claims_per_hour")
    hour_ago = clock.now() - timedelta(hours=1)
    taken = list(
        Assignment.objects.filter(worker=worker, leased_at__gt=hour_ago)
        .order_by("-leased_at")
        .values_list("leased_at", flat=True)[:allowed]
    )
    if len(taken) >= allowed:
        wait = int((taken[-1] - hour_ago).total_seconds()) + 1
        raise Throttled(
            gettext("You may take %(allowed)s tasks an hour at the moment. The Reports page says why, and until when.")
            % {"allowed": allowed},
            next_step="/reports",
            retry_after_seconds=wait,
        )
    return int(allowed - len(taken))


def _claim(
    worker: Person,
    project: Project,
    guideline: project_queries.GuidelineStatus,
    entry: standing_queries.Entry,
    count: int,
) -> list[Assignment]:
    now = clock.now()
    desk = _lock_desk(worker)
    seats, lane_steps, live, skip_counts = _place(worker, project)
    guideline_number = _check_guideline(project, guideline, seats.get(0))
    limit = in_force("work.live_leases")
    if live >= limit:
        raise LeaseLimit(
            gettext("You hold %(live)s tasks. Hand one in, skip it or flag it to take more.") % {"live": live},
            next_step="/work",
        )
    if entry.throttle is not None:
        count = min(count, _left_this_hour(worker))
    lanes = _lanes(lane_steps, desk.taken.get(project.task_type, 0), min(count, limit - live))
    drawn = _draw(worker, project, seats, lanes)
    if not drawn:
        return []
    assignments = _lease(worker, project, entry.tier, drawn, guideline_number)
    for assignment in assignments:
        assignment.skip_counts = skip_counts
    _save_seats(worker, project, seats, now)
    desk.taken[project.task_type] = desk.taken.get(project.task_type, 0) + len(assignments)
    change("UPDATE work_desk SET taken = %s WHERE worker_id = %s", [json.dumps(desk.taken), worker.pk])
    return assignments


def _lock_desk(worker: Person) -> Desk:
    lock = "FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
    sql = f"SELECT {columns(Desk, 'd')} FROM work_desk d WHERE d.worker_id = %s {lock}"  # noqa: S608 - constants
    found = fetch(sql, [worker.pk], Desk)
    if not found:
        # Two first claims at once: both insert, one row stays, both then wait for its lock.
        Desk.objects.bulk_create([Desk(worker=worker)], ignore_conflicts=True)
        found = fetch(sql, [worker.pk], Desk)
    [(desk,)] = found
    assert isinstance(desk, Desk)
    return desk


def _place(
    worker: Person, project: Project
) -> tuple[dict[int, Seat], list[dict[str, int | None]], int, tuple[int, int]]:
    """The worker's seats in this project by lane, its lane schedule, the worker's live leases and skip counts: one
    statement, and not the one that locks the desk, which would count the leases as they were before it waited."""
    rows = fetch(
        f"""
        SELECT {columns(Seat, "s")}, {columns(Queue, "q")},
               (SELECT COUNT(*) FROM work_assignment a WHERE a.worker_id = %s AND a.state = 'leased'),
               skips.skipped, skips.finished
        FROM ({skip_counts_sql()}) AS skips
        LEFT JOIN work_queue q ON q.project_id = %s
        LEFT JOIN work_seat s ON s.project_id = %s AND s.worker_id = %s""",  # noqa: S608 - column names only
        [worker.pk, worker.pk, project.pk, project.pk, worker.pk],
        Seat,
        Queue,
    )
    _, queue, live, skipped, finished = rows[0]
    seats = {row[0].lane: row[0] for row in rows if row[0] is not None}
    return seats, queue.lane_steps if queue else [], live, (skipped, finished)


def _check_guideline(project: Project, status: project_queries.GuidelineStatus, seat: Seat | None) -> int:
    """The version this worker works under: inside a shift the one they read; a new shift starts with the newest."""
    if status.is_acknowledged:
        return status.current_number
    last = seat.last_claim_at if seat else None
    if status.acknowledged_number and not rules.is_new_shift(last, clock.now(), in_force("work.shift_idle_hours")):
        return status.acknowledged_number
    raise GuidelineUnread(
        "The guideline changed since you last worked." if status.acknowledged_number else "Read the guideline first.",
        next_step=f"/work/{encode('pr', project.pk)}/guideline",
        guideline_version=status.current_number,
    )


def _lanes(schedule: Sequence[Mapping[str, int | None]], taken: int, count: int) -> Counter[int]:
    """How many of the next tasks come from which lane, by the project's schedule."""
    return Counter(rules.draw_lane(schedule, taken + number, _rng) for number in range(count))


def _draw(worker: Person, project: Project, seats: dict[int, Seat], lanes: Counter[int]) -> list["_Drawn"]:
    """Whatever a lane does not yield comes from lane 0, the ordinary tasks."""
    count = lanes.total()
    drawn: list[_Drawn] = []
    for lane in sorted(lanes.keys() - {0}):
        drawn += _draw_from_lane(worker, project, seats, lane, lanes[lane])
    if len(drawn) < count:
        drawn += _draw_from_lane(worker, project, seats, 0, count - len(drawn))
    waits = 0
    while not drawn and waits < MOST_WAITS and _is_anything_open(worker, project):
        # The last open tasks were only passed by because others have them locked at this moment: look again. Never by
        # waiting for a row: PostgreSQL keeps the lock of a row that no longer qualified when it was reached, so a
        # claimer that waited for one task could hold another that somebody else, who came from another place in the
        # queue, waits for.
        waits += 1
        time.sleep(WAIT_SECONDS)
        drawn = _draw_from_lane(worker, project, seats, 0, count)
    return drawn


def _is_anything_open(worker: Person, project: Project) -> bool:
    sql = f"""SELECT EXISTS (SELECT 1 FROM work_task t WHERE {_OPEN_TO_WORKER.format(task="t")})
              AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = %s AND p.state = 'live')"""  # noqa: S608 - constants
    return bool(ask(sql, [project.pk, 0, worker.pk, project.pk])[0][0])


def _draw_from_lane(worker: Person, project: Project, seats: dict[int, Seat], lane: int, wanted: int) -> list["_Drawn"]:
    seat = seats.get(lane)
    if seat is None:
        seat = seats[lane] = Seat(worker=worker, project=project, lane=lane, position=rules.random_position())
    start = seat.position
    drawn = _take_slots(worker, project, lane, start, rules.POSITION_RANGE, wanted)
    if len(drawn) < wanted:
        drawn += _take_slots(worker, project, lane, -1, start, wanted - len(drawn))
    if drawn:
        seat.position = drawn[-1].position
    return drawn


class _Drawn:
    __slots__ = ("is_known", "position", "price_id", "task_id")

    def __init__(self, task_id: int, position: int, price_id: int, is_known: bool) -> None:
        self.task_id, self.position, self.price_id, self.is_known = task_id, position, price_id, is_known


# A task of a project and lane that this worker may take. Not written as NOT EXISTS, which PostgreSQL may turn into a
# join with everything the worker ever did: a look at one row (UNIQUE) for each task that is met stays a look.
_OPEN_TO_WORKER = """{task}.project_id = %s AND {task}.lane = %s AND {task}.open_slots > 0
              AND (SELECT a.id FROM work_assignment a
                   WHERE a.worker_id = %s AND a.task_id = {task}.id AND a.state <> 'expired') IS NULL"""


def _take_slots(
    worker: Person,
    project: Project,
    lane: int,
    after: int,
    until: int,
    wanted: int,
    lock: str = "FOR NO KEY UPDATE OF t SKIP LOCKED",
) -> list[_Drawn]:
    """Take one slot of each of the next open tasks after a position, in one statement.

    SKIP LOCKED: a task another claimer is taking at this moment is passed by, not waited for. A task this worker
    already has a row for is passed by too, unless that row is an expired lease, which is revived. Other lanes yield
    only while lane 0 has something for this worker: what came when the feed says "none" would tell its lane.
    """
    row_lock = lock if connection.vendor == "postgresql" else ""
    in_lane_0, in_lane_0_values = "", []
    if lane:
        in_lane_0 = f"AND EXISTS (SELECT 1 FROM work_task o WHERE {_OPEN_TO_WORKER.format(task='o')})"  # noqa: S608
        in_lane_0_values = [project.pk, 0, worker.pk]
    # The project's state is asked again here: a pause that committed a moment ago stops this claim. MATERIALIZED: a
    # planner that ran the inner SELECT twice would take more tasks than LIMIT says. The number wanted stands in the
    # text: PostgreSQL guesses at a LIMIT it is told later, and then planned this statement anew each time.
    sql = f"""
        WITH drawn AS MATERIALIZED (
            SELECT t.id FROM work_task t
            WHERE {_OPEN_TO_WORKER.format(task="t")} AND t.position > %s AND t.position <= %s
              AND EXISTS (SELECT 1 FROM projects_project p WHERE p.id = %s AND p.state = 'live') {in_lane_0}
            ORDER BY t.position LIMIT {int(wanted)} {row_lock})
        UPDATE work_task SET open_slots = open_slots - 1 WHERE id IN (SELECT id FROM drawn)
        RETURNING id, position, price_id,
                  EXISTS (SELECT 1 FROM work_assignment a WHERE a.worker_id = %s AND a.task_id = work_task.id)
        """  # noqa: S608 - the only interpolations are constants
    values = [project.pk, lane, worker.pk, after, until, project.pk, *in_lane_0_values, worker.pk]
    return sorted((_Drawn(*row) for row in ask(sql, values)), key=lambda one: one.position)


def _lease(
    worker: Person, project: Project, tier: str, drawn: Sequence[_Drawn], guideline_number: int
) -> list[Assignment]:
    now = clock.now()
    median = project.measured_milliseconds or project.estimated_milliseconds
    lease = rules.lease_seconds(
        median,
        shortest=in_force("work.lease_shortest_seconds"),
        medians=in_force("work.lease_medians"),
        longest=in_force("work.lease_longest_seconds"),
    )
    latest = now + timedelta(seconds=in_force("work.lease_longest_seconds"))
    images = images_of_tasks([one.task_id for one in drawn])
    known = [one.task_id for one in drawn if one.is_known]
    expired = {row.task_id: row for row in Assignment.objects.filter(worker=worker, task_id__in=known)} if known else {}
    fresh: list[Assignment] = []
    revived: list[Assignment] = []
    for one in drawn:
        price = project_queries.price_by_id(one.price_id)
        promised = rules.promised(Price(price.base_micros, price.object_micros, price.max_objects), tier)
        assignment = expired.get(one.task_id) or Assignment(
            task_id=one.task_id, project_id=project.pk, worker_id=worker.pk
        )
        (revived if one.task_id in expired else fresh).append(assignment)
        assignment.state = Assignment.State.LEASED
        assignment.task_type = project.task_type
        assignment.schema_number = project.schema_number
        assignment.guideline_number = guideline_number
        assignment.images = images[one.task_id]
        assignment.image_sizes = [[image.width_px, image.height_px] for image in assignment.images]
        assignment.tier = tier
        assignment.base_micros = promised.base_micros
        assignment.object_micros = promised.object_micros
        assignment.max_objects = promised.max_objects
        assignment.fee_basis_points = price.fee_basis_points
        assignment.reserve_micros = price.reserve_micros
        assignment.leased_at = now
        assignment.lease_seconds = lease
        assignment.lease_expires_at = rules.renewed_expiry(now, lease, latest)
        assignment.lease_ends_at_latest = latest
        assignment.finished_at = None
        assert promised.max_micros + fee_micros(promised.max_micros, price.fee_basis_points) <= price.reserve_micros
    insert(fresh)
    for assignment in fresh:
        # Nobody has drawn on a new one: whoever asks for its draft need not ask the database.
        Assignment.draft.related.set_cached_value(assignment, None)
        Assignment.project.field.set_cached_value(assignment, project)
        Assignment.worker.field.set_cached_value(assignment, worker)
    for assignment in revived:
        assignment.save()
    return fresh + revived


def _save_seats(worker: Person, project: Project, seats: dict[int, Seat], now: datetime) -> None:
    if 0 not in seats:
        seats[0] = Seat(worker=worker, project=project, lane=0, position=rules.random_position())
    seats[0].last_claim_at = now
    # The desk's lock is held: nobody else writes this worker's seats.
    insert([seat for seat in seats.values() if seat.pk is None])
    for seat in seats.values():
        if seat.pk is not None:
            change(
                "UPDATE work_seat SET position = %s, last_claim_at = %s WHERE id = %s",
                [seat.position, seat.last_claim_at, seat.pk],
            )
