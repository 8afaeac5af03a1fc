"""Reads of the queue."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Sum, UUIDField
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate

from tagwork.core.money import Price
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.rows import ask, columns, fetch
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.people.rules import missing_fields
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Image, PriceVersion, Project
from tagwork.projects.rules import hourly_micros
from tagwork.standing import queries as standing_queries
from tagwork.standing.models import Restriction
from tagwork.tutorial import queries as tutorial_queries
from tagwork.work import rules
from tagwork.work.models import Assignment, Flag, Queue, Submission, Suggestion, Task, TaskImage, WorkAlert

# The feed says "1,000 and more" instead of counting a million rows for every look.
AVAILABLE_COUNTED_TO = 1000


def promised_micros(project_id: uuid.UUID) -> int:
    """The worst case of every open slot and every live lease of a project, read in one statement (one snapshot)."""
    sql = """
        SELECT COALESCE((SELECT SUM(t.open_slots * p.reserve_micros) FROM work_task t
                         JOIN projects_priceversion p ON p.id = t.price_id
                         WHERE t.project_id = %s AND t.open_slots > 0), 0)
             + COALESCE((SELECT SUM(a.reserve_micros) FROM work_assignment a
                         WHERE a.project_id = %s AND a.state = 'leased'), 0)"""
    value = UUIDField().get_db_prep_value(project_id, connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value, value])
        return int(cursor.fetchone()[0])


def skip_counts(worker_id: uuid.UUID, *, since: datetime | None = None) -> tuple[int, int]:
    """(skipped, finished) among the worker's last finished tasks, those up to `since` left out.

    A flag counts as finished, never as a skip; a skip in a project of sensitive images counts as nothing at all.
    """
    [counts] = ask(skip_counts_sql(since=since), [worker_id, *([] if since is None else [since])])
    return counts[0], counts[1]


def skip_counts_sql(*, since: datetime | None = None) -> str:
    """The statement behind skip_counts, one row (skipped, finished), for who asks it with something else: its values
    are the worker's id, then `since`. The window stands in the text, because PostgreSQL guesses at a LIMIT it is told
    later and then plans anew each time."""
    after = "" if since is None else "AND a.finished_at > %s"
    return f"""
        SELECT COALESCE(SUM(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END), 0) AS skipped, COUNT(*) AS finished
        FROM (SELECT a.state FROM work_assignment a
              WHERE a.worker_id = %s AND a.finished_at IS NOT NULL {after}
                AND NOT (a.state = 'skipped' AND EXISTS (SELECT 1 FROM projects_project p
                                                         WHERE p.id = a.project_id AND p.is_sensitive))
              ORDER BY a.finished_at DESC LIMIT {int(in_force("work.skip_window"))}) newest"""  # noqa: S608 - a number


@dataclass(frozen=True)
class FeedItem:
    """A live project as one worker meets it. `restriction` is what `blocked_by` "restricted" stands for."""

    project: Project
    tier: str
    base_micros: int
    object_micros: int
    max_objects: int
    available: int
    claimable: bool
    blocked_by: str | None
    restriction: Restriction | None
    guideline_acknowledged: bool
    is_alert_on: bool
    # `blocked_by` "tutorial_required" stands for the project's own exam, not for the tutorial.
    needs_exam: bool = False

    @property
    def hourly_is_estimate(self) -> bool:
        return self.project.measured_hourly_micros is None

    @property
    def hourly_micros(self) -> int:
        """What an hour came to over real answers; before there are enough, the base at the client's estimate."""
        if self.project.measured_hourly_micros is not None:
            return self.project.measured_hourly_micros
        return hourly_micros(self.base_micros, self.median_milliseconds)

    @property
    def median_milliseconds(self) -> int:
        return self.project.measured_milliseconds or self.project.estimated_milliseconds


