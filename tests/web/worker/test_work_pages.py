"""The project cards, the workbench page, the guideline, the alert."""

import json
import re
from datetime import timedelta
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.projects.operations.change_project import change_project
from tagwork.standing.operations.restrict import restrict
from tagwork.work.models import Assignment, WorkAlert
from tests.builders import people, projects, work
from tests.web.worker.conftest import PRICE, Story, queries_of

pytestmark = pytest.mark.django_db


def text_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_a_card_says_what_a_task_pays_and_how_long_it_takes(page: Client, story: Story) -> None:
    text = text_of(page.get("/work/"))
    # $0.40 a task is $400 per 1,000; 7 s a task is 0.40 x 3,600 / 7 = $205.71 an hour.
    for part in ("$0.40", "$400.00 per 1,000", "about $205.71/h (estimate)", "about 7 s a task", "Boxes", "Easy"):
        assert part in text, part
    assert ">5</dd>" in text  # eight images, three taken


def test_an_untrained_worker_sees_the_same_cards_and_the_way_to_the_tutorial(client: Client, story: Story) -> None:
    client.force_login(people.second_worker())
    text = text_of(client.get("/work/"))
    assert story.project.name in text and "Start the tutorial" in text
    assert "Tutorial first" in text


def test_the_number_of_queries_does_not_grow_with_the_projects(page: Client, story: Story) -> None:
    before = queries_of(page, "/work/")
    for _ in range(4):
        work.open_project(1, price=PRICE)
    assert queries_of(page, "/work/") == before <= 14


def test_a_filter_lives_in_the_address(page: Client, story: Story) -> None:
    other = work.open_project(1, schema=projects.CHOICE_SCHEMA, name="Weather of the day")
    text = text_of(page.get("/work/?type=classification"))
    assert other.name in text and story.project.name not in text
    assert "No project fits" in text_of(page.get("/work/?q=giraffe"))


def test_the_workbench_page_names_its_project(page: Client, story: Story) -> None:
    text = text_of(page.get(reverse("work-project", args=[story.project.pk])))
    assert f'data-project="{encode("pr", story.project.pk)}"' in text
    assert 'data-mode="work"' in text and "assets/work.js" in text
    assert 'data-back="/work/"' in text


def test_the_workbench_begins_at_the_time_of_the_house_wherever_it_was_moved(page: Client, story: Story) -> None:
    clock.advance(timedelta(minutes=5))
    text = text_of(page.get(reverse("work-project", args=[story.project.pk])))
    found = re.search(r'data-now="(\d+)"', text)
    assert found and abs(int(found[1]) - clock.now().timestamp()) < 60


def brought(text: str) -> dict[str, Any]:
    found = re.search(r'<script id="leased" type="application/json">(.*?)</script>', text)
    assert found
    return cast(dict[str, Any], json.loads(found[1]))


def test_the_workbench_page_brings_the_tasks_one_holds_as_the_api_tells_them(page: Client, story: Story) -> None:
    work.leased(story.worker, story.project)
    text = text_of(page.get(reverse("work-project", args=[story.project.pk])))
    listed = page.get("/api/v1/work/assignments?state=leased").json()
    assert listed["items"] and brought(text) == listed
    first = listed["items"][0]["images"][0]["sources"]
    offered = ", ".join(f"{one['url']} {one['width']}w" for one in first if one["type"] == first[0]["type"])
    assert f'imagesrcset="{escape(offered)}"' in text


def test_the_workbench_page_takes_no_task_by_itself(page: Client, story: Story) -> None:
    before = Assignment.objects.count()
    text = text_of(page.get(reverse("work-project", args=[story.project.pk])))
    assert Assignment.objects.count() == before
    assert brought(text)["items"] == [] and 'rel="preload"' not in text


def test_one_is_told_how_many_tasks_of_the_project_begun_first_are_in_hand(page: Client, story: Story) -> None:
    for held in ("1 task", "2 tasks"):
        work.leased(story.worker, story.project)
        for path in ("/work/", "/dashboard/"):
            assert f"You hold {held} in {story.project.name}." in text_of(page.get(path))
    # One of another project is not one of this.
    other = work.open_project(1, schema=projects.CHOICE_SCHEMA, name="Weather of the day")
    projects.read_guideline(story.worker, other)
    work.leased(story.worker, other)
    assert f"You hold 2 tasks in {story.project.name}." in text_of(page.get("/dashboard/"))


def test_start_leases_one_task_and_the_workbench_arrives_with_it(page: Client, story: Story) -> None:
    text = text_of(page.get("/work/"))
    path = reverse("work-start", args=[story.project.pk])
    assert re.search(rf'<form class="card-foot" method="post" action="{path}"[^>]*>.*?<button[^>]*>Start', text)
    for _ in range(2):
        answer = page.post(path, follow=True)
        assert answer.redirect_chain == [(reverse("work-project", args=[story.project.pk]), 302)]
        # A second press finds what the first one took.
        assert Assignment.objects.filter(worker=story.worker, state="leased").count() == 1
        assert len(brought(text_of(answer))["items"]) == 1
    # Where a task is in hand there is nothing to lease: a link does.
    card = re.search(
        rf'<form class="card-foot" method="post" action="{path}"[^>]*>(.*?)</form>', text_of(page.get("/work/"))
    )
    assert card and "<button" not in card[1] and answer.redirect_chain[0][0] in card[1]


