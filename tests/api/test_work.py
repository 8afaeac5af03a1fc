"""The worker's queue as a script sees it (CONTRACT)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.work.models import Assignment, Seat, Submission
from tagwork.work.operations.expire import expire_leases
from tests.api.conftest import assert_problem
from tests.builders import people, projects, work

pytestmark = pytest.mark.django_db

ANSWER = {"annotations": [work.BOX], "active_seconds": 6.8}


def project_path(project) -> str:
    return f"/work/projects/{encode('pr', project.pk)}"


def test_it_shows_a_ready_worker_what_each_project_pays(caller) -> None:
    project = work.open_project(4)
    [item] = caller(work.reader(project)).get("/work/projects").json()["items"]
    assert item | {"id": ""} == {
        "id": "",
        "name": project.name,
        "summary": "",
        "task_type": "detection",
        "difficulty": item["difficulty"],
        "price": {"base_micros": 6_000, "object_micros": 0, "max_objects": 0},
        # $0.006 every 7 s is 6,000 x 3,600 / 7 = 3,085,714 micros an hour
        "hourly_micros": 3_085_714,
        "hourly_is_estimate": True,
        "median_seconds": 7,
        "available": 4,
        "claimable": True,
        "blocked_by": None,
        "guideline_version": 1,
        "guideline_acknowledged": True,
        "sensitive": False,
    }


def test_an_untrained_worker_sees_the_same_and_is_told_why_not(caller) -> None:
    project = work.open_project()
    untrained = caller(people.worker(7))
    [item] = untrained.get("/work/projects").json()["items"]
    assert (item["claimable"], item["blocked_by"]) == (False, "tutorial_required")
    problem = assert_problem(untrained.post(f"{project_path(project)}/claim", {"count": 1}), 403, "tutorial_required")
    assert problem["next"] == "/tutorial"


def test_the_feed_costs_the_same_queries_for_one_project_and_for_ten(caller) -> None:
    worker = work.reader(work.open_project())
    api = caller(worker)
    api.get("/work/projects")  # what is asked once in a process is not part of it
    with CaptureQueriesContext(connection) as one:
        api.get("/work/projects")
    for _ in range(9):
        work.open_project()
    with CaptureQueriesContext(connection) as ten:
        api.get("/work/projects")
    assert len(ten) == len(one)


def test_a_claim_hands_out_what_the_contract_promises_and_nothing_to_compare(caller) -> None:
    project = work.open_project(2)
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim", {"count": 1}).json()["assignments"]
    assert a["state"] == "leased" and a["heartbeat_seconds"] == 45 and a["draft"] is None
    assert a["pay"] == {"base_micros": 6_000, "object_micros": 0, "max_micros": 6_000, "max_objects": 0}
    assert a["images"][0]["width"] == 64 and a["images"][0]["sources"][0]["url"].startswith("/i/")
    row = Assignment.objects.get()
    text = str(a)
    image = row.task.images.get().image
    for secret in (str(image.pk), image.pk.hex, image.file_name, image.sha256, image.original_key):
        assert secret not in text
    assert "task_id" not in a and "lane" not in text


def test_two_workers_on_one_task_share_no_identifier(caller) -> None:
    project = work.open_project(1, overlap=2)
    answers = []
    for number in (1, 2):
        api = caller(work.reader(project, number))
        answers.append(api.post(f"{project_path(project)}/claim", {"count": 1}).json()["assignments"][0])
    first, second = answers
    assert first["id"] != second["id"]
    paths = {one["images"][0]["sources"][0]["url"].split("?")[0] for one in answers}
    assert len(paths) == 2


def test_it_answers_204_when_there_is_nothing(caller) -> None:
    project = work.open_project(1)
    api = caller(work.reader(project))
    assert api.post(f"{project_path(project)}/claim").status_code == 200
    assert api.post(f"{project_path(project)}/claim").status_code == 204


def test_it_stops_at_ten_live_leases(caller) -> None:
    project = work.open_project(12)
    api = caller(work.reader(project))
    assert len(api.post(f"{project_path(project)}/claim", {"count": 10}).json()["assignments"]) == 10
    assert_problem(api.post(f"{project_path(project)}/claim", {"count": 1}), 409, "lease_limit")
    assert len(api.get("/work/assignments?state=leased").json()["items"]) == 10


def test_the_guideline_must_be_read_first(caller) -> None:
    project = work.open_project()
    api = caller(work.trained())
    assert_problem(api.post(f"{project_path(project)}/claim"), 409, "guideline_unread")
    version = api.get(f"{project_path(project)}/guideline").json()["version"]
    assert api.post(f"{project_path(project)}/guideline/acknowledge", {"version": version}).status_code == 200
    assert api.post(f"{project_path(project)}/claim").status_code == 200


def test_a_submit_holds_the_pay_and_leases_the_next_in_one_request(caller) -> None:
    project = work.open_project(3)
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim").json()["assignments"]
    response = api.post(f"/work/assignments/{a['id']}/submit", ANSWER | {"next": 1}, key="k1")
    assert response.status_code == 201
    body = response.json()
    assert body["submission"]["state"] == "pending" and body["submission"]["amount_micros"] == 6_000
    assert [one["state"] for one in body["next"]] == ["leased"]
    assert api.get("/me/balance").json() == {"pending_micros": 6_000, "main_micros": 0, "held_micros": 0}


def test_a_cycle_of_submit_and_next_stays_within_its_statements(caller) -> None:
    project = work.open_project(4)
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim").json()["assignments"]
    second = api.post(f"/work/assignments/{a['id']}/submit", ANSWER | {"next": 1}, key="k0").json()["next"][0]
    # A cursor near the end of the queue wraps once, which is one statement more.
    Seat.objects.update(position=-1)
    with CaptureQueriesContext(connection) as queries:
        assert api.post(f"/work/assignments/{second['id']}/submit", ANSWER | {"next": 1}, key="k1").status_code == 201
    statements = [one["sql"] for one in queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 15, "\n".join(statements)


def test_a_replay_is_byte_equal_and_another_body_under_the_key_is_refused(caller) -> None:
    project = work.open_project(3)
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim").json()["assignments"]
    path = f"/work/assignments/{a['id']}/submit"
    first = api.post(path, ANSWER, key="k1")
    again = api.post(path, ANSWER, key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, again.content)
    assert "tagwork_answered" in first.cookies and "tagwork_answered" in again.cookies
    assert_problem(api.post(path, ANSWER | {"active_seconds": 1}, key="k1"), 422, "idempotency_key_reused")
    assert_problem(api.post(path, ANSWER, key="k2"), 409, "already_submitted")
    assert_problem(api.post(path, ANSWER), 400, "idempotency_key_missing")
    assert Submission.objects.count() == 1


def test_a_bad_answer_names_the_annotation_and_loses_nothing(caller) -> None:
    project = work.open_project()
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim").json()["assignments"]
    bad = {"annotations": [work.BOX | {"box": [10, 10, -5, 4]}]}
    problem = assert_problem(api.post(f"/work/assignments/{a['id']}/submit", bad, key="k1"), 422, "invalid_annotations")
    assert problem["errors"][0]["annotation"] == "1"
    assert api.post(f"/work/assignments/{a['id']}/submit", ANSWER, key="k1").status_code == 201


def test_a_stale_draft_gets_the_newer_one_back(caller) -> None:
    project = work.open_project()
    api = caller(work.reader(project))
    [a] = api.post(f"{project_path(project)}/claim").json()["assignments"]
    path = f"/work/assignments/{a['id']}/draft"
    assert api.put(path, {"revision": 2, "annotations": [work.BOX]}).status_code == 200
    problem = assert_problem(api.put(path, {"revision": 1, "annotations": []}), 409, "draft_stale")
    assert problem["draft"] == {"revision": 2, "annotations": [work.BOX]}
    assert api.get(f"/work/assignments/{a['id']}").json()["draft"]["revision"] == 2


def test_a_stranger_may_not_know_of_another_workers_task(caller) -> None:
    project = work.open_project()
    [a] = caller(work.reader(project)).post(f"{project_path(project)}/claim").json()["assignments"]
    stranger = caller(work.reader(project, 2))
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "/draft", {"revision": 1, "annotations": []}),
        ("POST", "/heartbeat", {}),
    ):
        assert_problem(stranger.call(method, f"/work/assignments/{a['id']}{path}", body), 404, "not_found")
    for path, body in (("submit", ANSWER), ("skip", {"reason": "other"}), ("flag", {"reason": "ambiguous"})):
        assert_problem(stranger.post(f"/work/assignments/{a['id']}/{path}", body, key="k"), 404, "not_found")


def test_skip_gives_the_task_to_somebody_else_and_flag_holds_it(caller) -> None:
    project = work.open_project(1)
    ana, ben = caller(work.reader(project)), caller(work.reader(project, 2))
    [a] = ana.post(f"{project_path(project)}/claim").json()["assignments"]
    skipped = ana.post(f"/work/assignments/{a['id']}/skip", {"reason": "cannot_tell"}, key="k1")
    assert skipped.json()["skip"] == {"skipped": 1, "finished": 1}
    assert ana.post(f"{project_path(project)}/claim").status_code == 204
    [b] = ben.post(f"{project_path(project)}/claim").json()["assignments"]
    flagged = ben.post(f"/work/assignments/{b['id']}/flag", {"reason": "ambiguous", "note": "Which?"}, key="k2")
    assert flagged.status_code == 201
    # A page that was made before it is told by this that its list of tasks is older.
    for answer in (skipped, flagged):
        moment_ms = int(answer.cookies["tagwork_answered"].value)
        assert moment_ms == pytest.approx(clock.now().timestamp() * 1000, abs=60_000)
    assert ben.get("/me/balance").json()["pending_micros"] == 6_000


def test_anonymous_callers_and_revoked_tokens_are_refused(caller) -> None:
    assert_problem(caller(None).get("/work/projects"), 401, "unauthenticated")
    api = caller(people.worker())
    api.headers = {"Authorization": "Bearer tgw_nothing"}
    assert_problem(api.get("/work/projects"), 401, "unauthenticated")


def test_a_paused_project_gives_nothing_now(caller) -> None:
    project = work.open_project()
    api = caller(work.reader(project))
    projects.Project.objects.filter(pk=project.pk).update(state="paused")
    assert api.post(f"{project_path(project)}/claim").status_code == 204


def test_a_task_whose_lease_ended_is_taken_again_by_its_worker_only(caller) -> None:
    project = work.open_project(1)
    worker = work.reader(project)
    mine, stranger = caller(worker), caller(work.reader(project, 2))
    leased = encode("a", work.leased(worker, project).pk)
    clock.advance(timedelta(minutes=41))
    expire_leases()
    late = mine.post(f"/work/assignments/{leased}/submit", {"annotations": [work.BOX]}, key="k")
    assert_problem(late, 410, "lease_over")
    assert stranger.post(f"/work/assignments/{leased}/reclaim").status_code == 404
    again = mine.post(f"/work/assignments/{leased}/reclaim")
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, leased, "leased")
    assert mine.post(f"/work/assignments/{leased}/submit", {"annotations": [work.BOX]}, key="k").status_code == 201


def test_a_page_speaks_for_one_account_only(client) -> None:
    worker, other = work.trained(1), work.trained(2)
    client.force_login(worker)
    for account, status in ((encode("p", worker.pk), 200), (encode("p", other.pk), 401), ("", 401)):
        assert client.get("/api/v1/me", headers={"X-Tagwork-Account": account}).status_code == status
    assert client.get("/api/v1/me").status_code == 200


def test_a_claim_carries_the_suggestions_and_a_receipt_what_helped(caller) -> None:
    project = work.open_project(2)
    client, worker = caller(project.created_by), caller(work.reader(project))
    task, _ = client.get(f"/projects/{encode('pr', project.pk)}/tasks").json()["items"]
    path = f"/projects/{encode('pr', project.pk)}/tasks/{task['id']}/suggestions"
    body = {"source": "detector-2", "annotations": [work.BOX | {"confidence": 0.9}]}
    given = client.post(path, body)
    assert given.status_code == 201 and (given.json()["version"], given.json()["task_id"]) == (1, task["id"])
    assert_problem(client.post(path, body | {"annotations": [{"id": "1"}]}), 422, "invalid_annotations")
    claimed = worker.post(f"{project_path(project)}/claim", {"count": 2}).json()["assignments"]
    [with_some] = [one for one in claimed if one["suggestions"]]
    [without] = [one for one in claimed if one["suggestions"] is None]
    canonical = work.BOX | {"image": 0, "attributes": {}, "confidence": 0.9}
    assert with_some["suggestions"] == {"source": "detector-2", "version": 1, "annotations": [canonical]}
    assert "t_" not in str(with_some["suggestions"])
    assert worker.get(f"/work/assignments/{with_some['id']}").json()["suggestions"] == with_some["suggestions"]
    assists = {"1": {"by": "suggestion:detector-2", "edited": True}}
    answer = ANSWER | {"assists": assists}
    made = worker.post(f"/work/assignments/{with_some['id']}/submit", answer, key="k1").json()["submission"]
    assert worker.get(f"/me/submissions/{made['id']}").json()["assists"] == assists
    # A suggestion that nobody touched is no answer.
    assert_problem(
        worker.post(f"/work/assignments/{without['id']}/submit", {"annotations": []}, key="k2"),
        422,
        "invalid_annotations",
    )
