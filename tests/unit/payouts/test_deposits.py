import pytest

from tagwork.kit.errors import Forbidden, Invalid
from tagwork.kit.models import AuditEntry
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.errors import KeyReused
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.queries import deposits_of, recorded_deposits
from tagwork.people.models import Organisation
from tests.builders import people

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
