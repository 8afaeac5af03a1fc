"""Django's flush, which would empty an append-only ledger: refused everywhere but in a test database."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import flush

from tagwork.kit.triggers import drop_triggers, install_triggers


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        if not settings.IS_TEST:
            raise CommandError("flush is refused: this database keeps money and records that are append-only")
        using = options["database"]
        # Only these stand in the way of emptying (DELETE on SQLite, TRUNCATE on PostgreSQL).
        drop_triggers(using, events=("delete", "truncate"))
        try:
            super().handle(**options)
        finally:
            install_triggers(using)
