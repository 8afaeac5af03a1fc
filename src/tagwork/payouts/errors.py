"""What this room refuses, by name. NotFound, Forbidden, WrongState and Invalid are kit's."""

from tagwork.kit.errors import Refusal


class AddressNotPayable(Refusal):
    """Money cannot be sent there; `extra["notes"]` says why, as (code, text) pairs."""

    code = "address_not_payable"


class BelowMinimum(Refusal):
    """Less than the method's minimum; `extra["minimum_micros"]`."""

    code = "below_minimum"


class MethodNotOffered(Refusal):
    """No such payout method, or the operator does not offer it."""

    code = "method_not_offered"


class KeyReused(Refusal):
    """The idempotency key was used before for another request."""

    code = "idempotency_key_reused"


class SecondOperatorNeeded(Refusal):
    """The amount needs two operators, and this one has already acted."""

    code = "second_operator_needed"


class InsufficientFunds(Refusal):
    """More than the main balance holds; `extra["balance_micros"]`."""

    code = "insufficient_funds"


class DepositsPaused(Refusal):
    """The wallet that takes this coin cannot be asked now, or is frozen: no address is shown that nobody watches."""

    code = "deposits_paused"
