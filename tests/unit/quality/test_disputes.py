"""Disputes: a client says that an approved answer is wrong; moderation decides what the dataset holds."""

from datetime import timedelta

import pytest

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef
from tagwork.notices.models import Notice
from tagwork.people.models import Membership
from tagwork.quality import queries
from tagwork.quality.models import Dispute
from tagwork.quality.operations.dispute import decide_dispute, file_dispute
from tagwork.quality.operations.moderate import moderate
from tagwork.standing.models import CheckedAnswer
from tagwork.work.models import Submission
from tests.builders import people, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
TEXT = "There is a second car behind the tree."
NOTE = "The second car is there, by clause c1."


def approved() -> Submission:
    project = work.open_project(2)
    made = work.submitted(work.reader(project), project)
    moderate(people.moderator(), made.pk, "approved")
    made.refresh_from_db()
    return made


def disputed() -> Dispute:
    made = approved()
    return file_dispute(made.project.created_by, made.pk, TEXT)


def test_an_upheld_dispute_takes_the_answer_out_and_asks_again_and_leaves_the_worker_alone() -> None:
    dispute = disputed()
    decide_dispute(people.second_moderator(), dispute.pk, "upheld", NOTE)
    made = dispute.submission
    made.refresh_from_db()
    assert (made.is_used, made.state, made.task.answers_wanted) == (False, "approved", 2)
    assert balance_micros(AccountRef("worker_main", f"worker:{made.worker_id}")) == 6_000
    assert [one.is_correct for one in CheckedAnswer.objects.all()] == [True]
    assert audit.entries(action="dispute.upheld").count() == 1
    while outbox.deliver():
        pass
    assert NOTE in Notice.objects.filter(person=dispute.person).latest("pk").text


def test_a_dismissed_one_changes_nothing() -> None:
    dispute = disputed()
    decide_dispute(people.second_moderator(), dispute.pk, "dismissed", NOTE)
    made = dispute.submission
    made.refresh_from_db()
    assert (made.is_used, made.task.answers_wanted) == (True, 1)


def test_a_stranger_and_the_worker_find_no_such_answer() -> None:
    made = approved()
    for stranger in (people.outsider(), made.worker, people.moderator()):
        with pytest.raises(NotFound):
            file_dispute(stranger, made.pk, TEXT)


def test_only_an_approved_answer_is_disputed_within_its_days_and_once() -> None:
    project = work.open_project(2)
    pending = work.submitted(work.reader(project), project)
    with pytest.raises(WrongState):
        file_dispute(project.created_by, pending.pk, TEXT)
    moderate(people.moderator(), pending.pk, "approved")
    with pytest.raises(Invalid):
        file_dispute(project.created_by, pending.pk, "bad")
    clock.advance(timedelta(days=13))
    file_dispute(project.created_by, pending.pk, TEXT)
    with pytest.raises(WrongState):
        file_dispute(project.created_by, pending.pk, TEXT)


def test_after_its_days_it_is_too_late() -> None:
    made = approved()
    clock.advance(timedelta(days=14, seconds=1))
    with pytest.raises(WrongState):
        file_dispute(made.project.created_by, made.pk, TEXT)
    assert not queries.can_be_disputed(made)


def test_whoever_had_a_part_decides_none_and_sees_none() -> None:
    dispute = disputed()
    member = people.moderator(3)
    Membership.objects.create(organisation=dispute.submission.project.organisation, person=member)
    for judge in (people.moderator(), member):
        with pytest.raises(Forbidden):
            decide_dispute(judge, dispute.pk, "upheld", NOTE)
        with pytest.raises(Forbidden):
            queries.dispute_case(judge, dispute.pk)
        assert list(queries.waiting_disputes(judge)) == []
    with pytest.raises(NotFound):
        decide_dispute(people.second_worker(), dispute.pk, "upheld", NOTE)
    assert list(queries.waiting_disputes(people.second_moderator())) == [dispute]
    assert queries.queue_counts(people.second_moderator()).disputes == 1


def test_a_decision_names_its_reason() -> None:
    dispute = disputed()
    for decision, note in (("upheld", "short"), ("won", NOTE)):
        with pytest.raises(Invalid):
            decide_dispute(people.second_moderator(), dispute.pk, decision, note)


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_decide_once() -> None:
    dispute, judges = disputed(), [people.second_moderator(), people.moderator(3)]

    def decide(number: int) -> str:
        try:
            return decide_dispute(judges[number], dispute.pk, ("upheld", "dismissed")[number], NOTE).state
        except WrongState:
            return "late"

    first, second = sorted(at_once(decide))
    assert second in ("late", "upheld") and "late" in (first, second)
    made = Submission.objects.get(pk=dispute.submission_id)
    assert made.is_used == (Dispute.objects.get().state == "dismissed")


@pytest.mark.django_db(transaction=True)
def test_filed_twice_at_once_it_is_one() -> None:
    made = approved()

    def file(_: int) -> str:
        try:
            file_dispute(made.project.created_by, made.pk, TEXT)
        except WrongState:
            return "before"
        return "filed"

    assert sorted(at_once(file)) == ["before", "filed"]
