from uuid import UUID

from django.db import transaction

from tagwork.kit import clock
from tagwork.notices.models import Notice


def notify(person_id: UUID, *, kind: str, text: str, event_key: str, link: str = "") -> bool:
    """Tell one person, once for each `event_key`; False when it was told before.

    `link` is a path of ours; anything else is a mistake of the caller.
    """
    assert link == "" or (link.startswith("/") and not link.startswith("//")), link
    with transaction.atomic():
        _, is_new = Notice.objects.get_or_create(
            person_id=person_id,
            event_key=event_key,
            defaults={"kind": kind, "text": text[:400], "link": link, "created_at": clock.now()},
        )
    return is_new
