"""Batches that payment services pay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from tagwork.kit import clock, settings
from tagwork.kit.errors import NotFound
from tagwork.payouts import policy, rules
from tagwork.payouts.console.rows import MOST_UNDER_WAY, PAGE, title_of, waits_by_method
from tagwork.payouts.models import ProviderBatch, Withdrawal
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import MICROS_PER_CENT


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One payment service: what waits for it, and whether a person is needed to start it before its weekday."""

    method: str
    title: str
    waiting: int
    waiting_micros: int
    next_run_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceBatchRow:
    """A payment service's batch. `attention` is of rules.PROVIDER_ATTENTION_CODES; `may_give_up`: with proof."""

    id: UUID
    method: str
    title: str
    state: str
    withdrawals: int
    total_micros: int
    provider_id: str
    status: str
    attention: str
    is_in_doubt: bool
    may_give_up: bool
    may_ask_again: bool
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One payee, and what the service said last."""

    withdrawal_id: UUID
    worker_id: UUID
    state: str
    receiver: str
    amount_micros: int
    status: str
    provider_item_id: str
    transaction_id: str
    fee_micros: int | None


@dataclass(frozen=True, slots=True)
class ServiceBatchView:
    row: ServiceBatchRow
    items: tuple[ServiceItem, ...]
    started_by: str
    account: str
    attempted_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    look_at: datetime | None


def services() -> list[ServiceRow]:
    """One row a payment service whose credentials are named; one query."""
    known = [rail for rail in rails().values() if rail.provider is not None and rail.provider() is not None]
    if not known:
        return []
    waiting = Withdrawal.objects.filter(state=rules.APPROVED, method__in=[rail.name for rail in known])
    waits = {method: (count, int(total or 0)) for method, count, total in waits_by_method(waiting)}
    weekday, hour = int(settings.in_force(policy.RUN_WEEKDAY)), int(settings.in_force(policy.RUN_HOUR_UTC))
    next_run = rules.last_weekly(clock.now(), weekday, hour) + timedelta(days=7)
    return [ServiceRow(rail.name, gettext(rail.title), *waits.get(rail.name, (0, 0)), next_run) for rail in known]


def service_batches_under_way() -> list[ServiceBatchRow]:
    """Those that are not settled, or need a person: these first, then the newest. ONE query."""
    found = _counted(
        ProviderBatch.objects.filter(Q(settled_at=None) | ~Q(attention=""), is_watched=True).exclude(state=rules.FAILED)
    )
    return sorted(map(_service_row, found[:MOST_UNDER_WAY]), key=lambda row: (not row.attention, not row.is_in_doubt))


def service_batches_past(limit: int = PAGE) -> list[ServiceBatchRow]:
    """The newest of the others. ONE query."""
    is_past = Q(is_watched=False) | Q(state=rules.FAILED) | Q(settled_at__isnull=False, attention="")
    found = _counted(ProviderBatch.objects.filter(is_past))
    return [_service_row(batch) for batch in found[:limit]]


def _repeats_safely(method: str) -> bool:
    rail = rails().get(method)
    return rail is None or rail.repeats_safely


def _counted(batches: QuerySet[ProviderBatch]) -> QuerySet[ProviderBatch]:
    return batches.annotate(item_count=Count("items")).order_by("-id")


def _service_row(batch: Any) -> ServiceBatchRow:
    repeats_safely = _repeats_safely(batch.method)
    is_clear = rules.is_clear_by_now(clock.now(), batch.signed_at, batch.attempted_at, repeats_safely)
    return ServiceBatchRow(
        id=batch.id,
        method=batch.method,
        title=title_of(batch.method),
        state=batch.state,
        withdrawals=batch.item_count,
        total_micros=batch.total_cents * MICROS_PER_CENT,
        provider_id=batch.provider_id or "",
        status=batch.status,
        attention=batch.attention,
        is_in_doubt=batch.is_in_doubt,
        may_give_up=rules.may_give_up(batch.state, batch.is_in_doubt, is_clear),
        # Whom we ask by our own ids is asked daily, by itself.
        may_ask_again=batch.state == rules.FAILED and repeats_safely,
        signed_at=batch.signed_at,
    )


def service_batch_view(batch_id: UUID) -> ServiceBatchView:
    """Raises NotFound. Two queries, however many items it has."""
    batch = _counted(ProviderBatch.objects.filter(id=batch_id)).select_related("run").first()
    if batch is None:
        raise NotFound("There is no such batch.")
    items = batch.items.select_related("withdrawal").order_by("withdrawal_id")
    return ServiceBatchView(
        row=_service_row(batch),
        items=tuple(
            ServiceItem(
                item.withdrawal_id,
                item.withdrawal.worker_id,
                item.withdrawal.state,
                item.receiver,
                item.cents * MICROS_PER_CENT,
                item.status,
                item.provider_item_id,
                item.transaction_id,
                item.fee_micros,
            )
            for item in items
        ),
        started_by=batch.run.started_by,
        account=batch.account,
        attempted_at=batch.attempted_at,
        accepted_at=batch.accepted_at,
        settled_at=batch.settled_at,
        look_at=batch.look_at if batch.is_watched else None,
    )
