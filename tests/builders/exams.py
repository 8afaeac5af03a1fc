"""Projects with an exam, and with retired gold to practise on; the right answer is `work.BOX`."""

from tagwork.kit import clock
from tagwork.people.models import Person
from tagwork.projects.models import Image, Project
from tagwork.tutorial.models import SetAside, Sitting
from tagwork.tutorial.operations.exam import answer_exam_item, set_exam, start_sitting
from tests.builders import work

BOX = [work.BOX | {"image": 0, "attributes": {}}]
WRONG = [work.BOX | {"box": [40, 30, 20, 15]}]


def set_aside(project: Project, count: int, use: str) -> list[SetAside]:
    """`count` images of the project, as if their gold had been set aside."""
    free = Image.objects.filter(project=project, state="ready").exclude(
        pk__in=SetAside.objects.filter(project=project).values("image_id")
    )
    return [
        SetAside.objects.create(
            project=project,
            image=image,
            use=use,
            schema_number=project.schema_number,
            expected=BOX,
            explanation="The car stands on the left.",
            created_at=clock.now(),
        )
        for image in free.order_by("pk")[:count]
    ]


def with_exam(project: Project, items: int = 3, *, pass_percent: int = 60, attempts: int = 2, wait_hours: int = 24):
    """The project asks an exam of `items` pictures; three of them and 60 %: two must be right."""
    set_aside(project, items, SetAside.Use.EXAM)
    set_exam(
        project.created_by,
        project.pk,
        is_on=True,
        pass_percent=pass_percent,
        attempts=attempts,
        wait_hours=wait_hours,
    )
    project.refresh_from_db()
    return project


def sit(worker: Person, project: Project, right: int) -> Sitting:
    """An attempt at the exam with so many right answers, the others wrong."""
    sitting = start_sitting(worker, project.pk)
    for number, item_id in enumerate(sitting.item_ids):
        answer_exam_item(worker, project.pk, item_id, BOX if number < right else WRONG)
    sitting.refresh_from_db()
    return sitting
