from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up and sign-in as Tagwork wants them; everything else is allauth's."""

    def new_user(self, request: HttpRequest) -> Any:
        """Speaks the language in which the form was read, so that the first letter does too."""
        user = super().new_user(request)
        user.language = get_language() or ""
        return user
