"""Middleware of the pages, and the short way round it for the API's hot path."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class LightPathMiddleware:
    """Placeholder order-keeper; see class docstring once the API is mounted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
