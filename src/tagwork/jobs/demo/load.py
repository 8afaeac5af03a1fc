"""`tagwork demo load`: many ready workers and one big project of choice tasks, for load runs."""

import hashlib
import io
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from tagwork.jobs.demo import pictures
from tagwork.jobs.demo.people import make_ready
from tagwork.kit.ids import encode, new_id
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.people.models import Organisation, Person
from tagwork.people.operations.create_organisation import create_organisation
from tagwork.people.operations.create_token import create_token
from tagwork.projects.models import Image, Project
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.receive_images import receive_images
from tagwork.quality.operations.launch import launch
from tagwork.work.operations.release import release

BATCH = 1000


def load(workers: int, tasks: int) -> dict[str, Any]:
    """Adds to what is there; returns the project and every worker's token."""
    operator = Person.objects.filter(is_operator=True).order_by("created_at").first()
    assert operator is not None, "the demo must be seeded first"
    project = _project(operator, tasks)
    people = [_worker(project, number) for number in range(workers)]
    return {
        "project_id": encode("pr", project.pk),
        "workers": [{"email": person.email, "token": token} for person, token in people],
    }


def _project(operator: Person, tasks: int) -> Project:
    suffix = str(new_id())[-6:]
    client = Person.objects.create_user(f"load-client-{suffix}@demo.test", None, is_worker=False)
    organisation: Organisation = create_organisation(client, f"Load {suffix}")
    price_micros = 2_500
    budget = tasks * price_micros * 2
    record_deposit(organisation, budget, "Load run", operator, str(new_id()))
    project = create_project(
        client,
        organisation=organisation,
        name=f"Load run {suffix}",
        summary="Choice tasks for load runs.",
        schema={
            "labels": [],
            "tags": [{"name": "surface", "options": ["brick", "grass", "gravel"], "choose": "one", "required": True}],
            "allow_nothing": False,
        },
        guideline_markdown="# What it is\nChoose what the ground is made of.",
        price={"base_micros": price_micros},
        estimated_milliseconds=3_000,
        budget_micros=budget,
        gold_wanted=False,
    )
    [picture] = pictures.surfaces(1)
    receive_images(client, project_id=project.pk, files=[(picture.name, io.BytesIO(picture.content))])
    while process_images(limit=5):
        pass
    _copy_image(project, tasks - 1)
    launch(client, project.pk)
    while release(project.pk, tasks):
        pass
    return project


def _copy_image(project: Project, copies: int) -> None:
    """Rows that share one file: a load run measures the queue, not the decoder."""
    original = Image.objects.get(project=project, state=Image.State.READY)
    fields = {
        field.attname: getattr(original, field.attname)
        for field in Image._meta.concrete_fields
        if field.attname not in ("id", "file_name", "sha256")
    }
    for start in range(0, copies, BATCH):
        with transaction.atomic():
            Image.objects.bulk_create(
                Image(
                    file_name=f"load-{number:06d}.jpg",
                    sha256=hashlib.sha256(f"{project.pk}:{number}".encode()).hexdigest(),
                    **fields,
                )
                for number in range(start, min(start + BATCH, copies))
            )


def _worker(project: Project, number: int) -> tuple[Person, str]:
    person = Person.objects.create_user(
        f"load-{number}-{str(new_id())[-8:]}@demo.test", None, display_name=f"Load {number}"
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    make_ready(person)
    acknowledge_guideline(person, project_id=project.pk, number=project.guideline_number)
    _, token = create_token(person, "load", counts_as_fresh=True)
    return person, token
