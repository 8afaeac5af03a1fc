"""SQL that counts, on both databases. In a site's environment."""

from django.db import connection


def series(most: str) -> str:
    """A table expression with one column `n`: 1 to `most` (a number, or a parameter's mark)."""
    if connection.vendor == "sqlite":
        return (
            "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted "
            f"WHERE n < {most}) SELECT n FROM counted) AS counted"
        )
    return f"generate_series(1, {most}) AS counted(n)"
