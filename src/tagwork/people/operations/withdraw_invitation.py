from uuid import UUID

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.people.errors import NotAnOwner
from tagwork.people.models import Invitation, Membership, Organisation, Person


@transaction.atomic
def withdraw_invitation(organisation: Organisation, invitation_id: UUID, *, by: Person) -> None:
    """The letter opens nothing any more. Raises NotFound, NotAnOwner."""
    acting = Membership.objects.filter(organisation=organisation, person=by).first()
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id, organisation=organisation).first()
    if acting is None or invitation is None:
        raise NotFound("There is no such invitation.")
    if acting.role != Membership.Role.OWNER:
        raise NotAnOwner("Only an owner withdraws invitations. Ask one of them.")
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
