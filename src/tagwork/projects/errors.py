"""What the operations of this room refuse, beyond kit.errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from tagwork.kit.errors import Invalid, Refusal


class InsufficientFunds(Refusal):
    """The organisation's available balance cannot carry this."""

    code = "insufficient_funds"


def invalid(errors: Sequence[Mapping[str, Any]]) -> Invalid:
    """An Invalid with every entry in `errors`; its text is the first of them."""
    return Invalid(str(errors[0]["message"]), errors=list(errors))
