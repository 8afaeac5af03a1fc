"""Paid by hand: an operator sends the money outside of this program, one by one or by a list, and records the proof."""

from django.utils.translation import gettext

from tagwork.payouts.rails.interface import DestinationCheck, Rail
from tagwork.payouts.rails.manual.accounts import is_misspelt, read_account
from tagwork.payouts.rails.manual.pain001 import PAIN001
from tagwork.payouts.rails.manual.sheet import SHEET

LONGEST_DESTINATION = 200


def _check(network: str, address: str) -> DestinationCheck:
    del network  # a bank or a payment service has none
    is_line = 3 <= len(address) <= LONGEST_DESTINATION and address.isprintable() and address.strip() == address
    if not is_line:
        text = gettext("Give one line of 3 to 200 characters, such as the e-mail address of your account.")
        return DestinationCheck(False, "", "", (("not_one_line", text),))
    if is_misspelt(address):
        text = gettext("This looks like an IBAN, but its check digits do not fit: copy it once more.")
        return DestinationCheck(False, "", "", (("not_an_iban", text),))
    # The same account in other capitals or spacing, or under another holder's name, is the same payee.
    account = read_account(address)
    return DestinationCheck(True, address, account.iban or " ".join(address.casefold().split()))


RAIL = Rail(
    name="manual",
    title="Paid by hand",
    minimum_micros=5_000_000,
    fee_micros=0,
    has_network=False,
    destination_label="Account to pay: IBAN and holder, or as agreed with the operator",
    processing_time="as the payment service takes, usually 1 to 3 business days",
    reference_pattern=r"[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?",
    check_destination=_check,
    files=(SHEET, PAIN001),
)
