"""Raw SQL behind our back: refused by the database, and found by verify when somebody took the triggers away first."""

import pytest
from django.db import IntegrityError, connection, transaction

from tagwork.kit.triggers import drop_triggers, install_triggers, missing_triggers
from tagwork.ledger.models import Account, Hold, Journal, Link, Posting, Seal
from tagwork.ledger.operations.hold import release_holds, settle_holds, withhold
from tagwork.ledger.operations.post import post
from tagwork.ledger.operations.seal import extend_chain
from tagwork.ledger.queries import verify
from tagwork.ledger.rules import Settlement
from tests.unit.ledger.accounts import ANA, CLIENT, ESCROW, OUTSIDE, deposit, promise

pytestmark = pytest.mark.django_db


def run(sql: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def raw(identifier):
    """A UUID as this database stores it."""
    return identifier if connection.vendor == "postgresql" else identifier.hex


@pytest.fixture
def books():
    """A deposit, a project's escrow, one hold in each state, all linked."""
    deposit(1_000_000)
    post(key="escrow", kind="reserve", lines=[(CLIENT, -900_000), (ESCROW, 900_000)], detail={"slots": 150})
    for key in ("open", "withheld", "settled", "released"):
        promise(key)
    withhold(["withheld"])
    settle_holds([Settlement("settled", 6000)])
    release_holds(["released"])
    extend_chain()
    assert verify().ok
    # PostgreSQL drops no trigger of a table whose deferred checks wait.
    connection.check_constraints()


@pytest.fixture
def unguarded_books(books):
    drop_triggers()


def test_every_declared_trigger_is_in_force():
    assert missing_triggers(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_micros = amount_micros + 1",
        "UPDATE ledger_posting SET account_id = 1",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_journal SET detail = '{}'",
        "UPDATE ledger_journal SET kind = kind",
        "DELETE FROM ledger_journal",
        "UPDATE ledger_seal SET journal_id = journal_id",
        "DELETE FROM ledger_seal",
        "UPDATE ledger_link SET position = position + 100",
        "DELETE FROM ledger_link",
        "UPDATE ledger_account SET owner = 'worker:mallory' WHERE kind = 'worker_main'",
        "UPDATE ledger_account SET kind = 'worker_main' WHERE kind = 'client_available'",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_hold",
        "UPDATE ledger_hold SET amount_micros = amount_micros + 1",
        "UPDATE ledger_hold SET fee_micros = 1",
        "UPDATE ledger_hold SET owner = 'worker:mallory'",
        "UPDATE ledger_hold SET source_owner = 'project:other'",
        "UPDATE ledger_hold SET detail = '{\"a\": 1}'",
    ],
)
def test_it_refuses_to_rewrite_history(books, statement):
    with pytest.raises(IntegrityError):
        run(statement)
    assert verify().ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("withheld", "open"),
        ("settled", "open"),
        ("settled", "withheld"),
        ("settled", "released"),
        ("released", "open"),
        ("released", "withheld"),
        ("open", "paid"),
    ],
)
def test_it_refuses_a_move_that_a_hold_cannot_make(books, old, new):
    with pytest.raises(IntegrityError):
        run("UPDATE ledger_hold SET state = %s, paid_micros = NULL, paid_fee_micros = NULL WHERE key = %s", new, old)


def test_it_refuses_to_settle_without_saying_what_was_paid(books):
    with pytest.raises(IntegrityError):
        run("UPDATE ledger_hold SET state = 'settled' WHERE key = 'open'")


def test_it_refuses_to_change_what_was_paid(books):
    with pytest.raises(IntegrityError):
        run("UPDATE ledger_hold SET paid_micros = 1 WHERE key = 'settled'")


def test_it_refuses_a_hold_that_is_born_settled():
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO ledger_hold (key, owner, source_kind, source_owner, amount_micros, fee_micros, subject,"
            " detail, state, paid_micros, paid_fee_micros, created_at) VALUES ('k', 'worker:mallory',"
            " 'project_escrow', 'project:cats', 5, 0, '', '{}', 'settled', 5, 0, '2026-11-21')"
        )


def test_it_refuses_a_further_posting_in_a_sealed_journal(books):
    journal = Journal.objects.get(key="escrow")
    account = Account.objects.get(kind="worker_main")
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO ledger_posting (journal_id, account_id, amount_micros) VALUES (%s, %s, 5)",
            raw(journal.pk),
            account.pk,
        )


