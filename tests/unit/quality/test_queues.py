"""Counts and figures for moderators and operators."""

from datetime import timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.quality import queries
from tagwork.quality.models import Report
from tagwork.quality.operations.launch import steps_to_launch
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.report import file_report
from tagwork.work.models import Submission
from tests.builders import people, projects, work

pytestmark = pytest.mark.django_db


def pending() -> Submission:
    project = work.open_project()
    return work.submitted(work.reader(project), project)


def test_what_waits_is_counted_for_the_one_who_asks() -> None:
    submission = pending()
    report = file_report(people.worker(), "Something is wrong here.")
    Report.objects.filter(pk=report.pk).update(due_at=clock.now() - timedelta(minutes=1))
    counts = queries.queue_counts(people.moderator())
    assert (counts.submissions, counts.reports, counts.overdue, counts.all) == (1, 1, 1, 2)
    assert queries.queue_counts(people.operator()).submissions == 0
    depths = queries.depths()
    assert (depths.pending, depths.reports, depths.unexamined) == (1, 1, 1)
    assert submission.state == "pending"


def test_figures_are_of_the_last_day_and_say_whether_the_brake_is_on() -> None:
    moderator = people.moderator()
    assert queries.own_figures(moderator).rejected_percent is None
    moderate(moderator, pending().pk, "rejected", reason_code="missed_object", clause="c1", mark={"box": [1, 1, 5, 5]})
    moderate(moderator, pending().pk, "approved")
    figures = queries.own_figures(moderator)
    assert (figures.verdicts, figures.rejected, figures.rejected_percent, figures.is_brake_on) == (2, 1, 50, False)
    assert [verdict.is_approved for verdict in queries.verdicts_by(moderator)] == [True, False]
    assert not queries.verdicts_by(people.second_moderator())
    clock.advance(timedelta(hours=25))
    assert queries.own_figures(moderator).verdicts == 0


def test_nobody_opens_their_own_report() -> None:
    report = file_report(people.moderator(), "Something is wrong here.")
    assert queries.report_case(people.second_moderator(), report.pk) == report
    with pytest.raises(NotFound):
        queries.report_case(people.moderator(), report.pk)


def test_the_steps_to_a_launch_are_those_the_launch_checks() -> None:
    bare = projects.draft(schema=None, guideline_markdown=None, price=None, gold_wanted=True)
    undone = [step.field for step in steps_to_launch(bare) if not step.is_done]
    assert undone == ["schema", "guideline", "price", "images", "funds", "gold"]
    ready = projects.ready()
    assert all(step.is_done for step in steps_to_launch(ready))
    poor = projects.ready(budget_micros=7_499)
    [budget] = [step for step in steps_to_launch(poor) if not step.is_done]
    # $0.006 with the highest tier's 25 % is $0.0075.
    assert (budget.field, budget.code) == ("budget_micros", "below_one_answer")
