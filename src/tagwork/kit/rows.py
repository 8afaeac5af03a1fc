"""Many rows in one statement, where Django's own way tells too little or costs too much."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

# SQLite takes 32,766 parameters (since 3.32), PostgreSQL 65,535.
PARAMETERS_PER_STATEMENT = 30_000


def insert_new(rows: Sequence[Model], unique: str) -> set[str]:
    """Insert those `rows` whose text column `unique` is not in the table yet; returns the values that were inserted.

    A row that another transaction is inserting right now is waited for (PostgreSQL); when that transaction commits,
    the value counts as present. Rows are inserted in ascending order of `unique`, so that two batches with common
    values cannot wait for each other in a circle. Django's bulk_create(ignore_conflicts) does not say what it did.
    """
    if not rows:
        return set()
    meta = rows[0]._meta
    columns = [field for field in meta.concrete_fields if not getattr(field, "db_returning", False)]
    names = ", ".join(f'"{field.column}"' for field in columns)
    ordered = sorted(rows, key=lambda row: str(getattr(row, unique)))
    per_statement = PARAMETERS_PER_STATEMENT // len(columns)
    inserted: set[str] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), per_statement):
            chunk = ordered[start : start + per_statement]
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({names}) VALUES {_tuples(len(chunk), len(columns))} '  # noqa: S608
                f'ON CONFLICT ("{unique}") DO NOTHING RETURNING "{unique}"',
                [field.get_db_prep_save(getattr(row, field.attname), connection) for row in chunk for field in columns],
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
