"""Plain functions write the answers, for speed; here every route's real answers are held to the OpenAPI document."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonschema_rs
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tagwork.api.app import api
from tagwork.core.schema import parse_schema
from tagwork.formats.models import Export
from tagwork.formats.operations.export_dataset import make_export
from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.projects.models import Project
from tagwork.projects.operations.add_example import add_example
from tagwork.projects.operations.process_images import process_images
from tagwork.quality.operations.examine import examine_submissions, publish_planned
from tagwork.standing.operations.restrict import restrict_by_person
from tagwork.tutorial.lessons import LESSONS
from tagwork.work.models import Submission, Task
from tagwork.work.operations.expire import expire_leases
from tagwork.work.operations.release import plan_tasks
from tests.api.conftest import Caller
from tests.builders import exams, gold, people, pictures, projects, tutorial, work
from tests.builders.browsers import browser, confirm_by_mail
from tests.unit.core.test_json_schemas import ANSWER, CASES, LABEL_SCHEMA
from tests.unit.payouts.conftest import LITECOIN, fund

BASE = "/api/v1"
DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
COMPONENTS = DOCUMENT["components"]
OPERATIONS = {
    (method.upper(), path.removeprefix(BASE)) for path, operations in DOCUMENT["paths"].items() for method in operations
}
REJECTION = {"verdict": "rejected", "reason_code": "missed_object", "clause": "c2", "note": "There is one more."}


def closed(schema: Any) -> Any:
    """The same schema, where objects have no field that it does not name: readers may meet new ones, we may not."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(one) for name, one in schema.items()}
    if "properties" in schema and "type" in schema:
        shut.setdefault("additionalProperties", False)
    return shut


CLOSED = {"schemas": closed(COMPONENTS["schemas"]), "responses": COMPONENTS["responses"]}


