"""The moderator's pages: what waits, with its clocks, and the cases that are judged in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.kit.models import AuditEntry
from tagwork.people.models import Membership
from tagwork.quality.models import Appeal, Report
from tagwork.quality.operations.appeal import file_appeal
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.report import file_report
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import restrict_by_person
from tagwork.work.models import Submission
from tagwork.work.operations.flag import flag
from tests.builders import people, work
from tests.builders.browsers import browser

pytestmark = pytest.mark.django_db

PAGES = ["/moderation/", "/moderation/next/", "/moderation/decided/"]


def pending() -> Submission:
    project = work.open_project()
    return work.submitted(work.reader(project), project)


def rejected(submission: Submission) -> None:
    moderate(
        people.moderator(),
        submission.pk,
        "rejected",
        reason_code="missed_object",
        clause="c1",
        mark={"box": [1, 1, 10, 10]},
        note="There is a second car.",
    )


def appealed_restriction() -> Appeal:
    worker = people.worker()
    restriction = restrict_by_person(
        people.operator(),
        worker=worker,
        kind="pause",
        scope="all",
        text="You handed in the same answer to every task.",
        evidence={"note": "40 equal answers in a row"},
        days=3,
    )
    return file_appeal(worker, "restriction", restriction.pk, "The images really were all the same.")


def test_pages_open_for_moderators_and_the_queue_for_operators_too() -> None:
    for path in PAGES:
        assert browser(people.moderator()).get(path).status_code == 200
    assert browser(people.operator()).get("/moderation/").status_code == 200
    assert browser(people.operator()).get("/moderation/next/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_do_not_exist_for_workers_and_clients(client: Client, path: str) -> None:
    assert browser(people.worker()).get(path).status_code == 404
    assert browser(people.client().person).get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_a_moderator_without_a_second_factor_is_asked_for_one(client: Client) -> None:
    client.force_login(people.moderator())
    answer = client.get("/moderation/")
    assert answer.status_code == 403 and "second factor" in answer.content.decode()


def test_the_queue_shows_each_kind_with_its_clock_and_no_worker(django_assert_max_num_queries: Any) -> None:
    submission = pending()
    worker = submission.worker
    flag(worker, work.leased(worker, submission.project).pk, "ambiguous", "Half a car?")
    file_report(people.second_worker(), "The page of project 7 is slow on my phone.")
    at_browser = browser(people.moderator())
    with django_assert_max_num_queries(24):
        page = at_browser.get("/moderation/")
    text = page.content.decode()
    assert [item.kind for item in page.context["items"]] == ["report", "flag", "submission"]
    assert "the timer approves it" in text and "no due time" in text and "The page of project 7" in text
    assert worker.email not in text and str(worker.pk) not in text
    only = at_browser.get("/moderation/?kind=flag")
    assert [item.kind for item in only.context["items"]] == ["flag"]


def test_an_overdue_report_is_called_overdue_in_words() -> None:
    report = file_report(people.worker(), "Nobody answers my letters.")
    Report.objects.filter(pk=report.pk).update(due_at=clock.now() - timedelta(hours=1))
    page = browser(people.moderator()).get("/moderation/").content.decode()
    assert "One case is past its due time." in page and "Overdue" in page


def test_nothing_of_ones_own_organisation_is_in_the_queue() -> None:
    submission = pending()
    moderator = people.moderator()
    Membership.objects.create(organisation=submission.project.organisation, person=moderator, role="member")
    assert browser(moderator).get("/moderation/").context["items"] == []
    case = f"/moderation/submission/{encode('s', submission.pk)}/"
    assert browser(moderator).get(case).status_code == 403


def test_a_submission_and_a_flag_are_judged_in_the_workbench() -> None:
    submission = pending()
    worker = submission.worker
    flagged = flag(worker, work.leased(worker, submission.project).pk, "ambiguous", "Half a car?")
    for kind, public_id in (("submission", encode("s", submission.pk)), ("flag", encode("f", flagged.pk))):
        page = browser(people.moderator()).get(f"/moderation/{kind}/{public_id}/").content.decode()
        assert f'data-kind="{kind}"' in page and f'data-id="{public_id}"' in page and 'data-mode="review"' in page
        assert worker.email not in page


def test_own_figures_count_a_day_and_the_list_shows_what_was_decided() -> None:
    submission = pending()
    rejected(submission)
    page = browser(people.moderator()).get("/moderation/decided/").content.decode()
    assert "100 %" in page and "An object was missed" in page and submission.project.name in page
    assert "No verdict yet" in browser(people.second_moderator()).get("/moderation/decided/").content.decode()


def test_an_appeal_of_a_rejection_is_opened_by_another_moderator_only() -> None:
    submission = pending()
    rejected(submission)
    appeal = file_appeal(submission.worker, "submission", submission.pk, "There is only one car in it.")
    path = f"/moderation/appeal/{encode('ap', appeal.pk)}/"
    page = browser(people.second_moderator()).get(path).content.decode()
    assert 'data-kind="appeal"' in page
    assert browser(people.moderator()).get(path).status_code == 403


def test_an_appeal_of_a_restriction_is_decided_in_a_form_with_its_evidence() -> None:
    appeal = appealed_restriction()
    path = f"/moderation/appeal/{encode('ap', appeal.pk)}/"
    at_browser = browser(people.moderator())
    page = at_browser.get(path).content.decode()
    assert "The images really were all the same." in page and "40 equal answers in a row" in page
    assert people.operator().email not in page
    refused = at_browser.post(path, {"decision": "lost", "note": "No."})
    assert refused.status_code == 422 and "10 letters or more" in refused.content.decode()
    assert at_browser.post(path, {"decision": "won", "note": ""}).status_code == 302
    assert Restriction.objects.get(pk=appeal.decision_id).state == Restriction.State.LIFTED
    assert AuditEntry.objects.filter(action="appeal.won").exists()
    again = at_browser.post(path, {"decision": "won", "note": ""}, follow=True)
    assert "decided already" in again.content.decode()


def test_who_imposed_a_restriction_does_not_decide_the_appeal_against_it() -> None:
    appeal = appealed_restriction()
    path = f"/moderation/appeal/{encode('ap', appeal.pk)}/"
    assert browser(people.operator()).get(path).status_code == 403
    assert browser(people.operator()).post(path, {"decision": "lost", "note": "It stands as it is."}).status_code == 403
    assert browser(people.second_operator()).get(path).status_code == 200
    assert browser(people.worker()).get(path).status_code == 404


def test_a_report_is_answered_once_and_not_by_who_filed_it() -> None:
    report = file_report(people.moderator(), "The editor is slow on tablets.")
    path = f"/moderation/report/{encode('r', report.pk)}/"
    assert browser(people.moderator()).get(path).status_code == 404
    other = browser(people.second_moderator())
    assert other.post(path, {"answer": "Thanks."}).status_code == 422
    assert other.post(path, {"answer": "Thank you: it is being made faster."}).status_code == 302
    report.refresh_from_db()
    assert report.state == Report.State.ANSWERED
    assert "it is being made faster" in other.get(path).content.decode()
    assert "answered already" in other.post(path, {"answer": "Thank you once more."}, follow=True).content.decode()
