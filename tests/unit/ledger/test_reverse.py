import uuid

import pytest
from django.db import transaction

from tagwork.ledger.errors import InsufficientFunds, KeyReused, NotReversible, UnknownJournal
from tagwork.ledger.models import Journal
from tagwork.ledger.operations.hold import settle_holds
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.queries import balance_micros, verify
from tagwork.ledger.rules import Settlement
from tests.unit.ledger.accounts import ANA, CLIENT, ESCROW, OUTSIDE, deposit, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def deposited():
    return post(key="d", kind="deposit", lines=[(OUTSIDE, -100), (CLIENT, 100)], subject="invoice:7")


def test_it_swaps_the_ends_and_leaves_the_first_journal_alone(deposited):
    reversal_id = reverse("undo:d", deposited, "booked for the wrong client")
    assert balance_micros(CLIENT) == 0
    assert balance_micros(OUTSIDE) == 0
    reversal = Journal.objects.get(pk=reversal_id)
    assert reversal.reverses_id == deposited
    assert (reversal.kind, reversal.subject) == ("reversal", "invoice:7")
    assert reversal.detail == {"key": "d", "kind": "deposit", "why": "booked for the wrong client"}
    assert verify().ok


def test_it_repeats_harmlessly(deposited):
    assert reverse("undo:d", deposited, "typo") == reverse("undo:d", deposited, "typo again")
    assert balance_micros(CLIENT) == 0


def test_it_reverses_a_journal_once_only(deposited):
    reverse("undo:d", deposited, "typo")
    with transaction.atomic():
        with pytest.raises(NotReversible):
            reverse("undo:d:2", deposited, "typo")
        deposit(5)
    assert balance_micros(CLIENT) == 5


def test_it_can_be_reversed_itself(deposited):
    reversal_id = reverse("undo:d", deposited, "typo")
    reverse("redo:d", reversal_id, "it was right after all")
    assert balance_micros(CLIENT) == 100


def test_it_refuses_what_has_been_spent_since(deposited):
    post(key="s", kind="reserve", lines=[(CLIENT, -1), (ESCROW, 1)])
    with pytest.raises(InsufficientFunds):
        reverse("undo:d", deposited, "typo")


def test_it_never_takes_approved_pay_back():
    deposit(10_000, ESCROW)
    promise("submission:1")
    settle_holds([Settlement("submission:1", 6000)])
    with pytest.raises(NotReversible, match="approved pay"):
        reverse("undo", Journal.objects.get(kind="settle").pk, "we think again")
    assert balance_micros(ANA) == 6000


def test_it_refuses_an_unknown_journal_and_a_key_used_elsewhere(deposited):
    with pytest.raises(UnknownJournal):
        reverse("undo", uuid.uuid4(), "typo")
    with pytest.raises(KeyReused):
        reverse("d", deposited, "typo")
