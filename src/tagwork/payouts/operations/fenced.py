"""What a runner of any method holds: the lock row `payouts.<method>` and the right to write under it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tagwork.kit.locks import Fence

# How long a runner that died blocks the next one; each call to the outside is shorter, and the fence guards the rest.
LOCK_SECONDS = 180


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
        """Takes the lock for another while, before the outside is asked. Raises LockLost."""
        self.fence.renew(LOCK_SECONDS)
