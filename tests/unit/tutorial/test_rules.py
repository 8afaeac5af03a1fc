"""When an exam is passed and when it opens again."""

from datetime import UTC, datetime

import pytest

from tagwork.core.scoring import REASON_CODES
from tagwork.tutorial import rules


@pytest.mark.parametrize(
    ("right", "items", "percent", "passed"),
    [(4, 5, 80, True), (3, 5, 80, False), (2, 3, 67, False), (2, 3, 66, True), (0, 0, 1, False), (3, 3, 100, True)],
)
def test_a_share_of_right_answers_passes(right: int, items: int, percent: int, passed: bool) -> None:
    # 2 of 3 are 66.67 %: enough for 66, not for 67.
    assert rules.is_passed(right, items, percent) is passed


def test_the_next_attempt_opens_after_the_wait() -> None:
    ended = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
    assert rules.next_attempt_at(ended, 30) == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_every_reason_has_a_sentence() -> None:
    assert set(rules.WHY) == {"passed", *REASON_CODES}
    assert rules.why(None) == "Right: this is the expected answer."
    assert rules.why("other") == "This is not the expected answer."
