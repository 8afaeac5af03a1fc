import uuid

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.models import Person
from tagwork.projects.models import GuidelineAcknowledgement
from tagwork.projects.queries import published_project


def acknowledge_guideline(worker: Person, *, project_id: uuid.UUID, number: int) -> int:
    """Store that `worker` has read version `number`; the newest version they have read. It never goes back.

    Reading a version that was replaced meanwhile is stored too; whether it is new enough is asked at the claim.
    Raises NotFound for drafts, for versions that do not exist and for who is no worker.
    """
    project = published_project(project_id)
    if not worker.is_worker or not 1 <= number <= project.guideline_number:
        raise NotFound("There is no such guideline.")
    now = clock.now()
    with transaction.atomic():
        acknowledged, is_new = GuidelineAcknowledgement.objects.get_or_create(
            project=project, worker=worker, defaults={"number": number, "acknowledged_at": now}
        )
        if not is_new:
            GuidelineAcknowledgement.objects.filter(pk=acknowledged.pk, number__lt=number).update(
                number=number, acknowledged_at=now
            )
    return max(number, acknowledged.number)
