import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.kit.models import AuditEntry, SettingVersion
from tagwork.kit.triggers import (
    Clause,
    Guard,
    after_migrate,
    append_only,
    before_migrate,
    declared,
    drop_triggers,
    immutable,
    install_triggers,
    legal_moves,
    missing_triggers,
    refuse,
)

NAME = "tagwork_kit_auditentry_append_only_update"


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def drop(name: str, table: str) -> None:
    run(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.fixture
def entry(db):
    entry = AuditEntry.objects.create(actor="operator", action="paid", subject="batch:1", created_at=clock.now())
    connection.check_constraints()
    return entry


def test_the_audit_log_can_be_written_but_not_rewritten(entry):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(actor="somebody else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().actor == "operator"


def test_a_setting_keeps_its_history(db):
    SettingVersion.objects.create(name="fee", value=1, created_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SettingVersion.objects.update(value=2)


def test_all_declared_triggers_are_installed_by_migrate(db):
    assert missing_triggers(connection) == []
    assert {guard.table for guard in declared()} >= {"kit_auditentry", "kit_settingversion", "ledger_posting"}


def test_it_notices_a_dropped_trigger_and_puts_it_back(entry):
    drop(NAME, "kit_auditentry")
    AuditEntry.objects.update(actor="somebody else")
    assert missing_triggers(connection) == [NAME]
    connection.check_constraints()
    install_triggers()
    assert missing_triggers(connection) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(actor="nobody")


def test_it_notices_a_trigger_that_was_hollowed_out(entry):
    if connection.vendor == "postgresql":
        run(f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    else:
        drop(NAME, "kit_auditentry")
        run(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON kit_auditentry WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END")
    assert missing_triggers(connection) == [NAME]
    install_triggers()
    assert missing_triggers(connection) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite cannot switch a trigger off")
def test_it_notices_a_trigger_that_was_switched_off(entry):
    run(f"ALTER TABLE kit_auditentry DISABLE TRIGGER {NAME}")
    assert missing_triggers(connection) == [NAME]
    install_triggers()
    assert missing_triggers(connection) == []


def test_it_removes_a_trigger_of_ours_that_is_no_longer_declared(entry):
    stale = "tagwork_kit_auditentry_old_rule_insert"
    if connection.vendor == "postgresql":
        run(f"CREATE TRIGGER {stale} BEFORE INSERT ON kit_auditentry FOR EACH ROW EXECUTE FUNCTION {NAME}()")
    else:
        run(f"CREATE TRIGGER {stale} BEFORE INSERT ON kit_auditentry BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(actor="a", action="b", subject="c", created_at=clock.now())
    connection.check_constraints()
    install_triggers()
    AuditEntry.objects.create(actor="a", action="b", subject="c", created_at=clock.now())


def test_installing_again_changes_nothing(entry):
    with CaptureQueriesContext(connection) as queries:
        install_triggers()
    assert not [query for query in queries if query["sql"].startswith(("CREATE", "DROP"))]


def test_a_guard_names_only_plain_identifiers_and_messages():
    for wrong in ("kit auditentry", "kit_auditentry; DROP", "Kit"):
        with pytest.raises(AssertionError):
            append_only(wrong)
    with pytest.raises(AssertionError):
        refuse("kit_auditentry", "rule", "it's wrong", Clause("update"))
    with pytest.raises(AssertionError):
        legal_moves("kit_lockrow", "holder", {"a'": ["b"]})


@pytest.fixture
def scratch(db):
    """A table of the test's own, under guards of every make."""
    run("CREATE TABLE kit_scratch (id integer PRIMARY KEY, state varchar(10) NOT NULL, owner varchar(10) NULL)")
    guards = [
        legal_moves("kit_scratch", "state", {"open": ["paid", "held"], "held": {"paid"}, "paid": []}, first="open"),
        immutable("kit_scratch", "owner"),
    ]
    install(guards)
    return guards


def install(guards: list[Guard]) -> None:
    from tagwork.kit.triggers import _create, _written

    for guard in guards:
        for clause in guard.clauses:
            trigger = _written(connection, guard, clause)
            assert trigger is not None
            _create(connection, trigger)


@pytest.mark.parametrize(("old", "new"), [("open", "paid"), ("open", "held"), ("held", "paid"), ("held", "held")])
def test_a_legal_move_passes(scratch, old, new):
    run("INSERT INTO kit_scratch VALUES (1, 'open', NULL)")
    run(f"UPDATE kit_scratch SET state = '{old}'")
    run(f"UPDATE kit_scratch SET state = '{new}'")


@pytest.mark.parametrize(("old", "new"), [("held", "open"), ("paid", "open"), ("paid", "held"), ("open", "lost")])
def test_an_illegal_move_is_refused(scratch, old, new):
    run("INSERT INTO kit_scratch VALUES (1, 'open', NULL)")
    run(f"UPDATE kit_scratch SET state = '{old}'")
    with pytest.raises(IntegrityError, match="no such move of state"):
        run(f"UPDATE kit_scratch SET state = '{new}'")


def test_a_row_is_born_in_the_first_state(scratch):
    with pytest.raises(IntegrityError):
        run("INSERT INTO kit_scratch VALUES (1, 'paid', NULL)")


def test_a_move_from_a_state_without_moves_is_refused_even_when_the_state_is_unknown(scratch):
    run("INSERT INTO kit_scratch VALUES (1, 'open', NULL)")
    with pytest.raises(IntegrityError):
        run("UPDATE kit_scratch SET state = 'open ' WHERE id = 1")


def test_an_immutable_column_counts_null_as_a_value(scratch):
    run("INSERT INTO kit_scratch VALUES (1, 'open', NULL), (2, 'open', 'ana')")
    run("UPDATE kit_scratch SET owner = owner")
    for change in ("owner = 'ben' WHERE id = 1", "owner = NULL WHERE id = 2", "owner = 'ben' WHERE id = 2"):
        with pytest.raises(IntegrityError, match="never change"):
            run(f"UPDATE kit_scratch SET {change}")


def test_a_state_machine_needs_a_move():
    with pytest.raises(AssertionError, match="declare it immutable"):
        legal_moves("kit_scratch", "state", {"paid": []})


def test_flush_is_refused_outside_tests(entry, settings):
    settings.IS_TEST = False
    with pytest.raises(CommandError, match="append-only"):
        call_command("flush", interactive=False)
    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_test_database_can_be_emptied_and_is_guarded_afterwards():
    AuditEntry.objects.create(actor="operator", action="paid", subject="batch:1", created_at=clock.now())
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEntry.objects.exists()
    assert missing_triggers(connection) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL alters tables in place")
def test_a_table_can_be_rebuilt_by_a_migration_and_is_guarded_afterwards():
    """Another table's trigger names the rebuilt one: while it stands, SQLite refuses to rename."""
    posting = apps.get_model("ledger", "Posting")
    old = posting._meta.get_field("amount_micros")
    new = models.IntegerField()
    new.set_attributes_from_name("amount_micros")
    kit = apps.get_app_config("kit")

    before_migrate(sender=kit, using="default", plan=[])
    with pytest.raises(OperationalError, match="error in trigger"), connection.schema_editor() as editor:
        editor.alter_field(posting, old, new)
    assert missing_triggers(connection) == []
    before_migrate(sender=kit, using="default", plan=["a migration"])
    with connection.schema_editor() as editor:
        editor.alter_field(posting, old, new)
        editor.alter_field(posting, new, old)
    assert missing_triggers(connection) != []
    after_migrate(sender=kit, using="default")
    assert missing_triggers(connection) == []


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_the_triggers_back():
    drop_triggers()
    call_command("migrate", verbosity=0)
    assert missing_triggers(connection) == []
