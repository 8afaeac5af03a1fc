"""The record of what moderators and operators did."""

from collections.abc import Mapping
from typing import Any

from tagwork.kit import clock
from tagwork.kit.models import AuditEntry


def record(actor: object, action: str, subject: str, detail: Mapping[str, Any] | None = None) -> None:
    """One entry, in the caller's transaction: the act and its record stand or fall together."""
    AuditEntry.objects.create(
        actor=str(actor), action=action, subject=subject, detail=dict(detail or {}), created_at=clock.now()
    )
