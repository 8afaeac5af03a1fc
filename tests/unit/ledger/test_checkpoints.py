"""The house signs what it owes; a worker shows it to a stranger; the stranger needs no house to check it."""

import copy
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import DatabaseError, transaction

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.ledger.models import Checkpoint
from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.proofs import check_statement
from tagwork.ledger.queries import verify
from tagwork.ledger.statements import checkpoint_of, statement
from tests.unit.ledger.accounts import ANA, BEN, CLIENT, FEES, OUTSIDE, deposit

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed() -> dict[str, Any]:
    """Ana's statement in a house that owes to Ana, Ben and a client, and has earned a fee."""
    deposit(10_000_000)
    post(key="one", kind="pay", lines=[(CLIENT, -3_000_000), (ANA, 2_000_000), (BEN, 900_000), (FEES, 100_000)])
    post(key="two", kind="pay", lines=[(CLIENT, -500_000), (ANA, 500_000)])
    extend_chain()
    assert make_checkpoint() == 1
    return statement([ANA])


def check(document: dict[str, Any], key: bytes | None = None) -> tuple[bool, str]:
    checked = check_statement(json.dumps(document).encode(), key)
    return checked.ok, " ".join(checked.problems)


def test_a_stranger_finds_the_amount_in_the_total_and_its_lines(signed: dict[str, Any]) -> None:
    checked = check_statement(json.dumps(signed).encode())
    assert checked.problems == ()
    assert checked.amounts_micros == {"worker_main of worker:ana": 2_500_000}
    # 6.5 of the client, 2.5 of Ana, 0.9 of Ben; the fee is the house's own
    assert checked.total_micros == 9_900_000
    assert [line["amount_micros"] for line in signed["items"][0]["lines"]] == [2_000_000, 500_000]
    assert len(checked.notes) == 1 and "own" in checked.notes[0]


def test_a_statement_tells_nothing_of_whose_the_other_money_is(signed: dict[str, Any]) -> None:
    text = json.dumps(signed)
    assert "ben" not in text and "acme" not in text


def test_the_published_key_is_accepted_and_another_is_not(signed: dict[str, Any], settings: Any) -> None:
    raw = Ed25519PrivateKey.from_private_bytes(settings.PROOF_SEED).public_key()
    assert check(signed, raw.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)) == (True, "")
    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert check(signed, other) == (False, "The signature of the checkpoint is not of this key.")


@pytest.mark.parametrize(
    ("where", "value", "problem"),
    [
        (("items", 0, "amount_micros"), 2_500_001, "does not lead to the published root"),
        (("items", 0, "owner"), "worker:ben", "does not lead to the published root"),
        (("items", 0, "nonce"), "00" * 16, "does not lead to the published root"),
        (("items", 0, "path", 0, "sum_micros"), 1, "does not lead to the published root"),
        (("items", 0, "lines", 0, "amount_micros"), 1, "do not add up"),
        (("checkpoint", "liabilities", "sum_micros"), 1, "The signature"),
        (("checkpoint", "totals_micros", "worker_main"), 1, "do not sum to zero"),
        (("checkpoint", "at"), "2026-01-01T00:00:00+00:00", "The signature"),
        (("items", 0, "amount_micros"), -1, "not a whole number"),
        (("items", 0, "amount_micros"), 2.5, "not a whole number"),
        (("format",), "other", "that can be read"),
        (("public_key",), "AAAA", "that can be read"),
    ],
)
def test_whatever_is_changed_is_noticed(
    signed: dict[str, Any], where: tuple[Any, ...], value: Any, problem: str
) -> None:
    forged = copy.deepcopy(signed)
    place: Any = forged
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    ok, text = check(forged)
    assert not ok and problem in text


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_statement_is_refused_without_a_crash(text: bytes) -> None:
    assert not check_statement(text).ok


def test_a_day_has_one_checkpoint_and_the_next_one_follows_it(
    signed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make_checkpoint() == 0
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert make_checkpoint() == 1
    assert checkpoint_of(2).document["previous"] is not None
    assert [name for name, ok, _detail in verify().checks if not ok] == []


def test_a_house_that_owes_nothing_signs_nothing() -> None:
    assert make_checkpoint() == 0
    with pytest.raises(NotFound):
        statement([ANA])


def test_whoever_was_owed_nothing_has_no_item(signed: dict[str, Any]) -> None:
    assert statement([OUTSIDE])["items"] == []


def test_a_checkpoint_is_never_rewritten(signed: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Checkpoint.objects.update(signature=b"0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        Checkpoint.objects.all().delete()


def test_the_command_needs_neither_site_nor_database(signed: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(signed))
    command = [str(Path(sys.executable).with_name("tagwork")), "ledger", "check-proof", str(file), "--json"]
    environment = {"PATH": "/usr/bin", "DATA_DIR": str(tmp_path / "absent"), "DATABASE_URL": "postgresql://nowhere/x"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    assert answer["ok"] is True and answer["amounts_micros"] == {"worker_main of worker:ana": 2_500_000}
    assert not (tmp_path / "absent").exists()
    signed["items"][0]["amount_micros"] += 1
    file.write_text(json.dumps(signed))
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 1
    assert subprocess.run([*command[:3], str(tmp_path / "none")], env=environment, capture_output=True).returncode == 2
