"""Many at the same moment, on the database in hand (docs/policies/locking.md)."""

import random
import threading

import pytest
from django.db import connection, transaction

from tagwork.kit.errors import Refusal, WrongState
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.quality.operations.moderate import moderate
from tagwork.work.errors import AlreadySubmitted, LeaseLimit
from tagwork.work.models import Assignment, Submission, Suggestion, Task
from tagwork.work.operations import claim as claiming
from tagwork.work.operations.claim import claim
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.release import release
from tagwork.work.operations.skip import skip
from tagwork.work.operations.submit import submit
from tagwork.work.operations.suggest import suggest
from tests.builders import people, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_claimers_never_get_one_task_twice_and_leave_none_behind() -> None:
    project = work.open_project(40)
    workers = [work.reader(project, number) for number in range(1, 17)]

    def take(number: int) -> list[int]:
        return [one.task_id for _ in range(3) for one in claim(workers[number], project.pk, 1)]

    taken = [task for tasks in at_once(take, 16) for task in tasks]
    assert len(taken) == len(set(taken)) == 40
    assert not Task.objects.filter(open_slots__gt=0).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
def test_a_claim_never_waits_for_a_task_that_somebody_else_has_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "MOST_WAITS", 2)
    project = work.open_project(1)
    worker = work.reader(project)
    locked, asked = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Task.objects.select_for_update().get()
            locked.set()
            asked.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(60)
    while_held = claim(worker, project.pk, 1)  # a claim that waited for the row would wait for ever
    asked.set()
    holder.join()
    assert while_held == []
    assert len(claim(worker, project.pk, 1)) == 1


def test_overlap_is_respected_when_everybody_claims_at_once() -> None:
    project = work.open_project(5, overlap=3)
    workers = [work.reader(project, number) for number in range(1, 9)]

    def take_until_nothing(number: int) -> None:
        while claim(workers[number], project.pk, 1):
            pass

    at_once(take_until_nothing, 8)
    for task in Task.objects.all():
        answered = list(task.assignments.values_list("worker_id", flat=True))
        assert len(answered) == len(set(answered)) == 3
        assert task.open_slots == 0


def test_one_worker_claiming_in_sixteen_tabs_never_holds_more_than_ten() -> None:
    project = work.open_project(60)
    worker = work.reader(project)

    def take(_: int) -> int:
        try:
            return len(claim(worker, project.pk, 4))
        except LeaseLimit:
            return 0

    assert sum(at_once(take, 16)) == 10
    assert Assignment.objects.filter(worker=worker, state="leased").count() == 10


def test_eight_submits_of_one_task_make_one_submission_and_one_hold() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    assignment = work.leased(worker, project)

    def hand_in(_: int) -> str:
        try:
            submit(worker, assignment.pk, [work.BOX])
        except AlreadySubmitted:
            return "already"
        return "made"

    outcomes = at_once(hand_in, 8)
    assert sorted(outcomes) == ["already"] * 7 + ["made"]
    assert Submission.objects.count() == 1
    assert ledger.pending_micros(f"worker:{worker.pk}") == 6_000


@pytest.mark.parametrize("models", [2, 8])
def test_suggestions_given_at_once_are_versions_without_a_gap_or_a_double(models: int) -> None:
    project = work.open_project(1)
    task = Task.objects.get(project=project)

    def propose(number: int) -> list[int]:
        boxes = [[{**work.BOX, "box": [10 + turn, 10, 30, 20]}] for turn in (0, 1, 1)]
        source = f"detector-{number}"
        return [suggest(project.created_by, project.pk, task.pk, one, source=source).version for one in boxes]

    said = at_once(propose, models)
    stored = list(Suggestion.objects.filter(task=task).order_by("version").values_list("version", "source"))
    assert [version for version, _ in stored] == list(range(1, len(stored) + 1))
    # Each was told a version of its own. A repeat is the same version, unless another model spoke in between.
    assert {(version, f"detector-{n}") for n, versions in enumerate(said) for version in versions} == set(stored)
    assert 2 * models <= len(stored) <= 3 * models


def test_two_moderators_at_once_give_one_verdict_and_pay_once() -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    made = work.submitted(worker, project)
    moderators = [people.moderator(), people.second_moderator()]

    def judge(number: int) -> str:
        try:
            moderate(moderators[number], made.pk, "approved")
        except WrongState:
            return "late"
        return "first"

    assert sorted(at_once(judge, 2)) == ["first", "late"]
    assert ledger.balance_micros(AccountRef("worker_main", f"worker:{worker.pk}")) == 6_000
    assert made.verdicts.count() == 1


def test_releasers_at_once_reserve_once() -> None:
    project = work.open_project(3)
    Task.objects.update(answers_wanted=4)
    at_once(lambda _: release(project.pk), 6)
    opened = sum(Task.objects.values_list("slots_opened", flat=True))
    escrow = ledger.balance_micros(AccountRef("project_escrow", f"project:{project.pk}"))
    # 12 slots at the worst case of $0.006 + 25 % = 7,500 micros each
    assert (opened, escrow) == (12, 12 * 7_500)


def test_a_storm_of_claims_submits_skips_and_expiries_keeps_every_promise_covered() -> None:
    project = work.open_project(60, overlap=2)
    workers = [work.reader(project, number) for number in range(1, 9)]

    def storm(number: int) -> None:
        rng = random.Random(number)
        for _ in range(6):
            try:
                for one in claim(workers[number], project.pk, rng.randint(1, 3)):
                    if rng.random() < 0.2:
                        skip(workers[number], one.pk, "other")
                    elif rng.random() < 0.85:
                        submit(workers[number], one.pk, [work.BOX])
                if number == 0:
                    expire_leases()
                    release(project.pk)
            except Refusal:
                continue

    at_once(storm, 8)
    for task in Task.objects.all():
        counted = list(task.assignments.exclude(state__in=["skipped", "expired"]).values_list("worker_id", flat=True))
        assert len(counted) == len(set(counted)) <= 2
        assert task.open_slots + len(counted) == task.slots_opened
    report = ledger.verify()
    assert report.ok, report.checks
