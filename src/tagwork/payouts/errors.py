"""What this room refuses, by name. NotFound, Forbidden, WrongState and Invalid are kit's."""

from typing import Any

from tagwork.kit.errors import Refusal


class FieldRefused(Refusal):
    """Refused because of one field of the request, which `extra["errors"]` names as Invalid does."""

    def __init__(self, text: str, *, field: str, **extra: Any) -> None:
        super().__init__(text, errors=[{"field": field, "code": self.code, "message": text}], **extra)


class AddressNotPayable(FieldRefused):
    """Money cannot be sent there; `extra["notes"]` says why, as (code, text) pairs."""

    code = "address_not_payable"


class BelowMinimum(FieldRefused):
    """Less than the method's minimum; `extra["minimum_micros"]`."""

    code = "below_minimum"


class MethodNotOffered(FieldRefused):
    """No such payout method, or the operator does not offer it."""

    code = "method_not_offered"


class KeyReused(Refusal):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


class SecondOperatorNeeded(Refusal):
    """The amount needs two operators, and this one has already acted."""

    code = "second_operator_needed"


class InsufficientFunds(FieldRefused):
    """More than the main balance holds; `extra["balance_micros"]`."""

    code = "insufficient_funds"


class DepositsPaused(Refusal):
    """The wallet that takes this coin cannot be asked now, or is frozen: no address is shown that nobody watches."""

    code = "deposits_paused"
