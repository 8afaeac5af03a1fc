"""Exam, practice, refresher and tips: what stands on the pages, and where they lead."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.tutorial.lessons import LESSONS
from tagwork.tutorial.models import Refreshed
from tagwork.web.worker.tips import BY_LESSON
from tests.builders import exams, people, work

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def worker(client: Client):
    person = work.trained()
    client.force_login(person)
    return person


def test_the_card_and_the_bench_lead_to_the_exam(client: Client, worker) -> None:
    project = exams.with_exam(work.open_project(5))
    exam_page = reverse("exam", args=[project.pk])
    cards = text_of(client.get(reverse("work")))
    assert "Exam first" in cards and f'href="{exam_page}"' in cards
    bench = client.get(reverse("work-project", args=[project.pk]))
    assert bench.status_code == 403 and f'href="{exam_page}"' in text_of(bench)


def test_the_exam_says_first_that_it_is_unpaid_and_how_one_stands(client: Client, worker) -> None:
    project = exams.with_exam(work.open_project(5), attempts=2)
    page = reverse("exam", args=[project.pk])
    text = text_of(client.get(page))
    assert text.index("The exam is unpaid") < text.index("Start the exam")
    assert "60 % of the pictures right" in text
    exams.sit(worker, project, right=1)
    assert "The next attempt opens" in text_of(client.get(page))
    clock.advance(timedelta(hours=25))
    exams.sit(worker, project, right=1)
    assert "No attempt is left" in text_of(client.get(page))
    other = work.trained(2)
    client.force_login(other)
    exams.sit(other, project, right=3)
    assert "You have passed it, for good" in text_of(client.get(page))


def test_the_exam_is_an_island_that_knows_its_project(client: Client, worker) -> None:
    project = exams.with_exam(work.open_project(5))
    text = text_of(client.get(reverse("exam-sitting", args=[project.pk])))
    assert 'data-source="exam"' in text and f'data-subject="{encode("pr", project.pk)}"' in text


def test_a_project_without_an_exam_has_no_page_for_it(client: Client, worker) -> None:
    project = work.open_project(3)
    for name in ("exam", "exam-sitting"):
        assert client.get(reverse(name, args=[project.pk])).status_code == 404


def test_practice_lists_retired_gold_and_teaches_when_there_is_none(client: Client, worker) -> None:
    assert "No gold is retired yet" in text_of(client.get(reverse("practice")))
    project = work.open_project(3)
    exams.set_aside(project, 2, "practice")
    text = text_of(client.get(reverse("practice")))
    assert text.index("Practice is unpaid") < text.index(project.name)
    assert "Boxes, 2 pictures" in text
    assert 'data-source="practice"' in text_of(client.get(reverse("practice-project", args=[project.pk])))


def test_a_new_kind_of_work_begins_with_its_tips_once(client: Client) -> None:
    # The gate taught boxes; a line is new.
    schema = {"labels": [{"name": "wire", "kinds": ["polyline"]}], "allow_nothing": True}
    project = work.open_project(2, schema=schema)
    worker = work.reader(project)
    client.force_login(worker)
    bench, refresher = reverse("work-project", args=[project.pk]), reverse("refresher", args=[project.pk])
    answer = client.get(bench)
    assert (answer.status_code, answer["Location"]) == (302, refresher)
    text = text_of(client.get(refresher))
    assert "unpaid" in text and "web/tips/lines-wrong" in text and "/tutorial/lines/?one=1" in text
    assert client.post(refresher)["Location"] == bench
    assert client.get(bench).status_code == 200
    clock.advance(timedelta(days=91))
    assert client.get(bench)["Location"] == refresher
    assert Refreshed.objects.get().lesson == "lines"


def test_who_passed_the_lesson_or_works_on_is_not_asked(client: Client) -> None:
    project = work.open_project(3)
    worker = work.reader(project)
    client.force_login(worker)
    bench = reverse("work-project", args=[project.pk])
    assert client.get(bench).status_code == 200
    clock.advance(timedelta(days=80))
    work.submitted(worker, project)
    # 160 days after the lesson, 80 after the last answer.
    clock.advance(timedelta(days=80))
    assert client.get(bench).status_code == 200


def test_the_api_never_asks_for_a_refresher(client: Client) -> None:
    from tagwork.work.operations.claim import claim

    schema = {"labels": [{"name": "wire", "kinds": ["polyline"]}], "allow_nothing": True}
    project = work.open_project(2, schema=schema)
    assert len(claim(work.reader(project), project.pk)) == 1


def test_one_picture_as_a_refresher_leads_on_to_the_project(client: Client, worker) -> None:
    project = work.open_project(2)
    text = text_of(client.get(f"/tutorial/lines/?one=1&project={encode('pr', project.pk)}"))
    assert 'data-source="refresher"' in text and f'data-onward="{reverse("work-project", args=[project.pk])}"' in text
    assert client.get("/tutorial/lines/?one=1&project=nonsense").status_code == 404
    assert client.get("/tutorial/cooking/").status_code == 404


def test_every_lesson_has_its_tips_and_every_tip_its_pictures(client: Client) -> None:
    assert set(BY_LESSON) == {lesson.id for lesson in LESSONS}
    text = client.get(reverse("quality-tips")).content.decode()
    for tips in BY_LESSON.values():
        assert f'id="{tips.lesson}"' in text
        for fault in tips.faults:
            for name in (fault.right_file, fault.wrong_file):
                found = finders.find(name)
                assert found and Path(found).stat().st_size < 20_000, name
                assert name in text
    assert len(re.findall("<figure>", text)) == 2 * sum(len(tips.faults) for tips in BY_LESSON.values())


def test_the_tutorial_lists_the_other_ways_of_marking_beside_the_gate(client: Client) -> None:
    client.force_login(people.worker())
    text = text_of(client.get(reverse("tutorial")))
    for lesson in LESSONS:
        assert f"/tutorial/{lesson.id}/" in text
    assert "0 of 9" in text


def test_a_client_sets_gold_aside_and_switches_the_exam_on(client: Client) -> None:
    from tagwork.quality.models import Gold
    from tests.builders import gold

    project = gold.open_project(ordinary=2, gold=4)
    client.force_login(project.created_by)
    page = reverse("client-exam", args=[project.pk])
    terms = {"is_on": "on", "pass_percent": "60", "attempts": "2", "wait_hours": "24"}
    assert "at least 3 are needed" in text_of(client.post(page, terms))
    task_ids = list(Gold.objects.order_by("pk").values_list("pk", flat=True))
    move = reverse("client-exam-move", args=[project.pk])
    assert client.post(move, {"task": task_ids[:3], "use": "exam"})["Location"] == page
    client.post(move, {"task": task_ids[3:], "use": "practice"})
    assert client.post(page, terms)["Location"] == page
    project.refresh_from_db()
    assert project.has_exam
    assert exams.sit(work.trained(), project, right=2).is_passed
    assert "Tick at least one" in text_of(client.post(move, {"use": "exam"}, follow=True))
    client.force_login(people.outsider())
    assert client.post(move, {"task": task_ids, "use": "exam"}).status_code == 404
