import pytest

from tagwork.kit.models import AuditEntry
from tagwork.people.errors import NotAllowedToGrant
from tagwork.people.models import OperatorProposal, Person
from tagwork.people.operations.grant_role import Role, grant_role
from tagwork.people.operations.revoke_role import revoke_role
from tests.builders import people
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db


def test_an_operator_grants_and_revokes_and_both_are_in_the_log() -> None:
    person, operator = people.confirmed(people.worker()), people.operator()
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
    person = people.confirmed(people.worker())
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
    person = people.confirmed(people.worker())
    assert grant_role(person, Role.OPERATOR, by=None, reason="set-up") is None
    assert Person.objects.get(pk=person.pk).is_operator
    assert AuditEntry.objects.get().actor == "command line"


def test_who_has_not_confirmed_their_address_gets_no_role() -> None:
    with pytest.raises(NotAllowedToGrant, match="confirmed"):
        grant_role(people.worker(), Role.MODERATOR, by=people.operator(), reason="trained")
    assert not Person.objects.get(pk=people.worker().pk).is_moderator


def test_an_operator_is_made_by_two() -> None:
    person, first, second = people.confirmed(people.worker()), people.operator(), people.second_operator()
    for _ in range(2):  # the first one twice is still one
        assert grant_role(person, Role.OPERATOR, by=first, reason="joins us") is not None
        assert not Person.objects.get(pk=person.pk).is_operator
    assert grant_role(person, Role.OPERATOR, by=second, reason="seen the contract") is None
    assert Person.objects.get(pk=person.pk).is_operator
    made = OperatorProposal.objects.get()
    assert (made.proposed_by, made.decided_by, made.is_accepted) == (first, second, True)
    entries = AuditEntry.objects.filter(subject=f"person:{person.pk}").order_by("id")
    assert [(entry.actor, entry.action) for entry in entries] == [
        (str(first.pk), "role_proposed"),
        (str(second.pk), "role_granted"),
    ]


def test_a_proposed_operator_is_let_drop_by_either_of_them() -> None:
    person, first, second = people.confirmed(people.worker()), people.operator(), people.second_operator()
    grant_role(person, Role.OPERATOR, by=first, reason="joins us")
    revoke_role(person, Role.OPERATOR, by=second, reason="never heard of")
    assert grant_role(person, Role.OPERATOR, by=second, reason="heard of") is not None  # a new one, of the second
    assert not Person.objects.get(pk=person.pk).is_operator
    assert list(OperatorProposal.objects.order_by("id").values_list("proposed_by", "is_accepted")) == [
        (first.pk, False),
        (second.pk, False),
    ]


def test_what_a_former_operator_proposed_counts_for_nothing() -> None:
    person, first, second = people.confirmed(people.worker()), people.operator(), people.second_operator()
    grant_role(person, Role.OPERATOR, by=first, reason="my other account")
    revoke_role(first, Role.OPERATOR, by=second, reason="left")
    proposal = grant_role(person, Role.OPERATOR, by=second, reason="joins us")
    assert proposal is not None and proposal.proposed_by == second
    assert not Person.objects.get(pk=person.pk).is_operator


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_the_same_moment_make_one_operator() -> None:
    person, operators = people.confirmed(people.worker()), [people.operator(), people.second_operator()]
    answers = at_once(lambda number: grant_role(person, Role.OPERATOR, by=operators[number], reason="joins us"))
    assert sorted(answer is None for answer in answers) == [False, True]
    assert Person.objects.get(pk=person.pk).is_operator
