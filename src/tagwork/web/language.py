"""A person's language follows them to a browser that does not know it yet."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation


def keep_in_cookie(response: HttpResponseBase, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path="/",
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class LanguageMiddleware:
    """Sets the cookie that LocaleMiddleware reads, at sign-in and where a session comes without it.

    With the cookie a request costs nothing more. Without it the person is read, which every page does anyway; the API
    is left alone (a page came before it).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._is_unknown(request):
            _speak(request, getattr(request.user, "language", ""))
        response = self.get_response(request)
        language = getattr(request, "language_of_person", "")
        if language and settings.LANGUAGE_COOKIE_NAME not in response.cookies:
            keep_in_cookie(response, language)
        return response

    @staticmethod
    def _is_unknown(request: HttpRequest) -> bool:
        return (
            settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.path_info.startswith("/api/")
        )


def _speak(request: HttpRequest, language: str) -> None:
    if language:
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.language_of_person = language  # type: ignore[attr-defined]


def _signed_in(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    if request is not None:
        _speak(request, user.language)


def listen() -> None:
    """Called once, when the application starts."""
    user_logged_in.connect(_signed_in, dispatch_uid="web.language")
