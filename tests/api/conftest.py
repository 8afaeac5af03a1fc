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


@pytest.fixture
def caller() -> Any:
    """`caller(person)`, or `caller(None)` for somebody without a token."""
    return Caller
