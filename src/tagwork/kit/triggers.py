"""Rules that the database itself keeps, also against raw SQL: declared once, written for SQLite and for PostgreSQL.

A room lists its guards in `<room>/triggers.py` as TRIGGERS. They are installed after every migrate and not by
migrations: SQLite loses the triggers of a table whenever Django rebuilds it. A refusal is an IntegrityError.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, get_args

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import module_has_submodule

Event = Literal["insert", "update", "delete", "truncate"]
EVENTS: tuple[Event, ...] = get_args(Event)

PREFIX = "tagwork_"
LONGEST_NAME = 63  # PostgreSQL cuts longer identifiers silently
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_MESSAGE = re.compile(r"[^'%$]+")


@dataclass(frozen=True)
class Clause:
    """When to refuse one kind of statement: `when` is SQL over OLD and NEW that both databases read.

    `{differs}` stands for an inequality that treats NULL as a value. An empty `when` refuses always.
    `columns` narrows an update to statements that name one of them, so that other updates pay nothing.
    """

    event: Event
    when: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guard:
    """One rule of one table, kept by one trigger for each clause."""

    table: str
    rule: str
    message: str
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        for name in (self.table, self.rule, *(column for clause in self.clauses for column in clause.columns)):
            assert _IDENTIFIER.fullmatch(name), name
        assert _MESSAGE.fullmatch(self.message), self.message


@dataclass(frozen=True)
class _Trigger:
    """A guard's clause in one vendor's SQL; `definition` and `body` are kept by the database as they are given."""

    name: str
    table: str
    event: Event
    definition: str
    body: str = ""


def append_only(table: str) -> Guard:
    """Rows are written once: no UPDATE, DELETE or (on PostgreSQL) TRUNCATE."""
    return Guard(
        table, "append_only", f"{table} is append-only", (Clause("update"), Clause("delete"), Clause("truncate"))
    )


def never_deleted(table: str) -> Guard:
    """Rows may change, but stay."""
    return Guard(table, "never_deleted", f"{table} keeps its rows", (Clause("delete"), Clause("truncate")))


def immutable(table: str, *columns: str) -> Guard:
    """These columns keep the value they were inserted with."""
    when = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)
    return Guard(
        table, "immutable", f"{table}: {', '.join(columns)} never change", (Clause("update", when, tuple(columns)),)
    )


def legal_moves(
    table: str, column: str, moves: Mapping[str, Collection[str]], first: Collection[str] | str = ()
) -> Guard:
    """`column` (text, NOT NULL) goes from a key of `moves` to one of its values only; a row is born in `first`.

    Without `first` a row may be born in any state. Writing the same state again is not a move.
    """
    # Sorted: a set's order differs between processes, and a definition that differs counts as a missing trigger.
    legal = " OR ".join(
        f"(OLD.{column} = {_quoted(old)} AND NEW.{column} IN ({', '.join(map(_quoted, sorted(new)))}))"
        for old, new in moves.items()
        if new
    )
    assert legal, f"{table}.{column} never moves: declare it immutable"
    clauses = [Clause("update", f"OLD.{column} <> NEW.{column} AND NOT ({legal})", (column,))]
    born = (first,) if isinstance(first, str) else sorted(first)
    if born:
        clauses.append(Clause("insert", f"NEW.{column} NOT IN ({', '.join(map(_quoted, born))})"))
    return Guard(table, f"{column}_moves", f"{table}: no such move of {column}", tuple(clauses))


def refuse(table: str, rule: str, message: str, *clauses: Clause) -> Guard:
    """A rule spelled by hand."""
    return Guard(table, rule, message, clauses)


def _quoted(text: str) -> str:
    assert _IDENTIFIER.fullmatch(text), text
    return f"'{text}'"


# The tables of this room.
TRIGGERS = [
    append_only("kit_auditentry"),
    append_only("kit_settingversion"),
    immutable("kit_settingproposal", "name", "value", "proposed_at", "proposed_by"),
    never_deleted("kit_settingproposal"),
]


def declared() -> Iterator[Guard]:
    """Every guard of every room of ours."""
    for config in apps.get_app_configs():
        if config.name.startswith("tagwork.") and config.module and module_has_submodule(config.module, "triggers"):
            yield from import_module(f"{config.name}.triggers").TRIGGERS


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are absent, switched off or not as declared; empty when every rule is in force."""
    return [trigger.name for trigger in _absent(connection)]


