"""What the two coins have in common."""

from functools import partial

from django.utils.translation import gettext, gettext_noop

from tagwork.payouts.rails.addresses import COIN_NAMES, check_address
from tagwork.payouts.rails.interface import Coin, DestinationCheck, Rail

MINIMUM_MICROS = 500_000
ADDRESS_LABELS = {"ltc": gettext_noop("Litecoin address"), "bch": gettext_noop("Bitcoin Cash address")}
TRANSACTION_ID = r"[0-9a-f]{64}"


def _check(coin: str, network: str, address: str) -> DestinationCheck:
    check = check_address(coin, network, address)
    # Names of coins and addresses are the same in every language, those of networks are not.
    notes = tuple(
        (one.code, gettext(one.says).format(**{name: gettext(value) for name, value in one.values.items()}))
        for one in check.warnings
    )
    if not check.payable or check.normalized is None or check.script_hex is None:
        return DestinationCheck(False, "", "", notes)
    return DestinationCheck(True, check.normalized, check.script_hex, notes)


def coin_rail(coin: str, processing_time: str, differences: Coin) -> Rail:
    """The rail of one coin: $0.50 minimum and no fee, since an output costs far less than a tenth of a cent."""
    return Rail(
        name=coin,
        title=COIN_NAMES[coin],
        minimum_micros=MINIMUM_MICROS,
        fee_micros=0,
        has_network=True,
        destination_label=ADDRESS_LABELS[coin],
        processing_time=processing_time,
        reference_pattern=TRANSACTION_ID,
        check_destination=partial(_check, coin),
        coin=differences,
    )
