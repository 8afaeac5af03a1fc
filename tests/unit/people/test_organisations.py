import pytest

from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.models import OutboxEvent
from tagwork.people import queries
from tagwork.people.errors import BadName, LastOwner, NotAnOwner, NotInvited
from tagwork.people.models import Invitation, Membership, Organisation, Person
from tagwork.people.operations.accept_invitation import accept_invitation
from tagwork.people.operations.add_member import add_member
from tagwork.people.operations.create_organisation import create_organisation
from tagwork.people.operations.invite_member import invite_member
from tagwork.people.operations.remove_member import remove_member
from tagwork.people.operations.set_member_role import set_member_role
from tagwork.people.operations.withdraw_invitation import withdraw_invitation
from tests.builders import people
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
OWNER, MEMBER = Membership.Role.OWNER, Membership.Role.MEMBER


def roles_in(organisation: Organisation) -> dict[str, str]:
    return {member.person.email: member.role for member in queries.members_of(organisation)}


def test_whoever_creates_an_organisation_owns_it_and_is_a_client() -> None:
    person = people.worker()
    assert not person.is_client
    organisation = create_organisation(person, "  Street   Signs ")
    assert organisation.name == "Street Signs"
    assert roles_in(organisation) == {person.email: OWNER}
    assert Person.objects.get(pk=person.pk).is_client
    assert list(queries.organisations_of(person)) == [organisation]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_it_refuses_a_name_that_is_none(name: str) -> None:
    with pytest.raises(BadName):
        create_organisation(people.worker(), name)


def test_an_invitation_writes_a_letter_whether_or_not_the_address_has_an_account() -> None:
    client, worker = people.client(), people.worker()
    known = invite_member(client.organisation, worker.email.upper(), by=client.person)
    unknown = invite_member(client.organisation, "nobody@example.test", by=client.person)
    assert OutboxEvent.objects.filter(topic="people.invited").count() == 2
    assert {known.email, unknown.email} == {worker.email, "nobody@example.test"}
    assert worker.email not in roles_in(client.organisation)


def test_inviting_twice_is_harmless() -> None:
    client = people.client()
    first = invite_member(client.organisation, "new@example.test", by=client.person)
    assert invite_member(client.organisation, "NEW@example.test", by=client.person) == first
    assert Invitation.objects.count() == 1


def test_only_an_owner_invites() -> None:
    client, worker = people.client(), people.worker()
    add_member(client.organisation, worker)
    with pytest.raises(NotAnOwner):
        invite_member(client.organisation, "new@example.test", by=worker)
    with pytest.raises(NotFound):
        invite_member(client.organisation, "new@example.test", by=people.outsider())


def test_it_refuses_an_address_that_is_none() -> None:
    client = people.client()
    with pytest.raises(Invalid):
        invite_member(client.organisation, "not an address", by=client.person)


def test_the_invited_person_joins_once_with_the_promised_role() -> None:
    client, worker = people.client(), people.worker()
    invitation = invite_member(client.organisation, worker.email, by=client.person, role=OWNER)
    assert list(queries.invitations_for(worker)) == [invitation]
    joined = accept_invitation(worker, invitation.pk)
    assert accept_invitation(worker, invitation.pk) == joined
    assert roles_in(client.organisation)[worker.email] == OWNER
    assert list(queries.invitations_for(worker)) == []


def test_an_invitation_is_for_its_address_alone() -> None:
    client = people.client()
    invitation = invite_member(client.organisation, people.worker().email, by=client.person)
    with pytest.raises(NotInvited):
        accept_invitation(people.outsider(), invitation.pk)


def test_a_withdrawn_invitation_opens_nothing() -> None:
    client, worker = people.client(), people.worker()
    invitation = invite_member(client.organisation, worker.email, by=client.person)
    with pytest.raises(NotFound):
        withdraw_invitation(client.organisation, invitation.pk, by=people.outsider())
    withdraw_invitation(client.organisation, invitation.pk, by=client.person)
    with pytest.raises(NotInvited):
        accept_invitation(worker, invitation.pk)


def test_who_was_removed_does_not_come_back_by_an_old_letter() -> None:
    client, worker = people.client(), people.worker()
    invitation = invite_member(client.organisation, worker.email, by=client.person)
    accept_invitation(worker, invitation.pk)
    remove_member(client.organisation, worker.pk, by=client.person)
    with pytest.raises(NotInvited):
        accept_invitation(worker, invitation.pk)


def test_a_member_leaves_but_removes_nobody_else() -> None:
    client, worker = people.client(), people.worker()
    add_member(client.organisation, worker)
    with pytest.raises(NotAnOwner):
        remove_member(client.organisation, client.person.pk, by=worker)
    remove_member(client.organisation, worker.pk, by=worker)
    assert worker.email not in roles_in(client.organisation)


def test_a_stranger_removes_nobody() -> None:
    client = people.client()
    with pytest.raises(NotFound):
        remove_member(client.organisation, client.person.pk, by=people.outsider())


def test_the_last_owner_stays() -> None:
    client, worker = people.client(), people.worker()
    add_member(client.organisation, worker)
    with pytest.raises(LastOwner):
        remove_member(client.organisation, client.person.pk, by=client.person)
    with pytest.raises(LastOwner):
        set_member_role(client.organisation, client.person.pk, MEMBER, by=client.person)
    set_member_role(client.organisation, worker.pk, OWNER, by=client.person)
    set_member_role(client.organisation, client.person.pk, MEMBER, by=client.person)
    assert roles_in(client.organisation) == {client.person.email: MEMBER, worker.email: OWNER}


def test_a_member_makes_nobody_an_owner() -> None:
    client, worker = people.client(), people.worker()
    add_member(client.organisation, worker)
    with pytest.raises(NotAnOwner):
        set_member_role(client.organisation, worker.pk, OWNER, by=worker)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one_behind() -> None:
    client, worker = people.client(), people.worker()
    add_member(client.organisation, worker, OWNER)
    leaving = [client.person, worker]

    def leave(number: int) -> bool:
        try:
            remove_member(client.organisation, leaving[number].pk, by=leaving[number])
        except LastOwner:
            return False
        return True

    assert sorted(at_once(leave)) == [False, True]
    assert Membership.objects.filter(organisation=client.organisation, role=OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_invitations_at_once_are_one() -> None:
    client = people.client()
    made = at_once(lambda _: invite_member(client.organisation, "new@example.test", by=client.person).pk)
    assert made[0] == made[1]
    assert Invitation.objects.count() == 1
