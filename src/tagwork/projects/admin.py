from django.contrib import admin

from tagwork.kit.admin import ReadOnlyAdmin
from tagwork.projects.models import GuidelineVersion, Image, LabelSchemaVersion, PriceVersion, Project


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "organisation",
        "state",
        "task_type",
        "overlap",
        "budget_micros",
        "created_at",
        "launched_at",
    )
    list_filter = ("state", "task_type", "is_sensitive")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    ordering = ("-created_at",)


@admin.register(LabelSchemaVersion)
class LabelSchemaVersionAdmin(ReadOnlyAdmin):
    list_display = ("project", "number", "created_at")
    list_select_related = ("project",)
    search_fields = ("project__name",)


@admin.register(GuidelineVersion)
class GuidelineVersionAdmin(ReadOnlyAdmin):
    list_display = ("project", "number", "created_by", "created_at")
    list_select_related = ("project", "created_by")
    search_fields = ("project__name", "markdown")


@admin.register(PriceVersion)
class PriceVersionAdmin(ReadOnlyAdmin):
    list_display = ("project", "number", "base_micros", "object_micros", "max_objects", "reserve_micros", "created_at")
    list_select_related = ("project",)
    search_fields = ("project__name",)


@admin.register(Image)
class ImageAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "project", "purpose", "state", "byte_size", "refusal_code", "uploaded_at")
    list_filter = ("state", "purpose", "refusal_code")
    list_select_related = ("project",)
    search_fields = ("file_name", "project__name", "sha256")
    ordering = ("-uploaded_at",)
