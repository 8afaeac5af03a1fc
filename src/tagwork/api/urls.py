"""The API's addresses: ninja's own, and problem+json also where no operation answers (RFC 9457)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from tagwork.api.app import api
from tagwork.api.problems import problem

View = Callable[..., HttpResponseBase]


def _refusing_methods(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        allow = response.headers["Allow"]
        return problem(405, "method_not_allowed", f"Use {allow} here.", headers={"Allow": allow})

    return answered


@csrf_exempt
def _unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem(404, "not_found", "There is nothing here.", next_step="/api/v1/docs")


def _urls() -> tuple[list[Any], str, str]:
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _refusing_methods(pattern.callback)
    # The first one stands before ninja's own, which answers with a page.
    return [path("", _unknown), *patterns, path("<path:rest>", _unknown)], app_name, namespace


urls = _urls()
