"""Insert unless it is there, and know which: one statement, no savepoint, no error to swallow."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


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
    one_row = f"({', '.join(['%s'] * len(columns))})"
    ordered = sorted(rows, key=lambda row: str(getattr(row, unique)))
    per_statement = max(1, (connection.features.max_query_params or 30_000) // len(columns))
    inserted: set[str] = set()
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), per_statement):
            chunk = ordered[start : start + per_statement]
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([one_row] * len(chunk))} '  # noqa: S608
                f'ON CONFLICT ("{unique}") DO NOTHING RETURNING "{unique}"',
                [field.get_db_prep_save(getattr(row, field.attname), connection) for row in chunk for field in columns],
            )
            inserted.update(value for (value,) in cursor.fetchall())
    return inserted
