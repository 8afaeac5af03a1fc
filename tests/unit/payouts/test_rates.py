"""The rate of a batch: asked of exchanges that may fail, kept with all answers, never guessed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tagwork.kit import clock
from tagwork.kit.outbound import OutboundRefused
from tagwork.payouts import policy
from tagwork.payouts.models import RateObservation
from tagwork.payouts.operations.observe_rate import observe_rate
from tagwork.payouts.queries import indicative_micros
from tagwork.payouts.rates import NoRate, lock_quote
from tests.unit.payouts.conftest import set_policy

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
Fetch = Callable[[str], bytes]


@pytest.fixture(autouse=True)
def _six_in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    set_policy(policy.RATE_SOURCES, ["bitstamp", "coinbase", "kraken"])


def exchanges(
    kraken: str | None = "92.40", coinbase: str | None = "92.45", bitstamp: str | None = "92.38", trades: int = 7
) -> Fetch:
    """Three exchanges with these asks; None does not answer. Bids are 0.05 lower."""

    def fetch(address: str) -> bytes:
        ask = kraken if "kraken" in address else coinbase if "coinbase" in address else bitstamp
        if ask is None:
            raise OutboundRefused("unreachable", "The address does not answer.")
        bid = f"{float(ask) - 0.05:.2f}"
        if "kraken" in address:
            pair = {"a": [ask], "b": [bid], "c": [ask], "v": ["1", "2"], "t": [trades, trades]}
            return json.dumps({"error": [], "result": {"XLTCZUSD": pair}}).encode()
        stamp = clock.now() - timedelta(seconds=4)
        if "coinbase" in address:
            return json.dumps({"ask": ask, "bid": bid, "trade_id": trades, "time": stamp.isoformat()}).encode()
        return json.dumps({"ask": ask, "bid": bid, "volume": "1", "timestamp": str(int(stamp.timestamp()))}).encode()

    return fetch


def test_the_quote_is_the_median_ask_and_keeps_every_answer() -> None:
    quote = lock_quote("ltc", exchanges())
    assert quote.micros_per_coin == 92_400_000
    assert [one["source"] for one in quote.sources] == ["bitstamp", "coinbase", "kraken"]
    assert [one["ask_micros"] for one in quote.sources] == [92_380_000, 92_450_000, 92_400_000]
    assert json.loads(json.dumps(quote.as_json()))["micros_per_coin"] == 92_400_000


def test_one_that_does_not_answer_is_left_out_and_named() -> None:
    quote = lock_quote("ltc", exchanges(coinbase=None))
    assert quote.micros_per_coin == 92_390_000
    assert quote.sources[1] == {"source": "coinbase", "failed": "unreachable", "dropped": "unreachable"}


def test_two_that_do_not_answer_are_no_rate_and_it_is_kept_why() -> None:
    with pytest.raises(NoRate, match="too few exchanges"):
        lock_quote("ltc", exchanges(coinbase=None, kraken=None))
    [observed] = RateObservation.objects.all()
    assert (observed.rate_micros, observed.refused) == (None, "no_quorum")


def test_a_feed_without_a_time_that_froze_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    observe_rate("ltc", None, exchanges(trades=7))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=10))
    quote = lock_quote("ltc", exchanges(trades=7))
    assert [one.get("dropped") for one in quote.sources] == [None, None, "stale"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=20))
    quote = lock_quote("ltc", exchanges(trades=8))
    assert [one.get("dropped") for one in quote.sources] == [None, None, None]


def test_an_own_rate_never_overrules_exchanges_that_agree() -> None:
    set_policy(policy.rate_setting("ltc"), 50_000_000)
    assert lock_quote("ltc", exchanges()).micros_per_coin == 92_400_000


def test_an_own_rate_stands_alone_where_no_quorum_answers_and_for_a_day_only(monkeypatch: pytest.MonkeyPatch) -> None:
    set_policy(policy.rate_setting("ltc"), 92_000_000)
    quote = lock_quote("ltc", exchanges(coinbase=None, kraken=None))
    assert quote.micros_per_coin == 92_000_000
    assert quote.sources[-1]["source"] == "operator"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=24, seconds=1))
    with pytest.raises(NoRate):
        lock_quote("ltc", exchanges(coinbase=None, kraken=None))


def test_an_own_rate_does_not_settle_a_quarrel_of_exchanges() -> None:
    set_policy(policy.rate_setting("ltc"), 92_000_000)
    with pytest.raises(NoRate, match="disagree"):
        lock_quote("ltc", exchanges(kraken=None, coinbase="90.00", bitstamp="93.00"))


def test_a_jump_waits_until_an_own_rate_near_to_it_vouches_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagwork.payouts.rates._last_accepted", lambda coin: 70_000_000)
    with pytest.raises(NoRate, match="moved far"):
        lock_quote("ltc", exchanges())
    set_policy(policy.rate_setting("ltc"), 80_000_000)
    with pytest.raises(NoRate, match="not near"):
        lock_quote("ltc", exchanges())
    set_policy(policy.rate_setting("ltc"), 92_000_000)
    quote = lock_quote("ltc", exchanges())
    # the exchanges' rate, not the typed one
    assert quote.micros_per_coin == 92_400_000
    assert quote.sources[-1]["source"] == "operator"


def test_without_exchanges_only_an_own_rate_pays() -> None:
    set_policy(policy.RATE_SOURCES, [])
    with pytest.raises(NoRate):
        lock_quote("ltc", exchanges())
    set_policy(policy.rate_setting("ltc"), 91_000_000)
    assert lock_quote("ltc", exchanges()).micros_per_coin == 91_000_000


def test_what_pages_say_is_of_today_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert indicative_micros("ltc") is None
    observe_rate("ltc", None, exchanges())
    assert indicative_micros("ltc") == 92_400_000
    observe_rate("ltc", None, exchanges(kraken=None, bitstamp=None))
    assert indicative_micros("ltc") == 92_400_000
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=25))
    assert indicative_micros("ltc") is None


def test_a_single_exchange_is_never_a_quorum() -> None:
    from tagwork.kit.settings import BadSetting

    with pytest.raises(BadSetting):
        set_policy(policy.RATE_QUORUM, 1)