@pytest.mark.parametrize("amounts", [[], [5], [5, -4], [0 + 7, -7, 1]])
def test_it_refuses_to_seal_a_journal_that_does_not_balance(books, amounts):
    journal = Journal.objects.create(key="forged", kind="forged", created_at="2026-11-21T00:00:00Z")
    account = Account.objects.get(kind="worker_main")
    for amount in amounts:
        Posting.objects.create(journal=journal, account=account, amount_micros=amount)
    with pytest.raises(IntegrityError):
        run("INSERT INTO ledger_seal (journal_id) VALUES (%s)", raw(journal.pk))


def test_it_refuses_a_posting_of_nothing(books):
    journal = Journal.objects.create(key="forged", kind="forged", created_at="2026-11-21T00:00:00Z")
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(journal=journal, account=Account.objects.first(), amount_micros=0)


def test_it_refuses_a_balance_below_zero_except_outside(books):
    with pytest.raises(IntegrityError):
        run("UPDATE ledger_account SET balance_micros = -1 WHERE kind = 'worker_main'")
    run("UPDATE ledger_account SET balance_micros = -1 WHERE kind = 'external_in'")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has TRUNCATE")
def test_it_refuses_to_truncate(books):
    with pytest.raises(IntegrityError):
        run("TRUNCATE ledger_link")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has REPLACE")
def test_it_refuses_to_replace(books):
    posting = Posting.objects.first()
    with pytest.raises(IntegrityError):
        run(
            "INSERT OR REPLACE INTO ledger_posting (id, journal_id, account_id, amount_micros) VALUES (%s, %s, %s, 9)",
            posting.pk,
            raw(posting.journal_id),
            posting.account_id,
        )
    with pytest.raises(IntegrityError):
        run(
            "INSERT OR REPLACE INTO ledger_journal (id, key, kind, subject, detail, created_at)"
            " SELECT id, key, 'other', subject, detail, created_at FROM ledger_journal"
        )


# With the triggers gone, verify still finds it.


def detail_of(name: str) -> str:
    return next(detail for check, _ok, detail in verify().checks if check == name)


def failed():
    return {name for name, ok, _ in verify().checks if not ok} - {"triggers are in force"}


def test_verify_says_that_the_triggers_are_gone(unguarded_books):
    report = verify()
    assert not report.ok
    assert report.checks[0][:2] == ("triggers are in force", False)
    assert failed() == set()
    install_triggers()
    assert verify().ok


def test_verify_finds_a_flipped_bit_in_an_amount(unguarded_books):
    posting = Posting.objects.filter(amount_micros__gt=0).first()
    Posting.objects.filter(pk=posting.pk).update(amount_micros=posting.amount_micros ^ 1)
    assert failed() == {
        "every journal sums to zero",
        "balances are the sums of their postings",
        "the hash chain is unbroken",
    }


def test_verify_finds_amounts_changed_so_that_everything_else_still_fits(unguarded_books):
    """A careful thief: both ends of a posting and both balances. Only the chain can tell."""
    postings = Posting.objects.filter(journal__key="escrow")
    for posting in postings:
        delta = 1000 if posting.amount_micros > 0 else -1000
        Posting.objects.filter(pk=posting.pk).update(amount_micros=posting.amount_micros + delta)
        balance = Account.objects.get(pk=posting.account_id).balance_micros
        Account.objects.filter(pk=posting.account_id).update(balance_micros=balance + delta)
    assert failed() == {"the hash chain is unbroken"}


def test_verify_finds_money_moved_to_another_account(unguarded_books):
    posting = Posting.objects.get(account__kind="worker_main")
    other = Account.objects.create(kind="worker_main", owner="worker:mallory")
    Posting.objects.filter(pk=posting.pk).update(account=other)
    assert "balances are the sums of their postings" in failed()


@pytest.mark.parametrize(
    "change",
    [
        {"detail": {"slots": 151}},
        {"kind": "reserve "},
        {"subject": "x"},
        {"key": "escrow2"},
        {"created_at": "2026-11-21T00:00:00.000001Z"},
    ],
)
def test_verify_finds_a_flipped_byte_in_a_journal(unguarded_books, change):
    Journal.objects.filter(key="escrow").update(**change)
    assert failed() == {"the hash chain is unbroken"}


def test_verify_finds_a_changed_balance(books):
    run("UPDATE ledger_account SET balance_micros = balance_micros + 1 WHERE kind = 'worker_main'")
    assert failed() == {"balances are the sums of their postings", "all balances sum to zero"}


