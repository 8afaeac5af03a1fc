"""Write down that an answer was checked, or that a check was overturned. The fold follows in the background."""

import uuid
from datetime import datetime

from django.db import transaction

from tagwork.kit import clock, outbox, settings
from tagwork.standing.models import CheckedAnswer

TOPIC = "standing.checked"


@transaction.atomic
def record_checked(
    *,
    worker_id: uuid.UUID,
    task_type: str,
    project_id: uuid.UUID,
    subject: str,
    source: str,
    is_correct: bool | None,
    answered_at: datetime,
) -> None:
    """Append one row. A later row of the same subject replaces it in the fold (None: it counts no longer)."""
    CheckedAnswer.objects.create(
        worker_id=worker_id,
        task_type=task_type,
        project_id=project_id,
        subject=subject,
        source=source,
        is_correct=is_correct,
        settings_version=settings.version(),
        answered_at=answered_at,
        recorded_at=clock.now(),
    )
    outbox.publish(TOPIC, f"standing:{worker_id}:{task_type}", {"worker": str(worker_id), "task_type": task_type})
