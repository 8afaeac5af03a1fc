"""Every field of every body that the OpenAPI document shows takes its own type alone, within its bounds.

The bodies and their types come from the document; what core reads by itself (a label schema, a mark, annotations) is
tried there, and here only as a whole.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tagwork.api.app import api
from tests.api.conftest import Caller
from tests.api.test_access_matrix import OPEN_TO, TABLE, people_by_role
from tests.api.test_gets_write_nothing import refuse_writes

pytestmark = pytest.mark.django_db

NAN, INFINITY, HUGE = float("nan"), float("inf"), 10**30
WRONG: dict[str, list[Any]] = {
    "integer": ["12", "x", 1.5, True, [], {}, NAN, INFINITY, HUGE, -HUGE],
    "number": ["12", "x", True, [], {}, NAN, INFINITY, HUGE, -HUGE],
    "string": [12, 1.5, True, [], {}, "\x00"],
    "boolean": ["yes", "true", 0, 1, [], {}],
    "array": ["x", 1, True, {}],
    "object": ["x", 1, True, []],
}
READ_BY_CORE = {"schema", "mark", "annotations", "assists"}


def bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, schema of the body) of every operation that takes JSON."""
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method.upper(), path.removeprefix("/api/v1"), content["application/json"]["schema"]


def resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Without `$ref` and without the null beside a type."""
    if "$ref" in schema:
        return resolved(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return resolved(kinds[0], document) if len(kinds) == 1 else schema


def wrong_bodies(schema: dict[str, Any], document: dict[str, Any], name: str = "") -> Iterator[tuple[str, Any]]:
    """(name of the field as a refusal has it, a body in which that field alone is wrong)."""
    for field, shown in resolved(schema, document).get("properties", {}).items():
        found = resolved(shown, document)
        if "enum" not in found and "const" not in found and found.get("type") not in WRONG:
            assert field in READ_BY_CORE, (field, found)
        for wrong in WRONG.get(found.get("type", ""), [12, []]):
            yield f"{name}{field}", {field: wrong}
        if field in READ_BY_CORE:
            continue
        if found.get("type") == "object" and "properties" in found:
            for inner, body in wrong_bodies(found, document, f"{name}{field}."):
                yield inner, {field: body}
        items = resolved(found.get("items", {}), document) if found.get("type") == "array" else {}
        if "properties" in items:
            for inner, body in wrong_bodies(items, document, f"{name}{field}.0."):
                yield inner, {field: [body]}
        elif items.get("type") in WRONG:
            for wrong in WRONG[items["type"]]:
                least = max(1, found.get("minItems", 1))
                yield f"{name}{field}.0", {field: [wrong] * least}


def test_a_field_of_another_type_or_out_of_range_is_refused_by_its_name_and_nothing_is_written() -> None:
    document = api.get_openapi_schema()
    callers = {role: Caller(person) for role, person in people_by_role().items()}
    tried, faults = 0, []
    with connection.execute_wrapper(refuse_writes):
        for method, path, schema in bodies():
            caller = callers[sorted(OPEN_TO[TABLE[method, path].policy])[0]]
            address = path.replace("{lesson}", "x").replace("{item}", "x")
            for field, body in wrong_bodies(schema, document):
                answer = caller.call(method, address, body, Idempotency_Key="x")
                tried += 1
                named = [one.get("field", "") for one in json.loads(answer.content).get("errors", [])]
                if answer.status_code != 422 or not any(f"{one}.".startswith(f"{field}.") for one in named):
                    faults.append((method, path, field, body, answer.status_code, named))
    assert not faults, "\n".join(map(str, faults[:40]))
    assert tried > 400
