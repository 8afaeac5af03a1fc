"""A task whose lease ended too long ago, taken again by the one who has an answer for it."""

from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound, Refusal
from tagwork.projects.operations.pause_project import pause_project
from tagwork.work.errors import AlreadySubmitted, LeaseLimit, LeaseOver
from tagwork.work.models import Assignment, Task
from tagwork.work.operations.claim import claim
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.reclaim import reclaim
from tagwork.work.operations.submit import submit
from tests.builders import projects, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
LEASE_AND_GRACE = timedelta(minutes=41)


@pytest.fixture
def over() -> Assignment:
    """Leased by a worker, past its lease and the grace, swept."""
    project = work.open_project(1)
    assignment = work.leased(work.reader(project), project)
    clock.advance(LEASE_AND_GRACE)
    expire_leases()
    return assignment


def test_a_free_task_is_leased_again_and_its_answer_counts_in_full(over: Assignment) -> None:
    with pytest.raises(LeaseOver):
        submit(over.worker, over.pk, [work.BOX])
    again = reclaim(over.worker, over.pk)
    assert (again.pk, again.state) == (over.pk, "leased")
    assert again.lease_expires_at - again.leased_at == timedelta(minutes=10)
    assert Task.objects.get().open_slots == 0
    assert not submit(over.worker, over.pk, [work.BOX]).is_late


def test_it_repeats_harmlessly(over: Assignment) -> None:
    first, second = reclaim(over.worker, over.pk), reclaim(over.worker, over.pk)
    assert first.lease_expires_at == second.lease_expires_at
    assert Task.objects.get().open_slots == 0


def test_a_lease_that_is_over_and_not_swept_yet_begins_anew(db: None) -> None:
    project = work.open_project(1)
    assignment = work.leased(work.reader(project), project)
    clock.advance(LEASE_AND_GRACE)
    with pytest.raises(LeaseOver):
        submit(assignment.worker, assignment.pk, [work.BOX])
    again = reclaim(assignment.worker, assignment.pk)
    assert (again.pk, again.lease_expires_at - clock.now() > timedelta(minutes=9)) == (assignment.pk, True)
    assert expire_leases() == 0 and Task.objects.get().open_slots == 0
    assert not submit(assignment.worker, assignment.pk, [work.BOX]).is_late


def test_it_refuses_when_somebody_else_has_the_task(over: Assignment) -> None:
    work.leased(work.reader(over.project, 2), over.project)
    with pytest.raises(LeaseOver):
        reclaim(over.worker, over.pk)
    assert Task.objects.get().open_slots == 0


def test_it_refuses_a_stranger_and_an_answered_task(over: Assignment) -> None:
    with pytest.raises(NotFound):
        reclaim(work.trained(2), over.pk)
    reclaim(over.worker, over.pk)
    submit(over.worker, over.pk, [work.BOX])
    with pytest.raises(AlreadySubmitted):
        reclaim(over.worker, over.pk)


def test_it_refuses_what_a_claim_would_refuse(over: Assignment) -> None:
    pause_project(over.project.created_by, project_id=over.project_id)
    with pytest.raises(Refusal):
        reclaim(over.worker, over.pk)
    over.refresh_from_db()
    assert over.state == "expired"


def test_it_stops_at_ten_live_leases(over: Assignment) -> None:
    other = work.open_project(10)
    projects.read_guideline(over.worker, other)
    assert len(claim(over.worker, other.pk, 10)) == 10
    with pytest.raises(LeaseLimit):
        reclaim(over.worker, over.pk)


@pytest.mark.django_db(transaction=True)
def test_of_the_worker_and_a_stranger_at_once_one_has_the_task() -> None:
    project = work.open_project(1)
    assignment = work.leased(work.reader(project), project)
    stranger = work.reader(project, 2)
    clock.advance(LEASE_AND_GRACE)
    expire_leases()

    def act(number: int) -> bool:
        if number:
            return bool(claim(stranger, project.pk))
        try:
            return bool(reclaim(assignment.worker, assignment.pk))
        except LeaseOver:
            return False

    assert sorted(at_once(act)) == [False, True]
    assert Task.objects.get().open_slots == 0
