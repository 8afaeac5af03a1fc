from uuid import UUID

from django.db import transaction

from tagwork.kit.errors import NotFound
from tagwork.people.errors import LastOwner, NotAnOwner
from tagwork.people.models import Membership, Organisation, Person


@transaction.atomic
def set_member_role(organisation: Organisation, person_id: UUID, role: Membership.Role, *, by: Person) -> None:
    """An owner makes another an owner or a plain member. Raises NotFound, NotAnOwner, LastOwner."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    members = {member.person_id: member for member in Membership.objects.filter(organisation=organisation)}
    acting, changed = members.get(by.pk), members.get(person_id)
    if acting is None or changed is None:
        raise NotFound("There is no such member.")
    if acting.role != Membership.Role.OWNER:
        raise NotAnOwner("Only an owner changes what others may do. Ask one of them.")
    owners = [member for member in members.values() if member.role == Membership.Role.OWNER]
    if role != Membership.Role.OWNER and owners == [changed]:
        raise LastOwner("An organisation keeps at least one owner. Make somebody else an owner first.")
    changed.role = role
    changed.save(update_fields=["role"])
