"""The server's side of a chaos run, as a command of its own beside a demo that runs (same DATA_DIR).

`python -m tests.chaos.world make WORKERS TASKS` adds projects and signed-in workers and prints them; `tell FILE` prints
what the database holds of the workers in FILE, straight from the tables.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

from tests.chaos.setting import django_ready

django_ready()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from tagwork.jobs.demo import load, pictures  # noqa: E402
from tagwork.kit.ids import decode, encode, new_id  # noqa: E402
from tagwork.ledger import queries as ledger  # noqa: E402
from tagwork.ledger.rules import AccountRef  # noqa: E402
from tagwork.payouts.operations.record_deposit import record_deposit  # noqa: E402
from tagwork.people.models import Person  # noqa: E402
from tagwork.people.operations.create_organisation import create_organisation  # noqa: E402
from tagwork.projects.models import Project  # noqa: E402
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline  # noqa: E402
from tagwork.projects.operations.create_project import create_project  # noqa: E402
from tagwork.projects.operations.process_images import process_images  # noqa: E402
from tagwork.projects.operations.receive_images import receive_images  # noqa: E402
from tagwork.quality.operations.launch import launch  # noqa: E402
from tagwork.work.models import Assignment, Submission  # noqa: E402
from tagwork.work.operations.release import release  # noqa: E402


def make(workers: int, tasks: int) -> dict[str, Any]:
    made = load.load(workers, tasks)
    choice = Project.objects.get(pk=decode("pr", made["project_id"]))
    boxes = _box_project(tasks)
    people = []
    for each in made["workers"]:
        person = Person.objects.get(email=each["email"])
        acknowledge_guideline(person, project_id=boxes.pk, number=boxes.guideline_number)
        people.append({"account": encode("p", person.pk), "session": _session(person)})
    return {
        "cookie": settings.SESSION_COOKIE_NAME,
        "choice": encode("pr", choice.pk),
        "boxes": encode("pr", boxes.pk),
        "choice_path": f"/work/{encode('pr', choice.pk)}/",
        "boxes_path": f"/work/{encode('pr', boxes.pk)}/",
        "workers": people,
    }


def _box_project(tasks: int) -> Project:
    operator = Person.objects.filter(is_operator=True).order_by("created_at").first()
    assert operator is not None
    suffix = str(new_id())[-6:]
    client = Person.objects.create_user(f"chaos-client-{suffix}@demo.test", None, is_worker=False)
    organisation = create_organisation(client, f"Chaos {suffix}")
    record_deposit(organisation, tasks * 20_000, "Chaos run", operator, str(new_id()))
    project: Project = create_project(
        client,
        organisation=organisation,
        name=f"Chaos boxes {suffix}",
        summary="Boxes for fault runs.",
        schema={"labels": [{"name": "stone", "kinds": ["box"]}], "tags": [], "allow_nothing": True},
        guideline_markdown="# Stones\nDraw a box round each stone.",
        price={"base_micros": 8_000},
        estimated_milliseconds=5_000,
        budget_micros=tasks * 20_000,
        gold_wanted=False,
    )
    [picture] = pictures.surfaces(1)
    receive_images(client, project_id=project.pk, files=[(picture.name, io.BytesIO(picture.content))])
    while process_images(limit=5):
        pass
    load._copy_image(project, tasks - 1)
    launch(client, project.pk)
    while release(project.pk, tasks):
        pass
    return project


def _session(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def tell(world: dict[str, Any]) -> dict[str, Any]:
    """Per worker: every submission by assignment, what was skipped, and the pending pay beside the sum of holds."""
    told: dict[str, Any] = {}
    for each in world["workers"]:
        worker = decode("p", each["account"])
        rows = Submission.objects.filter(worker_id=worker)
        told[each["account"]] = {
            "submissions": [
                {"assignment": encode("a", row.assignment_id), "answer": json.loads(row.answer), "state": row.state}
                for row in rows
            ],
            "skipped": [
                encode("a", pk)
                for pk in Assignment.objects.filter(worker_id=worker, state="skipped").values_list("pk", flat=True)
            ],
            "promised_micros": sum(row.amount_micros for row in rows),
            "owed_micros": ledger.pending_micros(f"worker:{worker}")
            + ledger.balance_micros(AccountRef("worker_main", f"worker:{worker}")),
        }
    return told


if __name__ == "__main__":
    if sys.argv[1] == "make":
        answer = make(int(sys.argv[2]), int(sys.argv[3]))
    else:
        answer = tell(json.loads(Path(sys.argv[2]).read_text()))
    print(json.dumps(answer))
