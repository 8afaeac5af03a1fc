"""Paid by hand: an operator sends the money outside of this program and records the proof."""

from tagwork.payouts.rails.interface import DestinationCheck, Rail

LONGEST_DESTINATION = 200


def _check(network: str, address: str) -> DestinationCheck:
    del network  # a bank or a payment service has none
    is_line = 3 <= len(address) <= LONGEST_DESTINATION and address.isprintable() and address.strip() == address
    if not is_line:
        note = ("not_one_line", "Give one line of 3 to 200 characters, such as the e-mail address of your account.")
        return DestinationCheck(False, "", "", (note,))
    # The same account in other capitals or spacing is the same payee.
    return DestinationCheck(True, address, " ".join(address.casefold().split()))


RAIL = Rail(
    name="manual",
    title="Paid by hand",
    minimum_micros=5_000_000,
    fee_micros=0,
    has_network=False,
    destination_label="Account to pay, as agreed with the operator",
    processing_time="as the payment service takes, usually 1 to 3 business days",
    reference_pattern=r"[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?",
    check_destination=_check,
)
