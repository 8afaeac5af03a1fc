"""The account in a line that a worker typed: an IBAN (ISO 13616) with its holder, or anything else as it is. Pure."""

import re
from dataclasses import dataclass

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# Two letters, two digits and a bank's account in groups: whoever types this means an IBAN.
_LIKE_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}( ?[A-Za-z0-9]){11,30}")


@dataclass(frozen=True, slots=True)
class Account:
    """`iban` in its electronic form, or "" and the account as `other`; `holder` is "" where none was named."""

    iban: str
    other: str
    holder: str


def read_account(text: str) -> Account:
    """`DE89 3704 0044 0532 0130 00, Ana Example` is an IBAN and its holder; what is no IBAN is taken whole."""
    head, _, holder = text.partition(",")
    iban = head.replace(" ", "").upper()
    if _IBAN.fullmatch(iban) and _adds_up(iban):
        return Account(iban, "", " ".join(holder.split()))
    return Account("", text, "")


def is_misspelt(text: str) -> bool:
    """It has the shape of an IBAN, with digits, and is none."""
    head = text.partition(",")[0].strip()
    return _LIKE_IBAN.fullmatch(head) is not None and sum(c.isdigit() for c in head) > 6 and not read_account(text).iban


def _adds_up(iban: str) -> bool:
    """ISO 7064 MOD 97-10: the country and check digits behind, letters as 10 to 35."""
    digits = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])
    return int(digits) % 97 == 1
