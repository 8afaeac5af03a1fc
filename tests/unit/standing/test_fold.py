"""Standing is the newest word on each answer, folded: what is said later repairs what was said before."""

from datetime import timedelta

import pytest

from tagwork.kit import clock, outbox
from tagwork.kit.ids import new_id
from tagwork.people.models import Person
from tagwork.standing import queries
from tagwork.standing.models import CheckedAnswer, Restriction, Skill
from tagwork.standing.operations.fold import fold
from tagwork.standing.operations.record import record_checked
from tagwork.standing.operations.restrict import end_due
from tests.builders import people, tutorial

pytestmark = pytest.mark.django_db

PROJECT = new_id()


def check(worker: Person, outcomes: str, *, first: int = 0, task_type: str = "detection") -> Skill:
    """Answers in order, "+" right and "-" wrong, each a second after the one before; then the fold."""
    for number, outcome in enumerate(outcomes, first):
        record_checked(
            worker_id=worker.pk,
            task_type=task_type,
            project_id=PROJECT,
            subject=f"submission:{number}",
            source="moderator",
            is_correct={"+": True, "-": False, "0": None}[outcome],
            answered_at=clock.now(),
        )
        clock.advance(timedelta(seconds=1))
    return fold(worker.pk, task_type)


def active(worker: Person) -> list[str]:
    return [one.kind for one in queries.active_restrictions(worker.pk)]


def test_nothing_happens_before_ten_checked_answers() -> None:
    worker = people.worker()
    skill = check(worker, "---------")
    assert (skill.checked, skill.correct, active(worker)) == (9, 0, [])


@pytest.mark.parametrize(
    ("right", "kind"),
    # of ten: 80 % is not below 80, 79 % cannot be had of ten; limits are strictly below 80, 70 and 60 %
    [(8, None), (7, "warning"), (6, "retraining"), (5, "pause")],
)
def test_the_ladder_stands_on_strictly_below(right: int, kind: str | None) -> None:
    worker = people.worker()
    check(worker, "+" * right + "-" * (10 - right))
    assert active(worker) == ([kind] if kind else [])


def test_a_restriction_names_its_evidence_its_scope_and_its_end() -> None:
    worker = people.worker()
    before = clock.now()
    check(worker, "+++++-----")
    [pause] = queries.active_restrictions(worker.pk)
    assert pause.scope == "type:detection" and pause.by == "system"
    assert pause.evidence["subjects"] == [f"submission:{number}" for number in range(10)]
    assert (pause.evidence["correct"], pause.evidence["checked"], pause.evidence["limit_percent"]) == (5, 10, 60)
    assert pause.ends_at is not None
    assert timedelta(days=3) <= pause.ends_at - before < timedelta(days=3, minutes=1)


def test_only_the_last_fifty_answers_count() -> None:
    worker = people.worker()
    # 50 right after 40 wrong: the window holds the right ones alone
    for number in range(40):
        CheckedAnswer.objects.create(
            worker=worker, task_type="detection", project_id=PROJECT, subject=f"old:{number}", source="gold",
            is_correct=False, settings_version=0, answered_at=clock.now(), recorded_at=clock.now(),
        )  # fmt: skip
    skill = check(worker, "+" * 50)
    assert (skill.checked, skill.window_checked, skill.window_correct) == (90, 50, 50)


def test_the_same_history_gives_the_same_standing() -> None:
    worker = people.worker()
    first = check(worker, "++++++----")
    again = fold(worker.pk, "detection")
    assert (first.checked, first.window_correct, first.tier) == (again.checked, again.window_correct, again.tier)
    assert Restriction.objects.filter(worker=worker).count() == 1


def test_a_newer_row_of_a_subject_replaces_the_older_one() -> None:
    worker = people.worker()
    check(worker, "-" * 3)
    skill = check(worker, "+", first=1)
    assert (skill.checked, skill.correct) == (3, 1)
    skill = check(worker, "0", first=0)
    assert (skill.checked, skill.correct) == (2, 1)


