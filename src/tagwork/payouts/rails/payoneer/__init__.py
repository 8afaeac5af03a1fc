"""Payoneer mass payouts v4: dollars to a payee of the operator's program. Behind the partner gate: offered only where
credentials are named, and its unknowns are in docs/operate/payoneer.md."""

import re

from tagwork.payouts.rails.interface import DestinationCheck, Rail
from tagwork.payouts.rails.payoneer.client import MOST_PAYMENTS, payoneer_of_environment

_PAYEE = re.compile(r"[A-Za-z0-9_-]{3,30}")


def _check(network: str, address: str) -> DestinationCheck:
    """Only the shape: whether the payee is registered and active, Payoneer says when it is paid."""
    del network  # a payment service has none
    if not _PAYEE.fullmatch(address):
        note = ("not_a_payee", "Give the payee id that our Payoneer invitation showed you: letters, digits, - and _.")
        return DestinationCheck(False, "", "", (note,))
    return DestinationCheck(True, address, address)


RAIL = Rail(
    name="payoneer",
    title="Payoneer",
    minimum_micros=20_000_000,
    fee_micros=0,
    has_network=False,
    destination_label="Your payee id in our Payoneer program",
    processing_time="1 to 3 business days, once Payoneer has approved you as a payee",
    reference_pattern=r"[A-Za-z0-9-]{3,40}",
    check_destination=_check,
    provider=payoneer_of_environment,
    repeats_safely=False,
    batch_most=MOST_PAYMENTS,
)
