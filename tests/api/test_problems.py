"""Errors are problems (RFC 9457), whoever refuses: an operation, the framework, or nobody at all."""

import json
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

import tagwork
from tagwork.api.problems import STATUS, refusal_response
from tagwork.api.schemas import bodies
from tagwork.kit.errors import Refusal
from tagwork.kit.ids import encode
from tagwork.kit.signing import SignatureRefused
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.standing.operations.restrict import restrict_by_person
from tests.api.conftest import assert_problem
from tests.api.test_access_matrix import with_second_factor
from tests.builders import people, projects, work


def _subclasses(cls: type) -> set[type]:
    return {cls}.union(*(_subclasses(one) for one in cls.__subclasses__()))


def test_every_refusal_has_a_status() -> None:
    for module in walk_packages(tagwork.__path__, "tagwork."):
        if ".migrations" not in module.name and ".sdk" not in module.name and not module.name.endswith("_child"):
            import_module(module.name)
    # A signature is asked for by the image pages alone; its class has no code of its own.
    refusals = _subclasses(Refusal) - {SignatureRefused}
    assert len(refusals) > 30
    assert {one.code: one for one in refusals if one.code not in STATUS} == {}


@pytest.mark.django_db
def test_unknown_addresses_and_methods_are_problems_with_and_without_a_token(caller) -> None:
    for api in (caller(None), caller(people.worker())):
        for path in ("/", "/nothing", "/me/", "/work/nothing"):
            assert_problem(api.get(path), 404, "not_found")
        response = api.call("DELETE", "/me")
        assert_problem(response, 405, "method_not_allowed")
        assert response.headers["Allow"] == "GET"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"),
        (b'{"text":' + b"[" * 100_000 + b"}", 400, "bad_request"),
        (b'{"text":' + b"9" * 6_000 + b"}", 400, "bad_request"),
        (b"[]", 422, "invalid"),
        (b'{"text": NaN}', 422, "invalid"),
        (b'{"text": "a lone half of a pair \\ud800"}', 422, "invalid"),
        (b'{"text": "a nul in the middle \\u0000"}', 422, "invalid"),
        (b'{"text": "long enough, and", "balance": 5}', 422, "invalid"),
        (b'{"text": "' + b"a" * 9_000_000 + b'"}', 413, "too_large"),
    ],
)
def test_bodies_that_are_none_are_problems(caller, body: bytes, status: int, code: str) -> None:
    api = caller(people.worker())
    response = api.client.generic("POST", "/api/v1/reports", body, "application/json", headers=api.headers)
    assert_problem(response, status, code)


@pytest.mark.django_db
def test_a_field_is_named_as_the_caller_wrote_it(caller) -> None:
    api = caller(people.worker())

    def fields(path: str, body: object) -> list[str]:
        return [one["field"] for one in assert_problem(api.post(path, body), 422, "invalid")["errors"]]

    # Found by the form of the request, and by the operation: named alike.
    assert fields("/reports", {}) == fields("/reports", {"text": ""}) == ["text"]
    assert fields("/appeals", {"decision": {"kind": "cloud", "id": "s_1"}, "text": 5}) == ["decision.kind", "text"]
    assert fields("/reports", []) == ["body"]


@pytest.mark.django_db
def test_what_is_neither_true_nor_false_is_refused(caller) -> None:
    api = caller(people.client().person)
    for value in ("yes", "true", 1, 0, "off"):
        problem = assert_problem(api.post("/projects", {"name": "Cars", "sensitive": value}), 422, "invalid")
        assert [one["field"] for one in problem["errors"]] == ["sensitive"]


def test_every_body_of_the_api_takes_booleans_alone_where_it_says_boolean() -> None:
    fields = [
        (body, name, field)
        for body in _subclasses(bodies.Body)
        for name, field in body.model_fields.items()
        if "bool" in str(field.annotation)
    ]
    assert len(fields) >= 8
    assert [(body.__name__, name) for body, name, field in fields if "strict=True" not in repr(field)] == []


