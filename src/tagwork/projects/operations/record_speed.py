import uuid

from tagwork.projects.models import Project


def record_speed(*, project_id: uuid.UUID, median_milliseconds: int, hourly_micros: int) -> None:
    """Replace the client's estimate by what was measured over real answers (the rooms above say from when on).

    It changes no price in force; the next price is held against the measured time.
    """
    assert median_milliseconds > 0 and hourly_micros >= 0
    Project.objects.filter(pk=project_id).update(
        measured_milliseconds=median_milliseconds, measured_hourly_micros=hourly_micros
    )
