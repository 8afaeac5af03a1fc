"""Settings of this room; an operator may change them, pages show the value in force."""

import re
from typing import Any

from django.conf import settings as environment

from tagwork.core.money import fee_micros as share_micros
from tagwork.kit import settings
from tagwork.payouts.deposit_rules import watch_name
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import deposit_node_of, node_of
from tagwork.payouts.rails.provider import MICROS_PER_CENT
from tagwork.payouts.rails.transactions import FeeCaps
from tagwork.payouts.rate_rules import Limits
from tagwork.payouts.tickers import sources

NETWORK = "payouts.network"
METHODS = "payouts.methods"
RUN_HOUR_UTC = "payouts.run_hour_utc"
RUN_WEEKDAY = "payouts.run_weekday"
COOLDOWN_SECONDS = "payouts.destination_cooldown_seconds"
SECOND_OPERATOR_FROM_MICROS = "payouts.second_operator_from_micros"
DAY_LIMIT_MICROS = "payouts.review_above_micros_per_day"
CONFIRMATIONS = "payouts.confirmations"
TAX_FORM_FROM_MICROS = "payouts.tax_form_from_micros"
DEPOSIT_CONFIRMATIONS = "payouts.deposit_confirmations"
CONFLICT_CONFIRMATIONS = "payouts.conflict_confirmations"
REORG_DEPTH = "payouts.reorg_depth"
STUCK_SECONDS = "payouts.stuck_seconds"
BATCH_MOST = "payouts.batch_most"
QUOTE_SECONDS = "payouts.quote_seconds"
HOUSE_NAME = "payouts.house_name"
HOUSE_ADDRESS = "payouts.house_address"
RATE_SOURCES = "payouts.rate_sources"
RATE_QUORUM = "payouts.rate_quorum"
RATE_AGE_SECONDS = "payouts.rate_age_seconds"
RATE_SPREAD_PERCENT = "payouts.rate_spread_percent"
RATE_DEVIATION_PERCENT = "payouts.rate_deviation_percent"
RATE_JUMP_PERCENT = "payouts.rate_jump_percent"
IN_DOUBT_HOURS = "payouts.in_doubt_hours"
# One exchange alone is never believed.
LEAST_SOURCES = 2
# A batch is looked at for this many blocks after it is confirmed.
WATCHED_BLOCKS = 100


def minimum_micros(method: str) -> int:
    return int(settings.in_force(f"payouts.{method}.minimum_micros"))


def fee_micros(method: str) -> int:
    return int(settings.in_force(f"payouts.{method}.fee_micros"))


def fee_basis_points(method: str) -> int:
    """Of the amount, on top of the flat fee."""
    return int(settings.in_force(f"payouts.{method}.fee_basis_points"))


def fee_on(method: str, amount_micros: int) -> int:
    """All that is taken off a withdrawal of `amount_micros`."""
    return fee_micros(method) + share_micros(amount_micros, fee_basis_points(method))


def least_net_micros(method: str) -> int:
    """Payment services and banks pay whole cents."""
    rail = rails().get(method)
    return MICROS_PER_CENT if rail is not None and (rail.provider is not None or rail.files) else 1


def unsendable_micros(method: str, net_micros: int) -> int:
    """What of a net amount does not arrive: a fraction of the least that the method sends."""
    return net_micros % least_net_micros(method)


def is_weekly(method: str) -> bool:
    """Payment services are paid by once a week, coins every day."""
    return rails()[method].provider is not None


def fee_floor_units(method: str) -> int:
    """Units for a thousand bytes; so is the next one."""
    return int(settings.in_force(f"payouts.{method}.fee_rate_floor_units"))


def fee_caps(method: str) -> FeeCaps:
    return FeeCaps(
        units=int(settings.in_force(f"payouts.{method}.fee_most_units")),
        units_per_kilobyte=int(settings.in_force(f"payouts.{method}.fee_rate_most_units")),
    )


def rate_sources() -> list[str]:
    return list(settings.in_force(RATE_SOURCES))


def rate_limits() -> Limits:
    return Limits(
        quorum=int(settings.in_force(RATE_QUORUM)),
        age_seconds=int(settings.in_force(RATE_AGE_SECONDS)),
        spread_percent=int(settings.in_force(RATE_SPREAD_PERCENT)),
        deviation_percent=int(settings.in_force(RATE_DEVIATION_PERCENT)),
        jump_percent=int(settings.in_force(RATE_JUMP_PERCENT)),
    )


def rate_setting(coin: str) -> str:
    """The setting that holds an operator's own rate."""
    return f"payouts.{coin}.micros_per_coin"


