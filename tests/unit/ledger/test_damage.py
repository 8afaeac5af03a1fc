"""Somebody writes into the database past the program, or a disk does: `verify` says so, whatever byte it is, and never
falls over."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection, transaction
from pytest_django import Settings

from tagwork.ledger.models import Checkpoint
from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.reverse import reverse
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.proofs import fingerprint, sign
from tagwork.ledger.queries import verify
from tests.unit.ledger.accounts import ANA, CLIENT, deposit

pytestmark = pytest.mark.django_db

# Every column that says something: a posting's own id says nothing, nobody refers to it.
COLUMNS = {
    "ledger_journal": {
        "id": "uuid", "key": "text", "kind": "text", "subject": "text", "detail": "json", "created_at": "time",
        "reverses_id": "uuid",
    },
    "ledger_posting": {"journal_id": "uuid", "account_id": "int", "amount_micros": "int"},
    "ledger_link": {"position": "int", "journal_id": "uuid", "previous_hash": "bytes", "hash": "bytes"},
    "ledger_checkpoint": {
        "number": "int", "date": "date", "body": "bytes", "signature": "bytes", "public_key": "bytes",
    },
}  # fmt: skip
# {c} is the column. SQLite keeps whatever is written; PostgreSQL only what is of the type. No line may leave a value as
# it was, whatever it was: keys and hashes are new in every run.
DAMAGE = {
    "sqlite": {
        "uuid": ["substr({c}, 1, 31) || CASE substr({c}, 32) WHEN '0' THEN '1' ELSE '0' END", "'z' || substr({c}, 2)"],
        "text": ["{c} || 'x'", "CAST(x'ff' AS TEXT) || substr({c}, 2)"],
        "json": ["'{{\"amount\": 1}}'", "'{{\"amount\": 1'"],
        "time": ["substr({c}, 1, 18) || CASE substr({c}, 19, 1) WHEN '0' THEN '1' ELSE '0' END || substr({c}, 20)",
                 "'x' || substr({c}, 2)"],
        "date": ["'2001-01-01'", "'x' || substr({c}, 2)"],
        "int": ["{c} + 1000", "'x'"],
        "bytes": [
            f"CAST(CASE hex(substr({{c}}, 1, 1)) WHEN '{to}' THEN x'7f' ELSE x'{to}' END || substr({{c}}, 2) AS BLOB)"
            for to in ("00", "FF")
        ] + ["x''"],
    },
    "postgresql": {
        "uuid": ["overlay({c}::text placing (CASE right({c}::text, 1) WHEN '0' THEN '1' ELSE '0' END) from 36)::uuid"],
        "text": ["{c} || 'x'"],
        "json": ["'{{\"amount\": 1}}'", "'{{\"amount\": 1.5}}'", "'[]'"],
        "time": ["{c} + interval '1 microsecond'"],
        "date": ["{c} - 1"],
        "int": ["{c} + 1000"],
        "bytes": ["set_byte({c}, 0, mod(get_byte({c}, 0) + 1, 256))", "set_byte({c}, 9, 255 - get_byte({c}, 9))", "''"],
    },
}  # fmt: skip
CASES = [(table, column, kind) for table, columns in COLUMNS.items() for column, kind in columns.items()]


@pytest.fixture
def books() -> None:
    """A deposit, a payment and a move that was taken back, under one checkpoint."""
    deposit(10_000_000)
    post(key="one", kind="pay", lines=[(CLIENT, -3_000_000), (ANA, 3_000_000)], subject="s", detail={"n": 1})
    undone = post(key="two", kind="move", lines=[(CLIENT, -1), (("project_escrow", "project:1"), 1)])
    reverse("three", undone, "a mistake")
    extend_chain()
    assert make_checkpoint() == 1
    assert verify().ok


@contextmanager
def written_past_the_program(table: str) -> Iterator[None]:
    """Without the guards that would refuse it, and undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        yield
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def wrong() -> dict[str, str]:
    """What does not hold, but for the guards that we took away ourselves."""
    return {name: text for name, ok, text in verify().checks if not ok and name != "triggers are in force"}


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(("table", "column", "kind"), CASES, ids=[f"{table}.{column}" for table, column, _ in CASES])
def test_a_byte_that_changed_is_named(table: str, column: str, kind: str) -> None:
    key = {"ledger_link": "position", "ledger_checkpoint": "number"}.get(table, "id")
    for damage in DAMAGE[connection.vendor][kind]:
        with written_past_the_program(table):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {key} FROM {table} WHERE {column} IS NOT NULL ORDER BY {key} DESC LIMIT 1")
                [(row,)] = cursor.fetchall()
                value = damage.format(c=column)
                cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = %s", [row])
                assert cursor.rowcount == 1
            assert wrong(), f"{table}.{column} = {value}"
    assert verify().ok


@pytest.mark.usefixtures("books")
def test_who_writes_the_chain_anew_under_a_key_of_his_own_is_found_out(settings: Settings) -> None:
    body = bytes(Checkpoint.objects.get().body)
    forged = Ed25519PrivateKey.generate()
    raw = forged.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    with written_past_the_program("ledger_checkpoint"):
        Checkpoint.objects.update(body=body, signature=sign(forged, body), public_key=raw)
        [text] = wrong().values()
        assert fingerprint(forged.public_key()) in text and "checkpoint 1" in text
        # What the house itself says that it used before is believed.
        settings.PROOF_FORMER_KEYS = frozenset({fingerprint(forged.public_key())})
        assert wrong() == {}


@pytest.mark.usefixtures("books")
def test_a_link_that_cannot_be_read_is_named_by_its_place() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps nothing that is not of its column's type")
    with written_past_the_program("ledger_journal"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_journal SET created_at = 'yesterday' WHERE key = 'one'")
        assert wrong()["the hash chain is unbroken"].startswith("position 2: cannot be read")
