"""What a coin costs, locked for one batch."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from tagwork.kit import clock, settings
from tagwork.payouts import policy

# An operator's own rate is refused when it is older: prices move.
OWN_RATE_HOURS = 24


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


def lock_quote(coin: str) -> Quote:
    """The rate for a batch that is formed now. Raises NoRate."""
    name = policy.rate_setting(coin)
    versions = settings.history(name)
    if not versions or int(versions[0].value) <= 0:
        raise NoRate(f"{name} is not set")
    newest, now = versions[0], clock.now()
    if newest.created_at < now - timedelta(hours=OWN_RATE_HOURS):
        raise NoRate(f"{name} is older than {OWN_RATE_HOURS} hours")
    source = {"source": "operator", "version": newest.pk, "set_at": newest.created_at.isoformat()}
    return Quote(coin, int(newest.value), now, (source,))
