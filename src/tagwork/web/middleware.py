"""Middleware of the pages, and the short way round it for the API's hot path."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import resolve
from django.utils import translation
from django.utils.http import http_date

from tagwork.kit import clock
from tagwork.kit.errors import Refusal
from tagwork.web.problems import render_refusal

API_PREFIX = "/api/v1/"
Handler = Callable[[HttpRequest], HttpResponseBase]


def _call_view(request: HttpRequest) -> HttpResponseBase:
    """What is left of a request when nothing stands between it and its view."""
    match = resolve(request.path_info)
    request.resolver_match = match
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


class MovedClockMiddleware:
    """Where the house's time was moved, its answers carry that time: what is left of a lease is counted by it.

    A web server writes the Date of its machine, which is right everywhere but in a demo.
    """

    def __init__(self, get_response: Handler) -> None:
        if not (settings.IS_DEMO or settings.IS_TEST):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if clock.shift():
            response.headers["Date"] = http_date(clock.now().timestamp())
        return response


class LightPathMiddleware:
    """A bearer request to the API jumps straight to its view: no session, CSRF, locale, messages, static files.

    Only the middleware before this one runs. A token is not sent by a browser on its own, so
    there is nothing to forge across sites and CSRF has no part; a session cookie on such a request is not looked at.
    The language is that of Accept-Language: the thread may have spoken another one to whoever came before.
    Without a bearer token the request goes the whole way, and a session then needs its CSRF token as everywhere.
    Rejected: a second Django application for the API (two settings to keep alike), and dropping the middleware for
    all of /api/v1/ (the workbench calls it with the session).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.call_view = cast(Handler, convert_exception_to_response(_call_view))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX) or not _has_bearer(request):
            return self.get_response(request)
        request.user = AnonymousUser()
        translation.activate(translation.get_language_from_request(request))
        response = self.call_view(request)
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _has_bearer(request: HttpRequest) -> bool:
    return str(request.META.get("HTTP_AUTHORIZATION", ""))[:7].lower() == "bearer "


class CompressedPagesMiddleware(GZipMiddleware):
    """Pages travel as gzip, a sixth of their size; the API's answers are short, and files are compressed ahead.

    A page may repeat what it was asked with beside a secret. Against guessing that from its length (BREACH), Django
    masks the CSRF token anew each time and lets the length vary at random.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class RefusalMiddleware:
    """A Refusal that a page lets through becomes a page that says what happened, why, what next."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render_refusal(request, exception) if isinstance(exception, Refusal) else None
