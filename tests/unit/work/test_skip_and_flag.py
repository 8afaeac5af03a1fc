"""Skipping is free within bounds; a flag holds the base pay."""

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import Invalid
from tagwork.ledger import queries as ledger
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.standing import queries as standing
from tagwork.standing.operations.restrict import lift
from tagwork.work import queries
from tagwork.work.models import Assignment, Task
from tagwork.work.operations.flag import flag
from tagwork.work.operations.skip import skip
from tests.builders import work

pytestmark = pytest.mark.django_db


def finished(worker: Person, project: Project, state: str, count: int) -> None:
    """So many tasks that the worker finished before."""
    tasks = Task.objects.filter(project=project).exclude(assignments__worker=worker)[:count]
    assert len(tasks) == count
    Assignment.objects.bulk_create(
        Assignment(
            task=task, project=project, worker=worker, state=state, task_type="detection", schema_number=1,
            guideline_number=1, image_sizes=[[64, 48]], tier="starter", base_micros=6_000, object_micros=0,
            max_objects=0, fee_basis_points=0, reserve_micros=7_500, leased_at=clock.now(), lease_seconds=600,
            lease_expires_at=clock.now(), lease_ends_at_latest=clock.now(), finished_at=clock.now(),
        )
        for task in tasks
    )  # fmt: skip


def throttles(worker: Person) -> list[str]:
    return [one.kind for one in standing.active_restrictions(worker.pk)]


def test_a_skip_gives_the_slot_to_somebody_else_and_counts_in_the_rate() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    skip(worker, work.leased(worker, project).pk, "cannot_tell")
    assert Task.objects.get().open_slots == 1
    assert queries.skip_counts(worker.pk) == (1, 1)


def test_more_than_thirty_percent_of_twenty_means_fewer_offers_for_a_day() -> None:
    project = work.open_project(30)
    worker = work.reader(project)
    finished(worker, project, "submitted", 14)
    finished(worker, project, "skipped", 5)
    skip(worker, work.leased(worker, project).pk, "other")  # 6 of 20: 30 %
    assert throttles(worker) == []
    skip(worker, work.leased(worker, project).pk, "other")  # 7 of 21
    assert throttles(worker) == ["throttle"]


def test_a_throttle_that_an_appeal_lifted_does_not_come_back_with_the_next_skip() -> None:
    project = work.open_project(30)
    worker = work.reader(project)
    finished(worker, project, "skipped", 20)
    skip(worker, work.leased(worker, project).pk, "other")
    [throttle] = standing.active_restrictions(worker.pk)
    lift(throttle, by="system", because="An appeal against it was won.")
    skip(worker, work.leased(worker, project).pk, "other")
    assert throttles(worker) == []


def test_only_the_last_hundred_count() -> None:
    project = work.open_project(112)
    worker = work.reader(project)
    finished(worker, project, "skipped", 10)
    finished(worker, project, "submitted", 100)
    assert queries.skip_counts(worker.pk) == (0, 100)


def test_flags_are_no_skips() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    flag(worker, work.leased(worker, project).pk, "ambiguous", "")
    assert queries.skip_counts(worker.pk) == (0, 1)


def test_skipping_sensitive_images_counts_as_nothing() -> None:
    project = work.open_project(30, is_sensitive=True)
    worker = work.reader(project)
    worker.shows_sensitive_images = True
    worker.save()
    finished(worker, project, "skipped", 25)
    skip(worker, work.leased(worker, project).pk, "not_comfortable")
    assert queries.skip_counts(worker.pk) == (0, 0)
    assert throttles(worker) == []


def test_a_flag_holds_the_base_and_keeps_the_slot() -> None:
    project = work.open_project(1, price={"base_micros": 6_000, "object_micros": 500, "max_objects": 10})
    worker = work.reader(project)
    made = flag(worker, work.leased(worker, project).pk, "ambiguous", "Is a van a car?")
    assert (made.state, made.amount_micros) == ("open", 6_000)
    assert ledger.pending_micros(f"worker:{worker.pk}") == 6_000
    assert Task.objects.get().open_slots == 0


def test_a_reason_is_one_of_the_list() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    assignment = work.leased(worker, project)
    with pytest.raises(Invalid):
        skip(worker, assignment.pk, "bored")
    with pytest.raises(Invalid):
        flag(worker, assignment.pk, "bored", "")
    assert Assignment.objects.get().state == "leased"
