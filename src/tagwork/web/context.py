"""What every template may ask for. Values are computed when a template asks, not before."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tagwork.kit.ids import encode
from tagwork.notices.queries import has_unread
from tagwork.web.navigation import footer_links, navigation_of


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "is_demo": settings.IS_DEMO,
        "account_id": lambda: _account_id(request),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
        "footer_links": footer_links,
        "has_unread": lambda: has_unread(getattr(request, "user", None)),
    }


def _account_id(request: HttpRequest) -> str:
    """As the API writes it; "" for a stranger. The name of what this account keeps on a device."""
    user = getattr(request, "user", None)
    return encode("p", user.pk) if user is not None and user.is_authenticated else ""
