"""PayPal Payouts v1: dollars to the e-mail address of a PayPal account. Offered where credentials are named."""

import re

from django.utils.translation import gettext

from tagwork.payouts.rails.interface import DestinationCheck, Rail
from tagwork.payouts.rails.paypal.client import paypal_of_environment

# payout_item.receiver of PayPal's OpenAPI document
LONGEST_RECEIVER = 127
_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.IGNORECASE,
)


def _check(network: str, address: str) -> DestinationCheck:
    """Only the shape: PayPal tells nobody whether an address has an account, and an unclaimed payout comes back."""
    del network  # a payment service has none
    is_email = len(address) <= LONGEST_RECEIVER and _EMAIL.fullmatch(address) is not None
    if not is_email or len(address.partition("@")[0]) > 64:
        note = ("not_an_email", gettext("Give the e-mail address of your PayPal account, such as ana@example.org."))
        return DestinationCheck(False, "", "", (note,))
    # PayPal does not tell capitals apart.
    return DestinationCheck(True, address, address.lower())


RAIL = Rail(
    name="paypal",
    title="PayPal",
    minimum_micros=1_000_000,
    fee_micros=0,
    fee_basis_points=200,
    has_network=False,
    destination_label="E-mail address of your PayPal account",
    processing_time="minutes, once you have a PayPal account with this address; unclaimed for 30 days it comes back",
    reference_pattern=r"[A-Z0-9]{8,30}",
    check_destination=_check,
    provider=paypal_of_environment,
)
