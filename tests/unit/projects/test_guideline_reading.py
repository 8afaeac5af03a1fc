"""What workers read: the version in force, its examples, and what they acknowledged."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.kit.signing import Purpose
from tagwork.projects import queries
from tagwork.projects.models import Image
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline
from tagwork.projects.operations.add_example import add_example
from tagwork.projects.operations.close_project import close_project
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.publish_guideline import publish_guideline
from tests.builders import people, pictures, projects
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db

BOX = {"id": "1", "kind": "box", "label": "car", "box": [8, 8, 16, 22]}


def example(project: Any, **given: Any) -> Any:
    asked: dict[str, Any] = {
        "kind": "good",
        "caption": "Up to the border",
        "image": ("e.png", pictures.stream(pictures.png(1))),
        "clause": "c1",
        "annotations": [BOX],
        **given,
    }
    return add_example(project.created_by, project_id=project.pk, **asked)


def test_reading_is_stored_and_never_goes_back() -> None:
    project = projects.live()
    worker = people.worker()
    assert queries.guideline_status(worker, project) == queries.GuidelineStatus(1, 0)
    assert acknowledge_guideline(worker, project_id=project.pk, number=1) == 1
    publish_guideline(project.created_by, project_id=project.pk, markdown="# Two")
    project.refresh_from_db()
    assert not queries.guideline_status(worker, project).is_acknowledged
    assert acknowledge_guideline(worker, project_id=project.pk, number=2) == 2
    assert acknowledge_guideline(worker, project_id=project.pk, number=1) == 2
    assert queries.guideline_status(worker, project) == queries.GuidelineStatus(2, 2)
    assert queries.acknowledged_numbers(worker, [project.pk]) == {project.pk: 2}
    assert queries.acknowledged_number(people.second_worker().pk, project.pk) is None


def test_nobody_acknowledges_what_they_may_not_see_or_what_is_not_there() -> None:
    draft, live = projects.draft(), projects.live()
    for worker, project, number in (
        (people.worker(), draft, 1),
        (people.worker(), live, 2),
        (people.worker(), live, 0),
        (people.moderator(), live, 1),
    ):
        with pytest.raises(NotFound):
            acknowledge_guideline(worker, project_id=project.pk, number=number)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_acknowledge_at_once_keep_the_newest() -> None:
    project = projects.live()
    publish_guideline(project.created_by, project_id=project.pk, markdown="# Two")
    worker = people.worker()
    at_once(lambda n: acknowledge_guideline(worker, project_id=project.pk, number=2 - n))
    assert queries.acknowledged_number(worker.pk, project.pk) == 2


def test_an_example_is_decoded_at_once_and_shown_with_its_annotations() -> None:
    project = projects.live()
    example(project)
    example(project, kind="bad", caption="Too small", clause="", annotations=[])
    answer = queries.guideline_json(
        project.pk, 1, account_id="ana", purpose=Purpose.LEASE, expires_at=clock.now() + timedelta(minutes=5)
    )
    assert answer["version"] == 1
    assert [clause["id"] for clause in answer["clauses"]] == ["c0", "c1", "c2"]
    good, bad = answer["examples"]
    assert (good["kind"], good["caption"], good["clause"]) == ("good", "Up to the border", "c1")
    assert good["annotations"][0]["box"] == [8, 8, 16, 22]
    assert (good["images"][0]["width"], good["images"][0]["height"]) == (64, 48)
    assert (bad["kind"], bad["clause"]) == ("bad", None)
    assert good["images"][0]["sources"][0]["url"].startswith("/i/lease/")


def test_an_example_is_no_task() -> None:
    project = projects.live()
    before = queries.image_counts(project.pk)
    example(project)
    assert process_images() == 0
    assert queries.image_counts(project.pk) == before


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "fine"}, "kind"),
        ({"caption": " "}, "caption"),
        ({"clause": "c9"}, "clause"),
        ({"image": ("e.png", pictures.stream(b"nothing"))}, "image"),
        ({"annotations": [{**BOX, "label": "tree"}]}, "label"),
        ({"annotations": [{**BOX, "box": [0, 0, 1000, 1000]}]}, "box"),
    ],
)
def test_an_example_that_does_not_fit_is_refused_and_leaves_nothing(given: dict[str, Any], field: str) -> None:
    project = projects.draft()
    with pytest.raises(Invalid) as caught:
        example(project, **given)
    assert caught.value.extra["errors"][0]["field"].startswith(field)
    assert not Image.objects.exists()


def test_examples_refuse_strangers_and_closing_projects() -> None:
    project = projects.live()
    with pytest.raises(NotFound):
        add_example(
            people.outsider(), project_id=project.pk, kind="good", caption="x", image=("e", pictures.stream(b""))
        )
    close_project(project.created_by, project_id=project.pk)
    with pytest.raises(WrongState):
        example(project)


def test_changes_between_two_versions_are_shown() -> None:
    project = projects.live()
    publish_guideline(
        project.created_by, project_id=project.pk, markdown=projects.GUIDELINE.replace("10 pixels", "20 pixels")
    )
    changes = queries.guideline_changes(project.pk, 1, 2)
    assert changes.startswith("<h3>Small cars</h3>")
    assert "<del>10</del><ins>20</ins> pixels" in changes


def test_versions_are_read_once() -> None:
    project = projects.live()
    queries.schema_version(project.pk, 1)
    queries.guideline_version(project.pk, 1)
    price_id = project.price_versions.get().pk
    queries.price_by_id(price_id)
    with CaptureQueriesContext(connection) as asked:
        assert queries.schema_version(project.pk, 1).task_type == "detection"
        assert queries.guideline_version(project.pk, 1).clause("c2") == {"id": "c2", "title": "Small cars"}
        assert queries.price_by_id(price_id).base_micros == 6_000
    assert not asked.captured_queries


def test_a_version_that_is_not_there_is_not_found() -> None:
    project = projects.live()
    for ask in (queries.schema_version, queries.guideline_version):
        with pytest.raises(NotFound):
            ask(project.pk, 9)
