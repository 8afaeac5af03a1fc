from uuid import UUID

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.payouts import rules
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.payouts.operations.cancel_withdrawal import cancel_all
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.queries import DestinationView, destination_view
from tagwork.people.models import Person
from tagwork.people.operations.lock_out import lock_out


@transaction.atomic
def disown_destination(destination_id: UUID) -> DestinationView:
    """For "that was not me" in the letter: nothing more goes there, and whoever is signed in is put out, also when the
    destination was removed meanwhile: the one who took over may have done it.

    Withdrawals to it that are not in a batch come back to the main balance. The caller has checked the link.
    Once more changes nothing, but for a withdrawal that came out of a batch. Raises NotFound.
    """
    person_id = Destination.objects.filter(id=destination_id).values_list("person_id", flat=True).first()
    if person_id is None:
        raise NotFound("There is no such destination.")
    # The person's row first, then the destination, the withdrawals, the balances: docs/policies/locking.md.
    person = Person.objects.select_for_update(no_key=True).get(id=person_id)
    destination = Destination.objects.select_for_update().get(id=destination_id)
    if destination.disowned_at is None:
        lock_out(person)
        Destination.objects.filter(id=destination_id).update(disowned_at=clock.now())
    # Removed before the withdrawals are listed: a request that was under way has ended, and none begins any more.
    remove_destination(person, destination_id)
    waiting = Withdrawal.objects.select_for_update(of=("self",)).filter(
        destination_id=destination_id, state__in=rules.CANCELLABLE
    )
    cancel_all(person, list(waiting.order_by("id")))
    destination.refresh_from_db()
    return destination_view(destination)