def test_an_overturned_verdict_lifts_the_restriction_that_rested_on_it() -> None:
    worker = people.worker()
    check(worker, "+++++++---")  # 70 %: a warning
    check(worker, "+", first=9)  # an appeal was won: 8 of 10 is 80 %
    assert active(worker) == []
    [warning] = queries.restrictions_of(worker.pk)
    assert warning.state == "lifted" and "overturned" in warning.closed_because


def test_an_overturned_verdict_turns_a_pause_into_what_is_left_of_it() -> None:
    worker = people.worker()
    check(worker, "+++++-----")
    check(worker, "+", first=9)  # 6 of 10: below 70 %, no longer below 60 %
    assert active(worker) == ["retraining"]


def test_later_good_answers_do_not_undo_a_pause_that_still_rests() -> None:
    worker = people.worker()
    check(worker, "+++++-----")
    check(worker, "+" * 60, first=10)  # every answer of the evidence but none of its window
    assert active(worker) == ["pause"]


def test_after_a_pause_was_served_the_count_starts_anew() -> None:
    worker = people.worker()
    check(worker, "+++++-----")
    clock.advance(timedelta(days=3))
    assert end_due() == 1
    [pause] = queries.restrictions_of(worker.pk)
    assert pause.closed_at == pause.ends_at
    skill = check(worker, "-" * 9, first=100)
    assert (skill.window_checked, skill.checked) == (9, 19)
    assert active(worker) == []


def test_a_passed_lesson_ends_the_retraining_of_its_own_type_alone() -> None:
    worker = people.worker()
    for task_type in ("detection", "transcription"):
        check(worker, "++++++----", task_type=task_type)
    assert sorted(active(worker)) == ["retraining", "retraining"]
    tutorial.pass_lesson(worker, "detection")
    outbox.deliver()
    assert active(worker) == ["retraining"]
    tutorial.pass_lesson(worker, "transcription")
    outbox.deliver()
    assert active(worker) == []
    assert {one.closed_because for one in queries.restrictions_of(worker.pk)} == {"The lesson was passed again."}
    assert check(worker, "+", first=50).window_checked == 1


def test_a_warning_ends_when_accuracy_is_back() -> None:
    worker = people.worker()
    check(worker, "+++++++---")
    check(worker, "+++++", first=10)  # 12 of 15: 80 %
    [warning] = queries.restrictions_of(worker.pk)
    assert (warning.state, active(worker)) == ("ended", [])


def test_tiers_rise_at_once_and_fall_after_two_windows() -> None:
    worker = people.worker()
    assert check(worker, "+" * 90 + "-" * 9).tier == "starter"
    assert check(worker, "-", first=99).tier == "steady"  # 90 of 100
    assert check(worker, "+" * 89 + "-" * 11, first=100).tier == "steady"  # one window below
    assert check(worker, "+" * 89 + "-" * 11, first=200).tier == "starter"  # two


def test_an_appeal_that_was_won_restores_the_tier() -> None:
    worker = people.worker()
    assert check(worker, "+" * 89 + "-" * 11).tier == "starter"
    assert check(worker, "+", first=95).tier == "steady"


def test_task_types_stand_apart() -> None:
    worker = people.worker()
    check(worker, "-" * 10, task_type="classification")
    entry = queries.entry(worker.pk, "detection", PROJECT)
    assert entry.blocking is None
    blocked = queries.entry(worker.pk, "classification", PROJECT).blocking
    assert blocked is not None and blocked.kind == "pause"


def test_a_check_reaches_the_fold_through_the_outbox() -> None:
    worker = people.worker()
    record_checked(
        worker_id=worker.pk, task_type="detection", project_id=PROJECT, subject="submission:1", source="gold",
        is_correct=True, answered_at=clock.now(),
    )  # fmt: skip
    assert queries.skills_of(worker.pk) == []
    outbox.deliver()
    [skill] = queries.skills_of(worker.pk)
    assert (skill.checked, skill.correct) == (1, 1)
