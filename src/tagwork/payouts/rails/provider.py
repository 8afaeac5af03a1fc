"""A payment service that pays many people in one batch, as the runner sees it, whichever service it is. Pure.

A service's own words are read in its folder; here an item waits, is paid or is not paid, and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

# A cent is the smallest amount that is paid; what is below it is booked to `rounding`.
MICROS_PER_CENT = 10_000

WAITING, PAID, NOT_PAID = "waiting", "paid", "not_paid"


class ProviderUnavailable(Exception):
    """No answer, or none that says anything: whether a batch was taken is not known. Ask again."""


class ProviderSurprise(Exception):
    """An answer that must not be; `freeze_code` is of rules.FREEZE_TEXTS; the text repeats no answer."""

    def __init__(self, freeze_code: str, text: str) -> None:
        super().__init__(text)
        self.freeze_code = freeze_code


class ProviderShort(Exception):
    """The account holds too little for this batch, and nothing of it was taken: the same batch is sent again later."""


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One payee: `item_id` is the withdrawal's id, which the service keeps beside its own."""

    item_id: str
    receiver: str
    cents: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """`is_earlier` when the service says that it knows our batch id from before, and names its batch."""

    provider_id: str
    is_earlier: bool


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """`meaning` is WAITING, PAID or NOT_PAID; `status` and `reason` are the service's words, cut to what is kept."""

    line: PayoutLine
    provider_item_id: str
    meaning: str
    status: str
    fee_micros: int | None
    transaction_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """`batch_id` is ours. `is_denied`: the service processed none of it and never will."""

    batch_id: str
    status: str
    is_denied: bool
    items: tuple[ItemSeen, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message the service sent by itself, verified: only a hint that a batch is worth a look."""

    event_id: str
    kind: str
    provider_id: str


class Provider(Protocol):
    """Every call raises ProviderUnavailable and ProviderSurprise. `account` says whose batch ids are told apart:
    sent with another account, the same batch would be paid again."""

    account: str

    def sign_in(self) -> None:
        """Makes sure that the next call needs no signing in of its own; sends nothing else."""

    def submit(self, batch_id: str, lines: Sequence[PayoutLine]) -> Accepted:
        """Hands the batch over. Repeating it with the same `batch_id` never pays twice (within the service's
        time, and where Rail.repeats_safely).
        Raises ProviderShort."""

    def look_up(self, provider_id: str, lines: Sequence[PayoutLine]) -> BatchSeen | None:
        """None when the service does not know it, which proves nothing. `lines` are what we asked for: a service that
        has no name for a batch is asked for each of them."""

    def look_up_item(self, provider_item_id: str) -> ItemSeen | None:
        """The same of one payee, from another place of the service."""

    def batch_named_in(self, body: bytes) -> str:
        """The service's batch id, or our id of one payee, in a message that nobody has verified; empty when there is
        none. Calls nobody."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """The message, when the service itself says that it sent it; None when it does not."""
