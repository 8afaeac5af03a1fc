from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tagwork.payouts.rate_rules import (
    DEVIATES,
    DISAGREE,
    FUTURE,
    JUMPED,
    NO_QUORUM,
    STALE,
    UNREACHABLE,
    WIDE,
    Answered,
    Limits,
    decide,
    further_than,
    median,
)

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
LIMITS = Limits(quorum=2, age_seconds=120, spread_percent=2, deviation_percent=2, jump_percent=15)


def said(source: str, ask: int, bid: int | None = None, age_seconds: int = 3) -> Answered:
    return Answered(source, ask - 1 if bid is None else bid, ask, NOW - timedelta(seconds=age_seconds))


THREE = [said("a", 92_400_000), said("b", 92_450_000), said("c", 92_380_000)]


def test_it_takes_the_median_ask_of_three() -> None:
    decision = decide(THREE, {}, NOW, LIMITS, None)
    assert (decision.rate_micros, decision.refused, decision.used) == (92_400_000, "", ("a", "b", "c"))


def test_two_of_three_are_enough_and_their_mean_is_rounded_up() -> None:
    decision = decide([said("a", 100_000_001), said("b", 100_000_002)], {"c": UNREACHABLE}, NOW, LIMITS, None)
    assert decision.rate_micros == 100_000_002
    assert decision.dropped == {"c": UNREACHABLE}


def test_one_source_is_no_rate() -> None:
    decision = decide(THREE[:1], {"b": UNREACHABLE, "c": UNREACHABLE}, NOW, LIMITS, None)
    assert (decision.rate_micros, decision.refused) == (None, NO_QUORUM)


def test_no_source_is_no_rate() -> None:
    assert decide([], {}, NOW, LIMITS, 92_000_000).rate_micros is None


def test_a_source_far_from_the_median_is_dropped() -> None:
    decision = decide([*THREE[:2], said("c", 99_000_000)], {}, NOW, LIMITS, None)
    assert decision.dropped == {"c": DEVIATES}
    assert decision.rate_micros == 92_425_000


def test_two_that_disagree_are_no_rate() -> None:
    # 3 % apart: each is 1.5 % from their mean, and that is not enough agreement
    decision = decide([said("a", 100_000_000), said("b", 103_000_000)], {}, NOW, LIMITS, None)
    assert (decision.rate_micros, decision.refused) == (None, DISAGREE)


def test_an_old_answer_is_dropped_one_of_the_very_limit_is_not() -> None:
    decision = decide([said("a", 100, age_seconds=120), said("b", 100, age_seconds=121)], {}, NOW, LIMITS, None)
    assert decision.dropped == {"b": STALE}


def test_an_answer_from_the_future_is_dropped() -> None:
    assert decide([said("a", 100, age_seconds=-6)], {}, NOW, LIMITS, None).dropped == {"a": FUTURE}
    assert decide([said("a", 100, age_seconds=-5)], {}, NOW, LIMITS, None).dropped == {}


def test_a_wide_spread_is_dropped() -> None:
    assert decide([said("a", 103, bid=100)], {}, NOW, LIMITS, None).dropped == {"a": WIDE}
    assert decide([said("a", 102, bid=100)], {}, NOW, LIMITS, None).dropped == {}


def test_a_jump_waits_for_a_person() -> None:
    # 92.40 is 15.5 % above 80.00
    decision = decide(THREE, {}, NOW, LIMITS, 80_000_000)
    assert (decision.rate_micros, decision.refused) == (None, JUMPED)
    assert decide(THREE, {}, NOW, LIMITS, 81_000_000).rate_micros == 92_400_000


def test_a_jump_of_exactly_the_limit_is_none() -> None:
    assert not further_than(115, 100, 15)
    assert further_than(116, 100, 15)
    assert not further_than(85, 100, 15)


def test_the_median_of_an_even_count_is_rounded_up() -> None:
    assert median([1, 4]) == 3
    assert median([5, 1, 3]) == 3


ANSWER = st.builds(
    said,
    st.sampled_from("abc"),
    st.integers(min_value=2, max_value=10**12),
    bid=st.none(),
    age_seconds=st.integers(min_value=-60, max_value=600),
)


@given(
    answers=st.lists(ANSWER, max_size=3, unique_by=lambda answer: answer.source),
    last=st.none() | st.integers(1, 10**12),
)
def test_a_rate_lies_among_sources_that_agree_or_there_is_none(answers: list[Answered], last: int | None) -> None:
    decision = decide(answers, {}, NOW, LIMITS, last)
    assert (decision.rate_micros is None) == bool(decision.refused)
    if decision.rate_micros is None:
        return
    asks = [answer.ask_micros for answer in answers if answer.source in decision.used]
    assert len(asks) >= 2
    assert min(asks) <= decision.rate_micros <= max(asks)
    assert not further_than(max(asks), min(asks), 2)


@given(liar=st.integers(min_value=2, max_value=10**12))
def test_one_liar_of_three_cannot_move_the_rate_by_more_than_the_honest_differ(liar: int) -> None:
    decision = decide([said("a", 92_400_000), said("b", 92_500_000), said("c", liar)], {}, NOW, LIMITS, None)
    assert decision.rate_micros is not None
    assert 92_400_000 <= decision.rate_micros <= 92_500_000
