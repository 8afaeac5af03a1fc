"""What clients and operators see of coins that are paid in. Values only; a page asks no node."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tagwork.kit import clock, settings
from tagwork.payouts import deposit_rules, policy
from tagwork.payouts.models import CoinReceipt, DepositAddress, DepositWatch, Freeze
from tagwork.payouts.queries import indicative_micros
from tagwork.payouts.rails import rails
from tagwork.people.models import Organisation

PAGE = 25
# The wallet is asked every few seconds: an answer older than this means that nobody asks any more.
WATCH_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One arrival. `amount_micros` is None until it is credited; `wanted` counts the blocks it takes."""

    id: UUID
    organisation_id: UUID
    organisation: str
    method: str
    title: str
    units: int
    txid: str
    explorer_url: str
    state: str
    attention: str
    confirmations: int
    wanted: int
    amount_micros: int | None
    micros_per_coin: int | None
    deposit_id: UUID | None
    seen_at: datetime
    credited_at: datetime | None


@dataclass(frozen=True, slots=True)
class CoinDeposits:
    """How one organisation pays one coin in. `address` is empty until somebody asked for it; `is_watched` says that the
    wallet has answered of late, and only then should anybody send anything."""

    method: str
    title: str
    network: str
    address: str
    wanted: int
    processing_time: str
    micros_per_coin: int | None
    is_watched: bool
    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class WatchRow:
    """How the watching of one coin goes, for operators. `answered_at` is None until the wallet answered once."""

    method: str
    title: str
    answered_at: datetime | None
    is_late: bool
    is_frozen: bool
    problem: str


def deposit_titles() -> list[tuple[str, str]]:
    """The coins that can be paid in, as (method, title)."""
    return [(name, rails()[name].title) for name in policy.deposit_methods()]


def coin_deposits(organisation: Organisation, method: str) -> CoinDeposits:
    """Five queries at most; the newest arrivals first."""
    network = policy.network_of(method)
    found = DepositAddress.objects.filter(organisation=organisation, method=method, network=network).first()
    receipts = CoinReceipt.objects.filter(address=found) if found is not None else CoinReceipt.objects.none()
    [watch] = watches([method])
    return CoinDeposits(
        method=method,
        title=rails()[method].title,
        network=network,
        address=found.address if found is not None else "",
        wanted=int(settings.in_force(policy.DEPOSIT_CONFIRMATIONS)),
        processing_time=rails()[method].processing_time,
        micros_per_coin=indicative_micros(method),
        is_watched=not (watch.is_late or watch.is_frozen),
        receipts=_receipts(receipts.order_by("-id")[:PAGE]),
    )


def receipts_under_way(limit: int = 200) -> tuple[Receipt, ...]:
    """Of all clients: what is not credited yet, or needs a person; what needs one first. ONE query."""
    found = CoinReceipt.objects.filter(is_watched=True).filter(~Q(attention="") | ~Q(state=deposit_rules.CREDITED))
    return tuple(sorted(_receipts(found.order_by("-id")[:limit]), key=lambda one: not one.attention))


def _needing_a_person() -> QuerySet[CoinReceipt]:
    return CoinReceipt.objects.filter(is_watched=True).exclude(attention="")


def attention_by_method() -> list[tuple[str, str, int]]:
    """What needs a person, as (method, code, how many); ONE query."""
    rows = _needing_a_person().order_by().values_list("method", "attention").annotate(count=Count("id"))
    return sorted(rows)


def watches(methods: Collection[str] | None = None) -> list[WatchRow]:
    """One row a coin that can be paid in; two queries."""
    names = {deposit_rules.watch_name(one): one for one in (policy.deposit_methods() if methods is None else methods)}
    seen = DepositWatch.objects.in_bulk(list(names))
    frozen = set(Freeze.objects.filter(method__in=names, lifted_at__isnull=True).values_list("method", flat=True))
    late = clock.now() - WATCH_PATIENCE
    rows = []
    for name, method in names.items():
        row = seen.get(name)
        answered_at = row.answered_at if row is not None else None
        rows.append(
            WatchRow(
                method=method,
                title=rails()[method].title,
                answered_at=answered_at,
                is_late=answered_at is None or answered_at < late,
                is_frozen=name in frozen,
                problem=row.problem if row is not None else "",
            )
        )
    return rows


def _receipts(found: QuerySet[CoinReceipt]) -> tuple[Receipt, ...]:
    """ONE query."""
    wanted = int(settings.in_force(policy.DEPOSIT_CONFIRMATIONS))
    return tuple(
        Receipt(
            id=one.id,
            organisation_id=one.address.organisation_id,
            organisation=one.address.organisation.name,
            method=one.method,
            title=rails()[one.method].title,
            units=one.units,
            txid=one.txid,
            explorer_url=policy.explorer_url(one.method, one.txid),
            state=one.state,
            attention=one.attention,
            confirmations=max(one.confirmations, 0),
            wanted=max(wanted, deposit_rules.MATURE_DEPTH) if one.is_mined else wanted,
            amount_micros=one.deposit.amount_micros if one.deposit is not None else None,
            micros_per_coin=one.deposit.micros_per_coin if one.deposit is not None else None,
            deposit_id=one.deposit_id,
            seen_at=one.seen_at,
            credited_at=one.deposit.at if one.deposit is not None else None,
        )
        for one in found.select_related("address__organisation", "deposit")
    )
