"""How long a project's tasks really take, and what that comes to an hour."""

from statistics import median_low

from tagwork.core.money import hourly_micros
from tagwork.projects.models import Project
from tagwork.projects.operations.record_speed import record_speed
from tagwork.work.models import Submission

MEASURED_FROM = 20
SAMPLE = 500


def measure_speeds() -> int:
    """For each live project with 20 answers or more: the median active time of the newest, and pay over it."""
    measured = 0
    for project_id in Project.objects.filter(state=Project.State.LIVE).order_by("pk").values_list("pk", flat=True):
        rows = list(
            Submission.objects.filter(project_id=project_id, active_milliseconds__gt=0)
            .order_by("-submitted_at")
            .values_list("active_milliseconds", "amount_micros")[:SAMPLE]
        )
        if len(rows) >= MEASURED_FROM:
            record_speed(
                project_id=project_id,
                median_milliseconds=median_low(milliseconds for milliseconds, _ in rows),
                hourly_micros=hourly_micros(sum(pay for _, pay in rows), sum(ms for ms, _ in rows)),
            )
            measured += 1
    return measured
