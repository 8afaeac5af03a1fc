"""Django's admin: for operators with a second factor, entered through the ordinary sign-in page."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tagwork.people.access import Entry, Policy, entry_of, refuse


class OperatorAdminSite(admin.AdminSite):
    site_header = _("Tagwork records")
    site_title = _("Tagwork records")
    index_title = _("Look up any record")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return entry_of(Policy.OPERATOR, request.user) is Entry.ALLOWED

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The admin's own form knows neither limits nor second factors, so nobody sees it."""
        verdict = entry_of(Policy.OPERATOR, request.user)
        if verdict is Entry.SIGN_IN:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if verdict is not Entry.ALLOWED:
            refuse(verdict, Policy.OPERATOR)
        return HttpResponseRedirect(reverse("admin:index"))

    # The stubs promise a page; both are redirects to the pages that everybody uses.
    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))
