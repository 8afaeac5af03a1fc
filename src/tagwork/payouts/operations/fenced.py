"""What a runner of any method holds: the lock row `payouts.<method>` and the right to write under it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction

from tagwork.kit.locks import Fence, kept_lock

# How long a runner that died blocks the next one. One that lives renews it while it waits for a node or a service.
LEASE_SECONDS = 30


def running(method: str) -> AbstractContextManager[Fence | None]:
    """Holds the lock row of a method inside the block; None when another process runs its payouts."""
    return kept_lock(f"payouts.{method}", LEASE_SECONDS)


class Fenced:
    """What has a fence may write under it."""

    fence: Fence

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that nobody else's session can overlap. Raises LockLost: then nothing is stored."""
        with transaction.atomic():
            self.fence.confirm()
            yield

    def alive(self) -> None:
        """Before the outside is asked for something dear: is the lock still ours? Raises LockLost."""
        self.fence.renew(LEASE_SECONDS)
