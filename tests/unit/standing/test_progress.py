from datetime import timedelta
from uuid import uuid4

import pytest

from tagwork.kit import clock
from tagwork.standing.models import CheckedAnswer, Skill
from tagwork.standing.queries import progress_of
from tests.builders import people

pytestmark = pytest.mark.django_db


def checked(outcomes: list[bool], tier: str = "starter") -> None:
    """Checked answers of worker 1, oldest first, a minute apart, and the skill that stands for them."""
    now = clock.now()
    CheckedAnswer.objects.bulk_create(
        CheckedAnswer(
            worker=people.worker(),
            task_type="detection",
            project_id=uuid4(),
            subject=f"submission:{number}",
            source="moderator",
            is_correct=outcome,
            settings_version=0,
            answered_at=now + timedelta(minutes=number),
            recorded_at=now,
        )
        for number, outcome in enumerate(outcomes)
    )
    window = outcomes[-50:]
    Skill.objects.create(
        worker=people.worker(),
        task_type="detection",
        checked=len(outcomes),
        correct=sum(outcomes),
        window_checked=len(window),
        window_correct=sum(window),
        tier=tier,
        updated_at=now,
    )


def test_it_counts_towards_the_next_tier_over_that_tiers_own_window() -> None:
    checked([False] * 10 + [True] * 95)
    [one] = progress_of(people.worker().pk)
    assert one.next_step is not None and one.next_step.tier == "steady"
    # The last 100 of 105: five of the ten faults are still in them.
    assert (one.next_checked, one.next_correct) == (100, 95)
    assert (one.accuracy.checked, one.accuracy.correct) == (50, 50)


def test_the_top_has_nothing_above_it() -> None:
    checked([True] * 3, tier="expert")
    [one] = progress_of(people.worker().pk)
    assert one.next_step is None and one.next_checked == 0


def test_the_curve_begins_where_accuracy_begins_to_count() -> None:
    checked([True] * 9 + [False] + [True] * 2)
    [one] = progress_of(people.worker().pk)
    assert [number for number, _ in one.curve] == [10, 11, 12]
    assert [ratio for _, ratio in one.curve] == pytest.approx([9 / 10, 10 / 11, 11 / 12])


def test_it_is_empty_before_the_first_checked_answer() -> None:
    assert progress_of(people.worker().pk) == []
