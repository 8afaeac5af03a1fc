"""What this room has to say when somebody wants to close their account."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext

from tagwork.core.money import format_usd
from tagwork.kit import clock
from tagwork.kit.models import OutboxEvent
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.journals import worker_main
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.people.models import Membership, Person

_OVER = ("confirmed", "cancelled", "refunded")


def money_that_holds(person: Person) -> list[str]:
    """Approved pay is never confiscated, and a client's money belongs to somebody: both hold an account open."""
    reasons = []
    main_micros = balance_micros(worker_main(person.pk))
    if main_micros:
        text = gettext(
            "%(amount)s are on your balance: withdraw them. If that is below the least amount, ask on the Reports page "
            "to be paid by hand."
        )
        reasons.append(text % {"amount": format_usd(main_micros)})
    if Withdrawal.objects.filter(worker=person).exclude(state__in=_OVER).exists():
        reasons.append(gettext("A withdrawal is under way: wait until it has arrived, or cancel it."))
    for membership in Membership.objects.filter(person=person).select_related("organisation"):
        organisation = membership.organisation
        left = balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.pk}"))
        if left and organisation.memberships.count() == 1:
            text = gettext(
                "%(organisation)s has %(amount)s left and no other member: ask on the Reports page to have it paid "
                "back, or invite somebody."
            )
            reasons.append(text % {"organisation": organisation.name, "amount": format_usd(left)})
    return reasons


def forget_destinations(events: Sequence[OutboxEvent]) -> None:
    """Nobody is paid there any more; what was paid keeps its address, which is part of the books."""
    for event in events:
        Destination.objects.filter(person_id=UUID(event.payload["person"]), state=Destination.State.ACTIVE).update(
            state=Destination.State.REMOVED, removed_at=clock.now()
        )
