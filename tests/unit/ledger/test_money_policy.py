"""docs/policies/money.md, run: each worked example does what the page says."""

import hashlib
import json
import re
import uuid
from datetime import datetime
from pathlib import Path

import pytest

from tagwork.ledger import errors
from tagwork.ledger.models import Journal
from tagwork.ledger.operations.hold import open_hold, release_holds, settle_holds, withhold
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import balance_micros, pending_micros, reserved_micros, verify
from tagwork.ledger.rules import (
    FIRST_PREVIOUS,
    HOLD_MOVES,
    MAY_BE_NEGATIVE,
    AccountRef,
    Kind,
    Settlement,
    canonical_journal,
    chain_hash,
)

PAGE = (Path(__file__).parents[3] / "docs" / "policies" / "money.md").read_text()
EXAMPLES = dict(re.findall(r"^### (.+?)\n.*?```money\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE))


def run(line: str) -> None:
    """One line of an example."""
    verb, rest = line.split(None, 1)
    if verb == "refused":
        name, command = rest.split(": ", 1)
        with pytest.raises(getattr(errors, name)):
            run(command)
        return
    if verb == "post":
        key, moves = rest.split(None, 1)
        lines = [
            (AccountRef(kind, owner), int(amount)) for kind, owner, amount in (m.split() for m in moves.split(", "))
        ]
        post(key=key, kind=key.split(":")[0], lines=lines)
        return
    words = rest.split()
    match [verb, *words]:
        case ["hold", key, owner, "from", kind, source, "pay", pay, "fee", fee]:
            source_ref = AccountRef(kind, source)
            open_hold(key=key, owner=owner, source=source_ref, amount_micros=int(pay), fee_micros=int(fee))
        case ["settle", key, "pay", pay, "fee", fee]:
            settle_holds([Settlement(key, int(pay), int(fee))])
        case ["withhold", key]:
            withhold([key])
        case ["release", key]:
            release_holds([key])
        case ["reverse", key, other]:
            reverse(key, Journal.objects.get(key=other).pk, "an example")
        case ["balance", kind, owner, micros]:
            assert balance_micros(AccountRef(kind, owner)) == int(micros), line
        case ["pending", owner, micros]:
            assert pending_micros(owner) == int(micros), line
        case ["reserved", kind, owner, micros]:
            assert reserved_micros(AccountRef(kind, owner)) == int(micros), line
        case _:
            pytest.fail(f"the page says what nobody understands: {line}")


@pytest.mark.django_db
@pytest.mark.parametrize("title", EXAMPLES)
def test_the_example_is_true(title):
    for line in EXAMPLES[title].splitlines():
        run(line)
    extend_chain()
    assert verify().ok, verify()


def test_the_page_has_its_examples():
    assert len(EXAMPLES) == len(re.findall(r"^### ", PAGE, re.MULTILINE)) == 12


def test_the_page_lists_every_kind_of_account_and_which_may_be_negative():
    rows = re.findall(r"^\| (`.*?`) \|.*\| (never|may be) \|$", PAGE, re.MULTILINE)
    told = {kind: word for kinds, word in rows for kind in re.findall(r"`(\w+)`", kinds)}
    assert told == {kind.value: "may be" if kind in MAY_BE_NEGATIVE else "never" for kind in Kind}


def test_the_page_draws_the_moves_of_a_hold():
    (drawn,) = re.findall(r"^open > .*$", PAGE, re.MULTILINE)
    moves = {old: set(new.split(" | ")) for old, new in re.findall(r"(\w+) > ((?:\w+)(?: \| \w+)*)", drawn)}
    assert moves == {str(old): {str(n) for n in new} for old, new in HOLD_MOVES.items() if new}


def test_the_pages_journal_has_the_pages_hash():
    (canonical,) = re.findall(r"```canonical\n(.*?)\n```", PAGE, re.DOTALL)
    (digest,) = re.findall(r"```hash\n(.*?)\n```", PAGE, re.DOTALL)
    told = json.loads(canonical)
    ours = canonical_journal(
        journal_id=uuid.UUID(told["id"]),
        key=told["key"],
        kind=told["kind"],
        subject=told["subject"],
        detail=told["detail"],
        at=datetime.fromisoformat(told["at"]),
        reverses=None,
        lines=[(AccountRef(kind, owner), micros) for kind, owner, micros in reversed(told["lines"])],
    )
    assert ours == canonical.encode()
    assert (
        chain_hash(FIRST_PREVIOUS, ours).hex() == digest == hashlib.sha256(bytes(32) + canonical.encode()).hexdigest()
    )
