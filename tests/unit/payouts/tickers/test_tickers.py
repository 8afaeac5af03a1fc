"""Answers as the exchanges give them (formats: their public API documents), and as they must not be believed."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwork.payouts.tickers import sources
from tagwork.payouts.tickers.interface import BadTicker, ask_micros, bid_micros

KRAKEN = {
    "error": [],
    "result": {
        "XLTCZUSD": {
            "a": ["92.41000", "12", "12.000"],
            "b": ["92.38000", "3", "3.000"],
            "c": ["92.40000", "0.50000000"],
            "v": ["10321.10000000", "15001.20000000"],
            "p": ["91.90000", "91.80000"],
            "t": [1203, 1899],
            "l": ["90.1", "90.0"],
            "h": ["93.0", "93.1"],
            "o": "91.0",
        }
    },
}
COINBASE = {
    "ask": "512.345",
    "bid": "512.1",
    "volume": "1234.5",
    "trade_id": 86326522,
    "price": "512.2",
    "size": "0.1",
    "time": "2026-11-21T05:59:58.123456789Z",
}
BITSTAMP = {
    "timestamp": "1795240799",
    "open": "91.2",
    "high": "93.1",
    "low": "90.2",
    "last": "92.39",
    "volume": "3321.123",
    "vwap": "91.99",
    "bid": "92.37",
    "ask": "92.4000001",
    "side": "0",
    "open_24": "91.0",
    "percent_change_24": "1.5",
}
RECORDED = {"kraken": KRAKEN, "coinbase": COINBASE, "bitstamp": BITSTAMP}


def test_each_module_is_a_source_and_each_has_a_recorded_answer() -> None:
    assert set(sources()) == set(RECORDED)
    for name, source in sources().items():
        assert source.ticker(json.dumps(RECORDED[name]).encode(), "ltc").bid_micros > 0


def test_kraken_gives_no_time_but_a_mark_that_moves_with_trades() -> None:
    kraken = sources()["kraken"]
    ticker = kraken.ticker(json.dumps(KRAKEN).encode(), "ltc")
    assert (ticker.bid_micros, ticker.ask_micros, ticker.stamped_at) == (92_380_000, 92_410_000, None)
    later = json.loads(json.dumps(KRAKEN))
    later["result"]["XLTCZUSD"]["t"] = [1204, 1900]
    assert kraken.ticker(json.dumps(later).encode(), "ltc").mark != ticker.mark


def test_kraken_with_an_error_or_two_pairs_is_not_believed() -> None:
    kraken = sources()["kraken"]
    for answer in ({"error": ["EQuery:Unknown asset pair"]}, {"error": [], "result": {}}):
        with pytest.raises(BadTicker):
            kraken.ticker(json.dumps(answer).encode(), "ltc")


def test_coinbase_stamps_to_the_nanosecond() -> None:
    ticker = sources()["coinbase"].ticker(json.dumps(COINBASE).encode(), "bch")
    assert (ticker.bid_micros, ticker.ask_micros) == (512_100_000, 512_345_000)
    assert ticker.stamped_at == datetime(2026, 11, 21, 5, 59, 58, 123456, tzinfo=UTC)


def test_bitstamp_stamps_in_seconds_and_a_finer_ask_is_rounded_up() -> None:
    ticker = sources()["bitstamp"].ticker(json.dumps(BITSTAMP).encode(), "ltc")
    # 92.4000001 has a tenth of a micro too much: the ask goes up to the next whole one
    assert (ticker.bid_micros, ticker.ask_micros) == (92_370_000, 92_400_001)
    # `date -u -d @1795240799`
    assert ticker.stamped_at == datetime(2026, 11, 21, 5, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("coin", ["ltc", "bch"])
@pytest.mark.parametrize("name", ["kraken", "coinbase", "bitstamp"])
def test_each_source_has_an_address_of_each_coin(name: str, coin: str) -> None:
    address = sources()[name].address(coin)
    assert address.startswith("https://") and coin in address.lower() and "usd" in address.lower()


@pytest.mark.parametrize("value", ["-1", "0", "NaN", "Infinity", "1e30", "", "12,5", 12, None, "9" * 41])
def test_a_price_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(BadTicker):
        ask_micros(value)


def test_a_bid_above_the_ask_is_refused() -> None:
    with pytest.raises(BadTicker):
        sources()["coinbase"].ticker(json.dumps(COINBASE | {"bid": "513"}).encode(), "bch")


@given(micros=st.integers(min_value=1, max_value=10**14))
def test_a_price_of_six_digits_is_kept_exactly(micros: int) -> None:
    text = f"{micros // 10**6}.{micros % 10**6:06d}"
    assert bid_micros(text) == ask_micros(text) == micros


@given(body=st.binary(max_size=200))
@pytest.mark.parametrize("name", ["kraken", "coinbase", "bitstamp"])
def test_whatever_is_sent_is_read_or_refused(name: str, body: bytes) -> None:
    with pytest.raises(BadTicker):
        sources()[name].ticker(body, "ltc")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COINBASE, "error", "result"]), inner),
    max_leaves=12,
)


@given(answer=JSON)
@pytest.mark.parametrize("name", ["kraken", "coinbase", "bitstamp"])
def test_json_of_any_other_form_is_refused(name: str, answer: object) -> None:
    with pytest.raises(BadTicker):
        sources()[name].ticker(json.dumps(answer).encode(), "ltc")
