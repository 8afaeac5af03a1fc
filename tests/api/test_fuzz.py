"""Requests made from the OpenAPI document, as every role: no fault, no answer that the document does not know (G12).

Seeded, so that a failure comes again. TAGWORK_FUZZ_EXAMPLES raises the number of requests for each operation.

Checks that are left out, and why: `negative_data_rejection` and `positive_data_acceptance` (what a body may say is
more than JSON Schema can: a schema's label, a guideline's clause), `ignored_auth` and `unsupported_method` (the access
matrix holds every door), `use_after_free` and `ensure_resource_availability` (they follow REST names we do not use).
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Caller
from tests.api.test_access_matrix import ROLES, people_by_role, world

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("TAGWORK_FUZZ_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A real WSGI application ends a request by closing connections; the test's transaction lives in one."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_no_request_of_any_role_finds_a_fault_or_an_undocumented_answer() -> None:
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    headers = {role: Caller(person).headers for role, person in people_by_role().items()}
    assert set(headers) == set(ROLES)
    things = world()
    faults: list[str] = []
    for found in document.get_all_operations():
        operation = found.ok()
        try:
            _fuzz(operation, headers, things)
        except BaseExceptionGroup as group:
            faults += [f"{operation.label}: {one}" for one in group.exceptions]
        except AssertionError as error:
            faults.append(f"{operation.label}: {error}")
    assert not faults, "\n\n".join(faults)


def _fuzz(operation: Any, headers: dict[str, dict[str, str]], things: dict[str, str]) -> None:
    """Every request as every role: making a request from the document costs far more than sending it.

    Half of them name things that exist: random identifiers would never come past "not found".
    """

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_real=st.booleans())
    def send(case: Any, is_real: bool) -> None:
        if is_real:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = things[name]
        for role in ROLES:
            response = case.call(headers=headers[role])
            case.validate_response(response, checks=CHECKS)

    send()
