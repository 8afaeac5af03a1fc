from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tagwork.kit import clock
from tagwork.ledger.operations.hold import settle_holds
from tagwork.ledger.queries import settled_by_day
from tagwork.ledger.rules import Settlement
from tests.unit.ledger.accounts import ANA, BEN, ESCROW, deposit, promise

pytestmark = pytest.mark.django_db

# Fourteen hours ahead of UTC and eleven behind: never the same day.
KIRITIMATI, PAGO_PAGO = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")


def settled(key: str, amount_micros: int) -> None:
    promise(key, amount_micros)
    settle_holds([Settlement(key, amount_micros)])


def test_it_sums_what_settlements_brought_by_the_owners_own_day() -> None:
    deposit(100_000, ESCROW)
    deposit(9_000, ANA)  # money from elsewhere is not earned
    first = clock.now()
    settled("a", 5_000)
    settled("b", 2_000)
    clock.advance(timedelta(days=1))
    settled("c", 1_000)
    since = first - timedelta(hours=1)
    for zone in (KIRITIMATI, PAGO_PAGO):
        day = first.astimezone(zone).date()
        assert settled_by_day(ANA, since, zone) == {day: 7_000, day + timedelta(days=1): 1_000}
    assert first.astimezone(KIRITIMATI).date() != first.astimezone(PAGO_PAGO).date()


def test_it_leaves_out_what_is_older_and_what_is_anothers() -> None:
    deposit(100_000, ESCROW)
    settled("a", 5_000)
    assert settled_by_day(ANA, clock.now() + timedelta(seconds=1), PAGO_PAGO) == {}
    assert settled_by_day(BEN, clock.now() - timedelta(days=1), PAGO_PAGO) == {}
