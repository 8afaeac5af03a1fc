"""The demo's three projects, made as a client makes them: create, upload, gold, fund, launch."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tagwork.jobs.demo import pictures
from tagwork.jobs.demo.pictures import Picture
from tagwork.kit.ids import new_id
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.people.models import Organisation, Person
from tagwork.projects.models import Project
from tagwork.projects.operations.add_example import add_example
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.process_images import process_images
from tagwork.projects.operations.receive_images import receive_images
from tagwork.quality.operations.launch import launch
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.quality.operations.set_aside import set_aside
from tagwork.work.models import TaskImage
from tagwork.work.operations.release import plan_tasks, release

GOLD_TASKS = 20
# Marked beyond those, and set aside for people to practise on.
PRACTICE_TASKS = 3
DEPOSIT_MICROS = 400_000_000


@dataclass
class Seeded:
    """A project and the right answers that are known, by file name."""

    project: Project
    truth: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


SURFACE_GUIDELINE = """Say what the ground is made of. One answer for each photograph.

# Brick
Baked stones laid in rows with joints between them. Count it as brick even when the joints are hard to see.

# Grass
Blades of grass, green or dry. A few stones between the blades are still grass.

# Gravel
Loose stones without any pattern.

# Cannot tell
If none of the three fits, flag the photograph. A justified flag is paid.
"""
FRUIT_GUIDELINE = """Draw a box round every piece of fruit on the table, and name it.

# Tight boxes
The box touches the fruit on all four sides. Leave out the shadow.

# Hidden parts
If a fruit is partly hidden behind another, box only what can be seen.

# Every fruit
Each piece gets its own box, also when two touch. A missed fruit is the commonest reason for a rejection.
"""
PHOTO_GUIDELINE = """Say where the photograph was taken and mark its main subject.

# Where it is
Indoors, outdoors or in space. The sky through a window is still indoors.

# Main subject
Box the one thing the photograph is about. Use a polygon when a box would hold more background than subject.

# Cut off
Tick "cut off" when the edge of the photograph cuts the subject.
"""


def make_projects(
    client: Person, organisation: Organisation, operator: Person, tell: Callable[[str], None]
) -> list[Seeded]:
    """Funded and live, in the order of their names."""
    record_deposit(organisation, DEPOSIT_MICROS, "Opening deposit (demo)", operator, str(new_id()))
    fruits = ["apple", "lemon", "pear"]
    seeded = [
        _make(
            client,
            organisation,
            tell,
            name="Ground surfaces",
            summary="One tap: brick, grass or gravel?",
            schema={
                "labels": [],
                "tags": [
                    {"name": "surface", "options": ["brick", "grass", "gravel"], "choose": "one", "required": True}
                ],
                "allow_nothing": False,
            },
            guideline=SURFACE_GUIDELINE,
            price={"base_micros": 2_500},
            seconds=3,
            files=pictures.surfaces(120),
            gold=GOLD_TASKS,
            examples=[
                ("good", "Rows and joints: brick.", "c1", 0),
                ("bad", "Loose stones are gravel, not brick.", "c3", 1),
            ],
        ),
        _make(
            client,
            organisation,
            tell,
            name="Fruit on a table",
            summary="A box round every piece of fruit.",
            schema={
                "labels": [{"name": name, "kinds": ["box"]} for name in fruits],
                "tags": [],
                "allow_nothing": True,
            },
            guideline=FRUIT_GUIDELINE,
            price={"base_micros": 20_000, "object_micros": 4_000, "max_objects": 10},
            seconds=24,
            files=pictures.fruit(100),
            gold=GOLD_TASKS,
            # The pictures are drawn with every fruit in sight: what they test is whether each is found.
            gold_clause=lambda truth: "c3",
            examples=[("good", "Each fruit has its own tight box.", "c3", 0)],
        ),
        _make(
            client,
            organisation,
            tell,
            name="What the photograph shows",
            summary="Where is it, and what is it about? Tags, a box or an outline.",
            schema={
                "labels": [
                    {
                        "name": name,
                        "kinds": ["box", "polygon"],
                        "attributes": [{"name": "cut off", "type": "boolean", "required": False}],
                    }
                    for name in ("person", "animal", "thing")
                ],
                "tags": [
                    {"name": "place", "options": ["indoors", "outdoors", "space"], "choose": "one", "required": True}
                ],
                "allow_nothing": False,
            },
            guideline=PHOTO_GUIDELINE,
            price={"base_micros": 60_000, "object_micros": 10_000, "max_objects": 2},
            seconds=40,
            overlap=2,
            files=pictures.photographs(48),
            gold=0,
            examples=[("good", "Indoors; the cat is the subject.", "c2", 2)],
        ),
    ]
    for one in seeded:
        launch(client, one.project.pk)
    return seeded


def _make(
    client: Person,
    organisation: Organisation,
    tell: Callable[[str], None],
    *,
    name: str,
    summary: str,
    schema: dict[str, Any],
    guideline: str,
    price: dict[str, int],
    seconds: int,
    files: Iterable[Picture],
    gold: int,
    examples: list[tuple[str, str, str, int]],
    gold_clause: Callable[[list[dict[str, Any]]], str] = lambda truth: "",
    overlap: int = 1,
) -> Seeded:
    project = create_project(
        client,
        organisation=organisation,
        name=name,
        summary=summary,
        schema=schema,
        guideline_markdown=guideline,
        price=price,
        overlap=overlap,
        estimated_milliseconds=seconds * 1000,
        budget_micros=100_000_000,
        gold_wanted=gold > 0,
    )
    seeded = Seeded(project)
    uploads = []
    for picture in files:
        seeded.truth[picture.name] = picture.truth
        uploads.append((picture.name, io.BytesIO(picture.content)))
    tell(f"{name}: {len(uploads)} pictures")
    for kind, caption, clause, place in examples:
        stream = io.BytesIO(uploads[place][1].getvalue())
        add_example(
            client,
            project_id=project.pk,
            kind=kind,
            caption=caption,
            image=(f"{kind}-example.jpg", stream),
            clause=clause,
        )
    receive_images(client, project_id=project.pk, files=uploads)
    while process_images(limit=50):
        pass
    plan_tasks(project.pk)
    rows = TaskImage.objects.filter(task__project=project).select_related("image").order_by("task_id")
    marked = rows[: gold + PRACTICE_TASKS if gold else 0]
    for row in marked:
        plant_gold(
            client,
            project.pk,
            row.task_id,
            seeded.truth[row.image.file_name],
            explanation="Compare your answer with the expected one; the clause says what counts.",
            clause=gold_clause(seeded.truth[row.image.file_name]),
        )
    set_aside(client, project.pk, [row.task_id for row in marked[gold:]], "practice")
    project.refresh_from_db()
    return seeded


def release_everything(project: Project, slots: int) -> None:
    while release(project.pk, slots):
        pass
