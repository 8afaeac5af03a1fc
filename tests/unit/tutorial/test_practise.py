"""Practice on retired gold, and the refresher before a new kind of work."""

from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.projects.models import Project
from tagwork.tutorial import queries
from tagwork.tutorial.models import Refreshed, SittingAnswer
from tagwork.tutorial.operations.practise import practise
from tagwork.tutorial.operations.refresh import acknowledge_refresher
from tests.builders import exams, people, work
from tests.builders.tutorial import certify

pytestmark = pytest.mark.django_db


def test_practice_shows_the_expected_answer_after_each_try_and_keeps_nothing() -> None:
    project = work.open_project(4)
    [item] = exams.set_aside(project, 1, "practice")
    worker = people.worker()
    right = practise(worker, project.pk, item.pk, exams.BOX)
    assert right["passed"] and right["expected"] == exams.BOX
    wrong = practise(worker, project.pk, item.pk, exams.WRONG)
    assert not wrong["passed"] and wrong["expected"] == exams.BOX
    assert wrong["why"].endswith("The car stands on the left.")
    assert not SittingAnswer.objects.exists()


def test_there_is_something_for_everybody_but_what_is_kept_for_an_exam() -> None:
    project = work.open_project(6)
    exams.set_aside(project, 3, "exam")
    worker = people.worker()
    assert queries.practice_projects(worker) == []
    with pytest.raises(NotFound):
        queries.practice(worker, project.pk)
    [item] = exams.set_aside(project, 1, "practice")
    assert queries.practice_projects(worker) == [
        {"id": encode("pr", project.pk), "name": project.name, "task_type": "detection", "items": 1}
    ]
    shown = queries.practice(worker, project.pk)
    assert [(one["id"], one["expected"]) for one in shown["items"]] == [(str(item.pk), exams.BOX)]


def test_at_most_five_at_a_time_and_the_same_within_the_hour() -> None:
    project = work.open_project(8)
    exams.set_aside(project, 7, "practice")
    worker = people.worker()
    first = [one["id"] for one in queries.practice(worker, project.pk)["items"]]
    assert len(set(first)) == 5
    assert [one["id"] for one in queries.practice(worker, project.pk)["items"]] == first


def test_sensitive_pictures_are_for_who_asked_for_them() -> None:
    project = work.open_project(4)
    [item] = exams.set_aside(project, 1, "practice")
    Project.objects.filter(pk=project.pk).update(is_sensitive=True)
    worker = people.worker()
    assert queries.practice_projects(worker) == []
    with pytest.raises(NotFound):
        practise(worker, project.pk, item.pk, exams.BOX)


def test_a_refresher_is_wanted_until_it_is_read_or_a_picture_is_passed_and_again_after_90_days() -> None:
    worker = people.worker()

    def wanted(lesson: str) -> bool:
        return queries.needs_refresher(worker.pk, lesson, since=clock.now() - timedelta(days=90))

    assert wanted("points") and wanted("detection")
    acknowledge_refresher(worker, "points")
    certify(worker, "detection")
    assert not wanted("points") and not wanted("detection") and wanted("lines")
    clock.advance(timedelta(days=89))
    assert not wanted("points")
    clock.advance(timedelta(days=2))
    assert wanted("points") and wanted("detection")
    acknowledge_refresher(worker, "points")
    acknowledge_refresher(worker, "points")
    assert not wanted("points") and Refreshed.objects.count() == 1


def test_a_refresher_is_for_workers_and_for_lessons_that_there_are() -> None:
    with pytest.raises(NotFound):
        acknowledge_refresher(people.worker(), "cooking")
    with pytest.raises(NotFound):
        acknowledge_refresher(people.moderator(), "points")