def test_start_takes_nothing_where_something_stands_in_the_way(client: Client, story: Story) -> None:
    client.force_login(people.second_worker())
    answer = client.post(reverse("work-start", args=[story.project.pk]), follow=True)
    assert answer.status_code == 403 and "Tutorial first" in text_of(answer)
    assert not Assignment.objects.filter(worker=people.second_worker()).exists()
    assert client.get(reverse("work-start", args=[story.project.pk])).status_code == 405


def test_start_with_an_unread_guideline_shows_it_and_takes_nothing(page: Client, story: Story) -> None:
    unread = work.open_project(1, price=PRICE)
    answer = page.post(reverse("work-start", args=[unread.pk]), follow=True)
    assert answer.status_code == 200 and brought(text_of(answer))["items"] == []
    assert not Assignment.objects.filter(project=unread).exists()


def test_the_first_image_is_not_asked_for_ahead_where_data_is_dear(page: Client, story: Story) -> None:
    work.leased(story.worker, story.project)
    path = reverse("work-project", args=[story.project.pk])
    assert 'rel="preload"' not in text_of(page.get(path, headers={"Save-Data": "on"}))


def test_a_worker_without_tutorial_gets_the_way_and_no_workbench(client: Client, story: Story) -> None:
    client.force_login(people.second_worker())
    answer = client.get(reverse("work-project", args=[story.project.pk]))
    assert answer.status_code == 403
    assert "Tutorial first" in text_of(answer) and 'href="/tutorial/"' in text_of(answer)


def test_an_alert_is_asked_for_and_taken_back(page: Client, story: Story) -> None:
    path = reverse("work-alert", args=[story.project.pk])
    page.post(path, {"wanted": "on"})
    page.post(path, {"wanted": "on"})
    assert WorkAlert.objects.count() == 1
    page.post(path, {"wanted": "off"})
    assert not WorkAlert.objects.exists()


def test_the_button_for_an_alert_stands_where_nothing_is_available(page: Client, story: Story) -> None:
    for _ in range(5):
        work.submitted(story.worker, story.project)
    text = text_of(page.get("/work/"))
    assert "Tell me when there is work" in text
    page.post(reverse("work-alert", args=[story.project.pk]), {"wanted": "on"})
    assert "We will tell you" in text_of(page.get("/work/"))


def test_a_guideline_has_its_clauses_as_anchors(page: Client, story: Story) -> None:
    text = text_of(page.get(reverse("guideline", args=[story.project.pk])))
    assert 'href="#c1"' in text and 'id="c1"' in text
    assert "You have read it" in text


def test_a_new_version_shows_what_changed_and_is_acknowledged_by_a_plain_form(page: Client, story: Story) -> None:
    change_project(
        story.project.created_by,
        project_id=story.project.pk,
        terms={"guideline_markdown": projects.GUIDELINE.replace("10 pixels", "12 pixels")},
    )
    path = reverse("guideline", args=[story.project.pk])
    text = text_of(page.get(path))
    assert "What changed since version 1" in text and "<ins>" in text
    answer = page.post(path, {"version": "2"})
    assert answer["Location"] == reverse("work-project", args=[story.project.pk])
    assert "What changed" not in text_of(page.get(path))


def test_a_drafts_guideline_does_not_exist_for_workers(page: Client, story: Story) -> None:
    draft = projects.draft()
    assert page.get(reverse("guideline", args=[draft.pk])).status_code == 404


def test_the_tutorial_says_first_that_it_is_unpaid(client: Client) -> None:
    client.force_login(people.worker())
    text = text_of(client.get("/tutorial/"))
    assert text.index("unpaid") < text.index("/tutorial/classification/")
    assert "about 5 minutes" in text and "0 of 9" in text


def test_a_lesson_is_an_island(client: Client) -> None:
    client.force_login(people.worker())
    text = text_of(client.get("/tutorial/detection/"))
    assert 'data-subject="detection"' in text and 'data-source="lesson"' in text and "assets/tutorial.js" in text


def test_a_retraining_leads_to_the_lesson_that_ends_it(page: Client, story: Story) -> None:
    restrict(
        worker_id=story.worker.pk,
        kind="retraining",
        scope="type:detection",
        reason="accuracy",
        text="Six of your last ten checked answers were right.",
        evidence={"checked": 10, "correct": 6},
        ends_at=None,
        by="system",
    )
    assert "Closed to you for now" in text_of(page.get("/work/"))
    blocked = text_of(page.get(reverse("work-project", args=[story.project.pk])))
    assert 'href="/tutorial/detection"' in blocked and "Repeat the lesson" in blocked
    assert 'href="/tutorial/detection/"' in text_of(page.get("/standing/"))
