"""Runs, and batches that nodes pay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from tagwork.kit import clock, settings
from tagwork.kit.errors import NotFound
from tagwork.payouts import policy, rules
from tagwork.payouts.console.coins import SourceAnswer, answer_of
from tagwork.payouts.console.rows import MOST_UNDER_WAY, PAGE, title_of
from tagwork.payouts.models import Batch, Run


@dataclass(frozen=True, slots=True)
class RunRow:
    method: str
    title: str
    date: Any
    started_by: str
    started_at: datetime
    waits_for: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`attention` is of rules.ATTENTION_CODES; `is_overdue` says that it should have been further by now."""

    id: UUID
    method: str
    title: str
    state: str
    withdrawals: int
    net_micros: int
    units: int
    txid: str
    explorer_url: str
    confirmations: int
    confirmations_wanted: int
    attention: str
    is_overdue: bool
    formed_at: datetime


@dataclass(frozen=True, slots=True)
class LineRow:
    position: int
    withdrawal_id: UUID
    worker_id: UUID
    state: str
    address: str
    units: int
    net_micros: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch whole. `rescues` are (transaction id, fee, since when) of the children that help it along."""

    row: BatchRow
    network: str
    micros_per_coin: int
    quoted_at: str
    sources: tuple[SourceAnswer, ...]
    own_rate_set_at: datetime | None
    lines: tuple[LineRow, ...]
    fee_units: int | None
    change_units: int
    inputs: int
    rescues: tuple[tuple[str, int, datetime], ...]
    started_by: str
    signed_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None


def open_runs() -> list[RunRow]:
    """Runs that are not over, oldest first."""
    return [
        RunRow(run.method, title_of(run.method), run.date, run.started_by, run.started_at, run.waits_for)
        for run in Run.objects.filter(ended_at__isnull=True).order_by("id")
    ]


def batches_under_way() -> list[BatchRow]:
    """Whatever is still watched: what needs a person first, then the newest. ONE query."""
    found = _summed(Batch.objects.filter(is_watched=True)).order_by("-id")[:MOST_UNDER_WAY]
    rows = _rows(found)
    return sorted(rows, key=lambda row: (not row.attention, not row.is_overdue))


def batches_past(before: UUID | None = None, limit: int = PAGE) -> list[BatchRow]:
    """Those that nobody watches any more, newest first; `before` is the id of the last one already seen. ONE query."""
    found = _summed(Batch.objects.filter(is_watched=False))
    if before is not None:
        found = found.filter(id__lt=before)
    return _rows(found.order_by("-id")[:limit])


def _summed(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    return batches.defer("raw_transaction", "quote").annotate(
        line_count=Count("lines"), net_sum=Sum("lines__withdrawal__net_micros"), unit_sum=Sum("lines__units")
    )


def _rows(batches: Iterable[Any]) -> list[BatchRow]:
    wanted = int(settings.in_force(policy.CONFIRMATIONS))
    return [
        BatchRow(
            id=batch.id,
            method=batch.method,
            title=title_of(batch.method),
            state=batch.state,
            withdrawals=batch.line_count,
            net_micros=int(batch.net_sum or 0),
            units=int(batch.unit_sum or 0),
            txid=batch.txid or "",
            explorer_url=policy.explorer_url(batch.method, batch.txid) if batch.txid else "",
            confirmations=max(batch.confirmations, 0),
            confirmations_wanted=wanted,
            attention=batch.attention,
            is_overdue=_is_overdue(batch),
            formed_at=batch.formed_at,
        )
        for batch in batches
    ]


def _is_overdue(batch: Batch) -> bool:
    """A formed one is signed or dissolved while its quote is fresh, or nobody runs the payouts. A sent one is helped
    after `stuck_seconds`; after twice that the help has not helped."""
    age = clock.now() - batch.formed_at
    if batch.state == rules.FORMED:
        return age > 2 * timedelta(seconds=int(settings.in_force(policy.QUOTE_SECONDS)))
    is_on_its_way = batch.state in (rules.SIGNED, rules.BROADCAST)
    return is_on_its_way and age > 2 * timedelta(seconds=int(settings.in_force(policy.STUCK_SECONDS)))


def batch_view(batch_id: UUID) -> BatchView:
    """Raises NotFound. Five queries, however many lines it has."""
    batch = (
        _summed(Batch.objects.filter(id=batch_id)).defer(None).defer("raw_transaction").select_related("run").first()
    )
    if batch is None:
        raise NotFound("There is no such batch.")
    said = [one for one in batch.quote.get("sources", []) if one.get("source") != "operator"]
    own = next((one for one in batch.quote.get("sources", []) if one.get("source") == "operator"), None)
    lines = batch.lines.select_related("withdrawal").order_by("position")
    return BatchView(
        row=_rows([batch])[0],
        network=batch.network,
        micros_per_coin=batch.micros_per_coin,
        quoted_at=str(batch.quote.get("taken_at", "")),
        sources=tuple(answer_of(str(one["source"]), one) for one in said),
        own_rate_set_at=datetime.fromisoformat(own["set_at"]) if own else None,
        lines=tuple(
            LineRow(
                line.position,
                line.withdrawal_id,
                line.withdrawal.worker_id,
                line.withdrawal.state,
                line.address,
                line.units,
                line.withdrawal.net_micros,
            )
            for line in lines
        ),
        fee_units=batch.fee_units,
        change_units=batch.change_units,
        inputs=batch.inputs.filter(rescue=None).count(),
        rescues=tuple((one.txid, one.fee_units, one.signed_at) for one in batch.rescues.order_by("number")),
        started_by=batch.run.started_by,
        signed_at=batch.signed_at,
        sent_at=batch.sent_at,
        confirmed_at=batch.confirmed_at,
    )