def explorer_url(method: str, txid: str) -> str:
    """Where anybody can look a transaction up; empty where the operator names no explorer."""
    template = str(settings.in_force(f"payouts.{method}.explorer_url"))
    return template.replace("{txid}", txid) if template else ""


def network_of(method: str) -> str:
    """The network destinations of this method must be of; empty for a method that has none."""
    return str(settings.in_force(NETWORK)) if rails()[method].has_network else ""


def offered_methods() -> list[str]:
    """Those an operator chose, without the services whose credentials nobody named."""
    return [name for name in settings.in_force(METHODS) if _can_pay(name)]


def deposit_methods() -> list[str]:
    """The coins that clients can pay in: those with a wallet that takes them, in the order of names."""
    return [
        name for name, rail in rails().items() if rail.coin is not None and deposit_node_of(name, rail.coin) is not None
    ]


def _can_pay(method: str) -> bool:
    provider = rails()[method].provider
    return provider is None or provider() is not None


def comparable_methods() -> list[str]:
    """Those with somebody outside to compare the books with: a node, or a service whose credentials are named; and the
    deposits of each coin whose wallet is named."""
    payouts = [
        name
        for name, rail in rails().items()
        if (rail.coin is not None and node_of(name, rail.coin) is not None)
        or (rail.provider is not None and rail.provider() is not None)
    ]
    return payouts + [watch_name(name) for name in deposit_methods()]


def _network(value: Any) -> str | None:
    return None if value in ("main", "test", "regtest") else "use main, test or regtest"


def _methods(value: Any) -> str | None:
    known = isinstance(value, list) and all(name in rails() for name in value) and len(set(value)) == len(value)
    return None if known else f"use a list of {', '.join(rails())}, each at most once"


