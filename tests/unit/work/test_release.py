"""No slot opens whose worst case is not reserved (reliability C22), and nothing is reserved that is not needed."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from tagwork.kit import clock, settings
from tagwork.kit.errors import Refusal
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.launch_project import launch_project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.projects.operations.resume_project import resume_project
from tagwork.quality.operations.appeal import decide_overdue, end_reserves, file_appeal
from tagwork.quality.operations.decide_flag import answer_question, decide_flag
from tagwork.quality.operations.examine import approve_overdue, examine_submissions, publish_planned, top_up_gold
from tagwork.quality.operations.launch import close, finish_all_closing, launch
from tagwork.quality.operations.moderate import moderate
from tagwork.work import queries
from tagwork.work.models import Assignment, Flag, Queue, Submission, Task
from tagwork.work.operations.claim import claim
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.flag import flag
from tagwork.work.operations.release import plan_all, plan_tasks, release, wanted_again
from tagwork.work.operations.skip import skip
from tagwork.work.operations.submit import submit
from tests.builders import gold, people, projects, work

pytestmark = pytest.mark.django_db

# What one answer may cost at $0.006: the highest tier's 25 % on top.
WORST_MICROS = 7_500


def escrow(project: Project) -> AccountRef:
    return AccountRef("project_escrow", f"project:{project.pk}")


def available(project: Project) -> int:
    return ledger.balance_micros(AccountRef("client_available", f"organisation:{project.organisation_id}"))


def assert_covered(project: Project) -> None:
    promised = queries.promised_micros(project.pk) + ledger.reserved_micros(escrow(project))
    assert promised <= ledger.balance_micros(escrow(project))


def poor_project(image_count: int, slots: int, **terms) -> Project:
    """A draft whose client can pay for exactly so many answers."""
    project = projects.draft(**terms)
    projects.quick_images(project, image_count)
    projects.fund(project.organisation, slots * WORST_MICROS)
    return project


def test_the_worst_case_of_every_slot_lies_in_escrow_before_it_opens() -> None:
    project = work.open_project(3, overlap=2)
    assert sum(Task.objects.values_list("open_slots", flat=True)) == 6
    assert ledger.balance_micros(escrow(project)) == 6 * WORST_MICROS
    assert available(project) == projects.DEPOSIT_MICROS - 6 * WORST_MICROS


def test_the_fee_is_reserved_too() -> None:
    settings.change("projects.fee_basis_points", 1_000, by="test")
    settings.forget()
    project = work.open_project(1)
    assert ledger.balance_micros(escrow(project)) == 8_250  # 7,500 and 10 %


def test_it_keeps_so_many_open_and_no_more() -> None:
    project = projects.ready(image_count=12)
    launch_project(project.created_by, project_id=project.pk)
    assert release(project.pk, ahead_slots=5) == 5
    assert release(project.pk, ahead_slots=5) == 0
    work.leased(work.reader(project), project)
    assert release(project.pk, ahead_slots=5) == 1


def test_the_budget_is_the_most_that_ever_goes_in() -> None:
    project = work.open_project(5, budget_micros=3 * WORST_MICROS + 7_499)
    assert sum(Task.objects.values_list("open_slots", flat=True)) == 3
    assert Queue.objects.get().put_in_micros == 3 * WORST_MICROS
    assert release(project.pk) == 0


def test_out_of_money_it_stops_and_a_deposit_lets_it_go_on() -> None:
    project = poor_project(5, slots=2)
    launch(project.created_by, project.pk)
    assert sum(Task.objects.values_list("open_slots", flat=True)) == 2
    assert release(project.pk) == 0
    projects.fund(project.organisation, 10 * WORST_MICROS)
    assert release(project.pk) == 3


def test_what_an_answer_did_not_use_pays_for_the_next() -> None:
    # Paid $0.006 of $0.0075: five answers leave enough for a sixth slot.
    project = poor_project(6, slots=5, budget_micros=5 * WORST_MICROS)
    launch(project.created_by, project.pk)
    worker = work.reader(project)
    for _ in range(5):
        moderate(people.moderator(), work.submitted(worker, project).pk, "approved")
    assert release(project.pk) == 1
    assert ledger.balance_micros(escrow(project)) == WORST_MICROS


def test_a_rise_in_price_reserves_more_before_anything_is_promised() -> None:
    project = work.open_project(3, overlap=2)
    dearer = {"base_micros": 8_000, "object_micros": 0, "max_objects": 0}
    taken = work.leased(work.reader(project), project)
    change_project(project.created_by, project_id=project.pk, terms={"price": dearer})
    assert release(project.pk) == 5
    assert_covered(project)
    # five slots at $0.010 worst case, one lease at $0.0075
    assert ledger.balance_micros(escrow(project)) == 5 * 10_000 + WORST_MICROS
    # Its own price is kept; its slot comes back closed, for its reserve pays for no answer at the new price.
    skip(taken.worker, taken.pk, "other")
    assert_covered(project)
    task = Task.objects.get(pk=taken.task_id)
    assert (task.open_slots, task.slots_opened, task.answers_wanted) == (1, 1, 2)
    assert release(project.pk) == 1
    assert_covered(project)


def test_a_rise_in_price_without_money_opens_only_what_is_paid_for() -> None:
    project = poor_project(4, slots=4)
    launch(project.created_by, project.pk)
    dearer = {"base_micros": 8_000, "object_micros": 0, "max_objects": 0}
    change_project(project.created_by, project_id=project.pk, terms={"price": dearer})
    assert release(project.pk) == 3  # 30,000 micros are three slots at 10,000
    assert_covered(project)


def test_other_lanes_are_opened_first() -> None:
    project = projects.ready(image_count=9)
    plan_tasks(project.pk)
    gold.plant(project, Task.objects.order_by("pk").last())  # type: ignore[arg-type]
    launch_project(project.created_by, project_id=project.pk)
    release(project.pk, ahead_slots=3)
    assert Task.objects.get(lane=1).open_slots == 1


def test_tasks_of_a_draft_are_planned_in_the_background_and_follow_its_overlap() -> None:
    project = projects.ready(image_count=2)
    assert (plan_all(), plan_all()) == (2, 0)
    change_project(project.created_by, project_id=project.pk, terms={"overlap": 3})
    launch(project.created_by, project.pk)
    assert list(Task.objects.values_list("answers_wanted", "open_slots")) == [(3, 3), (3, 3)]


def test_a_rejection_in_a_project_that_ends_asks_for_no_more() -> None:
    project = work.open_project(1)
    made = work.submitted(work.reader(project), project)
    close(project.created_by, project.pk)
    wanted_again(made.task_id)
    assert Task.objects.get().answers_wanted == 1


# --- closing -------------------------------------------------------------------------------------------------------


def test_a_closed_project_pays_what_was_taken_and_is_refunded() -> None:
    project = work.open_project(4)
    worker = work.reader(project)
    held = work.leased(worker, project)
    pending = work.submitted(worker, project)
    close(project.created_by, project.pk)
    assert claim(worker, project.pk) == []
    assert finish_all_closing() == 0
    submit(worker, held.pk, [work.BOX])
    for made in Submission.objects.all():
        moderate(people.moderator(), made.pk, "approved")
    assert finish_all_closing() == 1
    project.refresh_from_db()
    assert (project.state, pending.worker_id) == ("closed", worker.pk)
    assert ledger.balance_micros(escrow(project)) == 0
    assert available(project) == projects.DEPOSIT_MICROS - 12_000
    assert Queue.objects.get().put_in_micros == 12_000


def test_a_closed_project_waits_for_the_last_appeal_window() -> None:
    project = work.open_project(1)
    made = work.submitted(work.reader(project), project)
    close(project.created_by, project.pk)
    moderate(people.moderator(), made.pk, "rejected", reason_code="missed_object", clause="c1", mark={"point": [3, 4]})
    assert finish_all_closing() == 0
    clock.advance(timedelta(days=14, seconds=1))
    assert end_reserves() == 1
    assert finish_all_closing() == 1
    assert available(project) == projects.DEPOSIT_MICROS


# --- the property --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_promise_is_covered(seed: int) -> None:
    """Open slots, leases and holds never promise more than lies in escrow: after each of 120 random steps."""
    rng = random.Random(seed)
    project = gold.open_project(ordinary=6, gold=2, overlap=2, gold_wanted=False, budget_micros=60 * WORST_MICROS)
    workers = [work.reader(project, number) for number in (1, 2, 3)]
    owner, judge, other = project.created_by, people.moderator(), people.second_moderator()

    def somebody() -> people.Person:
        return rng.choice(workers)

    def one(rows):
        found = list(rows)
        return rng.choice(found) if found else None

    def act_on_lease(do) -> None:
        lease = one(Assignment.objects.filter(state__in=["leased", "expired"]).select_related("worker"))
        if lease is not None:
            do(lease.worker, lease.pk)

    def judge_one() -> None:
        made = one(Submission.objects.filter(state="pending"))
        if made is not None and rng.random() < 0.5:
            moderate(judge, made.pk, "approved")
        elif made is not None:
            moderate(judge, made.pk, "rejected", reason_code="missed_object", clause="c1", mark={"point": [3, 4]})

    def reprice() -> None:
        base = rng.choice([6_000, 7_000, 9_000])
        change_project(owner, project_id=project.pk, terms={"price": projects.PRICE | {"base_micros": base}})

    def appeal() -> None:
        made = one(Submission.objects.filter(state="rejected").select_related("worker"))
        if made is not None:
            file_appeal(made.worker, "submission", made.pk, "Please look at it again.")

    def decide() -> None:
        raised = one(Flag.objects.filter(state="open"))
        if raised is not None:
            decide_flag(other, raised.pk, rng.choice(["justified", "unjustified"]), "The guideline says it in c1.")

    def answer() -> None:
        asked = one(Flag.objects.filter(state="justified", answered_at=None))
        if asked is not None:
            answer_question(owner, asked.pk, "Yes, it is.")

    def background() -> None:
        for task in (expire_leases, examine_submissions, publish_planned, approve_overdue, top_up_gold, end_reserves,
                     decide_overdue):  # fmt: skip
            task()
            assert_covered(project)

    steps = [
        lambda: claim(somebody(), project.pk, rng.randint(1, 4)),
        lambda: claim(somebody(), project.pk, rng.randint(1, 4)),
        lambda: act_on_lease(lambda worker, pk: submit(worker, pk, [work.BOX])),
        lambda: act_on_lease(lambda worker, pk: submit(worker, pk, [work.BOX])),
        lambda: act_on_lease(lambda worker, pk: skip(worker, pk, "other")),
        lambda: act_on_lease(lambda worker, pk: flag(worker, pk, "ambiguous", "")),
        lambda: release(project.pk, ahead_slots=rng.randint(3, 12)),
        lambda: release(project.pk),
        judge_one,
        reprice,
        appeal,
        decide,
        answer,
        background,
        lambda: clock.advance(timedelta(minutes=rng.choice([3, 11, 60, 60 * 24 * 4]))),
        lambda: pause_project(owner, project_id=project.pk),
        lambda: resume_project(owner, project_id=project.pk),
        lambda: projects.fund(project.organisation, rng.randint(1, 20_000)),
    ]
    for _ in range(120):
        with suppress(Refusal):
            rng.choice(steps)()
        assert_covered(project)
    for task in Task.objects.all():
        used = task.assignments.exclude(state__in=["skipped", "expired"]).count()
        assert task.open_slots + used == task.slots_opened
    assert Queue.objects.get().put_in_micros <= project.budget_micros
    close(owner, project.pk)
    clock.advance(timedelta(days=40))
    for _ in range(4):
        background()
        finish_all_closing()
        for raised in Flag.objects.filter(state="open"):
            decide_flag(other, raised.pk, "justified", "")
        clock.advance(timedelta(days=20))
    project.refresh_from_db()
    assert (project.state, ledger.balance_micros(escrow(project))) == ("closed", 0)
    report = ledger.verify()
    assert report.ok, report.checks
