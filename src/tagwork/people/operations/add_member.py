from tagwork.people.models import Membership, Organisation, Person


def add_member(
    organisation: Organisation, person: Person, role: Membership.Role = Membership.Role.MEMBER
) -> Membership:
    """`person` acts for the organisation from now on; harmless when they do already (their role stays).

    Whether they may be added is for the caller: an accepted invitation, or the seeding of a demo.
    """
    membership, _ = Membership.objects.get_or_create(organisation=organisation, person=person, defaults={"role": role})
    return membership