def _hour(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 0 <= value <= 23 else "use a whole hour from 0 to 23"


def _weekday(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 1 <= value <= 7 else "use a whole number from 1 (Monday) to 7 (Sunday)"


def _basis_points(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 0 <= value <= 2_000 else "use a whole number from 0 to 2000 (20 %)"


def _count(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 1 <= value <= 1000 else "use a whole number from 1 to 1000"


def _sources(value: Any) -> str | None:
    known = isinstance(value, list) and all(name in sources() for name in value) and len(set(value)) == len(value)
    if not known:
        return f"use a list of {', '.join(sources())}, each at most once"
    # With fewer an operator's own rate would stand alone, whatever the world pays.
    return "use two exchanges at least" if environment.ASKS_EXCHANGES and len(value) < LEAST_SOURCES else None


def _quorum(value: Any) -> str | None:
    # One exchange alone is never believed, whatever an operator wishes: set an own rate instead.
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    most = len(sources())
    return None if is_whole and LEAST_SOURCES <= value <= most else f"use a whole number from {LEAST_SOURCES} to {most}"


def payer_setting(method: str, part: str) -> str:
    """The setting that holds the house's own `account` or `bic`, from which a list is paid."""
    return f"payouts.{method}.payer_{part}"


def _words(value: Any) -> str | None:
    return None if isinstance(value, str) and len(value) <= 400 else "use a text of at most 400 characters"


def _explorer(value: Any) -> str | None:
    is_address = isinstance(value, str) and re.fullmatch(r"https://[^\s\"'<>]+", value) and value.count("{txid}") == 1
    return None if value == "" or is_address else "use an https:// address with {txid} in it, or nothing"


def _percent(value: Any) -> str | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return None if is_whole and 1 <= value <= 50 else "use a whole number from 1 to 50"


# What decides how much may leave, at which price and to whom, takes two operators (`takes_two`).
# "main" also in a demo, so that the addresses people really have are accepted: a demo has no node and sends nothing.
settings.declare(
    NETWORK, "main", "The network of the coins that are paid out: main, test or regtest.", _network, takes_two=True
)
settings.declare(HOUSE_NAME, "Tagwork", "The house's name on clients' invoices.", _words)
settings.declare(HOUSE_ADDRESS, "", "The house's address and tax number on clients' invoices.", _words)
settings.declare(METHODS, ["ltc", "bch", "paypal", "payoneer"], "The payout methods that workers can choose.", _methods)
settings.declare(RUN_HOUR_UTC, 6, "The hour (UTC) of the daily payout run.", _hour)
settings.declare(RUN_WEEKDAY, 1, "The weekday of the weekly run of payment services: 1 is Monday.", _weekday)
settings.declare(
    COOLDOWN_SECONDS,
    0 if environment.IS_DEMO else 72 * 3600,
    "A withdrawal to a second or later destination waits until it has been known for this long.",
    takes_two=True,
)
settings.declare(
    SECOND_OPERATOR_FROM_MICROS,
    500_000_000,
    "From this amount on (micro-dollars) two operators must agree to a payout.",
    takes_two=True,
)
settings.declare(
    DAY_LIMIT_MICROS,
    1_000_000_000,
    "Above this sum in 24 hours (micro-dollars) a person looks at a withdrawal first.",
    takes_two=True,
)
settings.declare(CONFIRMATIONS, 6, "A coin's payout counts as arrived after this many blocks.", _count, takes_two=True)
settings.declare(
    TAX_FORM_FROM_MICROS,
    0,
    "Workers whose pay of a year comes near this sum (micro-dollars) are asked for tax details; 0 asks nobody.",
)
settings.declare(
    DEPOSIT_CONFIRMATIONS,
    6,
    "A client's coins are credited, at the rate of that moment, after this many blocks.",
    _count,
    takes_two=True,
)
settings.declare(
    CONFLICT_CONFIRMATIONS,
    12,
    "A payout has failed when a transaction that excludes it has this many blocks.",
    _count,
    takes_two=True,
)
settings.declare(
    REORG_DEPTH, 10, "Payouts freeze when a coin's chain loses more blocks than this.", _count, takes_two=True
)
settings.declare(
    STUCK_SECONDS, 6 * 3600, "A payout that waited this long for a block is helped by a transaction with a higher fee."
)
settings.declare(BATCH_MOST, 200, "The most withdrawals that one transaction pays.", _count)
settings.declare(
    IN_DOUBT_HOURS, 6, "A payment service's batch whose answer was lost is told to the operators after (hours).", _count
)
settings.declare(QUOTE_SECONDS, 600, "A rate may be this old when a batch is signed (seconds).", takes_two=True)
settings.declare(
    RATE_SOURCES,
    list(sources()) if environment.ASKS_EXCHANGES else [],
    "The exchanges that are asked what a coin costs.",
    _sources,
    takes_two=True,
)
settings.declare(RATE_QUORUM, 2, "So many exchanges must agree on a rate.", _quorum, takes_two=True)
settings.declare(RATE_AGE_SECONDS, 120, "An exchange's answer may be this old (seconds).", takes_two=True)
settings.declare(
    RATE_SPREAD_PERCENT, 2, "An exchange whose ask is further above its bid is not used (%).", _percent, takes_two=True
)
settings.declare(RATE_DEVIATION_PERCENT, 2, "Exchanges may differ by so much (%).", _percent, takes_two=True)
settings.declare(
    RATE_JUMP_PERCENT,
    15,
    "A rate further from the one of the last batch waits for an operator's own rate (%).",
    _percent,
    takes_two=True,
)
for _rail in rails().values():
    if _rail.coin is not None:
        settings.declare(
            rate_setting(_rail.name),
            0,
            f"{_rail.title}: an operator's own rate, micro-dollars a coin; 0 for none.",
            takes_two=True,
        )
        settings.declare(
            f"payouts.{_rail.name}.explorer_url",
            "",
            f"{_rail.title}: the page where workers look a transaction up, with {{txid}} in it; nothing for none.",
            _explorer,
        )
        settings.declare(
            f"payouts.{_rail.name}.fee_rate_floor_units",
            2_000,
            f"{_rail.title}: the least network fee for a thousand bytes, in the smallest unit.",
            takes_two=True,
        )
        settings.declare(
            f"payouts.{_rail.name}.fee_rate_most_units",
            50_000,
            f"{_rail.title}: the highest network fee for a thousand bytes, in the smallest unit.",
            takes_two=True,
        )
        settings.declare(
            f"payouts.{_rail.name}.fee_most_units",
            500_000,
            f"{_rail.title}: the highest network fee of one transaction, in the smallest unit.",
            takes_two=True,
        )
    if _rail.files:
        settings.declare(
            payer_setting(_rail.name, "account"),
            "",
            f"{_rail.title}: the house's own account (IBAN or number).",
            _words,
        )
        settings.declare(
            payer_setting(_rail.name, "bic"),
            "",
            f"{_rail.title}: the BIC of the house's own bank; may be empty.",
            _words,
        )
    settings.declare(
        f"payouts.{_rail.name}.minimum_micros", _rail.minimum_micros, f"{_rail.title}: the least that can be withdrawn."
    )
    settings.declare(
        f"payouts.{_rail.name}.fee_micros", _rail.fee_micros, f"{_rail.title}: flat fee taken off a withdrawal."
    )
    settings.declare(
        f"payouts.{_rail.name}.fee_basis_points",
        _rail.fee_basis_points,
        f"{_rail.title}: fee taken off a withdrawal, in hundredths of a percent of it.",
        _basis_points,
    )
