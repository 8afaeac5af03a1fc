"""What becomes of an arrival, by the table of docs/policies/deposits.md."""

import pytest

from tagwork.payouts.deposit_rules import (
    CREDITED,
    EXCLUDED,
    REORGANISED,
    REPLACED,
    REPLACES,
    SEEN,
    UNKNOWN,
    Arrival,
    Verdict,
    judge,
)


@pytest.mark.parametrize(
    ("state", "confirmations", "replaces", "verdict"),
    [
        (SEEN, None, False, Verdict(None, UNKNOWN)),
        (SEEN, -1, False, Verdict(EXCLUDED)),
        (SEEN, 5, False, Verdict(None)),
        (SEEN, 6, False, Verdict(CREDITED)),
        (SEEN, 6, True, Verdict(None, REPLACES)),
        (EXCLUDED, -3, False, Verdict(None)),
        # A reorganisation brought it back: it waits again, and only the next look may credit it.
        (EXCLUDED, 0, False, Verdict(SEEN)),
        (EXCLUDED, 9, False, Verdict(SEEN)),
        (CREDITED, 1, False, Verdict(None)),
        (CREDITED, 0, False, Verdict(None, REORGANISED)),
        (CREDITED, -1, False, Verdict(None, REPLACED)),
    ],
)
def test_an_arrival_is_judged_by_its_depth_and_by_what_it_was(
    state: str, confirmations: int | None, replaces: bool, verdict: Verdict
) -> None:
    arrival = Arrival(state, 1_000, False, confirmations, replaces)
    assert judge(arrival, wanted=6) == verdict
