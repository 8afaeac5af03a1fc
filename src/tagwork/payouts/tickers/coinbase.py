"""Coinbase Exchange: GET /products/{pair}/ticker."""

from collections.abc import Mapping
from typing import Any

from tagwork.payouts.tickers.interface import Source, Ticker, ask_micros, bid_micros, coin_pairs, moment


def _read(answer: Mapping[str, Any], pair: str) -> Ticker:
    del pair
    at = moment(answer["time"])
    return Ticker(bid_micros(answer["bid"]), ask_micros(answer["ask"]), at, str(answer["trade_id"]))


SOURCE = Source(
    "Coinbase",
    "https://api.exchange.coinbase.com/products/{pair}/ticker",
    coin_pairs(ltc="LTC-USD", bch="BCH-USD"),
    _read,
)
