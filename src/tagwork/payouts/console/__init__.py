"""What operators see of the payouts: wallets, rates, runs, batches, lists, differences, alarms, a year's totals.
Values only.

A page asks no node and no exchange: everything here was asked by the background, and says when.
"""

from tagwork.payouts.console.attention import Alarm, alarms, raised_alarm
from tagwork.payouts.console.batches import (
    BatchRow,
    BatchView,
    LineRow,
    RunRow,
    batch_view,
    batches_past,
    batches_under_way,
    open_runs,
)
from tagwork.payouts.console.coins import CoinRows, RateRow, SourceAnswer, WalletRow, coin_rows, rates, wallets
from tagwork.payouts.console.comparison import Comparison, DifferenceView, comparisons, differences, open_differences
from tagwork.payouts.console.lists import (
    HandListLine,
    HandListRow,
    HandWaiting,
    hand_list_lines,
    hand_lists,
    hand_waiting,
    payment_list,
)
from tagwork.payouts.console.rows import PAGE, title_of
from tagwork.payouts.console.service_batches import (
    ServiceBatchRow,
    ServiceBatchView,
    ServiceItem,
    ServiceRow,
    service_batch_view,
    service_batches_past,
    service_batches_under_way,
    services,
)
from tagwork.payouts.console.years import CountryYear, PayeeYear, by_country, year_of_payees

__all__ = [
    "PAGE",
    "Alarm",
    "BatchRow",
    "BatchView",
    "CoinRows",
    "Comparison",
    "CountryYear",
    "DifferenceView",
    "HandListLine",
    "HandListRow",
    "HandWaiting",
    "LineRow",
    "PayeeYear",
    "RateRow",
    "RunRow",
    "ServiceBatchRow",
    "ServiceBatchView",
    "ServiceItem",
    "ServiceRow",
    "SourceAnswer",
    "WalletRow",
    "alarms",
    "batch_view",
    "batches_past",
    "batches_under_way",
    "by_country",
    "coin_rows",
    "comparisons",
    "differences",
    "hand_list_lines",
    "hand_lists",
    "hand_waiting",
    "open_differences",
    "open_runs",
    "payment_list",
    "raised_alarm",
    "rates",
    "service_batch_view",
    "service_batches_past",
    "service_batches_under_way",
    "services",
    "title_of",
    "wallets",
    "year_of_payees",
]
