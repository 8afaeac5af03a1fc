"""Gold that was found wrong: whom it rejected is paid and cleared without an appeal."""

from datetime import timedelta

import pytest
from django.db import transaction

from tagwork.kit import clock, outbox
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.notices.models import Notice
from tagwork.quality.errors import AppealClosed
from tagwork.quality.models import Gold, PlannedVerdict, Verdict
from tagwork.quality.operations.appeal import decide_appeal, end_reserves, file_appeal
from tagwork.quality.operations.examine import (
    _decision,
    examine_submissions,
    lock_gold,
    publish_planned,
    retire,
    retire_misleading_gold,
    top_up_gold,
)
from tagwork.quality.operations.judge import Decision, judge
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.repair import NOTE, repair_misled
from tagwork.quality.operations.set_aside import set_aside
from tagwork.standing.models import CheckedAnswer, Skill
from tagwork.work.models import Submission
from tagwork.work.operations.release import release
from tests.builders import gold, people, work
from tests.builders.concurrency import at_once
from tests.unit.quality.test_gold import answered, wrong_gold_answered_by

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEXT = "The car is where I marked it."


def rejected_by(count: int) -> Gold:
    """A gold whose expected answer is wrong; `count` people are rejected by it."""
    _, planted = wrong_gold_answered_by(count)
    clock.advance(3 * DAY)
    publish_planned()
    assert set(Submission.objects.values_list("state", flat=True)) == {"rejected"}
    return planted


def main(made: Submission) -> int:
    return ledger.balance_micros(AccountRef("worker_main", f"worker:{made.worker_id}"))


def reserved(made: Submission) -> int:
    return ledger.reserved_micros(AccountRef("project_escrow", f"project:{made.project_id}"))


def told() -> list[str]:
    while outbox.deliver():
        pass
    return [one.text for one in Notice.objects.order_by("pk") if "We were wrong" in one.text]


def test_everybody_a_wrong_gold_rejected_is_paid_told_and_cleared() -> None:
    rejected_by(3)
    assert repair_misled() == 0
    retire_misleading_gold()
    assert repair_misled() == 3
    for made in Submission.objects.all():
        assert (made.state, made.paid_micros, main(made), reserved(made)) == ("approved", 6_000, 6_000, 0)
        assert made.verdicts.order_by("-created_at")[0].by == "repair"
    assert len(told()) == 3
    newest = {one.subject: one.is_correct for one in CheckedAnswer.objects.order_by("pk")}
    assert list(newest.values()) == [None] * 3
    assert set(Skill.objects.values_list("checked", "correct")) == {(0, 0)}


def test_it_repairs_once() -> None:
    rejected_by(2)
    retire_misleading_gold()
    assert [repair_misled(), repair_misled()] == [2, 0]
    assert Verdict.objects.filter(by="repair").count() == 2 == len(told())


def test_it_works_in_batches() -> None:
    rejected_by(3)
    retire_misleading_gold()
    assert [repair_misled(2), repair_misled(2), repair_misled(2)] == [2, 1, 0]


def test_what_lies_past_its_reserve_is_not_paid_and_its_worker_is_told_so() -> None:
    rejected_by(1)
    clock.advance(15 * DAY)
    assert end_reserves() == 1
    retire_misleading_gold()
    assert repair_misled() == 0
    made = Submission.objects.get()
    assert (made.state, main(made)) == ("rejected", 0)
    [text] = told()
    assert "cannot be paid" in text and CheckedAnswer.objects.last().is_correct is None


def test_an_open_appeal_against_it_is_won_and_nobody_has_to_decide_it() -> None:
    rejected_by(2)
    made = Submission.objects.order_by("pk")[0]
    appeal = file_appeal(made.worker, "submission", made.pk, TEXT)
    retire_misleading_gold()
    assert repair_misled() == 3
    appeal.refresh_from_db()
    assert (appeal.state, appeal.note, appeal.decided_by) == ("won", NOTE, None)
    # Nobody won a dispute: the gold was out already, and another answer begins with a clean sheet.
    assert Gold.objects.get().disputes_won == 0
    with pytest.raises(AppealClosed):
        file_appeal(made.worker, "submission", made.pk, TEXT)


