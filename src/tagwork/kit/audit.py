"""The record of what moderators and operators did."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from tagwork.kit import clock
from tagwork.kit.models import AuditEntry


def record(actor: object, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
    """One entry, in the caller's transaction: the act and its record stand or fall together."""
    AuditEntry.objects.create(
        actor=str(actor), action=action, subject=subject, detail=dict(detail or {}), created_at=clock.now()
    )


def entries(*, actor: str = "", action: str = "", subject: str = "") -> QuerySet[AuditEntry]:
    """Newest first. `actor` is a whole id; `action` and `subject` are beginnings ("withdrawal.", "worker:0190…")."""
    rows = AuditEntry.objects.order_by("-created_at", "-id")
    if actor:
        rows = rows.filter(actor=actor)
    if action:
        rows = rows.filter(action__startswith=action)
    if subject:
        rows = rows.filter(subject__startswith=subject)
    return rows


def actors() -> list[str]:
    """Everybody who ever acted, by id or by the name of a part of the program."""
    return sorted(AuditEntry.objects.values_list("actor", flat=True).distinct())
