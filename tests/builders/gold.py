"""Projects with gold in them."""

from typing import Any

from tagwork.projects.models import Project
from tagwork.quality.models import Gold
from tagwork.quality.operations.examine import top_up_gold
from tagwork.quality.operations.launch import launch
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.work.models import Queue, Task
from tagwork.work.operations.release import plan_tasks, release
from tests.builders import projects, work

WRONG_BOX = work.BOX | {"box": [40, 30, 20, 15]}


def open_project(ordinary: int = 3, gold: int = 1, **terms: Any) -> Project:
    """A launched project with open slots: `ordinary` tasks, and `gold` ones whose right answer is `work.BOX`."""
    project = projects.ready(image_count=ordinary + gold, **terms)
    plan_tasks(project.pk)
    for task in Task.objects.filter(project=project).order_by("pk")[:gold]:
        plant(project, task)
    return launched(project)


def launched(project: Project) -> Project:
    """Live with as little gold as it has: a launch that wants gold asks for twenty, so it is switched on after."""
    _want_gold(project, False)
    live = launch(project.created_by, project.pk)
    _want_gold(project, True)
    top_up_gold(open_at_a_time=project.overlap)
    release(project.pk)
    live.refresh_from_db()
    return live


def _want_gold(project: Project, wanted: bool) -> None:
    Project.objects.filter(pk=project.pk).update(gold_wanted=wanted)


def plant(project: Project, task: Task, annotations: list[Any] | None = None) -> Gold:
    _want_gold(project, True)
    return plant_gold(project.created_by, project.pk, task.pk, annotations or [work.BOX])


def always_drawn(project: Project) -> None:
    """Every claim of this project draws the gold lane, so that a test need not claim until it comes."""
    Queue.objects.filter(project=project).update(lane_steps=[{"below": None, "lane": 1, "one_in": 1}])
