"""Kraken: GET /0/public/Ticker. It gives no time, so its day's volume and count of trades are the mark."""

from collections.abc import Mapping
from typing import Any

from tagwork.payouts.tickers.interface import BadTicker, Source, Ticker, ask_micros, bid_micros, coin_pairs


def _read(answer: Mapping[str, Any], pair: str) -> Ticker:
    del pair  # asked for LTCUSD, answered under XLTCZUSD: the one result is the pair's
    if answer["error"]:
        raise BadTicker("the exchange answered with an error")
    results = list(answer["result"].values())
    if len(results) != 1:
        raise BadTicker("there is not exactly one pair in the answer")
    ticker = results[0]
    mark = f"{ticker['v'][0]} {ticker['v'][1]} {ticker['t'][0]} {ticker['t'][1]} {ticker['c'][0]}"
    return Ticker(bid_micros(ticker["b"][0]), ask_micros(ticker["a"][0]), None, mark)


SOURCE = Source(
    "Kraken", "https://api.kraken.com/0/public/Ticker?pair={pair}", coin_pairs(ltc="LTCUSD", bch="BCHUSD"), _read
)
