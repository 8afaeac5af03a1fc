"""Written SQL, where Django's own way tells too little or costs too much.

On the hot path (claim, submit) building a queryset's SQL took three quarters of the server's time: 0.3 to 1 ms for each
statement, against 0.1 ms to run it. There statements are written out; everywhere else querysets stay.
"""

import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX
from django.db.models import Field, ForeignKey, IntegerField, Model
from django.db.models.base import ModelState
from django.db.models.fields import BooleanField, CharField, DateTimeField, TextField, UUIDField
from django.db.models.signals import post_init, pre_init
from psycopg import pq

# SQLite takes 32,766 parameters (since 3.32), PostgreSQL 65,535.
PARAMETERS_PER_STATEMENT = 30_000

_TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid
_own = threading.local()


def _execute(database: BaseDatabaseWrapper, sql: str, values: Sequence[Any]) -> Any:
    """Run a statement; returns the driver's own cursor, to be read before the next statement of this thread.

    On PostgreSQL one psycopg cursor is kept for each connection (a new one costs a third of a statement), and what
    comes often is parsed and planned once for each connection: planning the same seventeen statements anew was more
    than half of the database's time for a cycle. Django's own cursors put the values into the text, where nothing can
    be prepared. Rejected: `server_side_binding` for all of them, since querysets with an expression in GROUP BY then
    fail. Whoever watches the statements (a log, a test that forbids writes) gets Django's cursor.
    """
    if database.force_debug_cursor or database.execute_wrappers:
        watched = database.cursor()
        watched.execute(sql, values)
        return watched
    if database.connection is None:
        database.ensure_connection()
    database.validate_no_broken_transaction()
    if database.vendor == "sqlite":
        return database.connection.execute(_with_question_marks(sql), values)
    cursor = getattr(_own, "cursor", None)
    if cursor is None or cursor.connection is not database.connection:
        cursor = _own.cursor = psycopg.Cursor(database.connection)
        # Django's loader for times is Python; psycopg's own is C, and the connection's zone is UTC for both.
        times = psycopg.adapters.get_loader(_TIMESTAMPTZ, pq.Format.TEXT)
        assert times is not None
        cursor.adapters.register_loader("timestamptz", times)
    return cursor.execute(sql, values)


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    return str(FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%"))


def ask(sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows of a written SELECT (or RETURNING), as the database driver gives them."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors:
        return list(_execute(database, sql, _adapted(database, values)).fetchall())


def change(sql: str, values: Iterable[Any]) -> int:
    """Run a written INSERT, UPDATE or DELETE; returns how many rows it met."""
    database = connections[DEFAULT_DB_ALIAS]
    with database.wrap_database_errors:
        return int(_execute(database, sql, _adapted(database, values)).rowcount)


def fetch(sql: str, values: Iterable[Any], *models: type[Model]) -> list[tuple[Any, ...]]:
    """The rows of a written SELECT that begins with `columns` of each of `models`, in that order.

    A row comes back as an instance of each model (None where an outer join found nothing), then what is left of it.
    """
    database = connections[DEFAULT_DB_ALIAS]
    readers = [_reader(model, database.vendor) for model in models]
    with database.wrap_database_errors:
        rows = _execute(database, sql, _adapted(database, values)).fetchall()
    found = []
    for row in rows:
        start, read = 0, []
        for width, instance in readers:
            read.append(instance(row[start : start + width], database))
            start += width
        found.append((*read, *row[start:]))
    return found


@cache
def columns(model: type[Model], alias: str) -> str:
    """Every column of `model`, as `fetch` reads them: "alias"."id", "alias"."name", …"""
    return ", ".join(f'"{alias}"."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _reader(
    model: type[Model], vendor: str
) -> tuple[int, Callable[[tuple[Any, ...], BaseDatabaseWrapper], Model | None]]:
    """How many columns `model` has, and what makes an instance of them: Django's own conversions, looked up once."""
    # An instance is made as Model.__init__ leaves it, without its loop over the fields (a quarter of a read). What
    # would have to hear of it is refused here.
    assert not pre_init.has_listeners(model) and not post_init.has_listeners(model), model
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    key = names.index(model._meta.pk.attname)
    conversions = []
    for place, field in enumerate(fields):
        expression = field.get_col(model._meta.db_table)
        converters = connection.ops.get_db_converters(expression) + expression.get_db_converters(connection)
        conversions += [(place, convert, expression) for convert in converters]

    def instance(row: tuple[Any, ...], database: BaseDatabaseWrapper) -> Model | None:
        if row[key] is None:
            return None
        values = list(row)
        for place, convert, expression in conversions:
            values[place] = convert(values[place], expression, database)
        made = model.__new__(model)
        made._state = ModelState()
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        made.__dict__.update(zip(names, values, strict=True))
        return made

    return len(fields), instance


def _adapted(database: BaseDatabaseWrapper, values: Iterable[Any]) -> list[Any]:
    """What the driver takes: SQLite knows neither UUIDs nor times with a zone."""
    if database.vendor == "postgresql":
        return list(values)
    return [
        value.hex
        if isinstance(value, uuid.UUID)
        else database.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for value in values
    ]


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model that have their key already, or whose generated key nobody asks for."""
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]  # not the proxy, whose every attribute is a search of its own
    names, writers = _writers(type(rows[0]), database.vendor)
    sql = f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) VALUES {_tuples(len(rows), len(writers))}'  # noqa: S608
    with database.wrap_database_errors:
        _execute(database, sql, _written(database, rows, writers))
    for row in rows:
        row._state.adding = False


Writer = Callable[[Any, BaseDatabaseWrapper], Any]


def _written(
    database: BaseDatabaseWrapper, rows: Sequence[Model], writers: Sequence[tuple[str, Writer | None]]
) -> list[Any]:
    return [
        getattr(row, name) if writer is None else writer(getattr(row, name), database)
        for row in rows
        for name, writer in writers
    ]


@cache
def _writers(model: type[Model], vendor: str) -> tuple[str, list[tuple[str, Writer | None]]]:
    """The columns of an INSERT, and for each the attribute and what makes the driver's value of it, looked up once."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "db_returning", False)]
    return ", ".join(f'"{field.column}"' for field in fields), [
        (field.attname, _writer(field, vendor)) for field in fields
    ]


def _writer(field: "Field[Any, Any]", vendor: str) -> Writer | None:
    """None where Django's get_db_prep_save would give the value back as it is: six calls for nothing."""
    target = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    plain: tuple[type[Any], ...] = (CharField, TextField, BooleanField)
    if vendor == "postgresql":
        plain = (*plain, UUIDField, DateTimeField)
        if isinstance(target, IntegerField):
            # psycopg would choose the type by the size of the number: one plan for each.
            types: dict[str, Callable[[Any], Any]] = connection.ops.integerfield_type_map  # type: ignore[attr-defined]
            number = types.get(target.get_internal_type(), types["BigIntegerField"])  # or a generated key
            return lambda value, database: None if value is None else number(value)
    elif isinstance(target, IntegerField):
        return None
    return None if isinstance(target, plain) else field.get_db_prep_save


def insert_new(rows: Sequence[Model], unique: str) -> set[str]:
    """Insert those `rows` whose text column `unique` is not in the table yet; returns the values that were inserted.

    A row that another transaction is inserting right now is waited for (PostgreSQL); when that transaction commits,
    the value counts as present. Rows are inserted in ascending order of `unique`, so that two batches with common
    values cannot wait for each other in a circle. Django's bulk_create(ignore_conflicts) does not say what it did.
    """
    if not rows:
        return set()
    meta = rows[0]._meta
    database = connections[DEFAULT_DB_ALIAS]
    names, writers = _writers(type(rows[0]), database.vendor)
    ordered = sorted(rows, key=lambda row: str(getattr(row, unique)))
    per_statement = PARAMETERS_PER_STATEMENT // len(writers)
    inserted: set[str] = set()
    for start in range(0, len(ordered), per_statement):
        chunk = ordered[start : start + per_statement]
        sql = (
            f'INSERT INTO "{meta.db_table}" ({names}) VALUES {_tuples(len(chunk), len(writers))} '  # noqa: S608
            f'ON CONFLICT ("{unique}") DO NOTHING RETURNING "{unique}"'
        )
        with database.wrap_database_errors:
            found = _execute(database, sql, _written(database, chunk, writers)).fetchall()
        inserted.update(value for (value,) in found)
    return inserted


def update_each(model: type[Model], setting: str, rows: Sequence[tuple[int, ...]]) -> None:
    """Update rows by integer id, each with numbers of its own: a row is (id, second, third, …).

    `setting` is the SQL after SET, in which `v.column2` is a row's second number. Asserts that every id was there.
    Django's bulk_update writes a CASE with one branch a row and field: settling 200 holds took four times as long.
    """
    if not rows:
        return
    width = len(rows[0])
    per_statement = PARAMETERS_PER_STATEMENT // width
    with connection.cursor() as cursor:
        for start in range(0, len(rows), per_statement):
            chunk = rows[start : start + per_statement]
            cursor.execute(
                f'UPDATE "{model._meta.db_table}" SET {setting} '  # noqa: S608
                f"FROM (VALUES {_tuples(len(chunk), width)}) AS v WHERE id = v.column1",
                [number for row in chunk for number in row],
            )
            assert cursor.rowcount == len(chunk), f"{cursor.rowcount} of {len(chunk)} rows of {model.__name__}"


def _tuples(count: int, width: int) -> str:
    return ", ".join([f"({', '.join(['%s'] * width)})"] * count)
