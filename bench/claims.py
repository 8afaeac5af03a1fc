"""In a site's environment: fill a project up to SIZE open tasks, claim, and say what it cost (for claim_scale).

python -m bench.claims PROJECT TOKEN SIZE CLAIMS
"""

import json
import re
import statistics
import sys
import time
from typing import Any

from bench.series import series
from tagwork.jobs.setup import start_django

start_django()

from django.db import connection, transaction  # noqa: E402

from tagwork.kit import clock  # noqa: E402
from tagwork.kit.ids import decode, new_id  # noqa: E402
from tagwork.people.models import Person  # noqa: E402
from tagwork.people.queries import person_for_token  # noqa: E402
from tagwork.projects.models import Image, Project  # noqa: E402
from tagwork.work import rules  # noqa: E402
from tagwork.work.models import Assignment, Seat, Task, TaskImage  # noqa: E402
from tagwork.work.operations.claim import claim  # noqa: E402

WARM_UP = 20


def fill(project: Project, size: int) -> None:
    """Tasks without images up to `size` open ones: a claim reads the image of the one it drew, never the others'.

    The database makes them itself, in the order of their random positions, so that neighbours in the index are written
    together. Made by the ORM in random order, a million on SQLite had not finished after 700 s. What a claim costs does
    not depend on how the rows came.
    """
    pattern = Task.objects.filter(project=project).first()
    assert pattern is not None
    missing = size - Task.objects.filter(project=project, open_slots__gt=0).count()
    if missing <= 0:
        return
    pattern.open_slots = pattern.slots_opened = pattern.answers_wanted = 1
    pattern.created_at = clock.now()
    fields = [field for field in Task._meta.concrete_fields if field.attname not in ("id", "position")]
    given = [field.get_db_prep_save(getattr(pattern, field.attname), connection) for field in fields]
    names = ", ".join(f"{connection.ops.quote_name(field.column)}" for field in fields)
    marks = ", ".join("%s" for _ in fields)
    random_position = "abs(random()) %% %s" if connection.vendor == "sqlite" else "floor(random() * %s)::bigint"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO work_task (position, {names}) SELECT place, {marks} FROM "
            f"(SELECT {random_position} AS place FROM {series('%s')}) AS drawn ORDER BY place",
            [*given, rules.POSITION_RANGE, missing],
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def seat(worker: Person, project: Project, claims: int) -> None:
    """Put the worker's cursor somewhere in the middle, before tasks that have images."""
    start = rules.POSITION_RANGE // 3
    original = TaskImage.objects.select_related("image").filter(task__project=project).first()
    assert original is not None
    ahead = Task.objects.filter(project=project, lane=0, open_slots__gt=0, position__gt=start).order_by("position")
    bare = [task for task in ahead[: claims + WARM_UP + 10] if not task.images.exists()]
    copied = {
        field.attname: getattr(original.image, field.attname)
        for field in Image._meta.concrete_fields
        if field.attname not in ("id", "sha256")
    }
    for task in bare:
        key = new_id()
        TaskImage.objects.create(task=task, image=Image.objects.create(id=key, sha256=key.hex * 2, **copied))
    Seat.objects.filter(worker=worker, project=project).delete()
    Seat.objects.create(worker=worker, project=project, lane=0, position=start, last_claim_at=clock.now())


def drawing(worker: Person, project: Project) -> tuple[str, str]:
    """(work, plan) of the statement that draws a task: buffers touched on PostgreSQL, the plan alone on SQLite."""
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    claim(worker, project.pk)
    [sql] = [query["sql"] for query in connection.queries_log if "UPDATE work_task" in query["sql"]]
    connection.force_debug_cursor = False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django's log shows strings without their quotes on SQLite: the plan needs the shape, not the values.
            cursor.execute("EXPLAIN QUERY PLAN " + re.sub(r"(= |> )([0-9a-f]{32})", r"\1'\2'", sql))
            return "-", "\n".join(row[3] for row in cursor.fetchall())
        with transaction.atomic():
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql)
            lines = [row[0] for row in cursor.fetchall()]
            transaction.set_rollback(True)
    touched = next(match for line in lines if (match := re.search(r"shared hit=(\d+)(?: read=(\d+))?", line)))
    return f"{int(touched[1]) + int(touched[2] or 0)} pages", "\n".join(lines)


def main() -> None:
    project_id, token, size, claims = decode("pr", sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    found = person_for_token(token)
    assert found is not None and project_id is not None
    worker, project = found[0], Project.objects.get(pk=project_id)
    fill(project, size)
    seat(worker, project, claims)
    is_open = Task.objects.filter(project=project, open_slots__gt=0).count()
    took: list[float] = []
    spent: list[float] = []
    for number in range(WARM_UP + claims):
        started, cpu = time.perf_counter(), time.process_time()
        drawn = claim(worker, project.pk)
        if number >= WARM_UP:
            took.append((time.perf_counter() - started) * 1000)
            spent.append((time.process_time() - cpu) * 1000)
        assert drawn
        # Not part of a claim: make room under the lease limit.
        Assignment.objects.filter(worker=worker, state="leased").update(state="flagged")
    effort, plan = drawing(worker, project)
    result: dict[str, Any] = {
        "open": is_open,
        "p50": statistics.median(took),
        "p99": sorted(took)[int(len(took) * 0.99)],
        "cpu": statistics.mean(spent),
        "effort": effort,
        "plan": plan,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
