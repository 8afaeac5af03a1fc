"""A moderator's verdict: evidence, independence, the brake and the second look; the timer beside it."""

from datetime import timedelta

import pytest

from tagwork.kit import clock, settings
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.ids import new_id
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Membership, Person
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.quality import queries, rules
from tagwork.quality.errors import RejectionNeedsEvidence
from tagwork.quality.models import SecondReview, Verdict
from tagwork.quality.operations.appeal import decide_appeal, file_appeal
from tagwork.quality.operations.examine import approve_overdue, examine_submissions
from tagwork.quality.operations.moderate import moderate
from tagwork.standing.models import CheckedAnswer
from tagwork.work.models import Submission, Task
from tests.builders import people, work

pytestmark = pytest.mark.django_db
REJECTION = {"reason_code": "missed_object", "clause": "c2", "mark": {"box": [1, 2, 10, 10]}}


def submission(project: Project | None = None, number: int = 1) -> Submission:
    project = project or work.open_project()
    return work.submitted(work.reader(project, number), project)


def main_balance(worker: Person) -> int:
    return ledger.balance_micros(AccountRef("worker_main", f"worker:{worker.pk}"))


def test_an_approval_pays_at_once_and_counts() -> None:
    made = submission()
    verdict = moderate(people.moderator(), made.pk, "approved")
    assert isinstance(verdict, Verdict) and verdict.paid_micros == 6_000
    assert main_balance(made.worker) == 6_000
    checked = CheckedAnswer.objects.get()
    assert (checked.is_correct, checked.source) == (True, "moderator")


def test_a_rejection_pays_nothing_and_asks_for_another_answer() -> None:
    made = submission()
    moderate(people.moderator(), made.pk, "rejected", **REJECTION)
    made.refresh_from_db()
    assert (made.state, made.paid_micros, main_balance(made.worker)) == ("rejected", 0, 0)
    assert Task.objects.get(pk=made.task_id).answers_wanted == 2
    # still reserved, no longer pending
    assert ledger.pending_micros(f"worker:{made.worker_id}") == 0
    assert ledger.reserved_micros(AccountRef("project_escrow", f"project:{made.project_id}")) == 6_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason_code": ""}, "reason_code"),
        ({"reason_code": "too_fast"}, "reason_code"),  # speed alone is never a reason
        ({"clause": ""}, "clause"),
        ({"clause": "c9"}, "clause"),
        ({"mark": None}, "mark"),
        ({"mark": {}}, "mark"),
        ({"mark": {"box": [1, 2, 3]}}, "mark"),
        ({"mark": {"box": [1, 2, 0, 3]}}, "mark"),
        ({"mark": {"box": [900, 2, 3, 3]}}, "mark"),
        ({"mark": {"box": [1, 2, 9_000, 3]}}, "mark"),  # it begins on the image, and points at nothing of it
        ({"mark": {"box": [1, 2, 3, 9_000]}}, "mark"),
        ({"mark": {"point": [float("nan"), 2]}}, "mark"),
        ({"mark": {"point": [True, 2]}}, "mark"),
        ({"mark": {"point": [1, 2], "image": 1}}, "mark"),
        ({"mark": {"point": [1, 2], "box": [1, 2, 3, 4]}}, "mark"),
    ],
)
def test_it_refuses_a_rejection_without_reason_clause_and_mark(changes: dict, field: str) -> None:
    made = submission()
    with pytest.raises(RejectionNeedsEvidence) as refused:
        moderate(people.moderator(), made.pk, "rejected", **(REJECTION | changes))
    assert [one["field"] for one in refused.value.extra["errors"]] == [field]
    made.refresh_from_db()
    assert made.state == "pending" and not Verdict.objects.exists()


def test_a_rejection_is_held_against_the_version_the_answer_was_made_under() -> None:
    project = work.open_project()
    made = submission(project)
    shorter = {"guideline_markdown": "# One rule\n\nMark every car.\n"}
    change_project(project.created_by, project_id=project.pk, terms=shorter)
    with pytest.raises(RejectionNeedsEvidence):
        moderate(people.moderator(), made.pk, "rejected", **(REJECTION | {"clause": "c3"}))
    assert moderate(people.moderator(), made.pk, "rejected", **REJECTION)


def test_nobody_judges_their_own_work_or_their_clients() -> None:
    made = submission()
    made.worker.is_moderator = True
    made.worker.save()
    with pytest.raises(Forbidden):
        moderate(made.worker, made.pk, "approved")
    partner = people.moderator(3)
    Membership.objects.create(organisation=made.project.organisation, person=partner)
    with pytest.raises(Forbidden):
        moderate(partner, made.pk, "approved")
    for judge in (made.worker, partner):
        assert list(queries.waiting_submissions(judge)) == []
    assert list(queries.waiting_submissions(people.moderator())) == [made]