def feed(worker: Person) -> list[FeedItem]:
    """Every live project with what this worker would earn there and whether anything stands in the way.

    A fixed number of queries, whatever the number of projects.
    """
    projects = list(
        Project.objects.filter(state=Project.State.LIVE)
        .order_by("-launched_at")
        .annotate(available=_available_to(worker.pk))[:200]
    )
    prices = _prices_in_force()
    acknowledged = project_queries.acknowledged_numbers(worker, [project.pk for project in projects])
    standing = standing_queries.entries(worker.pk)
    passed = tutorial_queries.is_passed(worker.pk)
    examined = tutorial_queries.passed_exams(worker.pk) if any(one.has_exam for one in projects) else set()
    missing = missing_fields(worker, for_="paid_work")
    alerts = set(WorkAlert.objects.filter(worker=worker).values_list("project_id", flat=True))
    items = []
    for project in projects:
        entry = standing.entry(project.task_type, project.pk)
        restriction = entry.blocking
        if entry.blocking is not None:
            blocked_by: str | None = "restricted"
        elif not passed:
            blocked_by = "tutorial_required"
        elif entry.retraining is not None and not tutorial_queries.certificate_since(
            worker.pk, project.task_type, entry.retraining.starts_at
        ):
            blocked_by, restriction = "restricted", entry.retraining
        elif project.has_exam and project.pk not in examined:
            blocked_by = "tutorial_required"
        elif missing:
            blocked_by = "profile_incomplete"
        elif project.is_sensitive and not worker.shows_sensitive_images:
            blocked_by = "opt_in_required"
        else:
            blocked_by = None
        price = rules.promised(prices[project.pk], entry.tier)
        items.append(
            FeedItem(
                project=project,
                tier=entry.tier,
                base_micros=price.base_micros,
                object_micros=price.object_micros,
                max_objects=price.max_objects,
                available=project.available,
                claimable=blocked_by is None and project.available > 0,
                blocked_by=blocked_by,
                restriction=restriction,
                guideline_acknowledged=acknowledged.get(project.pk) == project.guideline_number,
                is_alert_on=project.pk in alerts,
                needs_exam=passed and blocked_by == "tutorial_required",
            )
        )
    return items


def _prices_in_force() -> dict[uuid.UUID, Price]:
    rows = PriceVersion.objects.filter(project__state=Project.State.LIVE, number=F("project__price_number"))
    return {row.project_id: Price(row.base_micros, row.object_micros, row.max_objects) for row in rows}


def images_of_tasks(task_ids: Sequence[int]) -> dict[int, list[Image]]:
    """The images of each task in order of position; one query."""
    if not task_ids:
        return {}
    rows = fetch(
        f"""
        SELECT {columns(Image, "i")}, ti.task_id FROM work_taskimage ti JOIN projects_image i ON i.id = ti.image_id
        WHERE ti.task_id IN ({", ".join(["%s"] * len(task_ids))}) ORDER BY ti.task_id, ti.position""",  # noqa: S608
        task_ids,
        Image,
    )
    images: dict[int, list[Image]] = {}
    for image, task_id in rows:
        images.setdefault(task_id, []).append(image)
    return images


def suggestions_of(assignments: Sequence[Assignment]) -> dict[uuid.UUID, Suggestion]:
    """What a model proposes for each, by assignment: the newest version, if it was made for the stamped schema and is
    not empty. One query; none when no project of them has suggestions."""
    asked = [one for one in assignments if one.project.has_suggestions]
    if not asked:
        return {}
    newest: dict[int, Suggestion] = {}
    for row in Suggestion.objects.filter(task_id__in=[one.task_id for one in asked]).order_by("version"):
        newest[row.task_id] = row
    return {
        one.pk: newest[one.task_id]
        for one in asked
        if one.task_id in newest
        and newest[one.task_id].annotations
        and newest[one.task_id].schema_number == one.schema_number
    }


def _available_to(worker_id: uuid.UUID) -> RawSQL:
    # Correlated on the outer projects_project row; the inner LIMIT keeps the cost of a huge project flat.
    # All lanes are counted, so that a task of one lowers the count like a task of another; none when lane 0 has none,
    # for then a claim yields nothing either.
    open_to_worker = """
              SELECT 1 FROM work_task t
              WHERE t.project_id = projects_project.id AND t.open_slots > 0 {lane}
                AND NOT EXISTS (SELECT 1 FROM work_assignment a
                                WHERE a.worker_id = %s AND a.task_id = t.id AND a.state <> 'expired')"""
    worker_value = UUIDField().get_db_prep_value(worker_id, connection)
    return RawSQL(  # noqa: S611 - constants
        f"""(CASE WHEN EXISTS ({open_to_worker.format(lane="AND t.lane = 0")})
             THEN (SELECT COUNT(*) FROM ({open_to_worker.format(lane="")} LIMIT %s) counted) ELSE 0 END)""",  # noqa: S608 - constants
        [worker_value, worker_value, AVAILABLE_COUNTED_TO],
        output_field=IntegerField(),
    )


def live_assignments(worker_id: uuid.UUID) -> list[Assignment]:
    return list(
        Assignment.objects.filter(worker_id=worker_id, state=Assignment.State.LEASED)
        .select_related("project", "draft")
        .order_by("leased_at")
    )


def assignment_of(worker_id: uuid.UUID, assignment_id: uuid.UUID) -> Assignment | None:
    return Assignment.objects.filter(pk=assignment_id, worker_id=worker_id).select_related("project", "draft").first()


