"""Lists that a bank pays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext

from tagwork.kit import settings
from tagwork.kit.errors import NotFound
from tagwork.payouts import policy, rules
from tagwork.payouts.console.rows import PAGE, title_of, waits_by_method
from tagwork.payouts.models import HandLine, HandList, Withdrawal
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import ListedPayment, PaymentList


@dataclass(frozen=True, slots=True)
class HandListRow:
    """A list paid by hand; `open` of its payments have not come to an end."""

    id: UUID
    method: str
    title: str
    payments: int
    cents: int
    open: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class HandListLine:
    withdrawal_id: UUID
    worker_id: UUID
    state: str
    receiver: str
    cents: int
    txid: str


@dataclass(frozen=True, slots=True)
class HandWaiting:
    """What waits to be paid by hand by one method that has lists."""

    method: str
    title: str
    waiting: int
    waiting_micros: int


def hand_lists(list_id: UUID | None = None, limit: int = PAGE) -> list[HandListRow]:
    """The newest, or the one; ONE query."""
    found = HandList.objects.all() if list_id is None else HandList.objects.filter(id=list_id)
    is_open = Q(lines__withdrawal__state__in=(rules.SIGNED, rules.BROADCAST))
    counted = found.select_related("made_by").annotate(
        count=Count("lines"), total=Sum("lines__cents"), open_count=Count("lines", filter=is_open)
    )
    return [
        HandListRow(
            row.id,
            row.method,
            title_of(row.method),
            row.count,
            int(row.total or 0),
            row.open_count,
            row.made_by.email,
            row.made_at,
        )
        for row in counted.order_by("-id")[:limit]
    ]


def hand_list_lines(list_id: UUID) -> list[HandListLine]:
    """ONE query."""
    lines = HandLine.objects.filter(hand_list_id=list_id).select_related("withdrawal").order_by("withdrawal_id")
    return [
        HandListLine(
            line.withdrawal_id,
            line.withdrawal.worker_id,
            line.withdrawal.state,
            line.withdrawal.address,
            line.cents,
            line.withdrawal.txid,
        )
        for line in lines
    ]


def hand_waiting() -> list[HandWaiting]:
    """One row a method that is paid by lists; ONE query."""
    listed = [rail for rail in rails().values() if rail.files]
    waiting = Withdrawal.objects.filter(state=rules.APPROVED, method__in=[rail.name for rail in listed])
    waits = {method: (count, int(total or 0)) for method, count, total in waits_by_method(waiting)}
    return [HandWaiting(rail.name, gettext(rail.title), *waits.get(rail.name, (0, 0))) for rail in listed]


def payment_list(list_id: UUID) -> PaymentList:
    """What its files are written from: the lines as they were committed, the house as it is now. Raises NotFound."""
    row = HandList.objects.filter(id=list_id).first()
    if row is None:
        raise NotFound("There is no such list.")
    return PaymentList(
        list_id=row.id,
        made_at=row.made_at,
        payer_name=str(settings.in_force(policy.HOUSE_NAME)),
        payer_account=str(settings.in_force(policy.payer_setting(row.method, "account"))),
        payer_bic=str(settings.in_force(policy.payer_setting(row.method, "bic"))),
        payments=tuple(
            ListedPayment(line.withdrawal_id, line.receiver, line.cents) for line in hand_list_lines(list_id)
        ),
    )
