"""Pure: the table of moves is the one of the design, read off by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from tagwork.payouts import rules

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIMITS = rules.ReviewLimits(second_operator_from_micros=500_000_000, day_micros=1_000_000_000)


def test_the_moves_are_those_of_the_design() -> None:
    design = """
        requested > approved | held | cancelled ; held > approved | cancelled ; approved > batched | held | cancelled ;
        batched > signed | approved ; signed > broadcast | failed ; broadcast > confirmed | failed ;
        confirmed > returned ; failed | returned > refunded
    """
    moves = {
        (old.strip(), new.strip())
        for rule in design.split(";")
        for old in rule.split(">")[0].split("|")
        for new in rule.split(">")[1].split("|")
    }
    assert {(old, new) for old, following in rules.MOVES.items() for new in following} == moves


def test_nothing_leads_back_from_signed_to_a_state_that_could_be_paid_again() -> None:
    reachable, front = set[str](), {rules.SIGNED}
    while front:
        front = {new for old in front for new in rules.MOVES[old]} - reachable
        reachable |= front
    assert reachable == {rules.BROADCAST, rules.CONFIRMED, rules.FAILED, rules.RETURNED, rules.REFUNDED}


def test_the_worker_can_cancel_until_it_is_batched() -> None:
    assert {rules.REQUESTED, rules.HELD, rules.APPROVED} == rules.CANCELLABLE


def facts(**changes: object) -> rules.ReviewFacts:
    usual = {"amount_micros": 500_000, "day_micros": 500_000, "is_shared_destination": False, "usable_from": NOW}
    return rules.ReviewFacts(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"is_shared_destination": True}, ["shared_destination"]),
        ({"amount_micros": 499_999_999}, []),
        ({"amount_micros": 500_000_000}, ["large_amount"]),
        ({"day_micros": 1_000_000_000}, []),
        ({"day_micros": 1_000_000_001}, ["velocity"]),
        ({"usable_from": NOW + timedelta(seconds=1)}, ["new_destination"]),
        (
            {"is_shared_destination": True, "usable_from": NOW + timedelta(days=1)},
            ["shared_destination", "new_destination"],
        ),
    ],
)
def test_it_holds_only_for_a_reason(changes: dict[str, object], reasons: list[str]) -> None:
    assert rules.hold_reasons(facts(**changes), LIMITS, NOW) == reasons


def test_every_reason_has_a_text_for_the_worker() -> None:
    for reason in ("shared_destination", "large_amount", "velocity", "new_destination", "by_operator"):
        assert rules.HOLD_TEXTS[reason]


@pytest.mark.parametrize(
    ("now", "run"),
    [
        (datetime(2026, 11, 21, 5, 59, 59, tzinfo=UTC), datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (datetime(2026, 11, 21, 6, 0, 0, tzinfo=UTC), datetime(2026, 11, 22, 6, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), datetime(2027, 1, 1, 6, tzinfo=UTC)),
    ],
)
def test_the_next_run_is_the_next_time_the_clock_shows_the_hour(now: datetime, run: datetime) -> None:
    assert rules.next_run_at(now, 6) == run


def test_a_run_that_cannot_sign_tries_ever_more_rarely_but_at_least_every_hour() -> None:
    minutes = [rules.retry_after(count).total_seconds() / 60 for count in (1, 2, 3, 4, 5, 6, 7, 500)]
    assert minutes == [2, 4, 8, 16, 32, 60, 60, 60]


def test_the_oldest_of_each_payee_comes_first() -> None:
    rows = ["ana 1", "ana 2", "ben 1", "ana 3", "eva 1"]
    assert rules.oldest_of_each(rows, lambda row: row.split()[0], 2) == ["ana 1", "ben 1"]
    assert rules.oldest_of_each(rows, lambda row: row.split()[0], 9) == ["ana 1", "ben 1", "eva 1"]
