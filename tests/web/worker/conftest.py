"""One worker with something on every page, signed in; and the workbench's manifest, which no page test builds."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.quality.operations.moderate import moderate
from tagwork.work.models import Submission
from tests.builders import people, work

PRICE = {"base_micros": 400_000, "object_micros": 0, "max_objects": 0}
LITECOIN_ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"  # BIP 173's witness program, in Litecoin's dress


@pytest.fixture(autouse=True)
def built_workbench(settings: Settings, tmp_path: Path) -> None:
    entries = ("work", "tutorial", "receipt")
    manifest = {f"src/entries/{name}.tsx": {"file": f"assets/{name}.js", "css": ["assets/a.css"]} for name in entries}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    settings.WORKBENCH_DIST = tmp_path


@dataclass(frozen=True)
class Story:
    """A project of $0.40 a task: one answer pending, one approved, one rejected."""

    worker: Person
    project: Project
    pending: Submission
    approved: Submission
    rejected: Submission


@pytest.fixture
def story(db: None) -> Story:
    project = work.open_project(8, price=PRICE)
    ana = work.reader(project)
    pending, approved, rejected = (work.submitted(ana, project) for _ in range(3))
    moderate(people.moderator(), approved.pk, "approved")
    reject(rejected)
    return Story(ana, project, pending, approved, rejected)


def reject(submission: Submission) -> None:
    moderate(
        people.moderator(),
        submission.pk,
        "rejected",
        reason_code="imprecise_shape",
        clause="c1",
        mark={"box": [5, 5, 20, 20]},
        note="The box leaves out the bumper.",
    )


@pytest.fixture
def page(story: Story) -> Client:
    """A browser in which the story's worker is signed in."""
    client = Client()
    client.force_login(story.worker)
    return client


def queries_of(page: Client, path: str) -> int:
    """How many statements one look costs, once what a process remembers is remembered.

    The settings are read anew every two seconds, which a slow machine may reach between two looks: not counted.
    """
    page.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert page.get(path).status_code == 200
    return sum("kit_settingversion" not in query["sql"] for query in seen.captured_queries)
