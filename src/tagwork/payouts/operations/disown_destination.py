from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tagwork.kit.errors import NotFound, WrongState
from tagwork.payouts import rules
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.payouts.operations.cancel_withdrawal import cancel_withdrawal
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.queries import DestinationView, destination_view
from tagwork.people.operations.lock_out import lock_out


@transaction.atomic
def disown_destination(destination_id: UUID) -> DestinationView:
    """For "that was not me" in the letter: nothing more goes there, and whoever is signed in is put out.

    Withdrawals to it that are not in a batch come back to the main balance. The caller has checked the link.
    Once more changes nothing. Raises NotFound.
    """
    destination = Destination.objects.select_related("person").filter(id=destination_id).first()
    if destination is None:
        raise NotFound("There is no such destination.")
    if destination.state == Destination.State.REMOVED and not _cancellable(destination).exists():
        return destination_view(destination)
    person = destination.person
    # The person's row first: docs/policies/locking.md.
    lock_out(person)
    for withdrawal_id in list(_cancellable(destination).order_by("id").values_list("id", flat=True)):
        try:
            cancel_withdrawal(person, withdrawal_id)
        except WrongState:
            # It went into a batch since it was listed; the operators are told by the audit log.
            continue
    remove_destination(person, destination.id)
    destination.refresh_from_db()
    return destination_view(destination)


def _cancellable(destination: Destination) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(destination=destination, state__in=rules.CANCELLABLE)
