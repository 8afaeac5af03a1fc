from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tagwork.kit import clock
from tagwork.payouts.models import ProviderBatch, ProviderNotice
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import ProviderSurprise, ProviderUnavailable


def _batches(method: str, named: str) -> QuerySet[ProviderBatch]:
    """By the service's id of the batch, or by ours of one payee."""
    found = Q(provider_id=named)
    with suppress(ValueError):
        found |= Q(items__withdrawal_id=UUID(named))
    ids = ProviderBatch.objects.filter(found, method=method).values("id")
    return ProviderBatch.objects.filter(id__in=ids)


def receive_notice(method: str, headers: Mapping[str, str], body: bytes) -> str:
    """A message that claims to come from a payment service: `taken`, `unknown` (none of our batches, or not offered),
    `refused` (the service did not send it) or `later` (the service cannot say now).

    Nothing of it is believed: the batch is only looked at sooner, so a repeated, late or forged one changes nothing.
    A batch that is not ours is turned away before the service is asked, so that strangers cannot make us ask it.
    """
    rail = rails().get(method)
    provider = rail.provider() if rail is not None and rail.provider is not None else None
    if provider is None:
        return "unknown"
    named = provider.batch_named_in(body)
    if not named or not _batches(method, named).exists():
        return "unknown"
    try:
        notice = provider.read_notice(headers, body)
    except (ProviderSurprise, ProviderUnavailable):
        return "later"
    if notice is None:
        return "refused"
    try:
        with transaction.atomic():
            ProviderNotice.objects.create(
                method=method,
                event_id=notice.event_id,
                kind=notice.kind,
                provider_id=notice.provider_id,
                at=clock.now(),
            )
            # Also one that nobody looked at any more.
            _batches(method, notice.provider_id).update(look_at=clock.now(), is_watched=True)
    except IntegrityError:
        return "taken"
    return "taken"
