"""Records that an operator may look up and nobody may change by hand: changes go through operations."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from tagwork.kit.models import AuditEntry, LockRow, OutboxEvent, SettingVersion

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Model]
else:
    _ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """The site itself lets in operators alone (web/admin_site.py), so looking needs no further permission."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("action", "actor", "subject", "created_at")
    search_fields = ("action", "=actor", "subject")
    ordering = ("-created_at",)


@admin.register(SettingVersion)
class SettingVersionAdmin(ReadOnlyAdmin):
    list_display = ("name", "value", "created_by", "created_at")
    search_fields = ("name",)
    ordering = ("-id",)


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("topic", "aggregate", "attempts", "created_at", "due_at", "done_at")
    list_filter = ("topic",)
    search_fields = ("aggregate", "last_error")
    ordering = ("-id",)


@admin.register(LockRow)
class LockRowAdmin(ReadOnlyAdmin):
    list_display = ("name", "holder", "fence", "expires_at")
    search_fields = ("name",)
