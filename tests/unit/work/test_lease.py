"""A lease's life: heartbeat, pause, expiry, grace; and the draft that outlives it."""

from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.ledger import queries as ledger
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.quality.operations.launch import close
from tagwork.work.errors import AlreadySubmitted, DraftStale, InvalidAnswer, LeaseOver
from tagwork.work.models import Assignment, Submission, Task
from tagwork.work.operations.claim import claim
from tagwork.work.operations.draft import save_draft
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.flag import flag
from tagwork.work.operations.heartbeat import heartbeat
from tagwork.work.operations.release import release
from tagwork.work.operations.skip import skip
from tagwork.work.operations.submit import submit
from tests.builders import projects, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def leased() -> Assignment:
    project = work.open_project(1)
    return work.leased(work.reader(project), project)


# --- heartbeat and pause -------------------------------------------------------------------------------------------


def test_a_lease_lasts_ten_minutes_and_a_heartbeat_renews_it(leased: Assignment) -> None:
    assert leased.lease_expires_at - leased.leased_at == 10 * MINUTE
    clock.advance(9 * MINUTE)
    renewed = heartbeat(leased.worker, leased.pk)
    assert abs(renewed.lease_expires_at - leased.leased_at - 19 * MINUTE) < MINUTE


def test_heartbeats_never_carry_a_lease_past_an_hour(leased: Assignment) -> None:
    for _ in range(7):
        clock.advance(8 * MINUTE)
        renewed = heartbeat(leased.worker, leased.pk)
    assert renewed.lease_expires_at - leased.leased_at == 60 * MINUTE
    clock.advance(5 * MINUTE)
    with pytest.raises(LeaseOver):
        heartbeat(leased.worker, leased.pk)


def test_a_pause_moves_the_end_too_so_that_a_break_costs_nothing(leased: Assignment) -> None:
    paused = heartbeat(leased.worker, leased.pk, 300)
    assert abs(paused.lease_expires_at - leased.leased_at - 15 * MINUTE) < MINUTE
    assert paused.lease_ends_at_latest - leased.leased_at == 65 * MINUTE


def test_pauses_add_an_hour_at_most(leased: Assignment) -> None:
    for _ in range(10):
        paused = heartbeat(leased.worker, leased.pk, 900)
    assert paused.lease_ends_at_latest - leased.leased_at == 120 * MINUTE
    assert paused.lease_expires_at - leased.leased_at < 26 * MINUTE


@pytest.mark.parametrize("seconds", [-1, 901, 3600])
def test_it_refuses_a_break_longer_than_fifteen_minutes(leased: Assignment, seconds: int) -> None:
    with pytest.raises(Invalid):
        heartbeat(leased.worker, leased.pk, seconds)


def test_it_refuses_a_stranger_and_the_wrong_state(leased: Assignment) -> None:
    with pytest.raises(NotFound):
        heartbeat(work.trained(2), leased.pk)
    submit(leased.worker, leased.pk, [work.BOX])
    with pytest.raises(AlreadySubmitted):
        heartbeat(leased.worker, leased.pk)


# --- expiry and grace ----------------------------------------------------------------------------------------------


def test_an_expired_lease_gives_its_slot_back_once(leased: Assignment) -> None:
    clock.advance(10 * MINUTE + SECOND)
    assert (expire_leases(), expire_leases()) == (1, 0)
    leased.refresh_from_db()
    assert (leased.state, leased.task.open_slots) == ("expired", 1)


def test_a_late_answer_counts_while_nobody_else_took_the_task(leased: Assignment) -> None:
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    made = submit(leased.worker, leased.pk, [work.BOX])
    assert made.is_late and made.state == "pending"
    assert Task.objects.get().open_slots == 0
    assert ledger.pending_micros(f"worker:{leased.worker_id}") == 6_000


def test_a_late_answer_before_the_sweep_needs_no_slot(leased: Assignment) -> None:
    clock.advance(10 * MINUTE + SECOND)
    assert submit(leased.worker, leased.pk, [work.BOX]).is_late
    assert Task.objects.get().open_slots == 0


def test_a_late_answer_is_refused_when_somebody_else_has_the_task_and_the_draft_stays(leased: Assignment) -> None:
    save_draft(leased.worker, leased.pk, 1, [work.BOX])
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    work.leased(work.reader(leased.project, 2), leased.project)
    with pytest.raises(LeaseOver):
        submit(leased.worker, leased.pk, [work.BOX])
    leased.refresh_from_db()
    assert leased.state == "expired" and leased.draft.annotations == [work.BOX]


