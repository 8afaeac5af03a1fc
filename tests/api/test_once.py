"""An Idempotency-Key: one effect, the first answer byte for byte, and cursors that miss nothing."""

import json

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from pytest_django import Settings

from tagwork.api.routes import moderation
from tagwork.kit import idempotency
from tagwork.kit.ids import encode
from tagwork.ledger.operations.post import post
from tagwork.ledger.rules import AccountRef
from tagwork.payouts.rails.node import Node
from tagwork.work.models import Assignment, Flag, Submission
from tests.api.conftest import assert_problem
from tests.builders import people, pictures, projects, work
from tests.builders.bchn import PASSWORD, USER, fake_bchn
from tests.builders.concurrency import at_once
from tests.unit.payouts.coin_setup import set_up
from tests.unit.payouts.conftest import destination, fund

pytestmark = pytest.mark.django_db


def leased(api, project) -> str:
    return api.post(f"/work/projects/{work.public(project)}/claim").json()["assignments"][0]["id"]


@pytest.mark.parametrize(
    ("act", "body", "other"),
    [
        ("submit", {"annotations": [work.BOX], "next": 1}, {"annotations": []}),
        ("skip", {"reason": "other"}, {"reason": "too_long"}),
        ("flag", {"reason": "ambiguous", "note": "Which?"}, {"reason": "other"}),
    ],
)
def test_a_replay_is_byte_equal_and_has_no_second_effect(caller, act: str, body: dict, other: dict) -> None:
    project = work.open_project(4)
    api = caller(work.reader(project))
    path = f"/work/assignments/{leased(api, project)}/{act}"
    first = api.post(path, body, key="one")
    counts = (Submission.objects.count(), Flag.objects.count(), Assignment.objects.count())
    for _ in range(3):
        again = api.post(path, body, key="one")
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (Submission.objects.count(), Flag.objects.count(), Assignment.objects.count()) == counts
    assert_problem(api.post(path, other, key="one"), 422, "idempotency_key_reused")
    assert_problem(api.post(path, body), 400, "idempotency_key_missing")
    assert_problem(api.post(path, body, key="k" * 256), 400, "idempotency_key_missing")


def test_keys_of_two_workers_have_nothing_to_do_with_each_other(caller) -> None:
    project = work.open_project(4)
    for number in (1, 2):
        api = caller(work.reader(project, number))
        assert (
            api.post(f"/work/assignments/{leased(api, project)}/skip", {"reason": "other"}, key="same").status_code
            == 200
        )


def test_a_refused_request_may_be_put_right_under_its_key(caller) -> None:
    project = work.open_project(4)
    api = caller(work.reader(project))
    path = f"/work/assignments/{leased(api, project)}/skip"
    assert_problem(api.post(path, {"reason": "bored"}, key="one"), 422, "invalid")
    assert api.post(path, {"reason": "other"}, key="one").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_submit_from_six_tabs_at_once_has_one_answer(caller) -> None:
    project = work.open_project(8)
    api = caller(work.reader(project))
    path = f"/work/assignments/{leased(api, project)}/submit"
    answers = at_once(lambda _: api.post(path, {"annotations": [work.BOX], "next": 1}, key="one"), 6)
    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert Submission.objects.count() == 1 and Assignment.objects.count() == 2


def test_stored_answers_are_bound_to_the_path_too() -> None:
    assert idempotency.request_hash("/a", b"b") != idempotency.request_hash("/ab", b"")


