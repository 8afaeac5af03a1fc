import pytest

from tagwork.kit.models import AuditEntry
from tagwork.people.errors import NotAllowedToGrant
from tagwork.people.models import Person
from tagwork.people.operations.grant_role import Role, grant_role
from tagwork.people.operations.revoke_role import revoke_role
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_an_operator_grants_and_revokes_and_both_are_in_the_log() -> None:
    person, operator = people.worker(), people.operator()
    grant_role(person, Role.MODERATOR, by=operator, reason="trained")
    assert Person.objects.get(pk=person.pk).is_moderator
    revoke_role(person, Role.MODERATOR, by=operator, reason="left")
    assert not Person.objects.get(pk=person.pk).is_moderator
    entries = AuditEntry.objects.filter(subject=f"person:{person.pk}").order_by("id")
    assert [(entry.action, entry.detail["reason"]) for entry in entries] == [
        ("role_granted", "trained"),
        ("role_revoked", "left"),
    ]


def test_granting_again_is_harmless_and_not_logged_twice() -> None:
    person = people.worker()
    for _ in range(2):
        grant_role(person, Role.MODERATOR, by=people.operator(), reason="trained")
    assert AuditEntry.objects.count() == 1


def test_nobody_grants_to_themselves_and_only_operators_grant() -> None:
    operator, moderator = people.operator(), people.moderator()
    with pytest.raises(NotAllowedToGrant):
        grant_role(operator, Role.MODERATOR, by=operator, reason="me")
    with pytest.raises(NotAllowedToGrant):
        grant_role(people.worker(), Role.MODERATOR, by=moderator, reason="friend")
    assert not AuditEntry.objects.exists()


def test_the_owner_of_the_machine_makes_the_first_operator() -> None:
    person = people.worker()
    grant_role(person, Role.OPERATOR, by=None, reason="set-up")
    assert AuditEntry.objects.get().actor == "command line"
