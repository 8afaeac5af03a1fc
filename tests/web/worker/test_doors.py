"""Who gets in: strangers are sent to sign in, others' rows do not exist, suspended people keep what is theirs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tagwork.kit import clock
from tagwork.standing.operations.restrict import restrict
from tests.builders import people, work
from tests.web.worker.conftest import Story

OWN = ["dashboard", "work", "submissions", "tutorial", "standing", "earnings", "statement", "withdrawals", "reports"]
PUBLIC = ["rates", "guides", "quality-tips", "screen-test"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", OWN)
def test_it_sends_a_stranger_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("name", OWN)
def test_it_opens_for_a_worker_with_nothing_yet(client: Client, name: str) -> None:
    client.force_login(people.worker())
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN)
def test_it_opens_for_a_worker_with_a_history(page: Client, name: str) -> None:
    assert page.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [name for name in OWN if name != "reports"])
def test_it_is_for_workers(client: Client, name: str) -> None:
    client.force_login(people.outsider())
    assert client.get(reverse(name)).status_code == 403


def test_reports_are_for_everybody_with_an_account(client: Client) -> None:
    client.force_login(people.outsider())
    assert client.get("/reports/").status_code == 200


@pytest.mark.parametrize("name", PUBLIC)
def test_it_is_open_to_the_public(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


def test_home_leads_a_worker_to_the_overview(page: Client) -> None:
    assert page.get("/", follow=True).redirect_chain[-1][0] == "/dashboard/"


def test_another_workers_rows_do_not_exist(client: Client, story: Story) -> None:
    client.force_login(people.second_worker())
    assert client.get(reverse("receipt", args=[story.rejected.pk])).status_code == 404
    body = {"kind": "submission", "decision": str(story.rejected.pk), "text": "It was right, look again."}
    client.post("/reports/appeal/", body)
    assert b"There is no such decision" in client.get("/reports/").content


@pytest.mark.parametrize("path", ["/work/pr_00000000000000000000000000/", "/work/pr_zzz/", "/work/x/", "/tutorial/x/"])
def test_what_does_not_exist_is_not_found(page: Client, path: str) -> None:
    assert page.get(path).status_code == 404


def suspend(story: Story, kind: str = "suspension") -> None:
    restrict(
        worker_id=story.worker.pk,
        kind=kind,
        scope="all",
        reason="person",
        text="Answers were copied between two accounts.",
        evidence={"subjects": [f"submission:{story.rejected.pk}"]},
        ends_at=clock.now() + timedelta(days=7),
        by=str(people.operator().pk),
    )


@pytest.mark.parametrize("name", OWN)
def test_a_suspended_worker_keeps_every_page(page: Client, story: Story, name: str) -> None:
    suspend(story)
    assert page.get(reverse(name)).status_code == 200


def test_the_workbench_says_why_a_suspended_worker_may_not_and_what_to_do(page: Client, story: Story) -> None:
    suspend(story)
    answer = page.get(reverse("work-project", args=[story.project.pk]))
    assert answer.status_code == 403
    assert b"copied between two accounts" in answer.content
    assert b'href="/standing/"' in answer.content
    assert b"workbench" not in answer.content


def test_a_task_in_hand_may_still_be_finished(page: Client, story: Story) -> None:
    work.leased(story.worker, story.project)
    suspend(story)
    answer = page.get(reverse("work-project", args=[story.project.pk]))
    assert answer.status_code == 200


def test_the_overview_of_a_suspended_worker_leads_to_the_appeal_and_not_to_work(page: Client, story: Story) -> None:
    suspend(story)
    text = page.get("/dashboard/").content.decode()
    assert "See why, and appeal" in text and "Start working" not in text
    cards = page.get("/work/").content.decode()
    assert cards.count("copied between two accounts") == 1
