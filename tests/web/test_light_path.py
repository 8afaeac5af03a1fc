"""A bearer request goes straight to its view; a session goes the whole way."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tagwork.people.operations.create_token import create_token
from tagwork.people.queries import person_for_token
from tests.builders import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@csrf_exempt
def who(request: HttpRequest) -> HttpResponse:
    found = person_for_token(request.headers.get("Authorization", "").removeprefix("Bearer "))
    return JsonResponse(
        {
            "token_of": found[0].email if found else None,
            "session_of": getattr(request.user, "email", None),
            "has_session": hasattr(request, "session"),
            "route": request.resolver_match.route if request.resolver_match else None,
        }
    )


@csrf_protect
def change(request: HttpRequest) -> HttpResponse:
    return HttpResponse("changed")


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    path("api/v1/who", who),
    path("api/v1/change", change),
    path("api/v1/missing", missing),
    path("api/v1/forbidden", forbidden),
    path("elsewhere/who", who),
    path("", include(settings.ROOT_URLCONF)),
]


@pytest.fixture
def bearer() -> dict[str, str]:
    return {"Authorization": "Bearer " + create_token(people.worker(), "script")[1]}


def test_a_bearer_request_costs_one_query_and_has_no_session(
    client: Client, bearer: dict[str, str], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/api/v1/who", headers=bearer)
    assert answer.json() == {
        "token_of": "worker1@example.test",
        "session_of": None,
        "has_session": False,
        "route": "api/v1/who",
    }
    assert not answer.cookies


def test_a_session_cookie_beside_a_token_is_not_looked_at(
    client: Client, bearer: dict[str, str], django_assert_num_queries: Any
) -> None:
    client.force_login(people.operator())
    with django_assert_num_queries(1):
        assert client.get("/api/v1/who", headers=bearer).json()["session_of"] is None


def test_a_session_goes_the_whole_way_and_needs_its_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.worker())
    assert client.get("/api/v1/who").json()["session_of"] == "worker1@example.test"
    assert client.post("/api/v1/change").status_code == 403


def test_the_short_way_is_only_for_the_api(client: Client, bearer: dict[str, str]) -> None:
    assert client.get("/elsewhere/who", headers=bearer).json()["has_session"] is True


def test_the_scheme_is_read_in_any_case_and_another_scheme_goes_the_whole_way(client: Client) -> None:
    assert client.get("/api/v1/who", headers={"Authorization": "bearer x"}).json()["has_session"] is False
    assert client.get("/api/v1/who", headers={"Authorization": "Basic eDp5"}).json()["has_session"] is True


def test_errors_have_their_status_on_the_short_way_too(client: Client, bearer: dict[str, str]) -> None:
    assert client.get("/api/v1/missing", headers=bearer).status_code == 404
    assert client.get("/api/v1/forbidden", headers=bearer).status_code == 403
    assert client.get("/api/v1/nowhere", headers=bearer).status_code == 404


def test_the_short_way_keeps_the_headers_that_matter(client: Client, bearer: dict[str, str]) -> None:
    answer = client.get("/api/v1/who", headers=bearer)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["Cache-Control"] == "no-store"