ADDRESS = "ltc1qhdhvrwe6rgqns8fz28tee0hphr5x7ulw5exv4w"  # Litecoin Core's key_io_valid.json


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "amount_micros", "code", "field"),
    [
        ("ltc", "ltc1nothing", 0, "address_not_payable", "address"),
        ("shells", ADDRESS, 0, "method_not_offered", "method"),
        ("ltc", ADDRESS, 1, "below_minimum", "amount_micros"),
        ("ltc", ADDRESS, 900_000, "insufficient_funds", "amount_micros"),
    ],
)
def test_a_refusal_of_money_names_the_field_it_is_about(
    method: str, address: str, amount_micros: int, code: str, field: str
) -> None:
    worker = people.worker()
    with pytest.raises(Refusal) as refused:
        request_withdrawal(worker, add_destination(worker, method, address).id, amount_micros, "key-1")
    problem = json.loads(refusal_response(RequestFactory().post("/"), refused.value).content)
    assert (problem["status"], problem["code"]) == (422, code)
    assert problem["errors"] == [{"field": field, "code": code, "message": problem["detail"]}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "field"), [("/work/assignments?state=submitted", "state"), ("/moderation/queue?kind=cloud", "kind")]
)
def test_a_list_of_what_is_not_listed_is_refused_instead_of_empty(caller, path: str, field: str) -> None:
    api = caller(with_second_factor(people.moderator()) if field == "kind" else people.worker())
    problem = assert_problem(api.get(path), 422, "invalid")
    assert [one["field"] for one in problem["errors"]] == [field]


@pytest.mark.django_db
def test_a_cursor_that_was_never_given_is_no_first_page(caller) -> None:
    for cursor in ("9" * 30, "-1", "%00", "\u0663"):
        assert_problem(caller(people.worker()).get(f"/me/transactions?before={cursor}"), 404, "not_found")


@pytest.mark.django_db
def test_an_upload_without_the_boundary_of_its_parts_is_a_problem(caller) -> None:
    project = projects.draft()
    api = caller(project.created_by)
    path = f"/api/v1/projects/{encode('pr', project.pk)}/images"
    response = api.client.generic("POST", path, b"parts", "multipart/form-data", headers=api.headers)
    assert_problem(response, 400, "bad_request")


@pytest.mark.django_db
def test_a_session_changes_nothing_without_its_csrf_token(caller) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.worker())
    body = json.dumps({"text": "The image shows a number plate."})

    def send(**headers: str):
        return browser.post("/api/v1/reports", body, content_type="application/json", headers=headers)

    assert_problem(send(), 403, "csrf_failed")
    assert_problem(send(**{"X-CSRFToken": "x" * 64}), 403, "csrf_failed")
    browser.get("/profile")
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    assert send(**{"X-CSRFToken": token}).status_code == 201
    assert browser.get("/api/v1/me").status_code == 200


@pytest.mark.django_db
def test_without_a_session_the_trouble_is_to_sign_in_not_a_csrf_token() -> None:
    stranger = Client(enforce_csrf_checks=True)
    response = stranger.post("/api/v1/reports", "{}", content_type="application/json")
    assert_problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
def test_a_refused_claim_names_a_restriction_that_can_be_appealed(caller) -> None:
    project = work.open_project()
    worker = work.reader(project)
    restrict_by_person(
        people.operator(), worker=worker, kind="pause", scope="all", days=3, text="A look at what happened.",
        evidence={"note": "what happened"},
    )  # fmt: skip
    api = caller(worker)
    problem = assert_problem(api.post(f"/work/projects/{work.public(project)}/claim"), 403, "restricted")
    decision = {"kind": "restriction", "id": problem["restriction"]}
    assert api.post("/appeals", {"decision": decision, "text": "It was not me who did that."}).status_code == 201
