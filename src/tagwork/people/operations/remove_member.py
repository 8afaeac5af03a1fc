from uuid import UUID

from django.db import transaction

from tagwork.kit.errors import NotFound
from tagwork.people.errors import LastOwner, NotAnOwner
from tagwork.people.models import Membership, Organisation, Person


@transaction.atomic
def remove_member(organisation: Organisation, person_id: UUID, *, by: Person) -> None:
    """Owners remove anybody, members remove themselves, the last owner stays.

    Raises NotFound, NotAnOwner, LastOwner.
    """
    # Two owners who remove each other at the same time would leave none: the organisation's row is the lock.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    members = {member.person_id: member for member in Membership.objects.filter(organisation=organisation)}
    acting, leaving = members.get(by.pk), members.get(person_id)
    if acting is None or leaving is None:
        raise NotFound("There is no such member.")
    if acting.role != Membership.Role.OWNER and acting is not leaving:
        raise NotAnOwner("Only an owner removes other people. Ask one of them.")
    owners = [member for member in members.values() if member.role == Membership.Role.OWNER]
    if owners == [leaving]:
        raise LastOwner("An organisation keeps at least one owner. Make somebody else an owner first.")
    leaving.delete()
