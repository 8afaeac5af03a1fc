"""What every way of paying out offers. Pure: a rail describes and judges, it moves nothing (operations do)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
class Rail:
    """One folder of `payouts/rails` offers one of these as RAIL; the folder's name is `name`.

    `minimum_micros`, `fee_micros` (flat) and `fee_basis_points` (of the amount) are defaults: the operator's settings
    are in force. `reference_pattern` is what the operator's proof of sending (a transaction id, for coins) must look
    like. A rail with a `coin` pays by a node where the operator named one, and by hand elsewhere; one with a
    `provider` is offered only where its credentials are named.
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
