"""Projects in every state, one line each."""

import itertools
from typing import Any

from tagwork.kit import clock
from tagwork.kit.storage import local_files
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.people.models import Organisation, Person
from tagwork.projects.models import Image, Project
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.launch_project import launch_project
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.receive_images import receive_images
from tests.builders import people, pictures

_numbers = itertools.count(1)

CHOICE_SCHEMA = {"tags": [{"name": "weather", "options": ["sun", "rain"]}]}
BOX_SCHEMA = {"labels": [{"name": "car", "kinds": ["box"]}, {"name": "van", "kinds": ["box"]}], "allow_nothing": True}
MASK_SCHEMA = {"labels": [{"name": "leaf", "kinds": ["polygon", "mask"]}], "allow_nothing": True}

GUIDELINE = """\
Look at the whole image before you begin.

# Mark every car

A car touches the border too: draw up to the border.

# Small cars

Leave out what is smaller than 10 pixels.
"""

BUDGET_MICROS = 100_000_000
DEPOSIT_MICROS = 1_000_000_000
# $6 per 1,000 at 7 s a task is $3.08 an hour: above the floor of $3.
PRICE = {"base_micros": 6_000, "object_micros": 0, "max_objects": 0}
MILLISECONDS = 7_000


def fund(organisation: Organisation, amount_micros: int = DEPOSIT_MICROS) -> None:
    """Money from outside on the organisation's available balance."""
    post(
        key=f"test-deposit:{organisation.pk}:{next(_numbers)}",
        kind="deposit",
        lines=[
            (AccountRef(Kind.EXTERNAL_IN, "house"), -amount_micros),
            (AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.pk}"), amount_micros),
        ],
    )


def draft(client: people.Client | None = None, **terms: Any) -> Project:
    """A draft with schema, guideline, price and budget, without images."""
    client = client or people.client()
    asked: dict[str, Any] = {
        "organisation": client.organisation,
        "name": f"Cars {next(_numbers)}",
        "schema": BOX_SCHEMA,
        "guideline_markdown": GUIDELINE,
        "price": PRICE,
        "estimated_milliseconds": MILLISECONDS,
        "budget_micros": BUDGET_MICROS,
        "gold_wanted": False,
        **terms,
    }
    return create_project(client.person, **asked)


def images(project: Project, count: int = 1) -> list[Image]:
    """`count` ready images that went the whole way: upload, sandbox, derivatives."""
    member = project.created_by
    files = [(f"photo-{n:04}.png", pictures.stream(pictures.png(n))) for n in itertools.islice(_numbers, count)]
    report = receive_images(member, project_id=project.pk, files=files)
    assert not report.refused, report.refused
    process_images(limit=count)
    return list(Image.objects.filter(pk__in=[one.pk for one in report.accepted], state=Image.State.READY))


def quick_images(project: Project, count: int, width_px: int = 64, height_px: int = 48) -> list[Image]:
    """`count` ready images that share one stored file: for tests about tasks, where nobody looks at pixels."""
    key = local_files().put(pictures.png(0, width_px, height_px), ".png")
    derivative = {"key": key, "width": width_px, "height": height_px, "type": "image/png"}
    return Image.objects.bulk_create(
        Image(
            project=project,
            state=Image.State.READY,
            file_name=f"photo-{number:06}.png",
            sha256=f"{number:064x}",
            original_key=key,
            byte_size=100,
            width_px=width_px,
            height_px=height_px,
            derivatives=[derivative],
            uploaded_at=clock.now(),
        )
        for number in itertools.islice(_numbers, count)
    )


def ready(client: people.Client | None = None, *, image_count: int = 1, **terms: Any) -> Project:
    """A complete draft of a funded organisation: everything a launch asks of this room."""
    client = client or people.client()
    project = draft(client, **terms)
    quick_images(project, image_count)
    fund(client.organisation)
    return project


def live(client: people.Client | None = None, *, image_count: int = 1, **terms: Any) -> Project:
    """A launched project."""
    project = ready(client, image_count=image_count, **terms)
    return launch_project(project.created_by, project_id=project.pk)


def read_guideline(worker: Person, project: Project) -> None:
    """`worker` has read the guideline in force."""
    acknowledge_guideline(worker, project_id=project.pk, number=project.guideline_number)
