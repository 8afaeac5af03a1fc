"""Callers of the API: one bearer client for each stock person."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tagwork.people.models import Person
from tagwork.people.operations.create_token import create_token


class Caller:
    """Calls /api/v1 with a person's token; `json` of the answer is parsed when there is one."""

    def __init__(self, person: Person | None) -> None:
        self.person = person
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if person is not None:
            _, text = create_token(person, "test", counts_as_fresh=True)
            self.headers = {"Authorization": f"Bearer {text}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        content = b"" if body is None else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(
            method, f"/api/v1{path}", content, "application/json", headers={**self.headers, **names}
        )

    def get(self, path: str) -> HttpResponse:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, key: str = "") -> HttpResponse:
        headers = {"Idempotency_Key": key} if key else {}
        return self.call("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.call("PUT", path, body)


def assert_problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The answer is this problem, in the form of RFC 9457; returns its members."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    assert problem["code"] == code and problem["status"] == status and problem["detail"] and problem["title"]
    assert problem["type"].endswith(f"/problems/{code}") and "next" in problem
    return problem


@pytest.fixture
def caller() -> Any:
    """`caller(person)`, or `caller(None)` for somebody without a token."""
    return Caller