def worked_since(worker_id: uuid.UUID, task_type: str, since: datetime) -> bool:
    """Has this worker handed in anything of this task type since then?"""
    return Submission.objects.filter(worker_id=worker_id, task_type=task_type, submitted_at__gte=since).exists()


def submissions_of(
    worker_id: uuid.UUID,
    *,
    before: uuid.UUID | None = None,
    limit: int = 50,
    state: str = "",
    project_id: uuid.UUID | None = None,
) -> QuerySet[Submission]:
    """Newest first, each with its project and assignment; `before` is the last one already seen (ids ascend)."""
    rows = Submission.objects.filter(worker_id=worker_id).select_related("project", "assignment").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if state:
        rows = rows.filter(state=state)
    if project_id is not None:
        rows = rows.filter(project_id=project_id)
    return rows[:limit]


def projects_worked_on(worker_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """(id, name) of every project this worker handed something in for, by name."""
    done = Submission.objects.filter(worker_id=worker_id).values("project_id")
    return list(Project.objects.filter(pk__in=done).order_by("name", "pk").values_list("pk", "name"))


def alerts_with_work(limit: int) -> list[WorkAlert]:
    """Alerts whose worker could take a task of a live project now; the oldest first, one statement."""
    taken = Assignment.objects.filter(worker_id=OuterRef(OuterRef("worker_id")), task_id=OuterRef("pk"))
    open_tasks = Task.objects.filter(project_id=OuterRef("project_id"), lane=0, open_slots__gt=0).filter(
        ~Exists(taken.exclude(state=Assignment.State.EXPIRED))
    )
    live = WorkAlert.objects.filter(project__state=Project.State.LIVE)
    return list(live.filter(Exists(open_tasks)).select_related("project").order_by("pk")[:limit])


def task_counts(project_id: uuid.UUID) -> dict[str, int]:
    """Tasks in all, answer slots open now, answers still wanted, and tasks that wait for the client."""
    found = Task.objects.filter(project_id=project_id).aggregate(
        all=Count("pk"),
        open_slots=Sum("open_slots", default=0),
        wanted=Sum("answers_wanted", default=0),
        opened=Sum("slots_opened", default=0),
        held=Count("pk", filter=Q(is_held=True)),
    )
    return {
        "all": found["all"],
        "open_slots": found["open_slots"],
        "not_yet_paid_for": found["wanted"] - found["opened"],
        "held": found["held"],
    }


def answer_counts(project_id: uuid.UUID) -> dict[str, int]:
    """Submissions by state, leases, skips and flags of a project."""
    submissions = dict(
        Submission.objects.filter(project_id=project_id).order_by().values_list("state").annotate(Count("pk"))
    )
    assignments = dict(
        Assignment.objects.filter(project_id=project_id).order_by().values_list("state").annotate(Count("pk"))
    )
    return {
        "pending": submissions.get("pending", 0),
        "approved": submissions.get("approved", 0),
        "rejected": submissions.get("rejected", 0),
        "leased": assignments.get("leased", 0),
        "skipped": assignments.get("skipped", 0),
        "flagged": assignments.get("flagged", 0),
    }


def tasks_of(project_id: uuid.UUID, *, after: int = 0, limit: int = 500) -> list[Task]:
    """Tasks in order of id, each with `first_file_name` and `listed_assignments`; three queries."""
    return _listed(Task.objects.filter(project_id=project_id, pk__gt=after).order_by("pk"), limit)


def queue_depths() -> dict[str, int]:
    """Open slots, live leases, answers that wait for a verdict, and open flags of the whole house."""
    return {
        "open_slots": Task.objects.filter(open_slots__gt=0).aggregate(n=Sum("open_slots", default=0))["n"],
        "leased": Assignment.objects.filter(state=Assignment.State.LEASED).count(),
        "pending": Submission.objects.filter(state=Submission.State.PENDING).count(),
        "flags": Flag.objects.filter(state=Flag.State.OPEN).count(),
    }


THROUGHPUT_DAYS = 14


@dataclass(frozen=True)
class Throughput:
    """Answers handed in a day, oldest day first, and what that says about the end.

    `days_left` is None while nothing is known: no answer wanted, or none handed in lately.
    """

    by_day: list[tuple[date, int]]
    handed_in_before: int
    answers_left: int
    per_day: float
    days_left: int | None

    @property
    def running(self) -> list[tuple[date, int]]:
        """All answers handed in up to the end of each day."""
        totals = accumulate((number for _, number in self.by_day), initial=self.handed_in_before)
        return [(day, total) for (day, _), total in zip(self.by_day, list(totals)[1:], strict=True)]

    @property
    def forecast(self) -> list[tuple[date, int]]:
        """`running` as it goes on at this speed until everything is answered, at most THROUGHPUT_DAYS days."""
        if self.days_left is None:
            return []
        last, total = self.running[-1]
        return [
            (last + timedelta(days=n), round(min(total + n * self.per_day, total + self.answers_left)))
            for n in range(1, min(self.days_left, THROUGHPUT_DAYS) + 1)
        ]


def throughput(project_id: uuid.UUID) -> Throughput:
    """The last THROUGHPUT_DAYS days (UTC), days without an answer too; four queries."""
    today = clock.now().date()
    first = today - timedelta(days=THROUGHPUT_DAYS - 1)
    since = datetime.combine(first, time(), UTC)
    rows = Submission.objects.filter(project_id=project_id).order_by()
    before = rows.filter(submitted_at__lt=since).count()
    rows = rows.filter(submitted_at__gte=since)
    counted = dict(rows.annotate(day=TruncDate("submitted_at", tzinfo=UTC)).values_list("day").annotate(Count("pk")))
    by_day = [(day, counted.get(day, 0)) for day in (first + timedelta(days=n) for n in range(THROUGHPUT_DAYS))]
    left = Task.objects.filter(project_id=project_id).aggregate(
        left=Sum(F("answers_wanted") - F("slots_opened") + F("open_slots"), default=0)
    )["left"]
    left += Assignment.objects.filter(project_id=project_id, state=Assignment.State.LEASED).count()
    per_day = rules.answers_per_day([number for _, number in by_day])
    return Throughput(by_day, before, left, per_day, rules.days_left(left, per_day))


TASK_FILTERS = ("open", "taken", "answered", "held")


def task_page(
    project_id: uuid.UUID, *, state: str = "", file_name: str = "", after: int = 0, limit: int = 50
) -> list[Task]:
    """`tasks_of`, those in a state alone (TASK_FILTERS; "" is all), whose file name holds `file_name`.

    open: an answer may be claimed; taken: somebody works on it; answered: every answer wanted was handed in or is on
    its way; held: it waits for the client. Three queries.
    """
    tasks = Task.objects.filter(project_id=project_id)
    if state == "open":
        tasks = tasks.filter(open_slots__gt=0)
    elif state == "taken":
        leased = Assignment.objects.filter(task_id=OuterRef("pk"), state=Assignment.State.LEASED)
        tasks = tasks.filter(Exists(leased))
    elif state == "answered":
        tasks = tasks.filter(open_slots=0, slots_opened__gte=F("answers_wanted"))
    elif state == "held":
        tasks = tasks.filter(is_held=True)
    if file_name.strip():
        named = TaskImage.objects.filter(task_id=OuterRef("pk"), image__file_name__icontains=file_name.strip())
        tasks = tasks.filter(Exists(named))
    return _listed(tasks.filter(pk__gt=after).order_by("pk"), limit)


def task_image_of(project_id: uuid.UUID, task_id: int) -> Image:
    """The first image of a task of this project. Raises NotFound, also for another project's."""
    row = TaskImage.objects.filter(task_id=task_id, task__project_id=project_id).select_related("image").first()
    if row is None:
        raise NotFound("There is no such task.")
    return row.image


def _listed(tasks: QuerySet[Task], limit: int) -> list[Task]:
    listed = list(tasks[:limit])
    by_id = {task.pk: task for task in listed}
    images = images_of_tasks(list(by_id))
    for task in listed:
        task.first_file_name = images[task.pk][0].file_name
        task.listed_assignments = []
    rows = Assignment.objects.filter(task_id__in=by_id).select_related("worker").order_by("leased_at")
    for row in rows:
        by_id[row.task_id].listed_assignments.append(row)
    return listed


def put_in_micros(project_id: uuid.UUID) -> int:
    """What was ever moved into the project's escrow, refunds taken off; it stays within the budget."""
    return Queue.objects.filter(pk=project_id).values_list("put_in_micros", flat=True).first() or 0


@dataclass(frozen=True)
class Progress:
    """Tasks of a project and how many of the answers wanted are in."""

    tasks: int
    answers_wanted: int
    answers_in: int


def progress_of(project_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Progress]:
    """By project, for a whole list of cards; two queries. Absent: no task yet."""
    keys = list(project_ids)
    tasks = Task.objects.filter(project_id__in=keys).order_by().values_list("project_id")
    answers = Submission.objects.filter(project_id__in=keys).exclude(state=Submission.State.REJECTED).order_by()
    counted = dict(answers.values_list("project_id").annotate(Count("pk")))
    return {
        key: Progress(number, wanted, counted.get(key, 0))
        for key, number, wanted in tasks.annotate(Count("pk"), Sum("answers_wanted"))
    }
