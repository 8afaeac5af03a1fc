"""Tell me when there is work: asked for by a worker, told once, through the outbox."""

import uuid

from django.db import transaction

from tagwork.kit import clock, outbox
from tagwork.kit.errors import NotFound
from tagwork.people.models import Person
from tagwork.projects.models import Project
from tagwork.work.models import WorkAlert
from tagwork.work.queries import alerts_with_work

TOPIC = "work.available"


def set_alert(worker: Person, project_id: uuid.UUID, *, wanted: bool) -> None:
    """Ask for one notice, or take the wish back; either repeats harmlessly. Raises NotFound."""
    if not wanted:
        WorkAlert.objects.filter(worker=worker, project_id=project_id).delete()
        return
    project = Project.objects.filter(pk=project_id).exclude(state=Project.State.DRAFT).first()
    if project is None or not worker.is_worker:
        raise NotFound("There is no such project.")
    WorkAlert.objects.bulk_create(
        [WorkAlert(worker=worker, project=project, asked_at=clock.now())], ignore_conflicts=True
    )


def tell_of_work(limit: int = 200) -> int:
    """Publish one event for each alert whose worker could claim now, and forget the alert; returns how many.

    Asked by the clock and not where slots open: slots come back from releases, skips, expiries and redos, and what is
    open for others may be nothing for somebody who had every image before. Once is enough: a queue that fills and
    empties all day would otherwise nag.
    """
    with transaction.atomic():
        told = 0
        for alert in alerts_with_work(limit):
            # Two processes may read the same alert; the one whose delete finds it publishes.
            if WorkAlert.objects.filter(pk=alert.pk).delete()[0]:
                outbox.publish(
                    TOPIC,
                    f"work-alert:{alert.pk}",
                    {"worker": str(alert.worker_id), "project": str(alert.project_id), "alert": alert.pk},
                )
                told += 1
    return told
