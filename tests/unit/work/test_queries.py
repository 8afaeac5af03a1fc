"""What the client's pages ask of the queue."""

from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.work import queries, rules
from tagwork.work.models import Task
from tests.builders import people, projects, work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("by_day", "expected"),
    [
        ([0] * 14, 0.0),
        # Two days since the first answer: 30 / 2.
        ([0] * 12 + [20, 10], 15.0),
        # A day of rest within the run counts: 30 / 3.
        ([0] * 11 + [20, 0, 10], 10.0),
        # Only the last seven days: 7 x 10 / 7, whatever was before.
        ([100] * 7 + [10] * 7, 10.0),
        ([], 0.0),
    ],
)
def test_answers_a_day_are_the_mean_of_the_last_week_from_the_first_answer_on(
    by_day: list[int], expected: float
) -> None:
    assert rules.answers_per_day(by_day) == expected


def test_days_left_are_rounded_up_and_unknown_without_work_or_speed() -> None:
    assert rules.days_left(21, 10.0) == 3
    assert rules.days_left(20, 10.0) == 2
    assert rules.days_left(0, 10.0) is None
    assert rules.days_left(20, 0.0) is None


def test_throughput_counts_days_and_goes_on_to_the_end() -> None:
    project = work.open_project(image_count=5)
    worker = work.reader(project)
    work.submitted(worker, project)
    clock.advance(timedelta(days=1))
    worker = work.reader(project, 2)
    work.submitted(worker, project)
    found = queries.throughput(project.pk)
    assert len(found.by_day) == queries.THROUGHPUT_DAYS
    assert [number for _, number in found.by_day[-2:]] == [1, 1]
    assert (found.answers_left, found.per_day, found.days_left) == (3, 1.0, 3)
    assert [total for _, total in found.running[-2:]] == [1, 2]
    assert [total for _, total in found.forecast] == [3, 4, 5]


def test_what_was_handed_in_before_the_window_is_in_the_running_total() -> None:
    project = work.open_project(image_count=2)
    work.submitted(work.reader(project), project)
    clock.advance(timedelta(days=30))
    found = queries.throughput(project.pk)
    assert found.handed_in_before == 1
    assert {total for _, total in found.running} == {1}
    assert found.days_left is None and found.forecast == []


def test_a_page_of_tasks_is_filtered_by_state_and_name_and_continued() -> None:
    project = work.open_project(image_count=4)
    worker = work.reader(project)
    work.submitted(worker, project)
    work.leased(worker, project)
    held = Task.objects.filter(project=project, open_slots=1).earliest("pk")
    Task.objects.filter(pk=held.pk).update(is_held=True)
    assert len(queries.task_page(project.pk)) == 4
    assert len(queries.task_page(project.pk, state="open")) == 2
    assert len(queries.task_page(project.pk, state="taken")) == 1
    assert len(queries.task_page(project.pk, state="answered")) == 2
    assert [task.pk for task in queries.task_page(project.pk, state="held")] == [held.pk]
    [named] = queries.task_page(project.pk, file_name=queries.task_page(project.pk)[2].first_file_name)
    assert named.pk == queries.task_page(project.pk)[2].pk
    first = queries.task_page(project.pk, limit=3)
    assert [task.pk for task in queries.task_page(project.pk, after=first[-1].pk)] == [
        queries.task_page(project.pk)[3].pk
    ]


def test_a_task_of_another_project_has_no_image_here() -> None:
    project, other = work.open_project(), work.open_project()
    task = Task.objects.filter(project=project).earliest("pk")
    assert queries.task_image_of(project.pk, task.pk).file_name
    with pytest.raises(NotFound):
        queries.task_image_of(other.pk, task.pk)


def test_progress_of_many_projects_counts_wanted_and_given_answers() -> None:
    project, untouched, draft = work.open_project(3, overlap=2), work.open_project(2), projects.draft()
    work.submitted(work.reader(project), project)
    found = queries.progress_of([project.pk, untouched.pk, draft.pk])
    assert (found[project.pk].tasks, found[project.pk].answers_wanted, found[project.pk].answers_in) == (3, 6, 1)
    assert found[untouched.pk].answers_in == 0
    assert draft.pk not in found


def test_what_was_put_in_is_the_worst_case_of_the_open_slots() -> None:
    # 3 slots x $0.006 with the highest tier's 25 % = 3 x $0.0075.
    assert queries.put_in_micros(work.open_project(3).pk) == 22_500
    assert queries.put_in_micros(projects.draft(people.client()).pk) == 0