def validator(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator({**schema, "components": CLOSED}, validate_formats=True)


def shown(name: str) -> Any:
    return validator({"$ref": f"#/components/schemas/{name}"})


def operation_of(method: str, address: str) -> str:
    """The path of the document that an address belongs to; the one with the fewest parameters."""
    path = address.split("?")[0]
    fitting = [
        template
        for found, template in OPERATIONS
        if found == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    assert fitting, f"{method} {path} is not in the document"
    return min(fitting, key=lambda template: template.count("{"))


class CheckedCaller(Caller):
    """Holds every answer to the document; `seen` collects what was answered with success."""

    seen: set[tuple[str, str]]

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.held(method, path, super().call(method, path, body, **headers))

    def upload(self, path: str, *files: SimpleUploadedFile) -> HttpResponse:
        response = self.client.post(f"{BASE}{path}", {"files": list(files)}, headers=self.headers)
        return self.held("POST", path, response)

    def held(self, method: str, path: str, response: HttpResponse) -> HttpResponse:
        template = operation_of(method, path)
        answers = DOCUMENT["paths"][BASE + template][method.lower()]["responses"]
        assert str(response.status_code) in answers, f"{method} {template} answered {response.status_code}"
        answer = answers[str(response.status_code)]
        if "$ref" in answer:
            answer = COMPONENTS["responses"][answer["$ref"].rpartition("/")[2]]
        if response.status_code < 400:
            self.seen.add((method, template))
        if "content" not in answer:
            assert not response.content
            return response
        [(media_type, content)] = answer["content"].items()
        assert response.headers["Content-Type"] == media_type
        text = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
        found = [
            f"{'/'.join(map(str, error.instance_path))}: {error.message}"
            for error in validator(content["schema"]).iter_errors(json.loads(text))
        ]
        assert not found, f"{method} {path}: " + "; ".join(found)
        return response

    def made(self, method: str, path: str, body: Any = None, status: int = 200, key: str = "") -> Any:
        """The parsed answer of a request that must succeed with `status`."""
        headers = {"Idempotency_Key": key} if key else {}
        response = self.call(method, path, body, **headers)
        assert response.status_code == status, response.content
        return json.loads(response.content) if response.content else None


@pytest.fixture
def checked() -> Any:
    """`checked(person)`: a caller; all of them share `checked.seen`."""
    seen: set[tuple[str, str]] = set()

    def make(person: Any) -> CheckedCaller:
        if (person.is_moderator or person.is_operator) and not person.has_second_factor:
            TOTP.activate(person, generate_totp_secret())
        made = CheckedCaller(person)
        made.seen = seen
        return made

    make.seen = seen  # type: ignore[attr-defined]
    return make


def address(project: Project) -> str:
    return f"/projects/{encode('pr', project.pk)}"


def work_as_a_worker(checked: Any) -> Project:
    """Guideline with examples and changes, claim, draft, submit, skip, flag; returns the project."""
    project = work.open_project(8)
    member = people.client().person
    photo = ("right.png", pictures.stream(pictures.png(7)))
    add_example(member, project_id=project.pk, kind="good", caption="Right", image=photo, annotations=[work.BOX])
    for one in Task.objects.filter(project=project):
        proposal = {"source": "detector-2", "annotations": [work.BOX | {"confidence": 0.9}]}
        checked(member).made("POST", f"{address(project)}/tasks/t_{one.pk}/suggestions", proposal, 201)
    worker = checked(work.reader(project))
    worker.made("GET", "/work/projects")
    worker.made("GET", f"/work{address(project)}/guideline")
    checked(member).made("PATCH", address(project), {"guideline_markdown": projects.GUIDELINE + "\nNew."})
    version = worker.made("GET", f"/work{address(project)}/guideline")["version"]
    assert worker.post(f"/work{address(project)}/claim").status_code == 409
    worker.made("POST", f"/work{address(project)}/guideline/acknowledge", {"version": version})
    claimed = worker.made("POST", f"/work{address(project)}/claim", {"count": 4})["assignments"]
    first, second, third, fourth = (f"/work/assignments/{one['id']}" for one in claimed)
    worker.made("POST", f"{first}/heartbeat", {"pause_seconds": 60})
    half_finished = [{"id": "1", "kind": "polygon", "polygon": [[[1, 2]]]}, {"id": "2"}]
    worker.made("PUT", f"{first}/draft", {"revision": 2, "annotations": half_finished})
    assert worker.put(f"{first}/draft", {"revision": 1, "annotations": []}).status_code == 409
    checked(member).made("PATCH", address(project), {"server_assist": "grabcut"})
    cut = worker.made("POST", f"{first}/assist", {"box": [4, 4, 26, 32]})
    worker.made("GET", first)
    worker.made("GET", "/work/assignments?state=leased")
    bad = {"annotations": [work.BOX | {"box": [1, 1, -3, 2]}]}
    assert worker.post(f"{first}/submit", bad, key="bad").status_code == 422
    for number, task in enumerate((first, second)):
        helped = {"1": {"by": cut["by"], "version": cut["version"], "edited": False}}
        answer = {"annotations": [work.BOX], "assists": helped, "next": 1}
        worker.made("POST", f"{task}/submit", answer, 201, f"submit-{number}")
    worker.made("POST", f"{third}/skip", {"reason": "cannot_tell"}, 200, "skip")
    worker.made("POST", f"{fourth}/flag", {"reason": "ambiguous", "note": "Is a van a car?"}, 201, "flag")
    return project


def judge_as_a_moderator(checked: Any, project: Project) -> None:
    worker, moderator = checked(work.trained()), checked(people.moderator())
    report = worker.made("POST", "/reports", {"text": "The guideline does not open here."}, 201)
    [flag] = moderator.made("GET", "/moderation/queue?kind=flag")["items"]
    moderator.made("GET", f"/moderation/flags/{flag['id']}")
    moderator.made("POST", f"/moderation/flags/{flag['id']}", {"decision": "justified", "note": "Nothing says so."})
    approved, rejected = moderator.made("GET", "/moderation/queue?kind=submission")["items"]
    for case in (approved, rejected):
        moderator.made("GET", f"/moderation/submissions/{case['id']}")
    fixed = {
        "verdict": "approved",
        "comments": [{"mark": {"point": [5, 6]}, "text": "A little wide here."}],
        "corrected": {"annotations": [work.BOX | {"box": [11, 11, 28, 18]}]},
    }
    at = f"/moderation/submissions/{approved['id']}/verdict"
    misfit = moderator.post(at, fixed | {"corrected": {"annotations": [work.BOX | {"label": "boat"}]}})
    assert (misfit.status_code, misfit.json()["code"]) == (422, "invalid_annotations")
    moderator.made("POST", at, fixed, 201)
    bare = {"verdict": "rejected", "reason_code": "missed_object"}
    assert moderator.post(f"/moderation/submissions/{rejected['id']}/verdict", bare).status_code == 422
    rejection = REJECTION | {"mark": {"point": [5, 6]}}
    moderator.made("POST", f"/moderation/submissions/{rejected['id']}/verdict", rejection, 201)
    appeal_as_the_worker(checked, rejected["id"])
    moderator.made("POST", f"/moderation/reports/{report['id']}", {"answer": "It opens again now."})
    worker.made("GET", "/reports")
    receipt = worker.made("GET", f"/me/submissions/{approved['id']}")
    assert receipt["verdict"]["comments"] == fixed["comments"]
    assert receipt["correction"]["annotations"][0]["box"] == [11, 11, 28, 18] and receipt["annotations"] != []
    worker.made("GET", f"/me/submissions/{rejected['id']}")


def appeal_as_the_worker(checked: Any, submission: str) -> None:
    """Appeals against a verdict (withdrawn, then filed again and won), an unjustified flag and a restriction."""
    worker, second = checked(work.trained()), checked(people.second_moderator())
    against = {"decision": {"kind": "submission", "id": submission}, "text": "The car is there, look again."}
    appeal = worker.made("POST", "/appeals", against, 201)
    worker.made("GET", f"/appeals/{appeal['id']}")
    second.made("GET", "/moderation/queue")
    second.made("GET", f"/moderation/appeals/{appeal['id']}")
    decided = {"decision": "lost", "note": "There really is a second car."}
    second.made("POST", f"/moderation/appeals/{appeal['id']}", decided)
    worker.made("GET", f"/me/submissions/{submission}")

    project = work.open_project(1)
    work.reader(project)
    [task] = worker.made("POST", f"/work{address(project)}/claim")["assignments"]
    flagged = worker.made("POST", f"/work/assignments/{task['id']}/flag", {"reason": "other", "note": ""}, 201, "f2")
    unjustified = {"decision": "unjustified", "note": "Clause 2 says so.", "clause": "c2"}
    checked(people.moderator()).made("POST", f"/moderation/flags/{flagged['flag']['id']}", unjustified)
    against = {"decision": {"kind": "flag", "id": flagged["flag"]["id"]}, "text": "Clause 2 is about other things."}
    appeal = worker.made("POST", "/appeals", against, 201)
    second.made("GET", f"/moderation/appeals/{appeal['id']}")

    warning = restrict_by_person(
        people.operator(),
        worker=work.trained(),
        kind="warning",
        scope="all",
        text="Twelve answers in one second each.",
        evidence={"subjects": [f"submission:{Submission.objects.earliest('submitted_at').pk}"], "checked": 12},
        days=None,
    )
    against = {"decision": {"kind": "restriction", "id": encode("x", warning.pk)}, "text": "It was another person."}
    appeal = worker.made("POST", "/appeals", against, 201)
    checked(people.second_operator()).made("GET", f"/moderation/appeals/{appeal['id']}")
    worker.made("POST", f"/appeals/{appeal['id']}/withdraw", {})
    worker.made("GET", "/appeals")


def be_judged_by_gold(checked: Any) -> None:
    """A receipt with the expected answer and the score beside the own one, and a fold of standing."""
    project = gold.open_project()
    gold.always_drawn(project)
    made = work.submitted(work.reader(project), project, [gold.WRONG_BOX])
    examine_submissions()
    clock.advance(made.approve_at - made.submitted_at)
    publish_planned()
    worker = checked(made.worker)
    receipt = worker.made("GET", f"/me/submissions/{encode('s', made.pk)}")
    assert receipt["verdict"]["score"]["objects"] and receipt["verdict"]["expected"]


def look_at_what_is_mine(checked: Any) -> None:
    worker = checked(work.trained())
    for path in ("/me", "/me/balance", "/me/submissions", "/me/standing"):
        worker.made("GET", path)
    assert worker.made("GET", "/me/transactions")["items"]
    for person in (people.client().person, people.moderator()):
        checked(person).made("GET", "/me")


def take_again(checked: Any) -> None:
    """A lease and its grace pass; the task is free and is taken once more."""
    project = work.open_project(1)
    assignment = work.leased(work.reader(project), project)
    clock.advance(timedelta(minutes=41))
    expire_leases()
    checked(assignment.worker).made("POST", f"/work/assignments/{encode('a', assignment.pk)}/reclaim")


def withdraw(checked: Any) -> None:
    person = work.trained()
    fund(person, 2_000_000)
    worker = checked(person)
    # A token proves nobody's presence, and this moves money.
    worker.client, worker.headers = browser(person, is_fresh=True), {}
    destination = worker.made("POST", "/destinations", {"method": "ltc", "address": LITECOIN}, 201)
    refused = worker.post("/destinations", {"method": "ltc", "address": "nonsense"})
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    confirm_by_mail(worker.client, person)
    assert worker.post("/destinations", {"method": "ltc", "address": "nonsense"}).status_code == 422
    worker.made("GET", "/destinations")
    body = {"destination_id": destination["id"], "amount_micros": 600_000}
    withdrawal = worker.made("POST", "/withdrawals", body, 201, "w1")
    assert withdrawal["unsendable_micros"] == 0
    too_much = worker.post("/withdrawals", body | {"amount_micros": 9_000_000}, key="w2")
    assert too_much.status_code == 422
    worker.made("GET", f"/withdrawals/{withdrawal['id']}")
    worker.made("POST", f"/withdrawals/{withdrawal['id']}/cancel", {})
    worker.made("GET", f"/withdrawals/{withdrawal['id']}")
    make_checkpoint()
    worker.made("GET", "/me/proof")
    worker.made("GET", "/withdrawals")
    worker.made("DELETE", f"/destinations/{destination['id']}", None, 204)


def practise(checked: Any) -> None:
    worker = checked(people.worker(5))
    worker.made("GET", "/tutorial")
    for lesson in LESSONS:
        worker.made("GET", f"/tutorial/lessons/{lesson.id}")
        for item in lesson.items:
            check = f"/tutorial/lessons/{lesson.id}/items/{item.id}/check"
            worker.made("POST", check, tutorial.perfect_answer(lesson, item))
    assert worker.made("GET", "/tutorial")["passed"]


def sit_an_exam_and_practise(checked: Any) -> None:
    project = gold.open_project(ordinary=4, gold=1)
    client, worker = checked(people.client().person), checked(work.trained(6))
    task = Task.objects.get(project=project, lane=1)
    client.made("POST", f"/projects/{encode('pr', project.pk)}/exam/items",
                {"task_ids": [f"t_{task.pk}"], "use": "exam"}, 201)  # fmt: skip
    exams.set_aside(project, 2, "exam")
    [practised] = exams.set_aside(project, 1, "practice")
    where = f"/projects/{encode('pr', project.pk)}/exam"
    client.made("PUT", where, {"on": True, "pass_percent": 60})
    client.made("GET", where)
    worker.made("GET", f"/work{where}")
    for item in worker.made("POST", f"/work{where}/start")["items"]:
        worker.made("POST", f"/work{where}/items/{item['id']}/check", {"annotations": exams.BOX})
    assert worker.made("GET", f"/work{where}")["passed"]
    client.made("PUT", where, {"on": False})
    assert worker.made("GET", "/tutorial/practice")["items"]
    practice = f"/tutorial/practice/{encode('pr', project.pk)}"
    worker.made("GET", practice)
    worker.made("POST", f"{practice}/items/{practised.pk}/check", {"annotations": exams.BOX})


def make_a_dataset_as_the_client(checked: Any, answered: Project) -> None:
    client = checked(people.client().person)
    projects.fund(people.client().organisation)
    client.made("GET", "/organisations")
    client.made("POST", "/projects/schema-check", {"schema": projects.BOX_SCHEMA})
    wrong = client.post("/projects/schema-check", {"schema": {"labels": [{"name": ""}]}})
    assert wrong.status_code == 422 and wrong.json()["errors"]
    empty = client.made("POST", "/projects", {"name": "Only a name"}, 201)
    client.made("GET", f"/projects/{empty['id']}")
    terms = {
        "name": "Cars",
        "schema": projects.BOX_SCHEMA,
        "guideline_markdown": projects.GUIDELINE,
        "price": projects.PRICE,
        "estimated_seconds": 7,
        "budget_micros": projects.BUDGET_MICROS,
        "gold_wanted": False,
    }
    made = client.made("POST", "/projects", terms, 201)
    path = f"/projects/{made['id']}"
    report = client.upload(
        f"{path}/images",
        SimpleUploadedFile("one.png", pictures.png(1)),
        SimpleUploadedFile("two.png", b"this is no picture"),
    )
    assert report.status_code == 201 and report.json()["accepted"] and report.json()["refused"]
    process_images()
    project = Project.objects.get(name="Cars")
    plan_tasks(project.pk)
    [task] = client.made("GET", f"{path}/tasks")["items"]
    client.made("GET", f"{path}/tasks/{task['id']}")
    body = {"task_id": task["id"], "annotations": [work.BOX], "explanation": "A car at the border."}
    client.made("POST", f"{path}/gold", body, 201)
    client.made("GET", f"{path}/tasks/{task['id']}")
    client.made("POST", f"{path}/launch", {})
    client.made("GET", "/projects")
    client.made("GET", f"{path}/progress")

    path = address(answered)
    assert any(one["assignments"] for one in client.made("GET", f"{path}/tasks")["items"])
    [question] = client.made("GET", f"{path}/questions")["items"]
    client.made("POST", f"{path}/questions/{question['id']}", {"answer": "A van is a van."})
    export = client.made("POST", f"{path}/exports", {"format": "coco"}, 202)
    assert client.get(f"/exports/{export['id']}/file").status_code == 404
    make_export(Export.objects.get())
    client.made("GET", f"{path}/exports")
    client.made("GET", f"/exports/{export['id']}")
    assert client.get(f"/exports/{export['id']}/file").status_code == 200


@pytest.mark.django_db
def test_every_route_answers_as_the_document_says(checked: Any) -> None:
    project = work_as_a_worker(checked)
    judge_as_a_moderator(checked, project)
    be_judged_by_gold(checked)
    look_at_what_is_mine(checked)
    sit_an_exam_and_practise(checked)
    withdraw(checked)
    take_again(checked)
    practise(checked)
    make_a_dataset_as_the_client(checked, project)
    assert checked.seen == OPERATIONS


def test_no_operation_answers_just_anything() -> None:
    vague = [
        (method, path)
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        if status < "300" and "content" in answer
        for content in answer["content"].values()
        if "$ref" not in content["schema"]
    ]
    assert vague == []


def spoiled(document: Any) -> Iterator[Any]:
    """Copies of a document, each with one value left out or replaced by something of another sort."""
    if isinstance(document, dict):
        for name, value in document.items():
            rest = {key: one for key, one in document.items() if key != name}
            yield rest
            yield from (rest | {name: other} for other in (None, True, -1, 3.5, "", "red", [], {}))
            yield from (rest | {name: other} for other in spoiled(value))
        yield document | {"unknown": 1}
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield document[:place] + document[place + 1 :]
            yield [*document, value]
            for other in spoiled(value):
                yield [*document[:place], other, *document[place + 1 :]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_annotations_are_shown_as_they_are_published(case: dict[str, Any]) -> None:
    """The document and vectors/answer.schema.json take and refuse the same; canonical ones fit the strict form."""
    sent, answered = shown("SubmitBody"), shown("Annotation")
    for one in case["annotations"]:
        for annotations in ([one], *([other] for other in spoiled(one))):
            body = {"annotations": annotations}
            assert sent.is_valid(body) == ANSWER.is_valid(body), body
    assert all(answered.is_valid(one) for one in json.loads(case.get("canonical", "[]")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_label_schemas_are_shown_as_they_are_published(case: dict[str, Any]) -> None:
    sent = shown("LabelSchemaBody")
    canonical = parse_schema(case["schema"]).as_json()
    assert shown("LabelSchema").is_valid(canonical)
    for document in (case["schema"], *spoiled(case["schema"]), *spoiled(canonical)):
        assert sent.is_valid(document) == LABEL_SCHEMA.is_valid(document), document
