from django.contrib import admin

from tagwork.kit.admin import ReadOnlyAdmin
from tagwork.standing.models import CheckedAnswer, Restriction, Skill


@admin.register(CheckedAnswer)
class CheckedAnswerAdmin(ReadOnlyAdmin):
    list_display = ("worker", "task_type", "subject", "source", "is_correct", "answered_at", "recorded_at")
    list_filter = ("source", "task_type", "is_correct")
    list_select_related = ("worker",)
    search_fields = ("worker__email", "subject")
    ordering = ("-id",)


@admin.register(Skill)
class SkillAdmin(ReadOnlyAdmin):
    list_display = ("worker", "task_type", "tier", "checked", "correct", "window_checked", "window_correct")
    list_filter = ("task_type", "tier")
    list_select_related = ("worker",)
    search_fields = ("worker__email",)


@admin.register(Restriction)
class RestrictionAdmin(ReadOnlyAdmin):
    list_display = ("worker", "kind", "state", "scope", "reason", "starts_at", "ends_at", "closed_at")
    list_filter = ("kind", "state", "reason")
    list_select_related = ("worker",)
    search_fields = ("worker__email", "text")
    ordering = ("-starts_at",)
