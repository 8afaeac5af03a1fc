from django.db import transaction

from tagwork.people.errors import BadName
from tagwork.people.models import Membership, Organisation, Person


@transaction.atomic
def create_organisation(person: Person, name: str) -> Organisation:
    """A client with `person` as its first owner. Raises BadName."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise BadName("Give the organisation a name of 1 to 120 letters.")
    organisation = Organisation.objects.create(name=name)
    Membership.objects.create(organisation=organisation, person=person, role=Membership.Role.OWNER)
    return organisation
