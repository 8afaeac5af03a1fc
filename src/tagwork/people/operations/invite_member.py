from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tagwork.kit import clock, outbox
from tagwork.kit.errors import Invalid, NotFound
from tagwork.people.errors import NotAnOwner
from tagwork.people.models import Invitation, Membership, Organisation, Person


@transaction.atomic
def invite_member(
    organisation: Organisation, email: str, *, by: Person, role: Membership.Role = Membership.Role.MEMBER
) -> Invitation:
    """Write to an address; whoever proves that it is theirs may join. A second invitation is the first one again.

    The answer is the same whether or not the address has an account. Raises Invalid, NotFound, NotAnOwner.
    """
    acting = Membership.objects.filter(organisation=organisation, person=by).first()
    if acting is None:
        raise NotFound("There is no such organisation.")
    if acting.role != Membership.Role.OWNER:
        raise NotAnOwner("Only an owner invites people. Ask one of them.")
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise Invalid("This is not an e-mail address. Check it for typing errors.") from wrong
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    earlier = Invitation.objects.filter(
        organisation=organisation, email__iexact=email, accepted_at=None, withdrawn_at=None
    ).first()
    if earlier is not None:
        return earlier
    invitation = Invitation.objects.create(
        organisation=organisation, email=email, role=role, invited_by=by, created_at=clock.now()
    )
    outbox.publish("people.invited", f"invitation:{invitation.pk}", {"invitation": str(invitation.pk)})
    return invitation
