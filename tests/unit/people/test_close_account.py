"""Closing an account: who somebody was is forgotten, the books stay, and no approved pay is lost."""

import pytest
from allauth.account.models import EmailAddress

from tagwork.kit import audit, outbox
from tagwork.kit.errors import Forbidden, Invalid, WrongState
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.payouts.queries import destinations_of
from tagwork.people.models import Membership, Person
from tagwork.people.operations.close_account import close_account, what_holds
from tagwork.people.operations.create_token import create_token
from tagwork.people.queries import person_for_token
from tagwork.quality.operations.appeal import file_appeal, withdraw_appeal
from tagwork.quality.operations.moderate import moderate
from tagwork.work.operations.skip import skip
from tests.builders import people, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
# Litecoin Core v0.21.5.5 src/test/data/key_io_valid.json
ADDRESS = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"
REASON = "They asked for it by letter."


def earned(person: Person, micros: int) -> None:
    post(
        key=f"earned:{micros}",
        kind="deposit",
        lines=[
            (AccountRef("external_in", "method:manual"), -micros),
            (AccountRef("worker_main", f"worker:{person.pk}"), micros),
        ],
    )


def reasons(person: Person) -> str:
    with pytest.raises(WrongState) as refusal:
        close_account(person, by=person)
    assert Person.objects.get(pk=person.pk).is_active
    return " ".join(refusal.value.extra["reasons"])


def test_it_forgets_who_somebody_was_and_keeps_what_was_done() -> None:
    worker = people.worker()
    people.confirmed(worker)
    _, text = create_token(worker, "script")
    add_destination(worker, "ltc", ADDRESS)
    close_account(worker, by=worker)
    while outbox.deliver():
        pass
    kept = Person.objects.get(pk=worker.pk)
    assert kept.email == f"closed-{worker.pk.hex}@account.invalid" and not kept.has_usable_password()
    assert (kept.display_name, kept.country, kept.languages, kept.time_zone) == ("", "", [], "")
    assert not (kept.is_active or kept.is_worker or kept.is_moderator or kept.is_operator)
    assert person_for_token(text) is None and destinations_of(kept) == []
    assert not EmailAddress.objects.filter(user=kept).exists()
    [entry] = audit.entries(action="account.closed")
    assert (entry.actor, entry.subject, entry.detail["own_request"]) == (str(worker.pk), f"person:{worker.pk}", True)
    # The address is free for a new account.
    assert people.worker().pk != worker.pk


def test_it_repeats_harmlessly() -> None:
    worker = people.worker()
    for _ in range(2):
        close_account(worker, by=worker)
    assert audit.entries(action="account.closed").count() == 1


def test_a_balance_and_a_withdrawal_under_way_hold_it_open() -> None:
    worker = people.worker()
    earned(worker, 1_000_000)
    assert "$1.00 are on your balance" in reasons(worker)
    request_withdrawal(worker, add_destination(worker, "ltc", ADDRESS).id, 1_000_000, "key")
    assert "A withdrawal is under way" in reasons(worker)


def test_a_task_in_hand_pending_pay_and_an_open_appeal_hold_it_open() -> None:
    project = work.open_project(2)
    worker = work.reader(project)
    lease = work.leased(worker, project)
    assert "You hold a task" in reasons(worker)
    skip(worker, lease.pk, "cannot_tell")
    made = work.submitted(worker, project)
    assert "wait for a verdict" in reasons(worker)
    moderate(people.moderator(), made.pk, "rejected", reason_code="missed_object", clause="c1", mark={"point": [3, 4]})
    appeal = file_appeal(worker, "submission", made.pk, "The bumper is inside the box.")
    assert "open appeal" in reasons(worker)
    withdraw_appeal(worker, appeal.pk)
    assert what_holds(worker) == []


def test_a_client_alone_keeps_the_account_while_a_project_or_money_depends_on_it() -> None:
    project = work.open_project(1)
    member = project.created_by
    record_deposit(project.organisation, 1_000_000, "more", people.operator(), "k")
    text = reasons(member)
    assert "project that is not closed" in text and "left and no other member" in text
    Membership.objects.create(organisation=project.organisation, person=people.outsider(), role="member")
    assert "only owner" in reasons(member)
    Membership.objects.filter(person=people.outsider()).update(role="owner")
    close_account(member, by=member)
    assert not Membership.objects.filter(person=member).exists()


def test_the_last_operator_stays() -> None:
    operator = people.operator()
    assert "only operator" in reasons(operator)
    people.second_operator()
    close_account(operator, by=operator)


def test_an_operator_closes_one_with_a_reason_and_nobody_else_does() -> None:
    worker = people.worker()
    for stranger in (people.second_worker(), people.moderator(), people.client().person):
        with pytest.raises(Forbidden):
            close_account(worker, by=stranger, reason=REASON)
    with pytest.raises(Invalid):
        close_account(worker, by=people.operator(), reason="short")
    earned(worker, 5)
    with pytest.raises(WrongState):
        close_account(worker, by=people.operator(), reason=REASON)
    assert balance_micros(AccountRef("worker_main", f"worker:{worker.pk}")) == 5
    close_account(people.second_worker(), by=people.operator(), reason=REASON)
    [entry] = audit.entries(action="account.closed")
    assert (entry.detail["own_request"], entry.detail["reason"]) == (False, REASON)


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_a_closing_at_once_lose_no_money() -> None:
    worker = people.worker()
    earned(worker, 1_000_000)
    destination = add_destination(worker, "ltc", ADDRESS)

    def act(number: int) -> str:
        if number:
            request_withdrawal(worker, destination.id, 1_000_000, "key")
            return "withdrawn"
        try:
            close_account(worker, by=worker)
        except WrongState:
            return "held"
        return "closed"

    assert sorted(at_once(act)) == ["held", "withdrawn"]
    assert Person.objects.get(pk=worker.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_closings_at_once_are_one() -> None:
    worker = people.worker()
    at_once(lambda _: close_account(worker, by=worker), 3)
    assert audit.entries(action="account.closed").count() == 1
