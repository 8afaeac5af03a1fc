from uuid import UUID

from django.db import transaction

from tagwork.kit import clock, outbox
from tagwork.kit.errors import NotFound
from tagwork.payouts.models import Destination
from tagwork.people.models import Person


@transaction.atomic
def remove_destination(person: Person, destination_id: UUID) -> None:
    """Takes it out of use; withdrawals under way keep their snapshot. Once more does nothing. Raises NotFound."""
    destination = Destination.objects.select_for_update().filter(id=destination_id, person=person).first()
    if destination is None:
        raise NotFound("There is no such destination.")
    if destination.state == Destination.State.REMOVED:
        return
    destination.state = Destination.State.REMOVED
    destination.removed_at = clock.now()
    destination.save(update_fields=["state", "removed_at"])
    outbox.publish(
        "destination.removed",
        f"destination:{destination.id}",
        {"destination_id": str(destination.id), "person_id": str(person.id)},
    )
