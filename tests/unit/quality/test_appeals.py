"""Appeals: who may file what and when, who decides, what the clock does, and what a won one repairs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tagwork.kit import audit, clock, outbox, settings
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.ids import new_id
from tagwork.ledger import queries as ledger
from tagwork.ledger.operations.hold import release_holds
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Membership, Person
from tagwork.quality import queries, rules
from tagwork.quality.errors import AppealClosed, TooManyAppeals
from tagwork.quality.models import Appeal
from tagwork.quality.operations.appeal import (
    decide_appeal,
    decide_overdue,
    end_reserves,
    file_appeal,
    withdraw_appeal,
)
from tagwork.quality.operations.moderate import moderate
from tagwork.quality.operations.report import answer_report, file_report
from tagwork.standing import queries as standing
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import confirm_ban, restrict_by_person, throttle_for_skips
from tagwork.work.models import Submission
from tests.builders import people, work
from tests.builders.concurrency import at_once

pytestmark = pytest.mark.django_db
TEXT = "The bumper is inside the box; please look at it again."
DAY = timedelta(days=1)


def rejected(count: int = 1) -> list[Submission]:
    project = work.open_project(count)
    worker = work.reader(project)
    found = []
    for _ in range(count):
        made = work.submitted(worker, project)
        moderate(people.moderator(), made.pk, "rejected", reason_code="missed_object", clause="c1",
                 mark={"point": [3, 4]})  # fmt: skip
        made.refresh_from_db()
        found.append(made)
    return found


def filed(made: Submission) -> Appeal:
    return file_appeal(made.worker, "submission", made.pk, TEXT)


def main_balance(worker: Person) -> int:
    return ledger.balance_micros(AccountRef("worker_main", f"worker:{worker.pk}"))


def reserved(made: Submission) -> int:
    return ledger.reserved_micros(AccountRef("project_escrow", f"project:{made.project_id}"))


# --- due time: three business days on the operator's calendar ---------------------------------------------------------


@pytest.mark.parametrize(
    ("filed_at", "due_at"),
    [
        ("2026-11-23T09:30", "2026-11-26T09:30"),  # Monday to Thursday
        ("2026-11-19T17:00", "2026-11-24T17:00"),  # Thursday, over the weekend, to Tuesday
        ("2026-11-20T23:59", "2026-11-25T23:59"),  # Friday to Wednesday
        ("2026-11-21T10:00", "2026-11-26T00:00"),  # Saturday counts from Monday 00:00: Thursday 00:00
        ("2026-11-22T23:59", "2026-11-26T00:00"),  # Sunday the same
        ("2026-12-23T12:00", "2026-12-30T12:00"),  # Wednesday; 24th, then 25th off, weekend, 28th off, 29th, 30th
        ("2026-12-25T12:00", "2027-01-01T00:00"),  # filed on a holiday: from Tuesday 29th 00:00
    ],
)
def test_due_times_pass_over_weekends_and_holidays(filed_at: str, due_at: str) -> None:
    holidays = {date(2026, 12, 25), date(2026, 12, 28)}
    found = rules.due_at(datetime.fromisoformat(filed_at).replace(tzinfo=UTC), 3, holidays)
    assert found == datetime.fromisoformat(due_at).replace(tzinfo=UTC)


def test_the_due_time_is_that_of_the_filing_whatever_is_changed_later() -> None:
    [made] = rejected()
    appeal = filed(made)
    before = appeal.due_at
    settings.change("quality.appeal_business_days", 30, by="test")
    settings.forget()
    appeal.refresh_from_db()
    assert appeal.due_at == before


# --- filing --------------------------------------------------------------------------------------------------------


def test_the_window_is_fourteen_days() -> None:
    first, second = rejected(2)
    clock.advance(14 * DAY - timedelta(minutes=1))
    assert filed(first).state == "open"
    clock.advance(timedelta(minutes=2))
    with pytest.raises(AppealClosed):
        filed(second)


def test_ten_open_appeals_are_the_most() -> None:
    found = rejected(11)
    for made in found[:10]:
        filed(made)
    with pytest.raises(TooManyAppeals):
        filed(found[10])
    withdraw_appeal(found[0].worker, Appeal.objects.order_by("pk")[0].pk)
    assert filed(found[10]).state == "open"


def test_it_refuses_strangers_bare_words_what_is_no_rejection_and_a_second_try() -> None:
    [made] = rejected()
    with pytest.raises(NotFound):
        file_appeal(people.second_worker(), "submission", made.pk, TEXT)
    with pytest.raises(NotFound):
        file_appeal(made.worker, "submission", new_id(), TEXT)
    with pytest.raises(Invalid):
        file_appeal(made.worker, "submission", made.pk, "no!")
    with pytest.raises(Invalid):
        file_appeal(made.worker, "weather", made.pk, TEXT)
    filed(made)
    with pytest.raises(AppealClosed):
        filed(made)


def test_only_a_rejection_can_be_appealed() -> None:
    project = work.open_project()
    made = work.submitted(work.reader(project), project)
    with pytest.raises(AppealClosed):
        filed(made)
    moderate(people.moderator(), made.pk, "approved")
    with pytest.raises(AppealClosed):
        filed(made)


# --- deciding ------------------------------------------------------------------------------------------------------


def test_a_won_appeal_pays_and_repairs_accuracy() -> None:
    [made] = rejected()
    decide_appeal(people.second_moderator(), filed(made).pk, "won", "It is inside.")
    outbox.deliver()
    made.refresh_from_db()
    assert (made.state, main_balance(made.worker), reserved(made)) == ("approved", 6_000, 0)
    [skill] = standing.skills_of(made.worker_id)
    assert (skill.checked, skill.correct) == (1, 1)
    assert queries.receipt(made.worker, made.pk).verdict.by == "appeal"


def test_a_won_appeal_lifts_the_restriction_that_rested_on_the_verdict() -> None:
    settings.change("standing.act_after", 2, by="test")
    settings.forget()
    first, second = rejected(2)
    outbox.deliver()
    assert [one.kind for one in standing.active_restrictions(first.worker_id)] == ["pause"]
    for made in (first, second):
        decide_appeal(people.second_moderator(), filed(made).pk, "won", "")
    outbox.deliver()
    assert list(standing.active_restrictions(first.worker_id)) == []


def test_a_lost_appeal_needs_a_sentence_and_frees_the_reserve() -> None:
    [made] = rejected()
    appeal = filed(made)
    assert reserved(made) == 6_000
    with pytest.raises(Invalid):
        decide_appeal(people.second_moderator(), appeal.pk, "lost", "No.")
    decide_appeal(people.second_moderator(), appeal.pk, "lost", "The bumper lies outside.")
    assert (main_balance(made.worker), reserved(made)) == (0, 0)


def test_only_somebody_who_had_no_part_decides() -> None:
    [made] = rejected()
    appeal = filed(made)
    partner = people.moderator(3)
    Membership.objects.create(organisation=made.project.organisation, person=partner)
    made.worker.is_moderator = True
    made.worker.save()
    for judge in (people.moderator(), partner, made.worker, people.operator()):
        with pytest.raises(Forbidden):
            decide_appeal(judge, appeal.pk, "won", "")
        assert list(queries.waiting_appeals(judge)) == []
    for nobody in (people.second_worker(), people.client().person):
        with pytest.raises(NotFound):
            decide_appeal(nobody, appeal.pk, "won", "")
    assert list(queries.waiting_appeals(people.second_moderator())) == [appeal]


def test_it_is_decided_once() -> None:
    [made] = rejected()
    appeal = filed(made)
    decide_appeal(people.second_moderator(), appeal.pk, "won", "")
    for again in (
        lambda: decide_appeal(people.moderator(3), appeal.pk, "lost", "It is not inside."),
        lambda: withdraw_appeal(made.worker, appeal.pk),
    ):
        with pytest.raises(WrongState):
            again()
    assert main_balance(made.worker) == 6_000


def test_a_withdrawn_appeal_changes_nothing_and_only_its_owner_withdraws_it() -> None:
    [made] = rejected()
    appeal = filed(made)
    with pytest.raises(NotFound):
        withdraw_appeal(people.second_worker(), appeal.pk)
    withdraw_appeal(made.worker, appeal.pk)
    made.refresh_from_db()
    assert made.state == "rejected"
    clock.advance(15 * DAY)
    assert end_reserves() == 1 and reserved(made) == 0


# --- the clock -----------------------------------------------------------------------------------------------------


def test_overdue_counts_as_won() -> None:
    [made] = rejected()
    appeal = filed(made)
    clock.advance(appeal.due_at - clock.now() - timedelta(seconds=30))
    assert decide_overdue() == 0
    clock.advance(timedelta(minutes=1))
    assert (decide_overdue(), decide_overdue()) == (1, 0)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.decided_by, main_balance(made.worker)) == ("won", None, 6_000)


def test_one_overdue_appeal_that_fails_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    broken, whole = rejected(2)
    appeals = [filed(broken), filed(whole)]
    clock.advance(10 * DAY)
    # Its money is gone, which cannot be: settling it raises.
    release_holds([broken.hold_key])
    assert [decide_overdue(), decide_overdue()] == [1, 0]
    for appeal in appeals:
        appeal.refresh_from_db()
    broken.refresh_from_db()
    assert [one.state for one in appeals] == ["open", "won"] and broken.state == "rejected"
    assert main_balance(whole.worker) == 6_000
    assert "could not be decided" in caplog.text
    [entry] = audit.entries(action="appeal.overdue_failed")
    assert entry.subject == f"appeal:{appeals[0].pk}" and "WrongHoldState" in entry.detail["error"]


def test_an_open_appeal_keeps_the_reserve_past_the_window() -> None:
    first, second = rejected(2)
    clock.advance(13 * DAY)
    appeal = filed(first)
    clock.advance(2 * DAY)
    assert end_reserves() == 1
    assert reserved(first) == 6_000
    decide_appeal(people.second_moderator(), appeal.pk, "won", "")
    assert main_balance(first.worker) == 6_000
    with pytest.raises(AppealClosed):
        filed(second)


# --- restrictions --------------------------------------------------------------------------------------------------


def banned() -> Restriction:
    made = restrict_by_person(
        people.operator(), worker=people.worker(), kind="ban", scope="all", days=None,
        text="Four accounts, one hand.", evidence={"note": "the same strokes", "fraud": True},
    )  # fmt: skip
    return confirm_ban(people.second_operator(), made.pk)


def test_a_ban_for_fraud_is_decided_by_an_operator_who_had_no_part_and_never_by_the_clock() -> None:
    ban = banned()
    appeal = file_appeal(people.worker(), "restriction", ban.pk, "I share a computer with my brother.")
    assert appeal.needs_operator
    people.operator(3)
    clock.advance(30 * DAY)
    assert decide_overdue() == 0
    for judge in (people.operator(), people.second_operator(), people.moderator()):
        with pytest.raises(Forbidden):
            decide_appeal(judge, appeal.pk, "won", "")
        assert list(queries.waiting_appeals(judge)) == []
    decide_appeal(people.operator(3), appeal.pk, "won", "")
    ban.refresh_from_db()
    assert ban.state == "lifted"


def test_in_a_house_of_two_operators_the_second_signer_of_a_ban_decides_and_it_is_written_down() -> None:
    ban = banned()
    appeal = file_appeal(people.worker(), "restriction", ban.pk, "I share a computer with my brother.")
    proposer, signer = people.operator(), people.second_operator()
    assert list(queries.waiting_appeals(proposer)) == []
    assert list(queries.waiting_appeals(signer)) == [appeal]
    with pytest.raises(Forbidden):
        decide_appeal(proposer, appeal.pk, "lost", "The strokes are the same.")
    decided = decide_appeal(signer, appeal.pk, "lost", "The strokes are the same.")
    assert decided.no_uninvolved_operator
    [entry] = audit.entries(action="appeal.lost")
    assert entry.actor == str(signer.pk) and entry.detail == {"no_uninvolved_operator": True}


def test_the_second_signer_decides_no_more_once_there_is_a_third_operator() -> None:
    ban = banned()
    appeal = file_appeal(people.worker(), "restriction", ban.pk, "I share a computer with my brother.")
    third = people.operator(3)
    with pytest.raises(Forbidden):
        decide_appeal(people.second_operator(), appeal.pk, "won", "")
    # One who may not sign in is none.
    Person.objects.filter(pk=third.pk).update(is_active=False)
    assert decide_appeal(people.second_operator(), appeal.pk, "won", "").no_uninvolved_operator


def test_whoever_had_no_part_leaves_no_such_note() -> None:
    ban = banned()
    appeal = file_appeal(people.worker(), "restriction", ban.pk, "I share a computer with my brother.")
    assert not decide_appeal(people.operator(3), appeal.pk, "won", "").no_uninvolved_operator


def test_a_throttle_may_be_appealed_and_a_moderator_lifts_it() -> None:
    throttle = throttle_for_skips(people.worker(), skipped=31, finished=100)
    assert throttle is not None
    appeal = file_appeal(people.worker(), "restriction", throttle.pk, "The images did not load that day.")
    assert list(queries.waiting_appeals(people.moderator())) == [appeal]
    decide_appeal(people.moderator(), appeal.pk, "won", "")
    throttle.refresh_from_db()
    assert throttle.state == "lifted"


def test_a_proposed_ban_is_no_decision_yet() -> None:
    made = restrict_by_person(
        people.operator(), worker=people.worker(), kind="ban", scope="all", days=None,
        text="Four accounts, one hand.", evidence={"note": "the same strokes"},
    )  # fmt: skip
    with pytest.raises(NotFound):
        file_appeal(people.worker(), "restriction", made.pk, TEXT)


# --- at once -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_a_moderator_at_once_decide_once() -> None:
    [made] = rejected()
    appeal = filed(made)
    clock.advance(10 * DAY)

    def decide(number: int) -> str:
        if number:
            return f"clock {decide_overdue()}"
        try:
            decide_appeal(people.second_moderator(), appeal.pk, "lost", "The bumper lies outside.")
        except WrongState:
            return "late"
        return "first"

    people.second_moderator()
    assert sorted(at_once(decide)) in (["clock 0", "first"], ["clock 1", "late"])
    made.refresh_from_db()
    assert main_balance(made.worker) == (6_000 if made.state == "approved" else 0)
    assert ledger.verify().ok


@pytest.mark.django_db(transaction=True)
def test_filing_and_the_end_of_the_reserve_at_once_leave_no_appeal_without_its_money() -> None:
    for _ in range(4):
        [made] = rejected()
        clock.advance(14 * DAY - timedelta(minutes=2))

        def act(number: int, made: Submission = made) -> str:
            if number:
                # The window ends while the other one files.
                clock.advance(timedelta(minutes=2))
                return str(end_reserves())
            try:
                return filed(made).state
            except AppealClosed:
                return "closed"

        at_once(act)
        made.refresh_from_db()
        is_filed = Appeal.objects.filter(decision_id=made.pk).exists()
        assert not (is_filed and made.reserve_ended_at)


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_ten_cannot_be_raced_past() -> None:
    found = rejected(14)
    for made in found[:8]:
        filed(made)

    def try_one(number: int) -> str:
        try:
            return filed(found[8 + number]).state
        except TooManyAppeals:
            return "too many"

    assert sorted(at_once(try_one, 6)) == ["open"] * 2 + ["too many"] * 4


# --- reports -------------------------------------------------------------------------------------------------------


def test_a_report_is_answered_in_words_by_somebody_else() -> None:
    made = file_report(people.worker(), "  The image shows a number plate.  ", "s_1")
    assert made.text == "The image shows a number plate." and made.state == "open"
    assert list(queries.waiting_reports(people.moderator())) == [made]
    for nobody in (people.worker(), people.second_worker(), people.client().person):
        with pytest.raises(NotFound):
            answer_report(nobody, made.pk, "We took it out, thank you.")
    with pytest.raises(Invalid):
        answer_report(people.moderator(), made.pk, "ok")
    answered = answer_report(people.moderator(), made.pk, "We took it out, thank you.")
    assert (answered.state, answered.answered_by) == ("answered", people.moderator())
    with pytest.raises(WrongState):
        answer_report(people.operator(), made.pk, "We took it out, thank you.")
    with pytest.raises(Invalid):
        file_report(people.worker(), "bad")
