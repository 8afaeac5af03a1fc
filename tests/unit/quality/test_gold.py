"""Gold: examined after the fact, published on the others' clock, retired when it is the gold that is wrong."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from tagwork.kit import clock, settings
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.ledger import queries as ledger
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.publish_guideline import publish_guideline
from tagwork.quality import queries, rules
from tagwork.quality.models import Gold, PlannedVerdict, Verdict
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.examine import (
    approve_overdue,
    examine_submissions,
    publish_planned,
    rest_unwanted_gold,
    retire_misleading_gold,
    top_up_gold,
)
from tagwork.quality.operations.launch import launch
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.standing.models import CheckedAnswer
from tagwork.standing.operations.restrict import restrict_by_person
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Submission, Task
from tagwork.work.operations.release import plan_tasks, release
from tests.builders import gold, people, projects, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def answered(project: Project, number: int = 1, box: dict | None = None) -> Submission:
    """A worker's answer to a gold task."""
    gold.always_drawn(project)
    made = work.submitted(work.reader(project, number), project, [box or work.BOX])
    assert made.task.lane == 1
    return made


def pending(worker: Person) -> int:
    return ledger.pending_micros(f"worker:{worker.pk}")


def test_a_gold_answer_waits_for_its_verdict_like_any_other() -> None:
    project = gold.open_project()
    made = answered(project)
    assert examine_submissions() == 1
    made.refresh_from_db()
    # Nothing that its worker can see says that it was examined: state, pay and the timer's moment are the same.
    assert made.state == "pending" and made.approve_at == made.submitted_at + 3 * DAY
    assert pending(made.worker) == 6_000
    clock.advance(3 * DAY)
    publish_planned()
    made.refresh_from_db()
    assert made.state == "approved" and pending(made.worker) == 0
    assert made.verdicts.get().by == "gold"


def test_a_wrong_answer_to_gold_is_rejected_with_the_expected_one_beside_it() -> None:
    project = gold.open_project()
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    clock.advance(3 * DAY)
    assert publish_planned() == 1
    verdict = made.verdicts.get()
    assert not verdict.is_approved and verdict.reason_code == "missed_object" and verdict.clause
    assert verdict.expected[0]["box"] == work.BOX["box"] and verdict.score["passed"] is False
    assert verdict.mark == {"box": work.BOX["box"]}
    # Gold is answered by everybody: nobody has to answer it in this one's place.
    assert Task.objects.get(pk=made.task_id).answers_wanted == 1


def test_a_rejection_names_the_clause_that_the_client_chose() -> None:
    project = gold.open_project(guideline_markdown="# Cars\nEvery car.\n\n# Edges\nTight boxes.")
    planted = Gold.objects.get()
    plant_gold(project.created_by, project.pk, planted.task_id, [work.BOX], clause="c2")
    # The clause moves when another is put before it; its heading stays.
    publish_guideline(project.created_by, project_id=project.pk, markdown="# New\n\n# Cars\n\n# Edges\nTight.")
    project.refresh_from_db()
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    clock.advance(3 * DAY)
    publish_planned()
    assert made.verdicts.get().clause == "c3"


def test_without_a_chosen_clause_the_one_that_names_the_label_is_named() -> None:
    project = gold.open_project(guideline_markdown="# Edges\nTight boxes.\n\n# Cars\nEvery car.")
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    clock.advance(3 * DAY)
    publish_planned()
    assert made.verdicts.get().clause == "c2"


def test_gold_names_only_a_clause_that_there_is() -> None:
    project = gold.open_project()
    with pytest.raises(Invalid):
        plant_gold(project.created_by, project.pk, Gold.objects.get().task_id, [work.BOX], clause="c99")


def test_it_comes_out_after_a_delay_that_others_really_had_and_never_after_the_timer() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    rng = random.Random(1)
    drawn = {rules.publish_at(noon, noon + 3 * DAY, [60.0, 3600.0], rng) for _ in range(50)}
    assert drawn == {noon + timedelta(minutes=1), noon + timedelta(hours=1)}
    assert rules.publish_at(noon, noon + 3 * DAY, [10e6], rng) == noon + 3 * DAY
    for _ in range(200):
        assert noon <= rules.publish_at(noon, noon + 3 * DAY, [], rng) <= noon + 3 * DAY


def test_gold_answers_are_not_in_the_moderation_queue_before_nor_after_they_are_examined() -> None:
    project = gold.open_project()
    made = answered(project)
    work.submitted(work.reader(project, 2), project)
    for _ in range(2):
        waiting = set(queries.waiting_submissions(people.moderator()).values_list("pk", flat=True))
        assert made.pk not in waiting
        examine_submissions()


