from uuid import UUID

from django.db import transaction

from tagwork.kit import clock
from tagwork.people.errors import NotInvited
from tagwork.people.models import Invitation, Membership, Person
from tagwork.people.operations.add_member import add_member


@transaction.atomic
def accept_invitation(person: Person, invitation_id: UUID) -> Membership:
    """Join the organisation that wrote to this person's (confirmed) address. Raises NotInvited."""
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None or invitation.withdrawn_at or invitation.email.lower() != person.email.lower():
        raise NotInvited("This invitation is not for your address, or it was withdrawn. Ask for a new one.")
    if invitation.accepted_at is None:
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        return add_member(invitation.organisation, person, Membership.Role(invitation.role))
    # Accepted before: pressing twice is harmless, but who was removed since does not come back by an old letter.
    member = Membership.objects.filter(organisation=invitation.organisation, person=person).first()
    if member is None:
        raise NotInvited("This invitation was used before. Ask for a new one.")
    return member
