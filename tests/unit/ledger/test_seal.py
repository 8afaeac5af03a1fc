import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from tagwork.kit.locks import lock
from tagwork.ledger.models import Link, Posting, Unlinked
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.seal import LOCK_NAME, extend_chain
from tagwork.ledger.queries import verify
from tests.unit.ledger.accounts import CLIENT, OUTSIDE, deposit

pytestmark = pytest.mark.django_db


def test_it_links_what_waits_in_steps():
    for _ in range(5):
        deposit(1)
    assert extend_chain(limit=3) == 3
    assert extend_chain(limit=3) == 2
    assert extend_chain(limit=3) == 0
    assert list(Link.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert not Unlinked.objects.exists()
    assert verify().ok


def test_its_hash_can_be_computed_by_a_stranger():
    """Written from the description in docs/policies/money.md alone, without a function of ours."""
    first = post(
        key="d:1", kind="deposit", lines=[(OUTSIDE, -7), (CLIENT, 7)], subject="ü", detail={"b": [1], "a": None}
    )
    extend_chain()
    second = post(key="d:2", kind="deposit", lines=[(OUTSIDE, -8), (CLIENT, 8)])
    extend_chain()
    links = list(Link.objects.order_by("position").select_related("journal"))

    def text(journal, detail, amount, subject):
        at = journal.created_at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
        lines = f'[["client_available","organisation:acme",{amount}],["external_in","method:manual",{-amount}]]'
        return (
            f'{{"at":"{at}","detail":{detail},"id":"{journal.id}","key":"{journal.key}","kind":"deposit",'
            f'"lines":{lines},"reverses":null,"subject":"{subject}"}}'
        )

    one = hashlib.sha256(bytes(32) + text(links[0].journal, '{"a":null,"b":[1]}', 7, "ü").encode()).digest()
    two = hashlib.sha256(one + text(links[1].journal, "{}", 8, "").encode()).digest()
    assert [link.journal_id for link in links] == [first, second]
    assert [bytes(link.hash) for link in links] == [one, two]
    assert [bytes(link.previous_hash) for link in links] == [bytes(32), one]


def test_it_hashes_what_the_database_gives_back_not_what_went_in():
    detail = {"long": 2**70, "nested": {"z": "é\n\"'\\", "a": [True, None, ""]}, "😀": "\u2028"}
    post(key="d", kind="deposit", lines=[(OUTSIDE, -1), (CLIENT, 1)], detail=detail)
    assert json.loads(json.dumps(Posting.objects.first().journal.detail)) == detail
    extend_chain()
    assert verify().ok


def test_a_second_sealer_does_nothing():
    deposit(1)
    with lock(LOCK_NAME, seconds=60):
        assert extend_chain() == 0
    assert extend_chain() == 1


def test_two_links_cannot_continue_from_one():
    deposit(1)
    deposit(1)
    extend_chain(limit=1)
    first = Link.objects.get()
    waiting = Unlinked.objects.get().journal_id
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(position=2, journal_id=waiting, previous_hash=first.previous_hash, hash=b"x" * 32)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_run_inside_a_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        extend_chain()