def test_verify_finds_a_balance_below_zero(unguarded_books):
    if connection.vendor == "sqlite":
        run("PRAGMA ignore_check_constraints = ON")
    else:
        run("ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_not_negative")
    try:
        run("UPDATE ledger_account SET balance_micros = -5 WHERE kind = 'worker_main'")
        assert "nobody is below zero" in failed()
    finally:
        if connection.vendor == "sqlite":
            run("PRAGMA ignore_check_constraints = OFF")


def test_verify_finds_a_changed_link(unguarded_books):
    Link.objects.filter(position=2).update(hash=b"\0" * 32)
    assert failed() == {"the hash chain is unbroken"}
    assert "position 2" in detail_of("the hash chain is unbroken")


def test_verify_finds_a_link_cut_out_of_the_chain(unguarded_books):
    Link.objects.filter(position=2).delete()
    assert failed() == {"the hash chain is unbroken", "every journal is in the chain or waits for it"}


def test_verify_finds_a_journal_that_was_deleted_whole(books):
    """Postings, seal and journal gone, balances put right: the link is left without its journal."""
    journal_id = post(key="last", kind="deposit", lines=[(OUTSIDE, -7), (CLIENT, 7)])
    extend_chain()
    connection.check_constraints()
    drop_triggers()
    before = transaction.savepoint()
    run("DELETE FROM ledger_posting WHERE journal_id = %s", raw(journal_id))
    run("DELETE FROM ledger_seal WHERE journal_id = %s", raw(journal_id))
    run("DELETE FROM ledger_journal WHERE id = %s", raw(journal_id))
    run("UPDATE ledger_account SET balance_micros = balance_micros - 7 WHERE kind = 'client_available'")
    run("UPDATE ledger_account SET balance_micros = balance_micros + 7 WHERE kind = 'external_in'")
    assert failed() == {"the hash chain is unbroken"}
    transaction.savepoint_rollback(before)


def test_verify_finds_a_journal_that_was_forged_whole(books):
    """The triggers let a balanced journal in: its balances give it away, and the queue of the chain never saw it."""
    journal = Journal.objects.create(key="forged", kind="forged", created_at="2026-11-21T00:00:00Z")
    for kind, amount in (("external_in", -5), ("worker_main", 5)):
        Posting.objects.create(journal=journal, account=Account.objects.get(kind=kind), amount_micros=amount)
    Seal.objects.create(journal=journal)
    assert failed() == {
        "balances are the sums of their postings",
        "every journal is in the chain or waits for it",
    }


def test_verify_finds_a_journal_without_a_seal(books):
    Journal.objects.create(key="forged", kind="forged", created_at="2026-11-21T00:00:00Z")
    assert failed() == {"every journal is sealed", "every journal sums to zero"}


def test_verify_finds_promises_that_nothing_covers(books):
    promise("too much", 900_000)
    assert failed() == {"what is promised lies in its source"}
    assert "promises 912000, holds 894000" in str(verify().checks)


def test_verify_finds_a_promise_out_of_an_account_that_is_not_there():
    promise("from nowhere", 1)
    assert failed() == {"what is promised lies in its source"}


def test_verify_finds_a_hold_marked_paid_without_payment(books):
    run("UPDATE ledger_hold SET state = 'settled', paid_micros = 6000, paid_fee_micros = 0 WHERE key = 'open'")
    assert failed() == {"every settled hold was paid"}


def test_verify_finds_a_payment_whose_hold_says_otherwise(unguarded_books):
    Hold.objects.filter(key="settled").update(paid_micros=5999)
    assert failed() == {"every settled hold was paid"}
    Hold.objects.filter(key="settled").update(state="released", paid_micros=None, paid_fee_micros=None)
    assert failed() == {"every settlement had its hold"}


def test_verify_names_the_first_offenders_only(books):
    for number in range(7):
        Journal.objects.create(key=f"forged:{number}", kind="forged", created_at="2026-11-21T00:00:00Z")
    (detail,) = [detail for name, _, detail in verify().checks if name == "every journal is sealed"]
    assert detail.count("forged:") == 5
    assert detail.endswith("; and 2 more")


def test_verify_can_leave_out_the_hashing(unguarded_books):
    Link.objects.filter(position=2).update(hash=b"\0" * 32)
    assert [ok for _, ok, _ in verify(chain=False).checks[1:]] == [True] * 9


def test_verify_takes_the_chain_in_parts(monkeypatch, books):
    monkeypatch.setattr("tagwork.ledger.queries.LINKS_AT_ONCE", 2)
    for _ in range(4):
        post(key=f"more:{_}", kind="deposit", lines=[(OUTSIDE, -1), (ANA, 1)])
    extend_chain()
    assert verify().ok
    assert detail_of("the hash chain is unbroken").startswith("7 journals, head ")
