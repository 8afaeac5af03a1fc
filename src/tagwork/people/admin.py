from django.contrib import admin

from tagwork.kit.admin import ReadOnlyAdmin
from tagwork.people.models import ApiToken, Invitation, Membership, Organisation, Person


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ("email", "display_name", "is_worker", "is_moderator", "is_operator", "is_active", "created_at")
    list_filter = ("is_worker", "is_moderator", "is_operator", "is_active")
    search_fields = ("email", "display_name")
    ordering = ("-created_at",)
    exclude = ("password", "pseudonym_key", "groups", "user_permissions", "is_superuser")


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "person", "role", "created_at")
    list_select_related = ("organisation", "person")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "email", "role", "created_at", "accepted_at", "withdrawn_at")
    list_select_related = ("organisation",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("person", "name", "created_at", "revoked_at")
    list_select_related = ("person",)
    exclude = ("digest",)
