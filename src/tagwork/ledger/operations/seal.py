"""Seal: link committed journals into the hash chain, behind the work and not inside it.

Hashing inside each posting would make every payment wait for the one before; the chain lags by seconds instead.
"""

from django.db import transaction

from tagwork.kit.locks import try_lock
from tagwork.ledger.models import Link, Unlinked
from tagwork.ledger.queries import canonical_journals
from tagwork.ledger.rules import FIRST_PREVIOUS, chain_hash

LOCK_NAME = "ledger.chain"
LOCK_SECONDS = 120


def extend_chain(limit: int = 1000) -> int:
    """Link up to `limit` journals that wait, oldest identifier first; returns how many.

    One sealer at a time: a second one does nothing and returns 0. Not inside a transaction (RuntimeError): only what
    is committed may enter the chain.
    """
    with try_lock(LOCK_NAME, LOCK_SECONDS) as fence:
        if fence is None:
            return 0
        with transaction.atomic():
            fence.confirm()
            return _link(limit)


def _link(limit: int) -> int:
    waiting = list(Unlinked.objects.order_by("journal_id").values_list("journal_id", flat=True)[:limit])
    last = Link.objects.order_by("-position").first()
    position, previous_hash = (last.position, bytes(last.hash)) if last else (0, FIRST_PREVIOUS)
    canonical = canonical_journals(waiting)
    links = []
    for journal_id in waiting:
        position += 1
        next_hash = chain_hash(previous_hash, canonical[journal_id])
        links.append(Link(position=position, journal_id=journal_id, previous_hash=previous_hash, hash=next_hash))
        previous_hash = next_hash
    Link.objects.bulk_create(links)
    Unlinked.objects.filter(journal_id__in=waiting).delete()
    return len(links)
