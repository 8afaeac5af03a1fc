"""Bitstamp: GET /api/v2/ticker/{pair}/. Its time is whole seconds since 1970, in text."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tagwork.payouts.tickers.interface import BadTicker, Source, Ticker, ask_micros, bid_micros, coin_pairs


def _read(answer: Mapping[str, Any], pair: str) -> Ticker:
    del pair
    stamp = answer["timestamp"]
    if not (isinstance(stamp, str) and stamp.isascii() and stamp.isdecimal() and len(stamp) <= 11):
        raise BadTicker("the time is not whole seconds")
    at = datetime.fromtimestamp(int(stamp), UTC)
    return Ticker(bid_micros(answer["bid"]), ask_micros(answer["ask"]), at, f"{stamp} {answer['volume']}")


SOURCE = Source(
    "Bitstamp", "https://www.bitstamp.net/api/v2/ticker/{pair}/", coin_pairs(ltc="ltcusd", bch="bchusd"), _read
)