def test_no_moderator_knows_of_a_gold_answer_before_its_verdict_is_out() -> None:
    project = gold.open_project()
    made = answered(project)
    for _ in range(2):  # before and after it is examined
        with pytest.raises(NotFound):
            queries.case(people.moderator(), made.pk)
        with pytest.raises(NotFound):
            moderate(people.moderator(), made.pk, "approved")
        examine_submissions()
    clock.advance(timedelta(days=3))
    publish_planned()
    assert queries.case(people.moderator(), made.pk).submission.state == "approved"
    with pytest.raises(WrongState):
        moderate(people.moderator(), made.pk, "approved")


def test_the_timer_does_not_overtake_a_planned_rejection() -> None:
    project = gold.open_project()
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    clock.advance(4 * DAY)
    assert approve_overdue() == 0
    publish_planned()
    made.refresh_from_db()
    assert made.state == "rejected"


def test_an_answer_from_before_its_task_became_gold_is_judged_by_people() -> None:
    project = projects.ready(image_count=2)
    plan_tasks(project.pk)
    launch(project.created_by, project.pk)
    made = work.submitted(work.reader(project), project)
    examine_submissions()
    gold.plant(project, made.task)
    assert examine_submissions() == 0
    assert made in queries.waiting_submissions(people.moderator())
    assert moderate(people.moderator(), made.pk, "approved")


def test_an_answer_that_a_moderator_judged_first_is_not_planned_again() -> None:
    project = work.open_project(2)
    made = work.submitted(work.reader(project), project)
    moderate(people.moderator(), made.pk, "approved")
    gold.plant(project, made.task)
    assert examine_submissions() == 1
    assert not PlannedVerdict.objects.exists()


# --- retiring ------------------------------------------------------------------------------------------------------


def wrong_gold_answered_by(count: int) -> tuple[Project, Gold]:
    """A gold whose expected answer is wrong: everybody marks the car where it is, and is found wrong."""
    settings.change("quality.gold_counts_from", count, by="test")
    settings.forget()
    project = projects.ready(image_count=2)
    plan_tasks(project.pk)
    planted = gold.plant(project, Task.objects.order_by("pk")[0], [gold.WRONG_BOX])
    gold.launched(project)
    for number in range(1, count + 1):
        top_up_gold()
        release(project.pk)
        answered(project, number)
        examine_submissions()
    return project, planted


def test_gold_that_most_people_get_wrong_is_taken_out_and_judges_nobody() -> None:
    _, planted = wrong_gold_answered_by(4)
    assert retire_misleading_gold() == 1
    planted.refresh_from_db()
    assert planted.state == "retired" and planted.retired_because == "Only 0 of 4 people got it right."
    task = Task.objects.get(pk=planted.task_id)
    assert (task.open_slots, task.slots_opened, task.answers_wanted) == (0, 4, 4)
    clock.advance(3 * DAY)
    assert publish_planned() == 4
    assert set(Submission.objects.values_list("state", flat=True)) == {"approved"}
    assert set(Verdict.objects.values_list("by", flat=True)) == {"timer"}
    assert top_up_gold() == 0 and retire_misleading_gold() == 0


def test_what_a_retired_gold_said_counts_for_nobody_any_more() -> None:
    wrong_gold_answered_by(4)
    clock.advance(3 * DAY)
    publish_planned()
    retire_misleading_gold()
    newest = [CheckedAnswer.objects.filter(worker=people.worker(number)).last() for number in range(1, 5)]
    assert [one.is_correct for one in newest if one] == [None] * 4


def test_gold_that_half_the_people_get_right_stays() -> None:
    settings.change("quality.gold_counts_from", 2, by="test")
    settings.forget()
    project = gold.open_project(ordinary=2)
    answered(project, 1)
    top_up_gold()
    release(project.pk)
    answered(project, 2, gold.WRONG_BOX)
    examine_submissions()
    assert retire_misleading_gold() == 0


def test_three_appeals_won_take_a_gold_out() -> None:
    _, planted = wrong_gold_answered_by(3)
    Gold.objects.update(answered=0)
    clock.advance(3 * DAY)
    publish_planned()
    for number, made in enumerate(Submission.objects.order_by("pk"), 1):
        appeal = file_appeal(made.worker, "submission", made.pk, "The car is where I marked it.")
        decide_appeal(people.moderator(), appeal.pk, "won", "Right.")
        planted.refresh_from_db()
        assert planted.state == ("retired" if number == 3 else "active")
    # What the appeals found stays: three right answers.
    for number in range(1, 4):
        last = CheckedAnswer.objects.filter(worker=people.worker(number)).last()
        assert last is not None and (last.source, last.is_correct) == ("appeal", True)


