"""What every way of paying out offers. Pure: a rail describes and judges, it moves nothing (operations do)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tagwork.payouts.rails.provider import Provider


@dataclass(frozen=True, slots=True)
class DestinationCheck:
    """May money go to what the worker typed?

    `normalized` is the form that is kept and shown; `payee` is equal for two texts that pay the same party, however
    they are written. Both are empty when it is not payable. `notes` are (code, text) pairs for the worker.
    """

    payable: bool
    normalized: str
    payee: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Coin:
    """Where the two coins' nodes differ; all else is common (rails/node.py).

    `chains` are the node's names of the networks, `fee_call` what estimates a fee, with its parameters, `least_units`
    what no output may be below (dust), whatever its kind. `address_parameters` follow the label when the wallet is
    asked for a new address.
    """

    chains: Mapping[str, str]
    fee_call: str
    fee_parameters: tuple[int, ...]
    least_units: int
    address_parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """One line of a list that is paid by hand; `payment_id` is the withdrawal's id."""

    payment_id: UUID
    receiver: str
    cents: int


@dataclass(frozen=True, slots=True)
class PaymentList:
    """What an operator committed to pay together, and from where: the house's name, account and bank (BIC, or "")."""

    list_id: UUID
    made_at: datetime
    payer_name: str
    payer_account: str
    payer_bic: str
    payments: tuple[ListedPayment, ...]


@dataclass(frozen=True, slots=True)
class PaymentResult:
    """What an operator says of one line: `outcome` is "" (nothing yet), sent, arrived or failed. `line` is its number
    in the file, `cents` what the file says that it pays."""

    line: int
    payment_id: UUID
    cents: int
    outcome: str
    reference: str
    note: str


class BadFile(ValueError):
    """A file that cannot be written or read; the text says why, for an operator."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A form in which a list can be downloaded. `write` raises BadFile; `read`, where the same file can be filled in
    and given back, too."""

    name: str
    title: str
    extension: str
    media_type: str
    write: Callable[[PaymentList], bytes]
    read: Callable[[bytes], list[PaymentResult]] | None = None


@dataclass(frozen=True, slots=True)
class Rail:
    """One folder of `payouts/rails` offers one of these as RAIL; the folder's name is `name`.

    `minimum_micros`, `fee_micros` (flat) and `fee_basis_points` (of the amount) are defaults: the operator's settings
    are in force. `reference_pattern` is what the operator's proof of sending (a transaction id, for coins) must look
    like. A rail with a `coin` pays by a node where the operator named one, and by hand elsewhere; one with a
    `provider` is offered only where its credentials are named; one with `files` is paid by hand, many at once.
    """

    name: str
    title: str
    minimum_micros: int
    fee_micros: int
    has_network: bool
    destination_label: str
    processing_time: str
    reference_pattern: str
    check_destination: Callable[[str, str], DestinationCheck]
    coin: Coin | None = None
    provider: Callable[[], Provider | None] | None = None
    fee_basis_points: int = 0
    files: tuple[ListFile, ...] = ()
    # Whether a service may be sent the same batch again under its id; if not, an unanswered one is only asked about.
    repeats_safely: bool = True
    batch_most: int = 1000
