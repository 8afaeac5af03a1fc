"""One at a time, across processes and machines: a lock row that expires, with a number that fences off a late holder.

The row is taken and given back in short transactions of its own. A holder that stalls past its time loses the lock
without being told, so it confirms its fence inside each transaction that relies on it: a successor then waits for
that transaction, or has come before it and `confirm` raises.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connections, transaction
from django.db.models import F, Q

from tagwork.kit import clock
from tagwork.kit.models import LockRow
from tagwork.kit.rows import insert_new

log = logging.getLogger(__name__)
# A lease is renewed this many times before it would run out: two beats may fail.
BEATS_PER_LEASE = 4


class LockBusy(Exception):
    """Somebody else holds the lock, and their time has not run out."""


class LockLost(Exception):
    """Our time ran out and somebody else may have gone on."""


@dataclass(frozen=True)
class Fence:
    """Proof of holding `name`; `number` grows by one with every holder, so that a store can refuse an older one."""

    name: str
    number: int
    holder: str

    def confirm(self) -> None:
        """Inside a transaction: nobody takes the lock until it ends. Raises LockLost when somebody has.

        An expired lock that nobody took is still ours: what matters is that no second holder exists.
        """
        assert transaction.get_connection().in_atomic_block, "a fence is confirmed inside the transaction it guards"
        if not LockRow.objects.select_for_update().filter(name=self.name, holder=self.holder).exists():
            raise LockLost(self.name)

    def renew(self, seconds: float) -> None:
        """Hold for `seconds` from now. Raises LockLost."""
        expires_at = clock.now() + timedelta(seconds=seconds)
        if not LockRow.objects.filter(name=self.name, holder=self.holder).update(expires_at=expires_at):
            raise LockLost(self.name)


@contextmanager
def lock(name: str, seconds: float) -> Iterator[Fence]:
    """Hold the lock `name` inside the block, at most `seconds`. Raises LockBusy at once: it never waits."""
    with try_lock(name, seconds) as fence:
        if fence is None:
            raise LockBusy(name)
        yield fence


@contextmanager
def try_lock(name: str, seconds: float) -> Iterator[Fence | None]:
    """As `lock`, but the block runs with None when somebody else holds it.

    Not inside a transaction: others would not see the lock before it commits (RuntimeError).
    """
    fence = _take(name, seconds)
    try:
        yield fence
    finally:
        if fence is not None:
            LockRow.objects.filter(name=name, holder=fence.holder).update(holder="", expires_at=None)


@contextmanager
def kept_lock(name: str, lease_seconds: float) -> Iterator[Fence | None]:
    """As `try_lock`, for as long as the block takes: a thread renews the lease, so a short one is enough.

    A holder that was killed is followed after at most `lease_seconds`, one that waits long for another host keeps the
    lock. Whoever stalls whole, thread and all, loses it and is fenced off as ever.
    """
    with try_lock(name, lease_seconds) as fence:
        if fence is None:
            yield None
            return
        over = threading.Event()
        thread = threading.Thread(target=_beat, args=(fence, lease_seconds, over), name=f"lease {name}", daemon=True)
        thread.start()
        try:
            yield fence
        finally:
            over.set()
            thread.join()


def _beat(fence: Fence, lease_seconds: float, over: threading.Event) -> None:
    while not over.wait(lease_seconds / BEATS_PER_LEASE):
        try:
            fence.renew(lease_seconds)
        except LockLost:
            return
        except DatabaseError as error:
            # The database is away or busy for a moment; the next beat comes before the lease is over.
            log.warning("the lease of %s was not renewed: %s", fence.name, error)
        finally:
            connections.close_all()


def _take(name: str, seconds: float) -> Fence | None:
    holder = uuid.uuid4().hex
    moment = clock.now()
    with transaction.atomic(durable=True):
        insert_new([LockRow(name=name)], unique="name")
        free = LockRow.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__lte=moment), name=name)
        # The row lock of this UPDATE decides between two who come at once: the second finds it no longer free.
        if not free.update(holder=holder, fence=F("fence") + 1, expires_at=moment + timedelta(seconds=seconds)):
            return None
        return Fence(name, LockRow.objects.values_list("fence", flat=True).get(name=name), holder)
