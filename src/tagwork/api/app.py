"""The HTTP API's one NinjaAPI instance: routers, and every error as problem+json."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from tagwork.api.problems import problem, refusal_response
from tagwork.api.routes import appeals, client, exams, me, moderation, tutorial, withdrawals, work
from tagwork.kit.errors import Refusal
from tagwork.ledger.errors import InsufficientFunds

log = logging.getLogger(__name__)


class Api(NinjaAPI):
    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        """The document, with each refusal written once, and under the media type it is sent with.

        ninja knows one media type for all answers, and would write the same refusals out for every operation."""
        document = super().get_openapi_schema(**given)
        refusals = document["components"].setdefault("responses", {})
        for operations in document["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                for status in [status for status in answers if status >= 400]:
                    content = answers[status]["content"]["application/json"]
                    name = f"Refused{status}"
                    refusals[name] = answers[status] | {"content": {"application/problem+json": content}}
                    answers[status] = {"$ref": f"#/components/responses/{name}"}
        return document


api = Api(
    title="Tagwork",
    version="1",
    description="Everything the pages do, for programs. Money is in micro-dollars, times are RFC 3339 UTC.",
    openapi_url="/openapi.json",
    docs_url="/docs",
    urls_namespace="api",
)
for router in (work, me, tutorial, exams, appeals, moderation, client, withdrawals):
    api.add_router("", router.router)


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return refusal_response(request, error)


@api.exception_handler(AuthenticationError)
def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(
        401,
        "unauthenticated",
        "Sign in, or send a token as Authorization: Bearer.",
        next_step="/accounts/login/",
        headers={"WWW-Authenticate": 'Bearer realm="tagwork"'},
    )


@api.exception_handler(ValidationError)
def on_invalid_request(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [{"field": _field(one["loc"]), "code": one["type"], "message": one["msg"]} for one in error.errors]
    return problem(422, "invalid", "The request does not have the form this operation takes.", errors=errors)


def _field(place: tuple[str | int, ...]) -> str:
    """As the caller wrote it, and as operations name it: ninja puts where it looked and our parameter's name before."""
    inner = place[2:] if place[:2] == ("body", "body") else place[1:]
    return ".".join(str(part) for part in inner) or "body"


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Only ninja raises it here: of a body that it cannot parse."""
    return problem(
        error.status_code, "bad_request", "The body is not JSON in UTF-8, or it is nested too deeply to be an answer."
    )


@api.exception_handler(RequestDataTooBig)
def on_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "too_large", "This request is larger than any answer or draft may be.")


@api.exception_handler(MultiPartParserError)
@api.exception_handler(SuspiciousOperation)
def on_suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(400, "bad_request", "The request is not formed as it should be, or has too many parts.")


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here.")


@api.exception_handler(Exception)
def on_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    if settings.IS_TEST:
        raise error
    log.exception("fault in %s %s", request.method, request.path)
    return problem(500, "fault", "Something broke on our side; nothing was changed. Try again.")


@api.exception_handler(InsufficientFunds)
def on_insufficient_funds(request: HttpRequest, error: InsufficientFunds) -> HttpResponse:
    return problem(422, "insufficient_funds", "The balance does not cover this amount.")