@pytest.mark.parametrize("is_swept", [True, False])
def test_grace_ends_after_half_an_hour(leased: Assignment, is_swept: bool) -> None:
    clock.advance(10 * MINUTE + SECOND)
    if is_swept:
        expire_leases()
    clock.advance(30 * MINUTE)
    with pytest.raises(LeaseOver):
        submit(leased.worker, leased.pk, [work.BOX])
    assert not Submission.objects.exists()


def test_grace_goes_on_in_a_paused_project_and_ends_in_a_closing_one(leased: Assignment) -> None:
    owner = leased.project.created_by
    other = work.open_project(1)
    late = work.leased(work.reader(other), other)
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    pause_project(owner, project_id=leased.project_id)
    close(owner, other.pk)
    assert submit(leased.worker, leased.pk, [work.BOX]).is_late
    with pytest.raises(LeaseOver):
        submit(late.worker, late.pk, [work.BOX])


def test_a_late_answer_takes_no_slot_that_was_reserved_for_less() -> None:
    # Two answers wanted; the lease is at $0.008, the slot that is open now was reserved at $0.006 (+ 25 %).
    project = work.open_project(1, price={"base_micros": 8_000, "object_micros": 0, "max_objects": 0})
    worker = work.reader(project)
    late = work.leased(worker, project)
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    change_project(project.created_by, project_id=project.pk, terms={"price": projects.PRICE})
    release(project.pk)
    assert Task.objects.get().price.reserve_micros == 7_500
    with pytest.raises(LeaseOver):
        submit(worker, late.pk, [work.BOX])


def test_what_is_finished_cannot_be_finished_again(leased: Assignment) -> None:
    skip(leased.worker, leased.pk, "other")
    for again in (
        lambda: submit(leased.worker, leased.pk, [work.BOX]),
        lambda: skip(leased.worker, leased.pk, "other"),
        lambda: flag(leased.worker, leased.pk, "ambiguous", ""),
        lambda: save_draft(leased.worker, leased.pk, 1, []),
    ):
        with pytest.raises(WrongState):
            again()


def test_an_expired_lease_is_neither_skipped_nor_flagged(leased: Assignment) -> None:
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    for late in (
        lambda: skip(leased.worker, leased.pk, "other"),
        lambda: flag(leased.worker, leased.pk, "ambiguous", ""),
    ):
        with pytest.raises(LeaseOver):
            late()


# --- drafts --------------------------------------------------------------------------------------------------------


def test_a_draft_outlives_its_lease_and_comes_back_with_it(leased: Assignment) -> None:
    clock.advance(10 * MINUTE + SECOND)
    expire_leases()
    save_draft(leased.worker, leased.pk, 5, [work.BOX])
    clock.advance(timedelta(hours=2))
    again = work.leased(leased.worker, leased.project)
    assert again.pk == leased.pk and Assignment.objects.get().draft.revision == 5


def test_the_newer_draft_wins_and_the_same_save_again_is_harmless(leased: Assignment) -> None:
    save_draft(leased.worker, leased.pk, 7, [work.BOX])
    assert save_draft(leased.worker, leased.pk, 7, [work.BOX]).revision == 7
    for revision, annotations in ((7, []), (6, [work.BOX])):
        with pytest.raises(DraftStale) as refused:
            save_draft(leased.worker, leased.pk, revision, annotations)
        assert refused.value.extra["draft"] == {"revision": 7, "annotations": [work.BOX]}
    assert save_draft(leased.worker, leased.pk, 8, []).annotations == []


def test_a_draft_may_be_unfinished_but_not_poisoned(leased: Assignment) -> None:
    assert save_draft(leased.worker, leased.pk, 1, [{"id": "1", "kind": "box"}]).revision == 1
    for poison in ([{"id": "1", "box": [float("nan")] * 4}], [{"id": "\0"}], ["\ud800"], [[[[[[[[[[]]]]]]]]]] * 1):
        try:
            save_draft(leased.worker, leased.pk, 2, poison)
        except InvalidAnswer:
            continue
        assert poison == [[[[[[[[[[]]]]]]]]]], poison


@pytest.mark.django_db(transaction=True)
def test_a_late_answer_and_a_claim_of_the_same_worker_at_once_never_lose_the_answer() -> None:
    project = work.open_project(1, overlap=2)
    worker = work.reader(project)
    for _ in range(5):
        late = claim(worker, project.pk)
        if not late:
            break
        clock.advance(10 * MINUTE + SECOND)
        expire_leases()

        def act(number: int, pk=late[0].pk) -> str:
            if number:
                return str(len(claim(worker, project.pk)))
            try:
                return submit(worker, pk, [work.BOX]).state
            except LeaseOver:
                return "over"

        at_once(act)
        row = Assignment.objects.get(pk=late[0].pk)
        # Either the answer is in, or the lease goes on: never an answer under a lease that goes on.
        assert (row.state == "submitted") == Submission.objects.filter(assignment=row).exists()
