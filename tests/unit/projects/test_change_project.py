"""Changes make new versions and touch nothing that was promised."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.kit.models import OutboxEvent
from tagwork.projects import queries, topics
from tagwork.projects.models import GuidelineVersion, LabelSchemaVersion, PriceVersion, Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.close_project import close_project
from tagwork.projects.operations.publish_guideline import publish_guideline
from tagwork.projects.operations.record_speed import record_speed
from tests.builders import people, projects
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db


def test_a_new_schema_is_a_new_version_and_the_old_one_stays() -> None:
    project = projects.live()
    changed = change_project(project.created_by, project_id=project.pk, terms={"schema": projects.MASK_SCHEMA})
    assert (changed.schema_number, changed.task_type, changed.difficulty) == (2, "segmentation", "medium")
    assert queries.schema_version(project.pk, 1).task_type == "detection"
    assert queries.schema_version(project.pk, 2).task_type == "segmentation"


def test_a_new_price_is_a_new_version_and_the_old_one_stays() -> None:
    project = projects.live()
    change_project(project.created_by, project_id=project.pk, terms={"price": {"base_micros": 8_000}})
    assert list(project.price_versions.order_by("number").values_list("number", "base_micros")) == [
        (1, 6_000),
        (2, 8_000),
    ]
    assert queries.prices_in_force([Project.objects.get(pk=project.pk)])[project.pk].base_micros == 8_000


def test_the_same_terms_again_change_nothing() -> None:
    project = projects.draft()
    terms = {"schema": projects.BOX_SCHEMA, "guideline_markdown": projects.GUIDELINE, "price": projects.PRICE}
    same = change_project(project.created_by, project_id=project.pk, terms={**terms, "name": project.name})  # type: ignore[typeddict-item]
    assert (same.schema_number, same.guideline_number, same.price_number) == (1, 1, 1)
    assert not OutboxEvent.objects.filter(topic=topics.CHANGED).exists()


def test_it_tells_others_what_changed() -> None:
    project = projects.draft()
    change_project(project.created_by, project_id=project.pk, terms={"name": "Vans", "price": {"base_micros": 9_000}})
    event = OutboxEvent.objects.get(topic=topics.CHANGED)
    assert (event.aggregate, event.payload["fields"]) == (f"project:{project.pk}", ["name", "price"])


def test_a_price_may_not_fall_below_the_floor_later() -> None:
    project = projects.live()
    with pytest.raises(Invalid, match="5834"):
        change_project(project.created_by, project_id=project.pk, terms={"price": {"base_micros": 5_000}})
    assert project.price_versions.count() == 1


def test_a_longer_task_needs_a_higher_price() -> None:
    project = projects.draft()
    with pytest.raises(Invalid):
        change_project(project.created_by, project_id=project.pk, terms={"estimated_milliseconds": 60_000})
    project.refresh_from_db()
    assert project.estimated_milliseconds == projects.MILLISECONDS


def test_the_measured_time_counts_before_the_estimate() -> None:
    # 10 s x $3 / 3,600 s = 8,333.3 micros
    project = projects.live()
    record_speed(project_id=project.pk, median_milliseconds=10_000, hourly_micros=2_160_000)
    with pytest.raises(Invalid, match="measured"):
        change_project(project.created_by, project_id=project.pk, terms={"price": {"base_micros": 8_333}})
    change_project(project.created_by, project_id=project.pk, terms={"price": {"base_micros": 8_334}})


def test_it_refuses_a_stranger() -> None:
    project = projects.live()
    for stranger in (people.outsider(), people.worker(), people.moderator(), people.operator()):
        with pytest.raises(NotFound):
            change_project(stranger, project_id=project.pk, terms={"name": "Mine"})


def test_it_refuses_a_project_that_is_closing() -> None:
    project = projects.live()
    close_project(project.created_by, project_id=project.pk)
    with pytest.raises(WrongState):
        change_project(project.created_by, project_id=project.pk, terms={"name": "Late"})


def test_publishing_returns_the_version_in_force() -> None:
    project = projects.live()
    version = publish_guideline(project.created_by, project_id=project.pk, markdown="# Only red cars\n\nReally.")
    assert (version.number, version.clauses) == (2, ({"id": "c1", "title": "Only red cars"},))
    again = publish_guideline(project.created_by, project_id=project.pk, markdown="# Only red cars\r\n\r\nReally.\n")
    assert again.number == 2
    with pytest.raises(NotFound):
        publish_guideline(people.outsider(), project_id=project.pk, markdown="# x")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (LabelSchemaVersion, {"document": {}}),
        (GuidelineVersion, {"html": "<p>else</p>"}),
        (PriceVersion, {"base_micros": 1}),
        (PriceVersion, {"number": 7}),
    ],
)
def test_the_database_keeps_a_version_as_it_was_published(model: type, change: dict[str, object]) -> None:
    project = projects.draft()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        model.objects.filter(project=project).update(**change)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_get_two_numbers() -> None:
    project = projects.draft()
    member = project.created_by

    def publish(number: int) -> int:
        return publish_guideline(member, project_id=project.pk, markdown=f"# Rule {number}").number

    assert sorted(at_once(publish, 4)) == [2, 3, 4, 5]
    assert Project.objects.get(pk=project.pk).guideline_number == 5