def test_it_refuses_strangers_and_what_is_decided() -> None:
    made = submission()
    for nobody in (people.worker(2), people.client().person, people.operator()):
        with pytest.raises(NotFound):
            moderate(nobody, made.pk, "approved")
    with pytest.raises(NotFound):
        moderate(people.moderator(), new_id(), "approved")
    with pytest.raises(Invalid):
        moderate(people.moderator(), made.pk, "perhaps")
    moderate(people.moderator(), made.pk, "approved")
    for verdict in ("approved", "rejected"):
        with pytest.raises(WrongState):
            moderate(people.second_moderator(), made.pk, verdict, **REJECTION)


# --- the brake -----------------------------------------------------------------------------------------------------


def test_the_brake_acts_above_a_fifth_of_twenty() -> None:
    # one more rejection would make 4 of 19, 4 of 20, 5 of 20
    assert not rules.is_braked(19, 19, counts_from=20, percent=20)
    assert not rules.is_braked(4, 20, counts_from=20, percent=20)
    assert rules.is_braked(5, 20, counts_from=20, percent=20)


@pytest.fixture
def braked() -> Submission:
    """The first moderator's rejection, waiting for a second: the brake acts from the first verdict on."""
    settings.change("quality.brake_from", 1, by="test")
    settings.forget()
    made = submission()
    review = moderate(people.moderator(), made.pk, "rejected", note="Look at the border.", **REJECTION)
    assert isinstance(review, SecondReview)
    made.refresh_from_db()
    return made


def test_a_braked_rejection_waits_for_a_second_moderator_and_moves_the_timer(braked: Submission) -> None:
    assert braked.state == "pending" and not Verdict.objects.exists()
    assert braked.approve_at == braked.submitted_at + timedelta(hours=144)
    assert list(queries.waiting_submissions(people.moderator())) == []
    assert list(queries.waiting_submissions(people.second_moderator())) == [braked]
    assert queries.case(people.second_moderator(), braked.pk).is_second_review
    with pytest.raises(WrongState):
        moderate(people.moderator(), braked.pk, "rejected", **REJECTION)


def test_a_second_rejection_counts_and_neither_judge_decides_the_appeal(braked: Submission) -> None:
    moderate(people.second_moderator(), braked.pk, "rejected", **REJECTION)
    braked.refresh_from_db()
    assert braked.state == "rejected"
    appeal = file_appeal(braked.worker, "submission", braked.pk, "It touches the border as the clause says.")
    for judge in (people.moderator(), people.second_moderator()):
        with pytest.raises(Forbidden):
            decide_appeal(judge, appeal.pk, "lost", "No, it does not touch it.")
        assert list(queries.waiting_appeals(judge)) == []
    assert decide_appeal(people.moderator(3), appeal.pk, "won", "").state == "won"


def test_a_second_moderator_may_approve_instead(braked: Submission) -> None:
    moderate(people.second_moderator(), braked.pk, "approved")
    assert main_balance(braked.worker) == 6_000


def test_the_timer_waits_for_the_second_review_and_then_approves(braked: Submission) -> None:
    examine_submissions()
    clock.advance(timedelta(hours=143))
    assert approve_overdue() == 0
    clock.advance(timedelta(hours=1, seconds=1))
    assert approve_overdue() == 1
    assert Verdict.objects.get().by == "timer"
    with pytest.raises(WrongState):
        moderate(people.second_moderator(), braked.pk, "rejected", **REJECTION)


def test_honest_work_is_not_braked() -> None:
    project = work.open_project(25)
    worker = work.reader(project)
    for number in range(25):
        made = work.submitted(worker, project)
        is_fault = number % 6 == 5  # 4 of 24: below a fifth
        outcome = moderate(people.moderator(), made.pk, "rejected" if is_fault else "approved",
                           **(REJECTION if is_fault else {}))  # fmt: skip
        assert isinstance(outcome, Verdict)


# --- the timer -----------------------------------------------------------------------------------------------------


def test_the_timer_approves_at_72_hours_and_checks_nothing() -> None:
    made = submission()
    examine_submissions()
    clock.advance(timedelta(hours=72) - timedelta(minutes=1))
    assert approve_overdue() == 0
    clock.advance(timedelta(minutes=2))
    assert (approve_overdue(), approve_overdue()) == (1, 0)
    assert main_balance(made.worker) == 6_000
    assert not CheckedAnswer.objects.exists()