def test_an_appeal_that_is_lost_after_the_repair_takes_nothing_back() -> None:
    rejected_by(1)
    made = Submission.objects.get()
    appeal = file_appeal(made.worker, "submission", made.pk, TEXT)
    retire_misleading_gold()
    judge([Decision(made.pk, is_approved=True, by=Verdict.By.REPAIR)])
    decide_appeal(people.moderator(), appeal.pk, "lost", "The box is too loose.")
    made.refresh_from_db()
    assert (made.state, main(made), made.reserve_ended_at) == ("approved", 6_000, None)


def test_gold_that_was_marked_anew_meanwhile_still_repairs_what_it_did_before_and_nothing_since() -> None:
    planted = rejected_by(1)
    retire_misleading_gold()
    clock.advance(timedelta(minutes=1))
    gold.plant(planted.project, planted.task, [work.BOX])
    made = Submission.objects.get()
    assert repair_misled() == 1
    made.refresh_from_db()
    assert made.state == "approved"


def test_setting_good_gold_aside_pays_nobody_whom_it_rejected() -> None:
    planted = rejected_by(1)
    set_aside(planted.project.created_by, planted.project_id, [planted.pk], "practice")
    assert repair_misled() == 0
    made = Submission.objects.get()
    assert (made.state, main(made)) == ("rejected", 0) and told() == []


def test_gold_that_once_misled_and_was_set_aside_with_another_answer_repairs_only_what_misled() -> None:
    planted = rejected_by(2)
    retire_misleading_gold()
    assert repair_misled() == 2
    clock.advance(timedelta(minutes=1))
    gold.plant(planted.project, planted.task, [work.BOX])
    top_up_gold()
    release(planted.project_id)
    made = answered(planted.project, 3, box=gold.WRONG_BOX)
    examine_submissions()
    clock.advance(3 * DAY)
    publish_planned()
    set_aside(planted.project.created_by, planted.project_id, [planted.pk], "exam")
    assert repair_misled() == 0
    made.refresh_from_db()
    assert made.state == "rejected"


@pytest.mark.parametrize("change", ["retired", "marked anew"])
def test_a_rejection_decided_before_its_gold_changed_is_not_published_after(change: str) -> None:
    _, planted = wrong_gold_answered_by(1)
    [one] = PlannedVerdict.objects.select_related("submission__assignment")
    decided = _decision(one, planted)
    if change == "retired":
        with transaction.atomic():
            retire(lock_gold(planted.pk), "Wrong.")
    else:
        gold.plant(planted.project, planted.task, [work.BOX])
    assert judge([decided]) == []
    assert Submission.objects.get().state == "pending"


def test_what_a_good_gold_and_a_moderator_rejected_stays_rejected() -> None:
    project = gold.open_project(ordinary=2)
    made = answered(project, box=gold.WRONG_BOX)
    examine_submissions()
    other = work.submitted(work.reader(project), project)
    moderate(people.moderator(), other.pk, "rejected", reason_code="missed_object", clause="c1",
             mark={"point": [3, 4]})  # fmt: skip
    clock.advance(3 * DAY)
    publish_planned()
    assert repair_misled() == 0
    made.refresh_from_db()
    assert made.state == "rejected"


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_and_the_end_of_a_reserve_at_once_pay_once() -> None:
    planted = rejected_by(3)
    with transaction.atomic():
        assert retire(lock_gold(planted.pk), "Wrong.")

    def act(number: int) -> int:
        return end_reserves() if number == 2 else repair_misled()

    assert sum(at_once(act, 3)) == 3
    for made in Submission.objects.all():
        assert (made.state, main(made), reserved(made)) == ("approved", 6_000, 0)
    assert Verdict.objects.filter(by="repair").count() == 3
