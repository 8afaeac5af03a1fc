"""Practice: scored again by the server, kept, repeatable, and the gate to paid work."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tagwork.kit import clock, storage
from tagwork.kit.errors import NotFound
from tagwork.kit.signing import Purpose, verify
from tagwork.people.models import Person
from tagwork.tutorial import queries, scenes
from tagwork.tutorial.errors import InvalidAnswer
from tagwork.tutorial.lessons import GATE, LESSONS_BY_ID
from tagwork.tutorial.models import Attempt, Certificate, Rendering
from tagwork.tutorial.operations.check_item import check_item
from tests.builders import people
from tests.builders.concurrency import at_once
from tests.builders.tutorial import certify, perfect_answer, trained_worker

pytestmark = pytest.mark.django_db


def answer(worker: Person, lesson_id: str, number: int) -> dict[str, Any]:
    lesson = LESSONS_BY_ID[lesson_id]
    item = lesson.items[number]
    return check_item(worker, lesson_id, item.id, **perfect_answer(lesson, item))


def take(worker: Person, lesson_id: str) -> dict[str, Any]:
    return [answer(worker, lesson_id, number) for number in range(3)][-1]


def test_a_right_answer_passes_and_says_why() -> None:
    result = answer(people.worker(), "detection", 1)
    assert (result["passed"], result["lesson_passed"], result["tutorial_passed"]) == (True, False, False)
    assert result["why"] == "Right: every apple has a box that fits."
    assert [one["outcome"] for one in result["score"]["objects"]] == ["matched"] * 3
    assert result["score"]["reason_code"] is None


def test_a_wrong_answer_is_told_kindly_and_may_be_tried_again() -> None:
    worker = people.worker()
    box = {"id": "a", "kind": "box", "label": "apple", "box": [0, 0, 40, 40]}
    result = check_item(worker, "detection", "3", [box])
    assert (result["passed"], result["score"]["reason_code"]) == (False, "extra_object")
    assert result["why"].startswith("One box has no apple in it")
    assert answer(worker, "detection", 2)["passed"]


def test_nothing_to_mark_where_there_is_something_does_not_pass() -> None:
    result = check_item(people.worker(), "detection", "1", [], True)
    assert (result["passed"], result["score"]["reason_code"]) == (False, "wrong_nothing")


def test_an_answer_that_is_not_complete_is_refused_with_every_fault_and_not_kept() -> None:
    for lesson, given in (("classification", []), ("detection", [{"id": "1", "kind": "box", "label": "pear"}])):
        with pytest.raises(InvalidAnswer) as caught:
            check_item(people.worker(), lesson, "1", given)
        assert caught.value.code == "invalid_annotations"
        assert caught.value.extra["errors"]
    assert not Attempt.objects.exists()


def test_it_refuses_a_stranger_and_unknown_places() -> None:
    for stranger in (people.moderator(), people.client().person):
        with pytest.raises(NotFound):
            check_item(stranger, "detection", "3", [], True)
    for lesson, item in (("cooking", "1"), ("detection", "9")):
        with pytest.raises(NotFound):
            check_item(people.worker(), lesson, item, [], True)
    with pytest.raises(NotFound):
        queries.lesson(people.worker(), "cooking")


def test_three_lessons_open_paid_work() -> None:
    worker = people.worker()
    assert not queries.is_passed(worker.pk)
    for lesson in GATE[:-1]:
        result = take(worker, lesson.id)
        assert (result["lesson_passed"], result["tutorial_passed"]) == (True, False)
    result = take(worker, GATE[-1].id)
    assert (result["lesson_passed"], result["tutorial_passed"]) == (True, True)
    assert queries.is_passed(worker.pk)
    assert not queries.is_passed(people.second_worker().pk)


def test_the_order_of_items_does_not_matter_and_progress_is_kept() -> None:
    worker = people.worker()
    answer(worker, "classification", 2)
    answer(worker, "classification", 0)
    first = queries.overview(worker)["lessons"][0]
    assert (first["items"], first["items_done"], first["passed"]) == (3, 2, False)
    shown = queries.lesson(worker, "classification")
    assert [item["done"] for item in shown["items"]] == [True, False, True]
    assert answer(worker, "classification", 1)["lesson_passed"]


def test_a_failed_item_stays_open_though_others_pass() -> None:
    worker = people.worker()
    answer(worker, "detection", 0)
    answer(worker, "detection", 1)
    box = {"id": "a", "kind": "box", "label": "apple", "box": [0, 0, 40, 40]}
    assert not check_item(worker, "detection", "3", [box])["lesson_passed"]
    assert not Certificate.objects.exists()


def test_a_lesson_can_be_taken_again_and_only_a_whole_run_counts() -> None:
    worker = people.worker()
    take(worker, "detection")
    clock.advance(timedelta(days=1))
    since = clock.now()
    assert queries.certificate_since(worker.pk, "detection", since - timedelta(days=2))
    for number in (0, 1):
        assert not answer(worker, "detection", number)["lesson_passed"]
        assert not queries.certificate_since(worker.pk, "detection", since)
    assert answer(worker, "detection", 2)["lesson_passed"]
    assert queries.certificate_since(worker.pk, "detection", since)
    assert Certificate.objects.filter(worker=worker).count() == 2


def test_another_lesson_does_not_count_for_a_refresher() -> None:
    worker = people.worker()
    since = clock.now()
    certify(worker, "classification")
    assert not queries.certificate_since(worker.pk, "detection", since)
    certify(worker, "detection")
    assert queries.certificate_since(worker.pk, "detection", since)
    assert not queries.certificate_since(worker.pk, "transcription", since)
    certify(worker, "transcription")
    assert queries.certificate_since(worker.pk, "transcription", since)


def test_a_lost_reply_may_be_asked_for_again() -> None:
    worker = people.worker()
    first = take(worker, "classification")
    again = answer(worker, "classification", 2)
    assert again == first
    assert (Attempt.objects.count(), Certificate.objects.count()) == (3, 1)


def test_the_overview_says_that_it_is_unpaid_and_how_long_it_takes() -> None:
    worker = trained_worker()
    shown = queries.overview(worker)
    assert (shown["passed"], shown["unpaid"], shown["minutes"]) == (True, True, 5)
    assert [one["items_done"] for one in shown["lessons"]] == [3, 3, 3]


def test_the_gate_is_one_query() -> None:
    worker = trained_worker()
    with CaptureQueriesContext(connection) as asked:
        assert queries.is_passed(worker.pk)
    assert len(asked) == 1


def test_a_lesson_shows_signed_pictures_and_their_truth() -> None:
    worker = people.worker()
    shown = queries.lesson(worker, "segmentation")
    assert [item["kind"] for item in shown["items"]] == ["guided", "checked", "checked"]
    assert shown["schema"]["labels"][0]["name"] == "starfish"
    for item in shown["items"]:
        (image,) = item["images"]
        assert (image["width"], image["height"]) == (1000, 750)
        assert item["expected"][0]["polygon"]
        path, _, token = image["sources"][0]["url"].partition("?s=")
        verify(path, token, account_id=str(worker.pk), purpose=Purpose.TUTORIAL, now=clock.now())
        _, _, _, name, file_name = path.split("/")
        key, media_type = queries.resolve_picture(name, file_name) or ("", "")
        assert storage.local_files().size(key) > 1000
        assert media_type == image["sources"][0]["type"]
        assert queries.resolve_picture("", file_name) is None


def test_pictures_are_drawn_once_and_ahead() -> None:
    assert scenes.draw_missing(limit=3) == 3
    assert scenes.draw_missing(limit=3) == 3
    drawn = {one.digest: one.derivatives for one in Rendering.objects.all()}
    # The first six are those of the first two lessons.
    assert len(drawn) == 6
    queries.lesson(people.worker(), "detection")
    assert {one.digest: one.derivatives for one in Rendering.objects.all()} == drawn


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_keep_one_picture_and_leave_no_file() -> None:
    lesson = LESSONS_BY_ID["classification"]
    before = {path for path in storage.local_files().root.rglob("*") if path.is_file()}
    one, other = at_once(lambda _: scenes.rendering_of(lesson, lesson.items[0]).derivatives)
    assert one == other
    after = {path for path in storage.local_files().root.rglob("*") if path.is_file()}
    assert len(after - before) == len(one)


@pytest.mark.django_db(transaction=True)
def test_the_last_two_items_at_once_certify_once() -> None:
    worker = people.worker()
    answer(worker, "classification", 0)
    for number in (1, 2):
        perfect_answer(LESSONS_BY_ID["classification"], LESSONS_BY_ID["classification"].items[number])
    results = at_once(lambda n: answer(worker, "classification", 1 + n)["lesson_passed"])
    assert sorted(results) == [False, True]
    assert Certificate.objects.filter(worker=worker).count() == 1
