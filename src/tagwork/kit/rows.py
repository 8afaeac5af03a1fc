"""Written SQL, where Django's own way tells too little or costs too much.

On the hot path (claim, submit) building a queryset's SQL took three quarters of the server's time: 0.3 to 1 ms for each
statement, against 0.1 ms to run it. There statements are written out; everywhere else querysets stay.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

# SQLite takes 32,766 parameters (since 3.32), PostgreSQL 65,535.
PARAMETERS_PER_STATEMENT = 30_000


def _cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL parses and plans once for each connection (psycopg prepares what comes
    often): planning the same seventeen statements anew was more than half of the database's time for a cycle.

    Django's own cursors put the values into the text, where nothing can be prepared. Rejected: `server_side_binding`
    for all of them, since querysets with an expression in GROUP BY then fail."""
    database = connections[DEFAULT_DB_ALIAS]
    if (
        database.vendor != "postgresql" or database.queries_logged
    ):  # the log shows values only where they are in the text
        return database.cursor()
    database.ensure_connection()
    return database.make_cursor(cast(CursorWrapper, psycopg.Cursor(database.connection)))  # the stubs want it wrapped


def ask(sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The rows of a written SELECT (or RETURNING), as the database driver gives them."""
    with _cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        return list(cursor.fetchall())


def change(sql: str, values: Iterable[Any]) -> int:
    """Run a written INSERT, UPDATE or DELETE; returns how many rows it met."""
    with _cursor() as cursor:
        cursor.execute(sql, _adapted(values))
        return int(cursor.rowcount)


def fetch(sql: str, values: Iterable[Any], *models: type[Model]) -> list[tuple[Any, ...]]:
    """The rows of a written SELECT that begins with `columns` of each of `models`, in that order.

    A row comes back as an instance of each model (None where an outer join found nothing), then what is left of it.
    """
    readers = [_reader(model, connection.vendor) for model in models]
    found = []
    for row in ask(sql, values):
        start, read = 0, []
        for width, instance in readers:
            read.append(instance(row[start : start + width]))
            start += width
        found.append((*read, *row[start:]))
    return found


@cache
def columns(model: type[Model], alias: str) -> str:
    """Every column of `model`, as `fetch` reads them: "alias"."id", "alias"."name", …"""
    return ", ".join(f'"{alias}"."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _reader(model: type[Model], vendor: str) -> tuple[int, Callable[[tuple[Any, ...]], Model | None]]:
    """How many columns `model` has, and what makes an instance of them: Django's own conversions, looked up once."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    key = names.index(model._meta.pk.attname)
    conversions = []
    for place, field in enumerate(fields):
        expression = field.get_col(model._meta.db_table)
        converters = connection.ops.get_db_converters(expression) + expression.get_db_converters(connection)
        conversions += [(place, convert, expression) for convert in converters]

    def instance(row: tuple[Any, ...]) -> Model | None:
        if row[key] is None:
            return None
        values = list(row)
        database = connections[DEFAULT_DB_ALIAS]
        for place, convert, expression in conversions:
            values[place] = convert(values[place], expression, database)
        return model.from_db(DEFAULT_DB_ALIAS, names, values)

    return len(fields), instance


def _adapted(values: Iterable[Any]) -> list[Any]:
    """What the driver takes: SQLite knows neither UUIDs nor times with a zone."""
    if connection.vendor == "postgresql":
        return list(values)
    return [
        value.hex
        if isinstance(value, uuid.UUID)
        else connection.ops.adapt_datetimefield_value(value)
        if isinstance(value, datetime)
        else value
        for value in values
    ]


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model that have their key already, or whose generated key nobody asks for."""
    if not rows:
        return
    names, fields = _insert_columns(type(rows[0]))
    sql = f'INSERT INTO "{rows[0]._meta.db_table}" ({names}) VALUES {_tuples(len(rows), len(fields))}'  # noqa: S608
    database = connections[DEFAULT_DB_ALIAS]  # not the proxy, whose every attribute is a search of its own
    values = [field.get_db_prep_save(getattr(row, field.attname), database) for row in rows for field in fields]
    with _cursor() as cursor:
        cursor.execute(sql, values)
    for row in rows:
        row._state.adding = False


@cache
def _insert_columns(model: type[Model]) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "db_returning", False)]
    return ", ".join(f'"{field.column}"' for field in fields), fields


def insert_new(rows: Sequence[Model], unique: str) -> set[str]:
    """Insert those `rows` whose text column `unique` is not in the table yet; returns the values that were inserted.

    A row that another transaction is inserting right now is waited for (PostgreSQL); when that transaction commits,
    the value counts as present. Rows are inserted in ascending order of `unique`, so that two batches with common
    values cannot wait for each other in a circle. Django's bulk_create(ignore_conflicts) does not say what it did.
    """
    if not rows:
        return set()
    meta = rows[0]._meta
    names, fields = _insert_columns(type(rows[0]))
    ordered = sorted(rows, key=lambda row: str(getattr(row, unique)))
    per_statement = PARAMETERS_PER_STATEMENT // len(fields)
    inserted: set[str] = set()
    database = connections[DEFAULT_DB_ALIAS]
    with _cursor() as cursor:
        for start in range(0, len(ordered), per_statement):
            chunk = ordered[start : start + per_statement]
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({names}) VALUES {_tuples(len(chunk), len(fields))} '  # noqa: S608
                f'ON CONFLICT ("{unique}") DO NOTHING RETURNING "{unique}"',
                [field.get_db_prep_save(getattr(row, field.attname), database) for row in chunk for field in fields],
            )
            inserted.update(value for (value,) in cursor.fetchall())
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
