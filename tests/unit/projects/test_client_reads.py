"""What the client's pages ask of this room, and what a number of tasks may cost."""

import pytest

from tagwork.core.money import Price
from tagwork.kit.errors import NotFound, WrongState
from tagwork.kit.storage import local_files
from tagwork.projects import queries, rules
from tagwork.projects.models import GuidelineExample, Image, Project
from tagwork.projects.operations.add_example import add_example
from tagwork.projects.operations.publish_guideline import publish_guideline
from tagwork.projects.operations.remove_example import remove_example
from tests.builders import people, pictures, projects

pytestmark = pytest.mark.django_db


def test_the_cost_of_tasks_lies_between_a_starter_without_objects_and_an_expert_with_all() -> None:
    # Base $0.01, $0.002 for each of at most 5: at most $0.02, with 25 % $0.025, with a fee of 10 % $0.0275.
    cost = rules.cost_forecast(100, 3, Price(10_000, 2_000, 5), 1_000)
    assert (cost.answers, cost.per_answer_least_micros, cost.per_answer_most_micros) == (300, 11_000, 27_500)
    assert (cost.least_micros, cost.most_micros) == (3_300_000, 8_250_000)


def test_projects_are_filtered_by_state_and_a_part_of_the_name() -> None:
    draft, live = projects.draft(name="Pears"), projects.live(name="Apples")
    member = people.client().person
    assert list(queries.projects_of(member, state="live")) == [live]
    assert list(queries.projects_of(member, name=" pear ")) == [draft]
    assert not queries.projects_of(people.outsider(), name="pear").exists()


def test_images_are_listed_by_state_and_name_without_examples() -> None:
    project = projects.draft()
    first, second = projects.quick_images(project, 2)
    Image.objects.filter(pk=second.pk).update(state="refused")
    add_example(
        project.created_by,
        project_id=project.pk,
        kind="good",
        caption="So",
        image=("a.png", pictures.stream(pictures.png())),
    )
    assert set(queries.task_images(project.pk)) == {first, second}
    assert list(queries.task_images(project.pk, state="refused")) == [second]
    assert list(queries.task_images(project.pk, file_name=first.file_name.upper())) == [first]
    assert queries.sample_image(project.pk) == first
    assert queries.waiting_images() == 0


def test_the_versions_of_the_guideline_come_newest_first() -> None:
    project = projects.draft()
    publish_guideline(project.created_by, project_id=project.pk, markdown="Another rule.")
    assert [version.number for version in queries.guideline_versions_of(project.pk)] == [2, 1]


def example(project: Project) -> GuidelineExample:
    return add_example(
        project.created_by,
        project_id=project.pk,
        kind="bad",
        caption="Not so",
        image=("bad.png", pictures.stream(pictures.png(3))),
    )


def test_an_example_goes_with_its_image_and_its_files() -> None:
    project = projects.draft()
    made = example(project)
    keys = [made.image.original_key, *(one["key"] for one in made.image.derivatives)]
    assert queries.examples_of(project.pk) == [made]
    remove_example(project.created_by, project_id=project.pk, example_id=made.pk)
    assert queries.examples_of(project.pk) == [] and not Image.objects.filter(pk=made.image_id).exists()
    assert not any(local_files().path(key).exists() for key in keys)
    with pytest.raises(NotFound):
        remove_example(project.created_by, project_id=project.pk, example_id=made.pk)


def test_a_stranger_and_a_member_of_another_project_take_no_example_away() -> None:
    project, other = projects.draft(), projects.draft()
    made = example(project)
    with pytest.raises(NotFound):
        remove_example(people.outsider(), project_id=project.pk, example_id=made.pk)
    with pytest.raises(NotFound):
        remove_example(other.created_by, project_id=other.pk, example_id=made.pk)
    Project.objects.filter(pk=project.pk).update(state=Project.State.CLOSING)
    with pytest.raises(WrongState):
        remove_example(project.created_by, project_id=project.pk, example_id=made.pk)
