import json

import pytest

from tagwork.jobs.cli import main
from tagwork.payouts.models import Freeze
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.rules import UNKNOWN_CODE
from tests.builders import people

pytestmark = pytest.mark.django_db


def test_without_a_node_coins_are_paid_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payouts", "run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {(one["method"], one["outcome"]) for one in told["methods"]} == {("ltc", "by_hand"), ("bch", "by_hand")}


def test_it_knows_the_methods_that_a_node_can_pay(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payouts", "run", "--method", "manual"]) == 2
    assert "ltc" in capsys.readouterr().err


def test_only_an_operator_lifts_a_freeze_and_only_one_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    operator, worker = people.operator(), people.worker()
    command = ["payouts", "unfreeze", "ltc", "--note", "the node is upgraded", "--operator"]
    assert main([*command, operator.email]) == 1
    freeze("ltc", UNKNOWN_CODE, "gettransaction: -100")
    assert main([*command, worker.email]) == 1
    assert main([*command, "nobody@example.test"]) == 1
    assert Freeze.objects.filter(lifted_at__isnull=True).exists()
    assert main([*command, operator.email]) == 0
    assert "gettransaction: -100" in capsys.readouterr().out
    assert not Freeze.objects.filter(lifted_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)  # the command closes its connections
def test_a_run_in_an_operators_name_is_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payouts", "run", "--operator", people.operator().email, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["outcome"] for one in told["methods"]} == {"by_hand"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("email", ["worker1@example.test", "nobody@example.test"])
def test_nobody_but_an_operator_starts_a_run_in_their_name(capsys: pytest.CaptureFixture[str], email: str) -> None:
    people.worker()
    assert main(["payouts", "run", "--operator", email]) == 2
    assert "no operator" in capsys.readouterr().err
