"""The PostgreSQL backend: a dead connection is noticed without a statement, and plans are made once."""

import psycopg
import pytest
from django.db import connection

from tagwork.kit.postgresql import base
from tagwork.kit.rows import ask

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="this is PostgreSQL's backend"),
]


def kill_the_connection() -> None:
    [(backend,)] = ask("SELECT pg_backend_pid()", [])
    with psycopg.connect(**connection.get_connection_params() | {"prepare_threshold": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_a_connection_that_lives_is_trusted_without_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    monkeypatch.setattr(
        "django.db.backends.postgresql.base.DatabaseWrapper.is_usable", lambda self: pytest.fail("asked")
    )
    assert connection.is_usable()


def test_a_connection_that_was_quiet_for_long_is_asked_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    asked = []
    monkeypatch.setattr(base, "TRUSTED_SECONDS", 0.0)
    monkeypatch.setattr(
        "django.db.backends.postgresql.base.DatabaseWrapper.is_usable", lambda self: asked.append(1) or True
    )
    assert connection.is_usable() and asked == [1]


def test_a_connection_the_server_closed_is_replaced_before_the_next_request() -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    kill_the_connection()
    assert not connection.is_usable()
    connection.health_check_enabled, connection.health_check_done = True, False
    connection.close_if_health_check_failed()
    # The kept cursor of kit.rows belonged to the dead one.
    assert ask("SELECT 1", []) == [(1,)]


def test_written_statements_are_planned_once() -> None:
    assert ask("SHOW plan_cache_mode", []) == [("force_generic_plan",)]
