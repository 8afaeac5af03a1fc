from uuid import UUID

import pytest

from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.ids import new_id
from tagwork.kit.models import AuditEntry
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.errors import KeyReused
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.queries import deposits_of, recorded_deposit, recorded_deposits
from tagwork.people.models import Organisation
from tests.builders import people
from tests.builders.concurrency import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound_books")]


def available_micros(organisation: Organisation) -> int:
    return balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.id}"))


def test_it_becomes_the_clients_money_once() -> None:
    organisation, operator = people.client().organisation, people.operator()
    first = record_deposit(organisation, 25_000_000, "bank transfer 4711", operator, "key-1")
    assert record_deposit(organisation, 25_000_000, "bank transfer 4711", operator, "key-1") == first
    assert available_micros(organisation) == 25_000_000
    assert [(view.amount_micros, view.reference) for view in deposits_of(organisation)] == [
        (25_000_000, "bank transfer 4711")
    ]
    assert AuditEntry.objects.filter(subject=f"deposit:{first}", actor=str(operator.id)).count() == 1


def test_the_same_key_for_something_else_is_refused() -> None:
    organisation, operator = people.client().organisation, people.operator()
    record_deposit(organisation, 25_000_000, "bank transfer 4711", operator, "key-1")
    with pytest.raises(KeyReused):
        record_deposit(organisation, 26_000_000, "bank transfer 4711", operator, "key-1")
    assert available_micros(organisation) == 25_000_000


def test_it_refuses_a_stranger() -> None:
    client = people.client()
    for stranger in (client.person, people.worker(), people.moderator(), people.outsider()):
        with pytest.raises(Forbidden):
            record_deposit(client.organisation, 25_000_000, "trust me", stranger, "key-1")
    assert available_micros(client.organisation) == 0


@pytest.mark.parametrize(("amount", "reference", "key"), [(0, "r", "k"), (-1, "r", "k"), (1, " ", "k"), (1, "r", "")])
def test_it_refuses_what_is_not_a_deposit(amount: int, reference: str, key: str) -> None:
    with pytest.raises(Invalid):
        record_deposit(people.client().organisation, amount, reference, people.operator(), key)


def test_operators_read_the_deposits_of_all_clients_newest_first() -> None:
    operator, organisation = people.operator(), people.client().organisation
    other = people.outsider().memberships.get().organisation
    first = record_deposit(organisation, 5_000_000, "SEPA 1", operator, "read-1")
    second = record_deposit(other, 7_000_000, "SEPA 2", operator, "read-2")
    rows = recorded_deposits()
    assert [(row.id, row.organisation, row.amount_micros, row.recorded_by) for row in rows] == [
        (second, other.name, 7_000_000, operator.email),
        (first, organisation.name, 5_000_000, operator.email),
    ]
    assert [row.id for row in recorded_deposits(before=second)] == [first]


# --- taken back ----------------------------------------------------------------------------------------------------


def deposit(amount_micros: int = 25_000_000) -> UUID:
    return record_deposit(people.client().organisation, amount_micros, "bank transfer 4711", people.operator(), "key-1")


def test_a_deposit_recorded_by_mistake_is_taken_back_once_and_both_stay_in_the_books() -> None:
    organisation, made = people.client().organisation, deposit()
    first = reverse_deposit(made, "It was for somebody else.", people.second_operator())
    assert reverse_deposit(made, "Said again.", people.operator()) == first
    assert available_micros(organisation) == 0
    [view] = deposits_of(organisation)
    assert (view.amount_micros, view.taken_back_micros) == (25_000_000, -25_000_000)
    assert recorded_deposit(made).reversed_at is not None
    [entry] = AuditEntry.objects.filter(action="deposit.reversed")
    assert (entry.actor, entry.subject) == (str(people.second_operator().id), f"deposit:{made}")
    assert entry.detail["reason"] == "It was for somebody else."


def test_what_was_put_into_a_project_is_not_taken_back() -> None:
    organisation, made = people.client().organisation, deposit()
    available = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.id}")
    post(
        key="reserve:1",
        kind="reserve",
        lines=[(available, -1_000_000), (AccountRef(Kind.PROJECT_ESCROW, "project:1"), 1_000_000)],
    )
    with pytest.raises(WrongState, match=r"Only \$24\.00 of the \$25\.00"):
        reverse_deposit(made, "It was for somebody else.", people.operator())
    assert available_micros(organisation) == 24_000_000 and not AuditEntry.objects.filter(action="deposit.reversed")


def test_only_an_operator_takes_a_deposit_back_and_says_why() -> None:
    made = deposit()
    for stranger in (people.client().person, people.worker(), people.moderator()):
        with pytest.raises(Forbidden):
            reverse_deposit(made, "It was for somebody else.", stranger)
    with pytest.raises(Invalid):
        reverse_deposit(made, " ", people.operator())
    with pytest.raises(NotFound):
        reverse_deposit(new_id(), "It was for somebody else.", people.operator())


@pytest.mark.django_db(transaction=True)
def test_two_operators_at_once_take_it_back_once() -> None:
    made, operators = deposit(), [people.operator(), people.second_operator()]
    done = at_once(lambda number: reverse_deposit(made, "It was for somebody else.", operators[number]))
    assert done[0] == done[1] and available_micros(people.client().organisation) == 0
    assert AuditEntry.objects.filter(action="deposit.reversed").count() == 1
