"""What the comparison of any wallet shares: the node's list, what it leaves, and where the last comparison ended."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, Sum

from tagwork.payouts import models as tables
from tagwork.payouts import reconcile_rules
from tagwork.payouts.models import Reconciliation, WalletMovement
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.rails.node import NodeUnavailable, Tip
from tagwork.payouts.reconcile_rules import Difference, WalletTransaction

# The wallet's list is read again from a block this deep: mined coins mature and reorganisations end above it.
SETTLED_BLOCKS = 144
# A block may arrive between two questions; then they are asked again.
MOST_TRIES = 3
CHUNK = 500

_Row = TypeVar("_Row", bound=Model)


@dataclass(slots=True)
class Facts:
    """What one comparison found, before it is written. `wanted` are journals that must be there, key to micros."""

    differences: list[Difference]
    payments: int
    wanted: dict[str, int] = field(default_factory=dict)
    height: int | None = None
    block: str = ""
    wallet_units: int | None = None
    expected_units: int | None = None
    opening_units: int | None = None
    paid_micros: int | None = None
    movements: list[WalletMovement] = field(default_factory=list)
    # Explained differences of the wallet that the opening now includes.
    applied: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the node said of its wallet under one best block. `is_judged`: its balance means something."""

    tip: Tip
    since: str
    listed: Mapping[str, WalletTransaction]
    units: int
    is_judged: bool


def read_wallet(
    session: Session, name: str, others: Callable[[], Mapping[str, WalletTransaction]], *, is_watched_only: bool = False
) -> Wallet:
    """`others` are transactions of ours that no list of the node shows; `is_watched_only`: addresses whose keys lie
    elsewhere count, too. Raises NodeUnavailable, NodeSurprise."""
    for _ in range(MOST_TRIES):
        session.alive()
        tip = session.node.tip(session.network)
        since = settled_block(name, tip.height)
        entries = session.node.entries_since(since, is_watched_only=is_watched_only)
        listed = dict(others()) | reconcile_rules.wallet_transactions(entries)
        waiting = {one.txid for one in listed.values() if one.is_spend and one.is_counted and one.confirmations == 0}
        parents = [session.node.waits_on(txid) for txid in waiting]
        # A change output that is not in the mempool is in nobody's balance, and one that rests on somebody else's
        # waiting payment (a reorganisation brings that) in that of one node and not in the other's.
        is_judged = all(rests is not None and waiting.issuperset(rests) for rests in parents)
        wallet_units = session.node.balance_units(is_watched_only=is_watched_only)
        if session.node.tip(session.network) == tip:
            return Wallet(tip, since, listed, wallet_units, is_judged)
    raise NodeUnavailable("blocks arrive faster than questions are answered")


def wallet_facts(
    name: str, wallet: Wallet, movements: Mapping[str, WalletMovement], last: Reconciliation | None
) -> Facts:
    """The wallet against its own list, which began with what was there at the first comparison."""
    counted = counted_units(name, movements)
    opening = wallet.units - counted if last is None or last.opening_units is None else last.opening_units
    explained = explained_of_wallet(name)
    opening += sum(int(row.subject) for row in explained)
    expected = opening + counted if wallet.is_judged else None
    return Facts(
        [] if expected is None else reconcile_rules.judge_float(expected, wallet.units),
        0,
        height=wallet.tip.height,
        block=wallet.tip.block,
        wallet_units=wallet.units,
        expected_units=expected,
        opening_units=opening,
        movements=list(movements.values()),
        applied=tuple(row.id for row in explained),
    )


def settled_block(method: str, height: int) -> str:
    """The best block of the newest comparison that is deep enough by now; empty for all."""
    deep = Reconciliation.objects.filter(method=method, height__lte=height - SETTLED_BLOCKS)
    return deep.order_by("-at").values_list("block", flat=True).first() or ""


def chunked(rows: "QuerySet[_Row]", name: str, values: Sequence[object]) -> Iterator[_Row]:
    for start in range(0, len(values), CHUNK):
        yield from rows.filter(**{f"{name}__in": values[start : start + CHUNK]})


def counted_units(method: str, movements: Mapping[str, WalletMovement]) -> int:
    """All that the wallet's transactions leave, the listed ones as they are now and older ones as they were last."""
    stored = WalletMovement.objects.filter(method=method, is_counted=True)
    older = int(stored.aggregate(total=Sum("units"))["total"] or 0)
    replaced = sum(row.units for row in chunked(stored, "txid", list(movements)))
    return older - replaced + sum(row.units for row in movements.values() if row.is_counted)


def explained_of_wallet(method: str) -> list[tables.Difference]:
    """What operators explained of the wallet and no comparison has counted yet: it is part of where this one begins.
    Counted by the row, not by time: an explanation given while a comparison runs is for the next one."""
    rows = tables.Difference.objects.filter(method=method, code__in=reconcile_rules.OF_WALLET, gone_at=None)
    return list(rows.exclude(explained_at=None))


def ids_in(keys: Iterable[str], prefix: str) -> list[UUID]:
    """The identifiers behind `prefix`, once each; what is none is left out."""
    found = set()
    for key in keys:
        if key.startswith(prefix):
            try:
                found.add(UUID(key.removeprefix(prefix).partition(":")[0]))
            except ValueError:
                continue
    return sorted(found)
