import uuid

from django.db import transaction

from tagwork.kit.errors import NotFound, WrongState
from tagwork.kit.storage import local_files
from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.models import GuidelineExample, Project


def remove_example(person: Person, *, project_id: uuid.UUID, example_id: int) -> None:
    """Take an example away from beside the guideline, with its image. Raises NotFound, WrongState once closing.

    The files go after the commit: a crash in between leaves a file nobody names, never a row without its file.
    """
    with transaction.atomic():
        project = queries.project_for_member(person, project_id, lock=True)
        if project.state in (Project.State.CLOSING, Project.State.CLOSED):
            raise WrongState("This project is closed; its guideline cannot be changed any more.")
        example = GuidelineExample.objects.select_related("image").filter(pk=example_id, project=project).first()
        if example is None:
            raise NotFound("There is no such example.")
        image = example.image
        keys = [image.original_key, *(derivative["key"] for derivative in image.derivatives)]
        example.delete()
        image.delete()
    for key in keys:
        local_files().delete(key)
