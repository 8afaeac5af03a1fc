"""DATABASE_URL to Django's DATABASES entry; SQLite and PostgreSQL are both first class.

`sqlite:////absolute/path.sqlite3` · `postgresql://user:password@host:port/name?host=/socket/folder`
PostgreSQL also takes `prepare_threshold=N`: prepare a statement that came N times (default 5; 0: never, for a pool by
transaction that does not know prepared statements, which is PgBouncer before 1.21 or with max_prepared_statements=0).
"""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL lets readers go on beside the one writer; FULL keeps the last commit at power loss (NORMAL may lose it);
# IMMEDIATE takes the write lock at BEGIN, so that a transaction never fails half-way with "database is locked".
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000; PRAGMA recursive_triggers=ON;"
    ),
}


def database_from_url(url: str) -> dict[str, Any]:
    """One DATABASES entry for `url`; ValueError names the part that is wrong."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        if not path or path == "/":
            raise ValueError("DATABASE_URL: sqlite needs a file, such as sqlite:////var/lib/tagwork/tagwork.sqlite3")
        # sqlite:///relative and sqlite:////absolute, as SQLAlchemy and dj-database-url read them
        name = path[1:]
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(name)),
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,
            # In-memory test databases share one cache and lock by table: concurrency tests need the real file.
            "TEST": {"NAME": str(Path(name).with_suffix(".test.sqlite3"))},
        }
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "tagwork.kit.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.pop("host", "") or parts.hostname or "",
            "PORT": str(query.pop("port", "") or parts.port or ""),
            # Only the written statements of kit.rows are ever prepared.
            "OPTIONS": {"prepare_threshold": int(query.pop("prepare_threshold", "5")) or None, **query},
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"DATABASE_URL: scheme {parts.scheme!r} is not one of sqlite, postgresql")
