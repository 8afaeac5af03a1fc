from django.contrib import admin

from tagwork.kit.admin import ReadOnlyAdmin
from tagwork.quality.models import Appeal, Correction, FlagDecision, Gold, Report, SecondReview, Verdict


@admin.register(Gold)
class GoldAdmin(ReadOnlyAdmin):
    list_display = ("task", "project", "state", "answered", "passed", "disputes_won", "created_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("task", "project", "created_by")
    search_fields = ("project__name",)


@admin.register(Verdict)
class VerdictAdmin(ReadOnlyAdmin):
    list_display = (
        "submission",
        "is_approved",
        "by",
        "moderator",
        "reason_code",
        "clause",
        "paid_micros",
        "created_at",
    )
    list_filter = ("by", "is_approved", "reason_code")
    list_select_related = ("submission", "moderator")
    search_fields = ("=submission__id", "moderator__email")
    ordering = ("-created_at",)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ("submission", "moderator", "created_at")
    list_select_related = ("submission", "moderator")


@admin.register(SecondReview)
class SecondReviewAdmin(ReadOnlyAdmin):
    list_display = ("submission", "first_moderator", "reason_code", "created_at")
    list_select_related = ("submission", "first_moderator")


@admin.register(FlagDecision)
class FlagDecisionAdmin(ReadOnlyAdmin):
    list_display = ("flag", "moderator", "is_justified", "created_at")
    list_filter = ("is_justified",)
    list_select_related = ("flag", "moderator")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("person", "subject", "state", "filed_at", "due_at", "answered_by", "answered_at")
    list_filter = ("state",)
    list_select_related = ("person", "answered_by")
    search_fields = ("person__email", "text", "subject")
    ordering = ("-filed_at",)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("person", "kind", "state", "needs_operator", "filed_at", "due_at", "decided_by", "decided_at")
    list_filter = ("state", "kind", "needs_operator")
    list_select_related = ("person", "decided_by")
    search_fields = ("person__email", "=decision_id", "text")
    ordering = ("-filed_at",)
