import pytest

from tagwork.jobs.cli import main
from tagwork.people.models import Person
from tests.builders import people

# The command closes its connections.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_operator_is_made_by_whoever_owns_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    person = people.confirmed(people.worker())
    assert main(["role", "grant", person.email.upper(), "operator", "--reason", "set-up"]) == 0
    assert Person.objects.get(pk=person.pk).is_operator
    assert main(["role", "list"]) == 0
    assert f"{person.email}  worker, operator  (no second factor)" in capsys.readouterr().out
    assert main(["role", "revoke", person.email, "operator", "--reason", "left"]) == 0
    assert not Person.objects.get(pk=person.pk).is_operator


def test_nobody_gets_a_role_who_has_not_signed_up_or_not_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["role", "grant", "nobody@example.test", "operator", "--reason", "set-up"]) == 1
    assert "signed up" in capsys.readouterr().err
    assert main(["role", "grant", people.worker().email, "operator", "--reason", "set-up"]) == 1
    assert "not confirmed" in capsys.readouterr().err
    assert not Person.objects.filter(is_operator=True).exists()
