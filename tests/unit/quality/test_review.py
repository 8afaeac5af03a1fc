"""What a moderator does beside the verdict: comments pinned to the image, a correction for the dataset, comparing."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tagwork.formats.operations.export_dataset import DatasetImages
from tagwork.kit.errors import Forbidden, Invalid, NotFound, Refusal, WrongState
from tagwork.kit.models import AuditEntry
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Person
from tagwork.quality import queries, rules
from tagwork.quality.models import Correction, SecondReview, Verdict
from tagwork.quality.operations.appeal import file_appeal
from tagwork.quality.operations.examine import examine_submissions
from tagwork.quality.operations.moderate import Corrected, moderate
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Submission
from tests.builders import gold, people, work
from tests.builders.concurrency import at_once

REJECTION = {"reason_code": "missed_object", "clause": "c2", "mark": {"box": [1, 2, 10, 10]}}
PINS = [{"mark": {"point": [5, 6]}, "text": " Not a car. "}, {"mark": {"box": [1, 2, 3, 4]}, "text": "Cut off here."}]
TIGHTER = work.BOX | {"box": [11, 11, 28, 18]}


def submission(number: int = 1, **terms: Any) -> Submission:
    project = work.open_project(**terms)
    return work.submitted(work.reader(project, number), project)


def main_balance(person: Person) -> int:
    return ledger.balance_micros(AccountRef("worker_main", f"worker:{person.pk}"))


def exported(made: Submission) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(one.source, list(one.annotations)) for image in DatasetImages(made.project) for one in image.answers]


@pytest.mark.django_db
@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_comments_stay_with_the_verdict_and_reach_the_worker(verdict: str) -> None:
    made = submission()
    evidence = REJECTION if verdict == "rejected" else {}
    moderate(people.moderator(), made.pk, verdict, comments=PINS, **evidence)
    found = queries.receipt(made.worker, made.pk).verdict
    assert found is not None
    assert found.comments == [PINS[0] | {"text": "Not a car."}, PINS[1]]


@pytest.mark.django_db
def test_a_rejection_under_the_brake_keeps_its_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    made = submission()
    monkeypatch.setattr("tagwork.quality.operations.moderate.is_brake_on", lambda moderator: True)
    moderate(people.moderator(), made.pk, "rejected", comments=PINS, **REJECTION)
    assert [one["text"] for one in SecondReview.objects.get().comments or []] == ["Not a car.", "Cut off here."]


@pytest.mark.parametrize(
    ("comments", "fields"),
    [
        ([{"mark": {"point": [5, 6]}, "text": "  "}], ["comments.0.text"]),
        ([{"mark": {"point": [5, 6]}, "text": "a" * 501}], ["comments.0.text"]),
        ([{"mark": {"point": [900, 6]}, "text": "Here."}], ["comments.0.mark"]),
        ([{"mark": {}, "text": "Here."}], ["comments.0.mark"]),
        ([{"mark": {"point": [5, 6]}, "text": "Here."}] * 21, ["comments"]),
        ([{"mark": {"point": [5, 6]}, "text": "a" * 500}] * 20, []),
    ],
)
def test_a_comment_has_a_place_on_the_image_and_a_text(comments: list[Any], fields: list[str]) -> None:
    assert [one["field"] for one in rules.comment_problems(comments, [(64, 48)])] == fields


@pytest.mark.django_db
def test_a_bad_comment_refuses_the_verdict() -> None:
    made = submission()
    with pytest.raises(Invalid):
        moderate(people.moderator(), made.pk, "approved", comments=[{"mark": {}, "text": "Here."}])
    assert not Verdict.objects.exists()


@pytest.mark.django_db
def test_a_correction_goes_into_the_dataset_and_changes_neither_answer_nor_pay() -> None:
    made, judge = submission(), people.moderator()
    verdict = moderate(judge, made.pk, "approved", corrected=Corrected([TIGHTER]))
    assert isinstance(verdict, Verdict) and verdict.is_approved
    before = made.answer
    made.refresh_from_db()
    assert (made.answer, made.state, made.paid_micros) == (before, "approved", 6_000)
    assert (main_balance(made.worker), main_balance(judge)) == (6_000, 0)
    [(source, [box])] = exported(made)
    assert (source, box["box"]) == ("corrected", [11, 11, 28, 18])
    entry = AuditEntry.objects.get(action="answer.corrected")
    assert entry.detail == {"from_sha256": made.answer_sha256, "to_sha256": Correction.objects.get().answer_sha256}
    correction = queries.receipt(made.worker, made.pk).correction
    assert correction is not None and json.loads(correction.answer)[0]["box"] == [11, 11, 28, 18]


@pytest.mark.django_db
def test_an_approved_answer_without_a_correction_is_exported_as_it_is() -> None:
    made = submission()
    moderate(people.moderator(), made.pk, "approved")
    assert [source for source, _ in exported(made)] == ["worker"]
    assert queries.receipt(made.worker, made.pk).correction is None


@pytest.mark.django_db
def test_a_rejected_answer_is_not_corrected_since_what_is_used_is_paid() -> None:
    made = submission()
    with pytest.raises(Invalid) as refused:
        moderate(people.moderator(), made.pk, "rejected", corrected=Corrected([TIGHTER]), **REJECTION)
    assert [one["field"] for one in refused.value.extra["errors"]] == ["corrected"]
    made.refresh_from_db()
    assert made.state == "pending" and not Correction.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("annotations", "refusal"),
    [([work.BOX | {"label": "boat"}], InvalidAnswer), ([], InvalidAnswer), ([work.BOX], Invalid)],
)
def test_it_refuses_a_correction_that_does_not_fit_or_changes_nothing(
    annotations: list[Any], refusal: type[Refusal]
) -> None:
    made = submission()
    with pytest.raises(refusal):
        moderate(people.moderator(), made.pk, "approved", corrected=Corrected(annotations))
    made.refresh_from_db()
    assert made.state == "pending" and not Correction.objects.exists()


@pytest.mark.django_db
def test_it_refuses_corrections_by_strangers_the_worker_and_after_the_verdict() -> None:
    made = submission()
    with pytest.raises(NotFound):
        moderate(people.outsider(), made.pk, "approved", corrected=Corrected([TIGHTER]))
    made.worker.is_moderator = True
    made.worker.save()
    with pytest.raises(Forbidden):
        moderate(made.worker, made.pk, "approved", corrected=Corrected([TIGHTER]))
    moderate(people.moderator(), made.pk, "approved")
    with pytest.raises(WrongState):
        moderate(people.second_moderator(), made.pk, "approved", corrected=Corrected([TIGHTER]))
    assert not Correction.objects.exists()


@pytest.mark.django_db
def test_a_correction_is_never_changed() -> None:
    made = submission()
    moderate(people.moderator(), made.pk, "approved", corrected=Corrected([TIGHTER]))
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.update(answer="[]")


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_one_verdict_and_one_correction() -> None:
    made = submission()
    judges = [people.moderator(), people.second_moderator()]

    def decide(caller: int) -> str:
        try:
            moderate(judges[caller], made.pk, "approved", corrected=Corrected([TIGHTER]))
        except WrongState:
            return "too late"
        return "decided"

    assert sorted(at_once(decide)) == ["decided", "too late"]
    assert Correction.objects.get().moderator_id == Verdict.objects.get().moderator_id
    assert main_balance(made.worker) == 6_000


def compared(moderator: Person, made: Submission) -> list[tuple[str, str | None]]:
    return [(one.kind, one.name) for one in queries.case(moderator, made.pk).references]


def two_answers() -> tuple[Submission, Submission]:
    project = work.open_project(image_count=1, overlap=2)
    return tuple(work.submitted(work.reader(project, number), project) for number in (1, 2))  # type: ignore[return-value]


@pytest.mark.django_db
def test_another_answer_of_the_task_is_compared_under_a_letter() -> None:
    first, second = two_answers()
    [reference] = queries.case(people.moderator(), first.pk).references
    assert (reference.kind, reference.name) == ("answer", "A")
    assert reference.annotations == json.loads(second.answer)


@pytest.mark.django_db
def test_nobody_compares_with_an_answer_they_judged_made_or_that_was_rejected() -> None:
    first, second = two_answers()
    judge, other = people.moderator(), people.second_moderator()
    second.worker.is_moderator = True
    second.worker.save()
    assert compared(second.worker, first) == []
    moderate(judge, second.pk, "approved")
    assert compared(judge, first) == []
    assert compared(other, first) == [("answer", "A")]
    moderate(other, first.pk, "rejected", **REJECTION)
    assert compared(people.moderator(3), second) == []


@pytest.mark.django_db
def test_whoever_asked_for_a_second_review_does_not_compare_with_that_answer() -> None:
    first, second = two_answers()
    judge = people.moderator()
    SecondReview.objects.create(
        submission=second, first_moderator=judge, mark={}, created_at=second.submitted_at, **{"reason_code": "other"}
    )
    assert compared(judge, first) == []
    assert compared(people.second_moderator(), first) == [("answer", "A")]


@pytest.mark.django_db
def test_gold_is_shown_unless_the_moderator_could_be_asked_it() -> None:
    project = work.open_project(image_count=1)
    made = work.submitted(work.reader(project), project)
    examine_submissions()
    gold.plant(project, made.task, [TIGHTER])
    judge = people.moderator()
    judge.is_worker = False
    judge.save()
    [reference] = queries.case(judge, made.pk).references
    assert (reference.kind, reference.name) == ("expected", None)
    assert [one["box"] for one in reference.annotations] == [[11, 11, 28, 18]]
    judge.is_worker = True
    judge.save()
    assert compared(judge, made) == []


@pytest.mark.django_db
def test_whoever_decides_an_appeal_sees_the_expected_answer_of_the_verdict() -> None:
    made = submission()
    Verdict.objects.create(
        submission=made, is_approved=False, by="gold", reason_code="other", clause="c1", expected=[TIGHTER],
        created_at=made.submitted_at,
    )  # fmt: skip
    Submission.objects.filter(pk=made.pk).update(state="rejected", judged_at=made.submitted_at, approve_at=None)
    file_appeal(made.worker, "submission", made.pk, "The box was right, look again.")
    assert compared(people.second_moderator(), made) == [("expected", None)]
