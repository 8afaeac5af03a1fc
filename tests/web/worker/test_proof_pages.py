import json

import pytest
from django.test import Client
from django.urls import reverse

from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.ledger.proofs import check_statement
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tests.builders import people
from tests.builders.browsers import browser
from tests.unit.payouts.conftest import destination, fund

pytestmark = pytest.mark.django_db


def test_a_worker_downloads_a_proof_of_balance_and_withdrawals_that_the_published_key_confirms() -> None:
    person = people.worker()
    fund(person, 3_000_000)
    request_withdrawal(person, destination(person).id, 1_000_000, "key-1")
    make_checkpoint()
    answer = browser(person).get(reverse("proof"))
    assert "attachment" in answer["Content-Disposition"]
    key = Client().get(reverse("proof-key")).content
    checked = check_statement(answer.content, key)
    assert checked.ok and checked.notes == ()
    assert sorted(checked.amounts_micros.values()) == [1_000_000, 2_000_000]


def test_another_worker_sees_nothing_of_it() -> None:
    person, stranger = people.worker(), people.second_worker()
    fund(person, 3_000_000)
    fund(stranger, 1)
    make_checkpoint()
    document = json.loads(browser(stranger).get(reverse("proof")).content)
    assert [item["amount_micros"] for item in document["items"]] == [1]
    assert Client().get(reverse("proof")).status_code == 302


def test_anybody_reads_what_was_signed() -> None:
    assert "Nothing was signed yet" in Client().get(reverse("proofs")).content.decode()
    fund(people.worker(), 3_000_000)
    make_checkpoint()
    page = Client().get(reverse("proofs")).content.decode()
    assert "$3.00" in page and "key.pem" in page
    document = Client().get(reverse("proof-checkpoint", args=[1])).json()
    assert document["checkpoint"]["liabilities"]["sum_micros"] == 3_000_000
    assert Client().get(reverse("proof-checkpoint", args=[2])).status_code == 404
