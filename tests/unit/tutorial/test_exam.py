"""A project's exam: the client's terms, a worker's attempts, and what they open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.tutorial import queries
from tagwork.tutorial.errors import InvalidAnswer
from tagwork.tutorial.models import Sitting, SittingAnswer
from tagwork.tutorial.operations.exam import answer_exam_item, set_exam, start_sitting
from tagwork.work.errors import TutorialRequired
from tagwork.work.models import Seat
from tagwork.work.operations.claim import claim
from tagwork.work.queries import feed
from tests.builders import exams, people, projects, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db


def test_a_claim_is_refused_until_the_exam_is_passed_and_says_where_it_is() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.reader(project)
    with pytest.raises(TutorialRequired) as caught:
        claim(worker, project.pk)
    assert caught.value.code == "tutorial_required"
    assert caught.value.next_step == queries.exam_path(project)
    [card] = feed(worker)
    assert (card.claimable, card.blocked_by, card.needs_exam) == (False, "tutorial_required", True)
    # Two of three are 67 %, and 60 % is asked.
    assert exams.sit(worker, project, right=2).is_passed
    assert len(claim(worker, project.pk)) == 1
    assert feed(worker)[0].claimable


def test_the_tutorial_comes_before_the_exam() -> None:
    project = exams.with_exam(work.open_project(5))
    beginner = people.worker(3)
    with pytest.raises(TutorialRequired) as caught:
        claim(beginner, project.pk)
    assert caught.value.next_step == "/tutorial"
    assert not feed(beginner)[0].needs_exam


def test_a_claim_costs_no_query_more_once_the_exam_is_passed() -> None:
    plain = work.open_project(5)
    worker = work.reader(plain)
    claim(worker, plain.pk)
    # Before all tasks: a claim that comes to the end of the queue draws a second time, from its beginning.
    Seat.objects.update(position=-1)
    with CaptureQueriesContext(connection) as without:
        claim(worker, plain.pk)
    exams.with_exam(plain)
    exams.sit(worker, plain, right=3)
    queries.has_passed_exam(worker.pk, plain.pk)
    Seat.objects.update(position=-1)
    with CaptureQueriesContext(connection) as with_it:
        claim(worker, plain.pk)
    # The settings are read anew every two seconds, whoever asks.
    counts = [sum("settingversion" not in one["sql"] for one in seen.captured_queries) for seen in (with_it, without)]
    assert counts[0] == counts[1]


def test_a_failed_attempt_waits_and_attempts_come_to_an_end() -> None:
    project = exams.with_exam(work.open_project(5), attempts=2, wait_hours=24)
    worker = work.trained()
    assert not exams.sit(worker, project, right=1).is_passed
    with pytest.raises(WrongState, match="not open yet"):
        start_sitting(worker, project.pk)
    clock.advance(timedelta(hours=24, seconds=1))
    assert not exams.sit(worker, project, right=0).is_passed
    clock.advance(timedelta(hours=25))
    with pytest.raises(WrongState, match="No attempt is left"):
        start_sitting(worker, project.pk)
    assert queries.exam_json(worker, project.pk)["attempts_left"] == 0


def test_who_has_passed_is_not_asked_again() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.trained()
    exams.sit(worker, project, right=3)
    with pytest.raises(WrongState, match="have passed"):
        start_sitting(worker, project.pk)
    set_exam(project.created_by, project.pk, is_on=True, pass_percent=100, attempts=1, wait_hours=0)
    assert queries.has_passed_exam(worker.pk, project.pk)


def test_an_item_takes_one_answer_and_tells_no_more_than_right_or_wrong() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.trained()
    sitting = start_sitting(worker, project.pk)
    shown = queries.exam_json(worker, project.pk)
    assert [item["expected"] for item in shown["items"]] == [[], [], []]
    assert shown["unpaid"] and shown["running"]
    first = sitting.item_ids[0]
    wrong = answer_exam_item(worker, project.pk, first, exams.WRONG)
    assert (wrong["passed"], wrong["answered"], wrong["right"], wrong["over"]) == (False, 1, 0, False)
    # What the client wrote would tell the answer.
    assert "left" not in wrong["why"]
    assert answer_exam_item(worker, project.pk, first, exams.BOX) == wrong
    assert SittingAnswer.objects.count() == 1
    with pytest.raises(InvalidAnswer):
        answer_exam_item(worker, project.pk, sitting.item_ids[1], [{"id": "1", "kind": "box", "label": "no"}])


def test_going_on_keeps_the_attempt_and_its_items() -> None:
    project = exams.with_exam(work.open_project(6), items=4)
    worker = work.trained()
    sitting = start_sitting(worker, project.pk)
    answer_exam_item(worker, project.pk, sitting.item_ids[0], exams.BOX)
    assert start_sitting(worker, project.pk).pk == sitting.pk
    shown = queries.exam_json(worker, project.pk)
    assert [item["done"] for item in shown["items"]] == [True, False, False, False]
    assert (shown["answered"], shown["right"]) == (1, 1)


def test_it_refuses_strangers_and_projects_without_an_exam() -> None:
    project = work.open_project(5)
    worker = work.trained()
    for act in (
        lambda: start_sitting(worker, project.pk),
        lambda: queries.exam_json(worker, project.pk),
        lambda: answer_exam_item(worker, project.pk, 1, exams.BOX),
    ):
        with pytest.raises(NotFound):
            act()
    exams.with_exam(project)
    with pytest.raises(NotFound):
        start_sitting(people.moderator(), project.pk)
    start_sitting(worker, project.pk)
    other = work.trained(2)
    with pytest.raises(NotFound):
        answer_exam_item(other, project.pk, Sitting.objects.get().item_ids[0], exams.BOX)
    with pytest.raises(NotFound):
        set_exam(people.outsider(), project.pk, is_on=True, pass_percent=80, attempts=3, wait_hours=24)


def test_an_exam_needs_items_and_sane_numbers() -> None:
    project = projects.ready(image_count=4)
    client = project.created_by
    with pytest.raises(Invalid) as caught:
        set_exam(client, project.pk, is_on=True, pass_percent=80, attempts=3, wait_hours=24)
    assert caught.value.extra["errors"][0]["field"] == "is_on"
    with pytest.raises(Invalid) as caught:
        set_exam(client, project.pk, is_on=False, pass_percent=101, attempts=0, wait_hours=-1)
    assert [one["field"] for one in caught.value.extra["errors"]] == ["pass_percent", "attempts", "wait_hours"]
    # The terms may be written down before it is asked.
    set_exam(client, project.pk, is_on=False, pass_percent=80, attempts=3, wait_hours=24)
    project.refresh_from_db()
    assert not project.has_exam


def test_switched_off_everybody_may_claim() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.reader(project)
    set_exam(project.created_by, project.pk, is_on=False, pass_percent=60, attempts=2, wait_hours=24)
    assert len(claim(worker, project.pk)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_starts_at_once_are_one_attempt() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.trained()
    one, other = at_once(lambda _: start_sitting(worker, project.pk).pk)
    assert one == other and Sitting.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_answers_at_once_end_the_attempt_once() -> None:
    project = exams.with_exam(work.open_project(5))
    worker = work.trained()
    first, *rest = start_sitting(worker, project.pk).item_ids
    answer_exam_item(worker, project.pk, first, exams.BOX)
    results = at_once(lambda n: answer_exam_item(worker, project.pk, rest[n], exams.BOX)["over"])
    assert sorted(results) == [False, True]
    assert Sitting.objects.get().is_passed
