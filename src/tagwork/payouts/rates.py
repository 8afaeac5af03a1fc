"""What a coin costs, locked for one batch."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tagwork.kit import clock
from tagwork.payouts import policy
from tagwork.payouts.models import Batch, RateObservation
from tagwork.payouts.operations.observe_rate import Fetch, fetch_public, observe_rate
from tagwork.payouts.queries import OwnRate, own_rate
from tagwork.payouts.rate_rules import JUMPED, further_than

# An operator vouches for a jump by an own rate that is this near to what the exchanges say.
VOUCH_PERCENT = 5

REFUSALS = {
    "no_quorum": "too few exchanges answer with a fresh price",
    "sources_disagree": "the exchanges disagree",
    JUMPED: "the price has moved far since the last batch: set an own rate near to it to vouch for it",
}


class NoRate(Exception):
    """No rate that can be relied on: payouts wait, there is never a default. The text says why."""


@dataclass(frozen=True, slots=True)
class Quote:
    """`micros_per_coin` micro-dollars buy one whole `coin` (a rail's name); `sources` are all answers it came from."""

    coin: str
    micros_per_coin: int
    taken_at: datetime
    sources: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """To be kept with the batch."""
        return asdict(self) | {"taken_at": self.taken_at.isoformat(), "sources": list(self.sources)}


def lock_quote(coin: str, fetch: Fetch = fetch_public) -> Quote:
    """The rate for a batch that is formed now; asks the exchanges, so no transaction may be open. Raises NoRate.

    Exchanges that agree are never overruled by a rate that a person typed: an own rate near to theirs vouches for a
    jump, and it stands alone only where no quorum answers.
    """
    own = own_rate(coin)
    if not policy.rate_sources():
        if own is None:
            raise NoRate(f"no exchange is asked, and {policy.rate_setting(coin)} was not set in the last day")
        return _own_quote(coin, own, ())
    observed = observe_rate(coin, _last_accepted(coin), fetch)
    seen = _sources_of(observed)
    if observed.rate_micros is not None:
        return Quote(coin, observed.rate_micros, observed.at, seen)
    if own is not None and observed.refused == JUMPED:
        # Decided again without the last rate: the person's nod.
        nodded = observe_rate(coin, None, fetch)
        if nodded.rate_micros is not None and not further_than(own.micros_per_coin, nodded.rate_micros, VOUCH_PERCENT):
            return Quote(coin, nodded.rate_micros, nodded.at, (*_sources_of(nodded), _own_source(own)))
        raise NoRate("the own rate is not near to what the exchanges say; correct it")
    if own is not None and observed.refused == "no_quorum":
        return _own_quote(coin, own, seen)
    raise NoRate(REFUSALS[observed.refused])


def _own_quote(coin: str, own: OwnRate, seen: tuple[dict[str, Any], ...]) -> Quote:
    return Quote(coin, own.micros_per_coin, clock.now(), (*seen, _own_source(own)))


def _own_source(own: OwnRate) -> dict[str, Any]:
    return {"source": "operator", "version": own.version, "set_at": own.set_at.isoformat()}


def _sources_of(observed: RateObservation) -> tuple[dict[str, Any], ...]:
    return tuple({"source": name, **answer} for name, answer in sorted(observed.answers.items()))


def _last_accepted(coin: str) -> int | None:
    """The rate of the newest batch that was paid by."""
    return (
        Batch.objects.filter(method=coin, signed_at__isnull=False)
        .order_by("-signed_at")
        .values_list("micros_per_coin", flat=True)
        .first()
    )
