"""The books beside wallets and services, and what differs."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.ledger.queries import journal_lines
from tagwork.ledger.rules import Line
from tagwork.payouts import deposit_rules, policy, reconcile_rules
from tagwork.payouts.console.rows import MOST_UNDER_WAY, PAGE, title_of
from tagwork.payouts.models import Batch, Deposit, Difference, ProviderBatch, Reconciliation, Withdrawal

# The comparison is daily; then something keeps it from being made.
COMPARED_WITHIN = timedelta(hours=26)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest comparison of one method. `units` are None for a service, `paid_micros` for a coin; `at` is None when
    none was made. `is_deposits`: what is compared is a coin's way in."""

    method: str
    title: str
    is_deposits: bool
    at: datetime | None
    payments: int
    wallet_units: int | None
    expected_units: int | None
    paid_micros: int | None
    books_micros: int
    open: int


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """`journals` are (key, its postings); the postings are empty where the journal is missing. A figure of `subject`,
    `books` and `outside` counts units of `coin`, or micro-dollars where that is empty and `is_money` says so. `about`
    is what the subject is the id of: "batch", "service_batch" or "withdrawal", and the id."""

    id: UUID
    method: str
    title: str
    code: str
    text: str
    coin: str
    is_money: bool
    subject: str
    about: tuple[str, UUID] | None
    books: str
    outside: str
    first_seen_at: datetime
    explained_at: datetime | None
    explained_by: str
    note: str
    journals: tuple[tuple[str, tuple[Line, ...]], ...]


def comparisons() -> list[Comparison]:
    """One row a method that can be compared or ever was; a query each."""
    compared = Reconciliation.objects.order_by().values_list("method", flat=True).distinct()
    rows = []
    for method in sorted({*policy.comparable_methods(), *compared}):
        newest = Reconciliation.objects.filter(method=method).order_by("-at").first()
        rows.append(
            Comparison(
                method=deposit_rules.watched_method(method) or method,
                title=title_of(method),
                is_deposits=bool(deposit_rules.watched_method(method)),
                at=newest.at if newest is not None else None,
                payments=newest.payments if newest is not None else 0,
                wallet_units=newest.wallet_units if newest is not None else None,
                expected_units=newest.expected_units if newest is not None else None,
                paid_micros=newest.paid_micros if newest is not None else None,
                books_micros=newest.books_micros if newest is not None else 0,
                open=len(open_differences(method)),
            )
        )
    return rows


def differences(*, is_open: bool, limit: int = PAGE) -> list[DifferenceView]:
    """The open ones, oldest first, or those that are over, newest first, with their journals' lines. Two queries, and
    three where one of them names something of ours by its id."""
    rows = open_differences()[:MOST_UNDER_WAY] if is_open else _past_differences(limit)
    lines = journal_lines({key for row in rows for key in row.journals})
    ours = _ours({row.subject for row in rows})
    return [
        DifferenceView(
            id=row.id,
            method=row.method,
            title=title_of(row.method),
            code=row.code,
            text=gettext(reconcile_rules.DIFFERENCE_TEXTS[row.code]),
            coin=(deposit_rules.watched_method(row.method) or row.method)
            if row.code in reconcile_rules.IN_COINS
            else "",
            is_money=row.code in reconcile_rules.IN_MICROS,
            subject=row.subject,
            about=ours.get(row.subject),
            books=row.books,
            outside=row.outside,
            first_seen_at=row.first_seen_at,
            explained_at=row.explained_at,
            explained_by=row.explained_by,
            note=row.note,
            journals=tuple((key, tuple(lines.get(key, ()))) for key in row.journals),
        )
        for row in rows
    ]


def _ours(subjects: set[str]) -> dict[str, tuple[str, UUID]]:
    ids = [UUID(one) for one in subjects if UUID_TEXT.fullmatch(one)]
    if not ids:
        return {}
    kinds: tuple[tuple[str, type[Batch | ProviderBatch | Withdrawal]], ...] = (
        ("batch", Batch),
        ("service_batch", ProviderBatch),
        ("withdrawal", Withdrawal),
    )
    return {
        str(found): (kind, found)
        for kind, model in kinds
        for found in model.objects.filter(id__in=ids).values_list("id", flat=True)
    }


def _past_differences(limit: int) -> list[Difference]:
    over = Difference.objects.exclude(gone_at=None, explained_at=None)
    return list(over.order_by("-id")[:limit])


def open_differences(method: str = "") -> list[Difference]:
    """What nobody has explained yet, oldest first."""
    found = Difference.objects.filter(gone_at=None, explained_at=None).order_by("id")
    return list(found.filter(method=method) if method else found)


def uncompared() -> list[str]:
    """Methods that have paid, or been paid in, and whose books were not compared for more than a day and a bit."""
    known = policy.comparable_methods()
    if not known:
        return []
    since = clock.now() - COMPARED_WITHIN
    fresh = set(Reconciliation.objects.filter(method__in=known, at__gt=since).values_list("method", flat=True))
    paid = set(Batch.objects.filter(method__in=known, formed_at__lt=since).values_list("method", flat=True))
    paid |= set(ProviderBatch.objects.filter(method__in=known, signed_at__lt=since).values_list("method", flat=True))
    if any(map(deposit_rules.watched_method, known)):
        paid |= {deposit_rules.watch_name(method) for method in _paid_in_before(since)} & set(known)
    return sorted(paid - fresh)


def _paid_in_before(moment: datetime) -> list[str]:
    """Coins of which a deposit was credited before `moment`; ONE query."""
    rows = Deposit.objects.filter(units__isnull=False, at__lt=moment).order_by()
    return list(rows.values_list("method", flat=True).distinct())
