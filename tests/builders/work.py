"""Workers at work: one line from a launched project to a verdict."""

from typing import Any

from django.db import connection

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.quality.operations.launch import launch
from tagwork.tutorial.lessons import GATE
from tagwork.tutorial.models import Attempt, Certificate
from tagwork.work.models import Assignment, Submission
from tagwork.work.operations.claim import claim
from tagwork.work.operations.submit import submit
from tests.builders import people, projects

BOX = {"id": "1", "kind": "box", "label": "car", "box": [10, 10, 30, 20]}


def trained(number: int = 1) -> Person:
    """A worker who may work: complete profile, the gate of the tutorial passed."""
    worker = people.worker(number)
    for lesson in GATE:
        if not Certificate.objects.filter(worker=worker, lesson=lesson.id).exists():
            attempt = Attempt.objects.create(
                worker=worker, lesson=lesson.id, item="3", annotations=[], score={}, passed=True, at=clock.now()
            )
            Certificate.objects.create(worker=worker, lesson=lesson.id, passed_at=clock.now(), attempt=attempt)
    return worker


def reader(project: Project, number: int = 1) -> Person:
    """A trained worker who has read the project's guideline."""
    worker = trained(number)
    projects.read_guideline(worker, project)
    return worker


def open_project(image_count: int = 3, **terms: Any) -> Project:
    """A funded, launched project with its slots open."""
    project = projects.ready(image_count=image_count, **terms)
    return launch(project.created_by, project.pk)


def leased(worker: Person, project: Project) -> Assignment:
    [assignment] = claim(worker, project.pk, 1)
    return assignment


def submitted(worker: Person, project: Project, annotations: list[Any] | None = None) -> Submission:
    return submit(worker, leased(worker, project).pk, annotations or [BOX], active_milliseconds=5_000)


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def public(project: Project) -> str:
    """The project's identifier as the API writes it."""
    return encode("pr", project.pk)