def test_a_retired_gold_comes_back_only_with_another_answer() -> None:
    project, planted = wrong_gold_answered_by(2)
    retire_misleading_gold()
    with pytest.raises(WrongState):
        gold.plant(project, planted.task, [gold.WRONG_BOX])
    again = gold.plant(project, planted.task, [work.BOX])
    assert (again.state, again.answered, again.passed, again.retired_because) == ("active", 0, 0, "")


def test_another_expected_answer_scores_anew_what_still_waits() -> None:
    project = gold.open_project()
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    assert PlannedVerdict.objects.get().is_approved is False
    planted = gold.plant(project, made.task, [gold.WRONG_BOX])
    assert examine_submissions() == 1
    assert PlannedVerdict.objects.get().is_approved is True
    planted.refresh_from_db()
    assert (planted.answered, planted.passed) == (1, 1)


# --- planting and topping up ---------------------------------------------------------------------------------------


def test_slots_of_gold_are_kept_open_each_with_its_reserve() -> None:
    project = gold.open_project()
    task = Task.objects.get(lane=1)
    assert (task.open_slots, task.answers_wanted) == (1, 1)
    assert (top_up_gold(), top_up_gold()) == (1, 0)
    release(project.pk)
    task.refresh_from_db()
    assert (task.open_slots, task.slots_opened) == (3, 3)
    answered(project)
    assert top_up_gold() == 1
    release(project.pk)
    task.refresh_from_db()
    assert (task.open_slots, task.slots_opened) == (3, 4)


def test_gold_that_is_switched_off_is_asked_no_more_and_comes_back_when_it_is_switched_on() -> None:
    project = gold.open_project()
    change_project(project.created_by, project_id=project.pk, terms={"gold_wanted": False})
    assert (rest_unwanted_gold(), rest_unwanted_gold(), top_up_gold()) == (1, 0, 0)
    release(project.pk)
    assert Task.objects.get(lane=1).open_slots == 0
    change_project(project.created_by, project_id=project.pk, terms={"gold_wanted": True})
    assert (rest_unwanted_gold(), top_up_gold()) == (0, 1)
    release(project.pk)
    assert Task.objects.get(lane=1).open_slots == 3


def test_a_task_with_open_slots_may_become_gold() -> None:
    project = work.open_project(2, overlap=2)
    task = Task.objects.order_by("pk")[0]
    gold.plant(project, task)
    top_up_gold()
    release(project.pk)
    task.refresh_from_db()
    assert (task.lane, task.open_slots, task.slots_opened) == (1, 3, 3)


def test_it_refuses_a_stranger_a_bad_answer_and_a_project_that_ends() -> None:
    project = work.open_project(1)
    task = Task.objects.get()
    with pytest.raises(NotFound):
        gold.plant_gold(people.outsider(), project.pk, task.pk, [work.BOX])
    with pytest.raises(NotFound):
        gold.plant_gold(project.created_by, project.pk, task.pk + 1, [work.BOX])
    with pytest.raises(InvalidAnswer):
        gold.plant_gold(project.created_by, project.pk, task.pk, [work.BOX | {"label": "tram"}])
    Project.objects.filter(pk=project.pk).update(state="closing")
    with pytest.raises(WrongState):
        gold.plant(project, task)


# --- frozen pay ----------------------------------------------------------------------------------------------------


def test_pay_frozen_on_suspicion_of_fraud_waits_and_then_goes_on() -> None:
    project = gold.open_project(ordinary=2)
    made = answered(project)
    other = work.submitted(work.reader(project), project)
    examine_submissions()
    restrict_by_person(
        people.operator(), worker=made.worker, kind="suspension", scope="all", days=7,
        text="Two accounts gave the same boxes.", evidence={"note": "the same to the pixel", "fraud": True},
    )  # fmt: skip
    clock.advance(4 * DAY)
    assert publish_planned() == approve_overdue() == 0
    with pytest.raises(WrongState):
        moderate(people.moderator(), other.pk, "approved")
    assert pending(made.worker) == 12_000
    clock.advance(11 * DAY)
    assert publish_planned() + approve_overdue() == 2
    assert pending(made.worker) == 0