def test_cursors_walk_a_list_without_gap_or_repeat(caller) -> None:
    worker = work.trained()
    project = work.open_project(60)
    projects.read_guideline(worker, project)
    made = [work.submitted(worker, project) for _ in range(60)]
    main = AccountRef("worker_main", f"worker:{worker.pk}")
    for number in range(60):
        post(key=f"t{number}", kind="deposit", lines=[(AccountRef("external_in", "house"), -5), (main, 5)])
    api = caller(worker)
    for path, count in (("/me/submissions", 60), ("/me/transactions", 60)):
        seen, cursor = [], ""
        while True:
            page = api.get(f"{path}?before={cursor}" if cursor else path).json()
            seen += [one["id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == count
    client = caller(project.created_by)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/projects/{work.public(project)}/tasks?limit=25&after={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 60 and len(made) == 60
    assert_problem(api.get("/me/submissions?before=s_nothing"), 404, "not_found")


def test_a_moderators_queue_is_paged_kind_by_kind_and_misses_nothing(caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation, "PAGE", 2)
    project = work.open_project(8)
    worker = work.reader(project)
    api = caller(worker)
    for number in range(8):
        assignment = leased(api, project)
        if number < 3:
            made = api.post(f"/work/assignments/{assignment}/flag", {"reason": "other", "note": "?"}, key=f"k{number}")
        else:
            made = api.post(f"/work/assignments/{assignment}/submit", {"annotations": [work.BOX]}, key=f"k{number}")
        assert made.status_code == 201
    TOTP.activate(people.moderator(), generate_totp_secret())
    moderator = caller(people.moderator())
    seen, address = [], "/moderation/queue"
    for _ in range(10):
        answer = moderator.get(address).json()
        seen += [(item["kind"], item["id"]) for item in answer["items"]]
        if answer["next"] is None:
            break
        last = answer["next"].split(".")[-1]  # what is judged meanwhile is still a place to go on from
        assert moderator.post(f"/moderation/submissions/{last}/verdict", {"verdict": "approved"}).status_code == 201
        address = f"/moderation/queue?after={answer['next']}"
    assert [kind for kind, _ in seen] == ["flag", "flag", "submission", "submission", "flag", *["submission"] * 3]
    assert len(set(seen)) == 8
    for wrong in ("x", "s_nothing", encode("s", project.pk)):
        assert moderator.get(f"/moderation/queue?after={wrong}").status_code == 404


def test_images_come_as_multipart_or_as_a_zip_and_every_bad_file_is_named(caller) -> None:
    project = projects.draft()
    api = caller(people.client().person)
    path = f"/api/v1/projects/{work.public(project)}/images"
    archive = pictures.zip_of({"a.png": pictures.png(1), "b.png": pictures.png(2), "notes.txt": b"not an image"})
    content = archive.getvalue()
    raw = api.client.generic("POST", path, content, "application/zip", headers=api.headers)
    assert raw.status_code == 201, raw.content
    assert [one["file_name"] for one in raw.json()["accepted"]] == ["a.png", "b.png"]
    assert [one["file_name"] for one in raw.json()["refused"]] == ["notes.txt"]
    archive.seek(0)
    archive.name = "again.zip"
    third = pictures.stream(pictures.png(3))
    third.name = "c.png"
    many = api.client.post(path, {"files": [archive, third]}, headers=api.headers)
    assert [one["file_name"] for one in many.json()["accepted"]] == ["c.png"]
    assert {one["code"] for one in many.json()["refused"]} >= {"duplicate"}
    assert_problem(api.client.post(path, {}, headers=api.headers), 422, "invalid")
    assert_problem(api.call("POST", path.removeprefix("/api/v1"), {}), 422, "invalid")
    assert json.loads(raw.content)["accepted"][0]["id"].startswith("i_")


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_asks_the_node_before_any_transaction_and_a_replay_does_not_ask_again(
    caller, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IS_DEMO = True
    set_up(coin="bch")
    worker = people.worker()
    fund(worker, 2_000_000)
    with fake_bchn() as fake:
        settings.PAYOUT_NODES = {"bch": (fake.url, USER, PASSWORD)}
        kept = destination(worker, fake.stranger(1), "bch")
        asked: list[bool] = []
        script_of = Node.script_of

        def watched(node: Node, address: str, *, quick: bool = False) -> str | None:
            asked.append(connection.in_atomic_block)
            return script_of(node, address, quick=quick)

        monkeypatch.setattr(Node, "script_of", watched)
        body = {"destination_id": encode("d", kept.id), "amount_micros": 1_000_000}
        answers = [caller(worker).post("/withdrawals", body, key="one") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201] and answers[0].content == answers[1].content
    assert asked == [False]
