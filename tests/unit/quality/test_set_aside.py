"""Gold that goes to an exam or to practice: out of the paid queue for good."""

import pytest

from tagwork.kit.errors import NotFound, WrongState
from tagwork.quality.models import Gold
from tagwork.quality.operations.examine import top_up_gold
from tagwork.quality.operations.set_aside import retire_to_practice, set_aside
from tagwork.tutorial.models import SetAside
from tagwork.work.models import Task
from tests.builders import gold, people, work

pytestmark = pytest.mark.django_db


def test_it_leaves_the_queue_and_keeps_the_known_answer() -> None:
    project = gold.open_project(ordinary=2, gold=2)
    first, second = Gold.objects.order_by("pk")
    [kept] = set_aside(project.created_by, project.pk, [first.pk], "exam")
    assert (kept.use, kept.expected, kept.schema_number) == ("exam", first.expected, first.schema_number)
    first.refresh_from_db()
    assert (first.state, first.retired_because) == ("retired", "Set aside for the exam.")
    top_up_gold()
    assert Task.objects.get(pk=first.pk).open_slots == 0
    assert Task.objects.get(pk=second.pk).open_slots > 0


def test_the_same_again_changes_nothing_and_another_use_is_refused() -> None:
    project = gold.open_project(ordinary=2, gold=1)
    task_id = Gold.objects.get().pk
    client = project.created_by
    one = set_aside(client, project.pk, [task_id], "practice")
    assert set_aside(client, project.pk, [task_id], "practice") == one
    with pytest.raises(WrongState, match="taken out already"):
        set_aside(client, project.pk, [task_id], "exam")
    assert SetAside.objects.count() == 1


def test_it_refuses_strangers_and_tasks_without_an_answer() -> None:
    project = gold.open_project(ordinary=1, gold=1)
    task_id = Gold.objects.get().pk
    for stranger in (people.outsider(), people.worker()):
        with pytest.raises(NotFound):
            set_aside(stranger, project.pk, [task_id], "exam")
    other = work.open_project(1)
    with pytest.raises(NotFound):
        set_aside(project.created_by, project.pk, [Task.objects.get(project=other).pk], "exam")
    ordinary = Task.objects.exclude(pk=task_id).get(project=project)
    with pytest.raises(WrongState, match="Mark the right answer"):
        set_aside(project.created_by, project.pk, [ordinary.pk], "exam")
    assert not SetAside.objects.exists()


def test_what_gold_a_closed_project_has_left_goes_to_practice() -> None:
    project = gold.open_project(ordinary=1, gold=3)
    taken = Gold.objects.order_by("pk")[0]
    set_aside(project.created_by, project.pk, [taken.pk], "exam")
    assert retire_to_practice(project.pk) == 2
    assert sorted(SetAside.objects.values_list("use", flat=True)) == ["exam", "practice", "practice"]
    assert retire_to_practice(project.pk) == 0
