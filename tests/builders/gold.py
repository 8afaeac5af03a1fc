"""Projects with gold in them."""

from typing import Any

from tagwork.projects.models import Project
from tagwork.quality.models import Gold
from tagwork.quality.operations.launch import launch
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.work.models import Queue, Task
from tagwork.work.operations.release import plan_tasks
from tests.builders import projects, work

WRONG_BOX = work.BOX | {"box": [40, 30, 20, 15]}


def open_project(ordinary: int = 3, gold: int = 1, **terms: Any) -> Project:
    """A launched project with open slots: `ordinary` tasks, and `gold` ones whose right answer is `work.BOX`."""
    project = projects.ready(image_count=ordinary + gold, **terms)
    plan_tasks(project.pk)
    for task in Task.objects.filter(project=project).order_by("pk")[:gold]:
        plant(project, task)
    return launch(project.created_by, project.pk)


def plant(project: Project, task: Task, annotations: list[Any] | None = None) -> Gold:
    return plant_gold(project.created_by, project.pk, task.pk, annotations or [work.BOX])


def always_drawn(project: Project) -> None:
    """Every claim of this project draws the gold lane, so that a test need not claim until it comes."""
    Queue.objects.filter(project=project).update(lane_steps=[{"below": None, "lane": 1, "one_in": 1}])
