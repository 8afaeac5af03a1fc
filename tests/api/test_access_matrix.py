"""Every route x method x role x {own, somebody else's}: one table, and a route that is not in it fails (ASVS 8, G15).

A cell is what an operation's door says: the status class of a call with well-formed identifiers of things that exist.
What a person may not know of is 404, what is not for their role 403, a stranger is told to sign in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from ninja.constants import NOT_SET

from tagwork.api.access import Guard
from tagwork.api.app import api
from tagwork.formats.operations.export_dataset import request_export
from tagwork.kit.ids import encode
from tagwork.ledger.operations.checkpoint import make_checkpoint
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.request_withdrawal import request_withdrawal
from tagwork.people.models import Person
from tagwork.people.rules import Policy
from tagwork.quality.operations.appeal import file_appeal
from tagwork.quality.operations.decide_flag import decide_flag
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.report import file_report
from tagwork.work.models import Submission
from tagwork.work.operations.claim import claim
from tagwork.work.operations.flag import flag
from tests.api.conftest import Caller
from tests.builders import exams, people, projects, work

pytestmark = pytest.mark.django_db
LITECOIN_ADDRESS = "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"

ROLES = ("anonymous", "worker", "second_worker", "client", "other_client", "moderator", "operator")
WORKERS = {"worker", "second_worker"}
CLIENTS = {"client", "other_client"}
EVERYBODY = set(ROLES) - {"anonymous"}
# What a route's door opens to. "worker" and "client" own the things below; the others of their kind are strangers.
OPEN_TO: dict[Policy, set[str]] = {
    Policy.SIGNED_IN: EVERYBODY,
    Policy.WORKER: WORKERS,
    Policy.CLIENT: CLIENTS,
    Policy.MODERATOR: {"moderator"},
    Policy.MODERATOR_OR_OPERATOR: {"moderator", "operator"},
}

SIGNED_IN, WORKER, CLIENT = Policy.SIGNED_IN, Policy.WORKER, Policy.CLIENT
MODERATOR, EITHER = Policy.MODERATOR, Policy.MODERATOR_OR_OPERATOR


@dataclass(frozen=True)
class Row:
    """`owner`: the role whose thing it is ("" when nothing is owned); others inside the door get 404 (or `others`)."""

    policy: Policy
    owner: str = ""
    body: Any = None
    others: int = 404
    blocked: frozenset[str] = frozenset()


# The expectation. A route that is missing here, or is here and is no more, fails the first test.
TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/me"): Row(SIGNED_IN),
    ("GET", "/me/balance"): Row(SIGNED_IN),
    ("GET", "/me/proof"): Row(WORKER),
    ("GET", "/me/transactions"): Row(SIGNED_IN),
    ("GET", "/me/standing"): Row(SIGNED_IN),
    ("GET", "/me/submissions"): Row(SIGNED_IN),
    ("GET", "/me/submissions/{submission_id}"): Row(SIGNED_IN, "worker"),
    ("GET", "/appeals"): Row(SIGNED_IN),
    ("POST", "/appeals"): Row(
        SIGNED_IN, "worker", {"decision": {"kind": "submission", "id": "{rejected_id}"}, "text": "Look once more."}
    ),
    ("GET", "/appeals/{appeal_id}"): Row(SIGNED_IN, "worker"),
    ("POST", "/appeals/{appeal_id}/withdraw"): Row(SIGNED_IN, "worker"),
    ("GET", "/reports"): Row(SIGNED_IN),
    ("POST", "/reports"): Row(SIGNED_IN, body={"text": "Something is not as it should be."}),
    ("GET", "/tutorial"): Row(WORKER),
    ("GET", "/tutorial/lessons/{lesson}"): Row(WORKER),
    ("POST", "/tutorial/lessons/{lesson}/items/{item}/check"): Row(WORKER, body={"annotations": []}),
    ("GET", "/tutorial/practice"): Row(WORKER),
    ("GET", "/tutorial/practice/{project_id}"): Row(WORKER),
    ("POST", "/tutorial/practice/{project_id}/items/{item}/check"): Row(WORKER, body={"annotations": []}),
    ("GET", "/work/projects/{project_id}/exam"): Row(WORKER),
    ("POST", "/work/projects/{project_id}/exam/start"): Row(WORKER),
    ("POST", "/work/projects/{project_id}/exam/items/{item}/check"): Row(WORKER, body={"annotations": []}),
    ("GET", "/projects/{project_id}/exam"): Row(CLIENT, "client"),
    ("PUT", "/projects/{project_id}/exam"): Row(CLIENT, "client", {"on": False}),
    ("POST", "/projects/{project_id}/exam/items"): Row(CLIENT, "client", {"task_ids": ["{task_id}"], "use": "exam"}),
    ("GET", "/work/projects"): Row(WORKER),
    ("POST", "/work/projects/{project_id}/claim"): Row(WORKER, body={"count": 1}),
    ("GET", "/work/projects/{project_id}/guideline"): Row(WORKER),
    ("POST", "/work/projects/{project_id}/guideline/acknowledge"): Row(WORKER, body={"version": 1}),
    ("GET", "/work/assignments"): Row(WORKER),
    ("GET", "/work/assignments/{assignment_id}"): Row(WORKER, "worker"),
    ("PUT", "/work/assignments/{assignment_id}/draft"): Row(WORKER, "worker", {"revision": 1, "annotations": []}),
    ("POST", "/work/assignments/{assignment_id}/heartbeat"): Row(WORKER, "worker", {}),
    ("POST", "/work/assignments/{assignment_id}/reclaim"): Row(WORKER, "worker"),
    ("POST", "/work/assignments/{assignment_id}/assist"): Row(WORKER, "worker", {"box": [4, 4, 26, 32]}),
    ("POST", "/work/assignments/{assignment_id}/submit"): Row(WORKER, "worker", {"annotations": [work.BOX]}),
    ("POST", "/work/assignments/{assignment_id}/skip"): Row(WORKER, "worker", {"reason": "other"}),
    ("POST", "/work/assignments/{assignment_id}/flag"): Row(WORKER, "worker", {"reason": "ambiguous"}),
    ("GET", "/destinations"): Row(WORKER),
    # Where money goes asks for fresh proof, which a bearer token outside a demo never is: 403 for everybody here.
    ("POST", "/destinations"): Row(
        WORKER, body={"method": "ltc", "address": LITECOIN_ADDRESS}, blocked=frozenset(WORKERS)
    ),
    ("DELETE", "/destinations/{destination_id}"): Row(WORKER, "worker"),
    ("GET", "/withdrawals"): Row(WORKER),
    ("POST", "/withdrawals"): Row(
        WORKER, body={"destination_id": "{destination_id}", "amount_micros": 500_000}, blocked=frozenset(WORKERS)
    ),
    ("GET", "/withdrawals/{withdrawal_id}"): Row(WORKER, "worker"),
    ("POST", "/withdrawals/{withdrawal_id}/cancel"): Row(WORKER, "worker"),
    ("GET", "/moderation/queue"): Row(EITHER),
    ("GET", "/moderation/submissions/{submission_id}"): Row(MODERATOR),
    ("POST", "/moderation/submissions/{submission_id}/verdict"): Row(MODERATOR, body={"verdict": "approved"}),
    ("GET", "/moderation/flags/{flag_id}"): Row(MODERATOR),
    ("POST", "/moderation/flags/{flag_id}"): Row(MODERATOR, body={"decision": "justified"}),
    # An appeal against a verdict: moderators decide it, operators do not.
    ("GET", "/moderation/appeals/{appeal_id}"): Row(EITHER, blocked=frozenset({"operator"})),
    ("POST", "/moderation/appeals/{appeal_id}"): Row(EITHER, body={"decision": "won"}, blocked=frozenset({"operator"})),
    ("POST", "/moderation/reports/{report_id}"): Row(EITHER, body={"answer": "We looked into it, thank you."}),
    ("GET", "/organisations"): Row(CLIENT),
    ("GET", "/projects"): Row(CLIENT),
    ("POST", "/projects"): Row(CLIENT, body={"name": "Another"}),
    ("POST", "/projects/schema-check"): Row(CLIENT, body={"schema": projects.BOX_SCHEMA}),
    ("GET", "/projects/{project_id}"): Row(CLIENT, "client"),
    ("PATCH", "/projects/{project_id}"): Row(CLIENT, "client", {"summary": "Changed."}),
    ("POST", "/projects/{project_id}/images"): Row(CLIENT, "client"),
    ("POST", "/projects/{project_id}/gold"): Row(CLIENT, "client", {"task_id": "{task_id}", "annotations": [work.BOX]}),
    ("POST", "/projects/{project_id}/launch"): Row(CLIENT, "client"),
    ("GET", "/projects/{project_id}/progress"): Row(CLIENT, "client"),
    ("GET", "/projects/{project_id}/tasks"): Row(CLIENT, "client"),
    ("GET", "/projects/{project_id}/tasks/{task_id}"): Row(CLIENT, "client"),
    ("POST", "/projects/{project_id}/tasks/{task_id}/suggestions"): Row(
        CLIENT, "client", {"source": "detector-1", "annotations": [work.BOX]}
    ),
    ("GET", "/projects/{project_id}/questions"): Row(CLIENT, "client"),
    ("POST", "/projects/{project_id}/questions/{flag_id}"): Row(CLIENT, "client", {"answer": "Yes, it is."}),
    ("GET", "/projects/{project_id}/exports"): Row(CLIENT, "client"),
    ("POST", "/projects/{project_id}/exports"): Row(CLIENT, "client", {"format": "coco"}),
    ("GET", "/exports/{export_id}"): Row(CLIENT, "client"),
    ("GET", "/exports/{export_id}/file"): Row(CLIENT, "client"),
}


def routes() -> dict[tuple[str, str], Any]:
    """What stands before each operation: its own guard, else its router's; None when there is none."""
    return {
        (method, path): router.auth if operation.auth_param is NOT_SET else operation.auth_param
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def test_every_route_is_in_the_table_and_behind_its_guard() -> None:
    found = routes()
    assert set(found) == set(TABLE), set(found) ^ set(TABLE)
    for key, guard in found.items():
        assert isinstance(guard, Guard), f"{key} has no guard"
        assert guard.policy is TABLE[key].policy, f"{key} is for {guard.policy}"


def with_second_factor(person: Person) -> Person:
    TOTP.activate(person, generate_totp_secret())
    return person


def people_by_role() -> dict[str, Person | None]:
    return {
        "anonymous": None,
        "worker": work.trained(1),
        "second_worker": work.trained(2),
        "client": people.client().person,
        "other_client": people.outsider(),
        "moderator": with_second_factor(people.moderator()),
        "operator": with_second_factor(people.operator()),
    }


def world() -> dict[str, str]:
    """One of everything, belonging to "worker" and "client"; judged by nobody who is asked below."""
    project = work.open_project(8)
    make_checkpoint()
    worker = work.reader(project)
    projects.read_guideline(work.trained(2), project)
    judge = people.moderator(3)
    made: list[Submission] = [work.submitted(worker, project) for _ in range(3)]
    for one in made[1:]:
        moderate(judge, one.pk, "rejected", reason_code="missed_object", clause="c1", mark={"point": [3, 4]})
    appeal = file_appeal(worker, "submission", made[2].pk, "The car is there, in the corner.")
    asked, raised, held = claim(worker, project.pk, 3)
    question = flag(worker, asked.pk, "ambiguous", "")
    decide_flag(judge, question.pk, "justified", "")
    open_flag = flag(worker, raised.pk, "ambiguous", "")
    main = AccountRef("worker_main", f"worker:{worker.pk}")
    post(key="test-pay", kind="deposit", lines=[(AccountRef("external_in", "house"), -900_000), (main, 900_000)])
    destination = add_destination(worker, "ltc", LITECOIN_ADDRESS)
    withdrawal = request_withdrawal(worker, destination.id, 500_000, "test")
    exams.with_exam(project)
    sat = [exams.sit(work.trained(number), project, right=3) for number in (1, 2)]
    assert all(one.is_passed for one in sat)
    [practised] = exams.set_aside(project, 1, "practice")
    return {
        "exam_item": str(sat[0].item_ids[0]),
        "practice_item": str(practised.pk),
        "project_id": encode("pr", project.pk),
        "task_id": f"t_{held.task_id}",
        "assignment_id": encode("a", held.pk),
        "submission_id": encode("s", made[0].pk),
        "rejected_id": encode("s", made[1].pk),
        "appeal_id": encode("ap", appeal.pk),
        "flag_id": encode("f", open_flag.pk),
        "question_id": encode("f", question.pk),
        "destination_id": encode("d", destination.id),
        "withdrawal_id": encode("w", withdrawal.id),
        "report_id": encode("r", file_report(worker, "The image shows a number plate.").pk),
        "export_id": encode("e", request_export(project.created_by, project.pk, "coco").pk),
        "lesson": "detection",
        "item": "1",
    }


def filled(value: Any, things: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(one, things) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    if isinstance(value, str) and value.startswith("{"):
        return things[value.strip("{}")]
    return value


def expected(role: str, row: Row) -> Callable[[int], bool]:
    if role == "anonymous":
        return lambda status: status == 401
    if role not in OPEN_TO[row.policy] or role in row.blocked:
        return lambda status: status == 403
    if row.owner and role != row.owner:
        return lambda status: status == row.others
    # Inside the door with one's own: anything but a refusal to enter. What the operation then says has its own tests.
    return lambda status: status in (200, 201, 202, 204, 409, 422)


# Told apart from "not for you": the export is not made yet, so its file is not there for its owner either.
NOT_THERE_YET = {("GET", "/exports/{export_id}/file"): 404}


@pytest.mark.parametrize("role", ROLES)
def test_every_cell_of_the_matrix(role: str) -> None:
    person = people_by_role()[role]
    things = world()
    caller = Caller(person)
    wrong = []
    # Reading first: what a POST finishes would be gone.
    for (method, path), row in sorted(TABLE.items(), key=lambda cell: cell[0][0] != "GET"):
        named = dict(things, flag_id=things["question_id"] if "/questions/" in path else things["flag_id"])
        named["item"] = things.get(next((f"{one}_item" for one in ("exam", "practice") if f"/{one}/" in path), "item"))
        address = path.format(**named)
        status = caller.call(method, address, filled(row.body, named), Idempotency_Key=f"{role} {path}").status_code
        is_right = expected(role, row)(status) or (role == row.owner and NOT_THERE_YET.get((method, path)) == status)
        if not is_right:
            wrong.append(f"{method} {path}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_identifiers_that_are_none_are_not_found_and_never_a_fault(role: str) -> None:
    caller = Caller(people_by_role()[role])
    wrong = []
    for (method, path), row in TABLE.items():
        if "{" not in path or role not in OPEN_TO[row.policy]:
            continue
        for bad in ("x", "a_" + "0" * 26, "s_" + "z" * 26, "%00", "t_99999999999999999999", "..%2f..%2fetc", "t_٣"):
            address = "/".join(bad if part.startswith("{") else part for part in path.split("/"))
            status = caller.call(method, address, filled(row.body, dict.fromkeys(_NAMES, bad)),
                                 Idempotency_Key="k").status_code  # fmt: skip
            if status not in (404, 422, 403):
                wrong.append(f"{method} {address}: {status}")
    assert wrong == []


_NAMES = ("task_id", "rejected_id", "destination_id")


def test_a_moderator_without_a_second_factor_is_sent_to_add_one() -> None:
    for person in (people.moderator(), people.operator()):
        response = Caller(person).get("/moderation/queue")
        assert (response.status_code, response.json()["code"]) == (403, "second_factor_needed")
