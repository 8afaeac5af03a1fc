from django.contrib import admin

from tagwork.kit.admin import ReadOnlyAdmin
from tagwork.work.models import Assignment, Flag, Submission, Task


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "lane", "answers_wanted", "slots_opened", "open_slots", "is_held", "created_at")
    list_filter = ("is_held",)
    list_select_related = ("project",)
    search_fields = ("project__name",)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "worker", "state", "task_type", "tier", "leased_at", "lease_expires_at")
    list_filter = ("state", "task_type", "tier")
    list_select_related = ("project", "worker")
    search_fields = ("=id", "worker__email", "project__name")
    ordering = ("-leased_at",)


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "worker", "state", "amount_micros", "paid_micros", "submitted_at", "judged_at")
    list_filter = ("state", "task_type", "is_late")
    list_select_related = ("project", "worker")
    search_fields = ("=id", "worker__email", "project__name")
    ordering = ("-submitted_at",)


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    list_display = ("id", "project", "worker", "state", "reason", "created_at", "decided_at", "answered_at")
    list_filter = ("state", "reason")
    list_select_related = ("project", "worker")
    search_fields = ("=id", "worker__email", "project__name")
    ordering = ("-created_at",)
