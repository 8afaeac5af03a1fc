from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tagwork.kit import clock
from tagwork.quality.models import Appeal, Report
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.decide_flag import decide_flag
from tagwork.quality.queries import appealable
from tagwork.standing.models import Restriction
from tagwork.work.operations.flag import flag
from tests.builders import people, work
from tests.builders.background import run_background
from tests.web.worker.conftest import Story, queries_of, reject
from tests.web.worker.test_doors import suspend

pytestmark = pytest.mark.django_db


def unjustified_flag(story: Story) -> None:
    made = flag(story.worker, work.leased(story.worker, story.project).pk, "ambiguous", "Is a toy a car?")
    decide_flag(people.moderator(), made.pk, "unjustified", "Clause one says every car.")


def test_every_decision_that_can_be_appealed_is_listed(page: Client, story: Story) -> None:
    unjustified_flag(story)
    suspend(story)
    assert {one.kind for one in appealable(story.worker)} == {"submission", "flag", "restriction"}
    text = page.get("/reports/").content.decode()
    for part in ("A rejected answer", "not justified", "copied between two accounts", "Clause one says every car."):
        assert part in text, part
    page.cookies["tagwork_language"] = "es"
    assert "Una respuesta rechazada" in page.get("/reports/").content.decode()


def test_nothing_is_offered_after_the_window_nor_what_was_appealed(story: Story) -> None:
    file_appeal(story.worker, "submission", story.rejected.pk, "It was right, look again.")
    assert appealable(story.worker) == []
    other = work.submitted(story.worker, story.project)
    reject(other)
    assert [one.id for one in appealable(story.worker)] == [other.pk]
    clock.advance(timedelta(days=15))
    assert appealable(story.worker) == []


def test_a_second_worker_has_nothing_to_appeal(story: Story) -> None:
    assert appealable(people.second_worker()) == []


def test_an_appeal_can_be_withdrawn_by_its_owner_alone(page: Client, client: Client, story: Story) -> None:
    appeal = file_appeal(story.worker, "submission", story.rejected.pk, "It was right, look again.")
    path = reverse("appeal-withdraw", args=[appeal.pk])
    client.force_login(people.second_worker())
    client.post(path)
    assert Appeal.objects.get().state == "open"
    page.post(path)
    assert Appeal.objects.get().state == "withdrawn"


def test_a_decided_appeal_shows_its_answer(page: Client, story: Story) -> None:
    appeal = file_appeal(story.worker, "submission", story.rejected.pk, "It was right, look again.")
    decide_appeal(people.second_moderator(), appeal.pk, "lost", "The left edge is 12 px off.")
    text = page.get("/reports/").content.decode()
    assert "The left edge is 12 px off." in text and "Not won" in text


def test_an_appeal_without_a_reason_is_refused_in_words(page: Client, story: Story) -> None:
    body = {"kind": "submission", "decision": str(story.rejected.pk), "text": "no", "back": "/reports/"}
    assert "Say why, in a sentence." in page.post("/reports/appeal/", body, follow=True).content.decode()
    assert not Appeal.objects.exists()


def test_the_way_back_after_a_refused_appeal_is_never_elsewhere(page: Client, story: Story) -> None:
    body = {"kind": "submission", "decision": str(story.rejected.pk), "text": "", "back": "//evil.example/"}
    assert page.post("/reports/appeal/", body)["Location"] == "/reports/"


def test_a_report_is_filed_and_listed_with_its_due_time(page: Client, story: Story) -> None:
    answer = page.post("/reports/file/", {"subject": "Images", "text": "The third image is upside down."}, follow=True)
    report = Report.objects.get()
    assert report.person == story.worker
    assert f"{report.due_at:%Y-%m-%dT%H:%M:%SZ}" in answer.content.decode()
    refused = page.post("/reports/file/", {"text": "bad"})
    assert refused.status_code == 422 and b"Say what is wrong" in refused.content


def test_a_suspended_worker_can_report_and_appeal(page: Client, story: Story) -> None:
    suspend(story)
    restriction = Restriction.objects.get()
    body = {"kind": "restriction", "decision": str(restriction.pk), "text": "It was my sister's telephone."}
    page.post("/reports/appeal/", body)
    assert Appeal.objects.get().kind == "restriction"


def test_standing_names_scope_end_evidence_and_rule(page: Client, story: Story) -> None:
    suspend(story)
    run_background()
    text = page.get("/standing/").content.decode()
    for part in ("All paid work", "Answer 1", "Appeal this decision", "1 of your last 2 checked answers", "50 %"):
        assert part in text, part
    # Two checked answers of the hundred that Steady asks for.
    assert "2 of 100" in text
    assert "<dt>80 %</dt><dd>Below this accuracy: a warning.</dd>" in text
    assert "<dt>3 days</dt><dd>How long such a pause lasts.</dd>" in text


@pytest.mark.parametrize("path", ["/reports/", "/standing/"])
def test_the_number_of_queries_does_not_grow_with_the_decisions(page: Client, story: Story, path: str) -> None:
    unjustified_flag(story)
    suspend(story, "warning")
    run_background()
    before = queries_of(page, path)
    for _ in range(2):
        reject(work.submitted(story.worker, story.project))
    unjustified_flag(story)
    suspend(story, "warning")
    run_background()
    assert queries_of(page, path) == before <= 16