def install_triggers(using: str = "default") -> None:
    """Create what is missing and drop ours that are no longer declared. What is right is not touched: no locks."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for name, table in _stale(connection):
            _drop(connection, name, table)
        for trigger in _absent(connection):
            # migrate may stop at an early migration, before a later table exists.
            if trigger.table in tables:
                _create(connection, trigger)


def drop_triggers(using: str = "default", events: Collection[Event] = EVENTS) -> None:
    """Remove our triggers, so that a table can be rebuilt or a test database emptied; installing follows."""
    connection = connections[using]
    with transaction.atomic(using):
        present = _present(connection)
        for trigger in _expected(connection):
            if trigger.event in events and trigger.name in present:
                _drop(connection, trigger.name, trigger.table)


def after_migrate(using: str, **_: Any) -> None:
    """Receiver of post_migrate."""
    install_triggers(using)


def before_migrate(using: str, plan: list[Any], **_: Any) -> None:
    """Receiver of pre_migrate. SQLite cannot rename a rebuilt table while another table's trigger names it.

    PostgreSQL keeps its triggers through a migration, so that no window opens beside a running site.
    """
    if plan and connections[using].vendor == "sqlite":
        drop_triggers(using)


def _expected(connection: BaseDatabaseWrapper) -> list[_Trigger]:
    written = [_written(connection, guard, clause) for guard in declared() for clause in guard.clauses]
    triggers = [trigger for trigger in written if trigger]
    names = [trigger.name for trigger in triggers]
    assert len(set(names)) == len(names), "two guards of one table share a rule's name"
    return triggers


def _written(connection: BaseDatabaseWrapper, guard: Guard, clause: Clause) -> _Trigger | None:
    name = f"{PREFIX}{guard.table}_{guard.rule}_{clause.event}"
    assert len(name) <= LONGEST_NAME, name
    columns = f" OF {', '.join(clause.columns)}" if clause.columns else ""
    head = f"CREATE TRIGGER {name} BEFORE {clause.event.upper()}{columns} ON {guard.table}"
    if connection.vendor == "sqlite":
        if clause.event == "truncate":
            return None
        when = f" WHEN {clause.when.replace('{differs}', 'IS NOT')}" if clause.when else ""
        definition = f"{head} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
        return _Trigger(name, guard.table, clause.event, definition)
    raising = f"RAISE EXCEPTION '{guard.message}' USING ERRCODE = 'integrity_constraint_violation';"
    if clause.when:
        raising = f"IF {clause.when.replace('{differs}', 'IS DISTINCT FROM')} THEN {raising} END IF;"
    row = {"insert": "NEW", "update": "NEW", "delete": "OLD", "truncate": "NULL"}[clause.event]
    level = "STATEMENT" if clause.event == "truncate" else "ROW"
    # Spelled exactly as pg_get_triggerdef gives it back, so that a changed trigger is told from ours.
    definition = f"{head} FOR EACH {level} EXECUTE FUNCTION {name}()"
    return _Trigger(name, guard.table, clause.event, definition, f"BEGIN {raising} RETURN {row}; END")


def _present(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str, str]]:
    """Our triggers in the database: name to (table, definition, body)."""
    if connection.vendor == "sqlite":
        query = "SELECT name, tbl_name, sql, '' FROM sqlite_master WHERE type = 'trigger'"
    else:
        # One that is disabled, or fires only on replicas, is as good as absent.
        query = (
            "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid, true), p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0]: row[1:] for row in cursor.fetchall() if row[0].startswith(PREFIX)}


def _absent(connection: BaseDatabaseWrapper) -> list[_Trigger]:
    present = _present(connection)
    return [
        trigger
        for trigger in _expected(connection)
        if present.get(trigger.name) != (trigger.table, trigger.definition, trigger.body)
    ]


def _stale(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    names = {trigger.name for trigger in _expected(connection)}
    return [(name, found[0]) for name, found in _present(connection).items() if name not in names]


def _create(connection: BaseDatabaseWrapper, trigger: _Trigger) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_dropping(connection, trigger.name, trigger.table))
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $${trigger.body}$$"
            )
        cursor.execute(trigger.definition)


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_dropping(connection, name, table))


def _dropping(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    return f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else "")
