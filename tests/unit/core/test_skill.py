import pytest

from tagwork.core.skill import (
    LadderSettings,
    Tier,
    TierRules,
    ladder_step,
    rolling_accuracy,
    tier_after,
    wilson_interval,
)


def answers(*runs: tuple[int, bool]) -> list[bool]:
    return [outcome for count, outcome in runs for _ in range(count)]


def share(right: int, of: int, times: int = 1) -> list[bool]:
    """`times` windows of `of` answers with the wrong ones first, so that the last answers are good."""
    return answers((of - right, False), (right, True)) * times


@pytest.mark.parametrize(
    ("correct", "checked", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score, no correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_are_those_of_newcombe(correct: int, checked: int, low: float, high: float) -> None:
    assert wilson_interval(correct, checked) == pytest.approx((low, high), abs=5e-5)


def test_wilson_intervals_at_the_ends() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(20, 20)[1] == 1.0
    assert wilson_interval(0, 20)[0] == 0.0
    for correct, checked in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError):
            wilson_interval(correct, checked)


def test_accuracy_looks_at_the_last_window_only() -> None:
    accuracy = rolling_accuracy(answers((30, False), (40, True), (10, False)))
    assert (accuracy.correct, accuracy.checked, accuracy.ratio) == (40, 50, 0.8)
    assert rolling_accuracy([]).ratio is None
    assert rolling_accuracy([]).interval == (0.0, 1.0)


@pytest.mark.parametrize(
    ("history", "tier"),
    [
        ([], Tier.STARTER),
        (answers((99, True)), Tier.STARTER),
        (answers((100, True)), Tier.STEADY),
        (share(90, 100), Tier.STEADY),
        (share(89, 100), Tier.STARTER),
        ([*share(89, 100), True], Tier.STEADY),  # the first wrong one leaves the window: 90 of 100
        (answers((499, True)), Tier.STEADY),
        (answers((500, True)), Tier.EXPERT),
        (share(95, 100, 5), Tier.EXPERT),
        (share(94, 100, 5), Tier.STEADY),
    ],
)
def test_tiers_are_reached_at_the_published_marks(history: list[bool], tier: Tier) -> None:
    assert tier_after(history) == tier


def test_one_window_below_does_not_demote_and_two_do() -> None:
    steady = answers((100, True))
    bad = answers((89, True), (11, False))
    assert tier_after(steady + bad) == Tier.STEADY
    assert tier_after(steady + bad + bad[:-1]) == Tier.STEADY
    assert tier_after(steady + bad + bad) == Tier.STARTER


def test_a_good_window_between_two_bad_ones_forgives() -> None:
    bad, good = answers((89, True), (11, False)), answers((100, True))
    assert tier_after(good + bad + good + bad) == Tier.STEADY


def test_experts_fall_one_step_at_a_time() -> None:
    expert = answers((500, True))
    below_expert = answers((470, True), (30, False))  # 94 %
    assert tier_after(expert + below_expert) == Tier.EXPERT
    assert tier_after(expert + below_expert * 2) == Tier.STEADY
    assert tier_after(expert + below_expert * 2 + answers((500, True))) == Tier.EXPERT


def test_a_tier_lost_is_won_back_by_the_same_rule() -> None:
    bad = answers((89, True), (11, False))
    history = answers((100, True)) + bad * 2
    assert tier_after(history) == Tier.STARTER
    assert tier_after(history + answers((99, True))) == Tier.STEADY


def test_tiers_add_what_the_design_says() -> None:
    rules = TierRules()
    assert [rules.bonus_bp(tier) for tier in Tier] == [0, 1_000, 2_500]


@pytest.mark.parametrize(
    ("correct", "checked", "step"),
    [
        (0, 9, None),
        (0, 10, "pause"),
        (5, 10, "pause"),
        (6, 10, "retraining"),
        (7, 10, "warning"),
        (8, 10, None),
        (29, 50, "pause"),
        (30, 50, "retraining"),
        (35, 50, "warning"),
        (40, 50, None),
        (50, 50, None),
    ],
)
def test_the_ladder_acts_below_each_mark_and_not_at_it(correct: int, checked: int, step: str | None) -> None:
    assert ladder_step(correct, checked) == step


def test_the_ladder_follows_its_settings() -> None:
    assert ladder_step(8, 10, LadderSettings(warn_below_percent=90)) == "warning"
    with pytest.raises(ValueError):
        ladder_step(11, 10)
