"""The daily comparison of a method's books with its node or service; docs/policies/payouts.md is its policy.

It reads under the runner's lock, so that nothing of ours moves meanwhile, and changes nothing but its own record, and
a freeze where a difference must stop the payouts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Model, Q, QuerySet, Sum

from tagwork.kit import clock
from tagwork.kit.locks import LockLost
from tagwork.ledger.queries import amounts_by_key, lines_after
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts import journals, policy, reconcile_rules, rules
from tagwork.payouts import models as tables
from tagwork.payouts.models import (
    Batch,
    ProviderBatch,
    ProviderItem,
    Reconciliation,
    Rescue,
    WalletMovement,
    Withdrawal,
)
from tagwork.payouts.operations import provider_step, step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.fenced import running
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.keep_difference import keep_difference
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, node_of
from tagwork.payouts.rails.provider import MICROS_PER_CENT, NOT_PAID, PAID, ProviderSurprise, ProviderUnavailable
from tagwork.payouts.reconcile_rules import Difference, Payment, WalletTransaction

# The wallet's list is read again from a block this deep: mined coins mature and reorganisations end above it.
SETTLED_BLOCKS = 144
# A block may arrive between two questions; then they are asked again.
MOST_TRIES = 3
CHUNK = 500

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class ReconcileReport:
    """`outcome`: agrees; differs (some difference is open, `new` of them since the last time); waiting (no answer: it
    is tried again); busy; by_hand (nobody to compare with); done (today's was made before)."""

    method: str
    outcome: str
    detail: str = ""
    payments: int = 0
    new: int = 0
    open: int = 0


@dataclass(slots=True)
class _Facts:
    """What one comparison found, before it is written."""

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


def reconcile(method: str, *, is_daily: bool = False) -> ReconcileReport:
    """Compares now; the daily one once a date (UTC), whoever starts it. No transaction may be open."""
    rail = rails().get(method)
    node = node_of(method, rail.coin) if rail is not None and rail.coin is not None else None
    provider = rail.provider() if rail is not None and rail.provider is not None else None
    if node is None and provider is None:
        return ReconcileReport(method, "by_hand", "nothing outside can be asked about this method")
    today = clock.now().date() if is_daily else None
    if today is not None and Reconciliation.objects.filter(method=method, date=today).exists():
        return ReconcileReport(method, "done")
    with running(method) as fence:
        if fence is None:
            return ReconcileReport(method, "busy", "another process runs the payouts of this method")
        session: Session | ProviderSession
        if node is not None and rail is not None and rail.coin is not None:
            session = Session(method, policy.network_of(method), rail.coin, node, fence)
        else:
            assert provider is not None
            session = ProviderSession(method, provider, fence)
        last = Reconciliation.objects.filter(method=method).order_by("-at").first()
        try:
            facts = _compare_wallet(session, last) if isinstance(session, Session) else _compare_service(session)
            return _record(session, last, today, facts)
        except (NodeUnavailable, NodeSurprise, ProviderUnavailable, ProviderSurprise) as error:
            # A surprise freezes when the runner meets it; here it only means that nothing can be compared.
            return ReconcileReport(method, "waiting", str(error))
        except LockLost:
            return ReconcileReport(method, "busy", "another process has taken over")


def reconcile_due() -> int:
    """To be run every few minutes: each method's daily comparison. Returns how many were made."""
    reports = [reconcile(name, is_daily=True) for name in policy.comparable_methods()]
    return sum(report.outcome in ("agrees", "differs") for report in reports)


def _compare_wallet(session: Session, last: Reconciliation | None) -> _Facts:
    for _ in range(MOST_TRIES):
        session.alive()
        tip = session.node.tip(session.network)
        entries = session.node.entries_since(_settled_block(session.method, tip.height))
        listed = reconcile_rules.wallet_transactions(entries)
        listed = _rescues(session) | listed
        # A change output that is not in the mempool is in nobody's balance.
        is_judged = all(
            session.node.is_waiting(one.txid)
            for one in listed.values()
            if one.is_spend and one.is_counted and one.confirmations == 0
        )
        wallet_units = session.node.balance_units()
        if session.node.tip(session.network) == tip:
            break
    else:
        raise NodeUnavailable("blocks arrive faster than questions are answered")
    movements = _movements(session.method, listed, is_first=last is None)
    counted = _counted_units(session.method, movements)
    opening = wallet_units - counted if last is None or last.opening_units is None else last.opening_units
    explained = _explained(session.method)
    opening += sum(int(row.subject) for row in explained)
    payments = _payments(session.method, last)
    known = {txid: movement.kind for txid, movement in movements.items()}
    differences = reconcile_rules.judge_payments(payments, listed)
    differences += reconcile_rules.judge_spends(known, listed)
    expected = opening + counted if is_judged else None
    if expected is not None:
        differences += reconcile_rules.judge_float(expected, wallet_units)
    return _Facts(
        differences,
        len(payments),
        {key: micros for payment in payments for key, micros in payment.journals.items()},
        tip.height,
        tip.block,
        wallet_units,
        expected,
        opening,
        movements=list(movements.values()),
        applied=tuple(row.id for row in explained),
    )


def _settled_block(method: str, height: int) -> str:
    """The best block of the newest comparison that is deep enough by now; empty for all."""
    deep = Reconciliation.objects.filter(method=method, height__lte=height - SETTLED_BLOCKS)
    return deep.order_by("-at").values_list("block", flat=True).first() or ""


def _rescues(session: Session) -> dict[str, WalletTransaction]:
    """Children that go to change only, which no list of the node shows."""
    found = {}
    for rescue in Rescue.objects.filter(batch__method=session.method, batch__is_watched=True):
        seen = session.node.look_up(rescue.txid)
        if seen is not None:
            fee, depth = rescue.fee_units, seen.confirmations
            found[rescue.txid] = WalletTransaction(rescue.txid, -fee, fee, depth, True, depth >= 0)
    return found


def _movements(method: str, listed: Mapping[str, WalletTransaction], *, is_first: bool) -> dict[str, WalletMovement]:
    """The listed transactions as rows, new or as they are now. What a spend is of ours is asked anew: a payment by hand
    may be recorded after it was seen."""
    txids = list(listed)
    kept = {row.txid: row for row in _chunked(WalletMovement.objects.filter(method=method), "txid", txids)}
    by_hand = Withdrawal.objects.filter(method=method, batch=None)
    ours = {row.txid: reconcile_rules.BY_HAND for row in _chunked(by_hand, "txid", txids)}
    rescues = Rescue.objects.filter(batch__method=method)
    ours |= {row.txid: reconcile_rules.RESCUE for row in _chunked(rescues, "txid", txids)}
    batches = Batch.objects.filter(method=method).defer("raw_transaction")
    ours |= {row.txid: reconcile_rules.PAYOUT for row in _chunked(batches, "txid", txids) if row.txid is not None}
    now = clock.now()
    found = {}
    for txid, seen in listed.items():
        row = kept.get(txid) or WalletMovement(method=method, txid=txid, first_seen_at=now)
        if not seen.is_spend:
            row.kind = reconcile_rules.RECEIPT
        elif row.kind != reconcile_rules.BEFORE:
            stranger = reconcile_rules.BEFORE if is_first else reconcile_rules.UNKNOWN
            row.kind = ours.get(txid, stranger)
        row.units, row.confirmations, row.is_counted = seen.units, seen.confirmations, seen.is_counted
        found[txid] = row
    return found


def _chunked(rows: "QuerySet[_Row]", name: str, values: Sequence[object]) -> Iterator[_Row]:
    for start in range(0, len(values), CHUNK):
        yield from rows.filter(**{f"{name}__in": values[start : start + CHUNK]})


def _counted_units(method: str, movements: Mapping[str, WalletMovement]) -> int:
    """All that the wallet's transactions leave, the listed ones as they are now and older ones as they were last."""
    stored = WalletMovement.objects.filter(method=method, is_counted=True)
    older = int(stored.aggregate(total=Sum("units"))["total"] or 0)
    replaced = sum(row.units for row in _chunked(stored, "txid", list(movements)))
    return older - replaced + sum(row.units for row in movements.values() if row.is_counted)


def _explained(method: str) -> list[tables.Difference]:
    """What operators explained of the wallet and no comparison has counted yet: it is part of where this one begins.
    Counted by the row, not by time: an explanation given while a comparison runs is for the next one."""
    rows = tables.Difference.objects.filter(method=method, code__in=reconcile_rules.OF_WALLET, gone_at=None)
    return list(rows.exclude(explained_at=None))


def _payments(method: str, last: Reconciliation | None) -> list[Payment]:
    """Every batch that is under way or was confirmed since the last comparison."""
    recent = Q(is_watched=True) if last is None else Q(is_watched=True) | Q(confirmed_at__gte=last.at)
    states = (rules.SIGNED, rules.BROADCAST, rules.CONFIRMED)
    batches = Batch.objects.filter(recent, method=method, state__in=states).order_by("id").prefetch_related("lines")
    found = []
    for batch in batches:
        assert batch.txid is not None and batch.fee_units is not None
        lines = list(batch.lines.all())
        booked = {}
        if batch.confirmed_at is not None and batch.state == rules.CONFIRMED:
            booked = {
                journals.key("confirmed", line.withdrawal_id): rules.micros_of(line.units, batch.micros_per_coin)
                for line in lines
            }
            booked[journals.batch_fee_key(batch.id)] = rules.micros_of(batch.fee_units, batch.micros_per_coin)
        units = sum(line.units for line in lines) + batch.fee_units
        found.append(Payment(str(batch.id), batch.txid, units, batch.state == rules.CONFIRMED, booked))
    return found


def _compare_service(session: ProviderSession) -> _Facts:
    """Every batch that the service still knows, item by item. What it says that was not booked yet is only looked at
    sooner: follow_provider_batch books it."""
    differences: list[Difference] = []
    wanted: dict[str, int] = {}
    fees: dict[str, int] = {}
    payments = paid_micros = 0
    watched = ProviderBatch.objects.filter(method=session.method, is_watched=True, provider_id__isnull=False)
    for batch in watched.order_by("id"):
        session.alive()
        assert batch.provider_id is not None
        seen = session.provider.look_up(batch.provider_id, provider_step.lines_of(batch))
        states = dict(Withdrawal.objects.filter(provider_batch=batch).values_list("id", "state"))
        said = {}
        if seen is not None:
            try:
                provider_step.require_same(batch, seen)
            except ProviderSurprise as error:
                subject = str(batch.id)
                differences.append(Difference(reconcile_rules.PAYMENT_DIFFERS, subject, subject, str(error)[:100]))
                continue
            said = {UUID(item.line.item_id): item for item in seen.items}
        is_behind = False
        for withdrawal_id, state in sorted(states.items()):
            item = said.get(withdrawal_id)
            key = journals.key("confirmed", withdrawal_id)
            payments += 1
            if state == rules.CONFIRMED and item is None:
                outside = "not known to the service"
                code = reconcile_rules.PAYMENT_MISSING
                differences.append(Difference(code, str(withdrawal_id), rules.CONFIRMED, outside, (key,)))
            if item is None:
                continue
            is_behind = is_behind or rules.following_state(state, item.meaning) is not None
            if rules.is_paid_after_all(state, item.meaning):
                code = reconcile_rules.PAID_AFTER_ALL
                differences.append(Difference(code, str(withdrawal_id), state, item.status, (key,)))
            if item.meaning == PAID:
                paid_micros += item.line.cents * MICROS_PER_CENT
            if state == rules.CONFIRMED and item.meaning != NOT_PAID:
                wanted[key] = item.line.cents * MICROS_PER_CENT
                if item.fee_micros:
                    fees[journals.provider_fee_key(withdrawal_id)] = item.fee_micros
        if is_behind:
            with session.writing():
                ProviderBatch.objects.filter(id=batch.id).update(look_at=clock.now())
    booked = amounts_by_key(_outside(session.method), fees)
    for key, micros in sorted(fees.items()):
        if booked.get(key, 0) != micros:
            figures = str(booked.get(key, 0)), str(micros)
            differences.append(Difference(reconcile_rules.FEE_DIFFERS, key, *figures, (key,)))
    return _Facts(differences, payments, wanted, paid_micros=paid_micros)


def _outside(method: str) -> AccountRef:
    return AccountRef(Kind.EXTERNAL_OUT, f"method:{method}")


def _books(method: str, last: Reconciliation | None, wanted: Mapping[str, int]) -> tuple[list[Difference], int, int]:
    """What went out by the books since the last comparison, each journal explained; how far they were read, and what
    the account came to there."""
    position, held = (last.books_position, last.books_micros) if last is not None else (0, 0)
    found: dict[str, int] = {}
    for line in lines_after(_outside(method), position):
        position, held = line.id, held + line.amount_micros
        found[line.key] = line.amount_micros
    found |= amounts_by_key(_outside(method), wanted.keys() - found.keys())
    unexplained = found.keys() - wanted.keys()
    return reconcile_rules.judge_books(wanted, found, _explanations(method, unexplained)), position, held


def _explanations(method: str, keys: Collection[str]) -> dict[str, int]:
    """What these journals should have taken out by our own tables; absent where nothing of ours asks for one."""
    found: dict[str, int] = {}
    for name, sign in (("confirmed", 1), ("returned", -1)):
        ids = _ids_in(keys, journals.key_prefix(name))
        rows = Withdrawal.objects.filter(method=method, state__in=(rules.CONFIRMED, rules.RETURNED, rules.REFUNDED))
        for row in _chunked(rows.select_related("batch", "provider_item"), "id", ids):
            amounts = step.amounts_of(row)
            found[journals.key(name, row.id)] = sign * (amounts.net_micros - amounts.rounding_micros)
    items = ProviderItem.objects.filter(batch__method=method)
    for item in _chunked(items, "withdrawal_id", _ids_in(keys, journals.PROVIDER_FEE)):
        found[journals.provider_fee_key(item.withdrawal_id)] = item.fee_micros or 0
    for prefix, key_of, sign in (
        (journals.BATCH_FEE, journals.batch_fee_key, 1),
        (journals.BATCH_FEE_RETURNED, journals.batch_fee_returned_key, -1),
    ):
        for batch in _chunked(Batch.objects.filter(method=method), "id", _ids_in(keys, prefix)):
            units = {key_of(batch.id): batch.fee_units or 0}
            for rescue in batch.rescues.all():
                units[key_of(batch.id, rescue.number)] = rescue.fee_units
            found |= {key: sign * rules.micros_of(fee, batch.micros_per_coin) for key, fee in units.items()}
    return found


def _ids_in(keys: Iterable[str], prefix: str) -> list[UUID]:
    """The identifiers behind `prefix`, once each; what is none is left out."""
    found = set()
    for key in keys:
        if key.startswith(prefix):
            try:
                found.add(UUID(key.removeprefix(prefix).partition(":")[0]))
            except ValueError:
                continue
    return sorted(found)


def _record(
    session: Session | ProviderSession, last: Reconciliation | None, day: date | None, facts: _Facts
) -> ReconcileReport:
    """One transaction: the comparison, the wallet as it is now, the differences, and the freeze they call for."""
    method = session.method
    try:
        with session.writing():
            more, position, held = _books(method, last, facts.wanted)
            differences = facts.differences + more
            # Over: the same amount missing once more is another difference, which nobody has explained.
            tables.Difference.objects.filter(id__in=facts.applied).update(gone_at=clock.now())
            fresh = [one for one in differences if keep_difference(method, one)]
            _let_go(method, facts, differences)
            still = tables.Difference.objects.filter(method=method, gone_at=None, explained_at=None).count()
            WalletMovement.objects.bulk_create(
                facts.movements,
                batch_size=CHUNK,
                update_conflicts=True,
                unique_fields=["method", "txid"],
                update_fields=["kind", "units", "confirmations", "is_counted"],
            )
            Reconciliation.objects.create(
                method=method,
                date=day,
                at=clock.now(),
                height=facts.height,
                block=facts.block,
                wallet_units=facts.wallet_units,
                expected_units=facts.expected_units,
                opening_units=facts.opening_units,
                paid_micros=facts.paid_micros,
                payments=facts.payments,
                books_position=position,
                books_micros=held,
                differences_open=still,
            )
            stopping = [one for one in fresh if one.code in reconcile_rules.STOPPING]
            if stopping:
                named = "; ".join(f"{one.code} {one.subject}" for one in stopping[:5])
                freeze(method, rules.RECONCILIATION, named)
    except IntegrityError:  # another process made today's
        return ReconcileReport(method, "done")
    return ReconcileReport(
        method, "differs" if still else "agrees", payments=facts.payments, new=len(fresh), open=still
    )


def _let_go(method: str, facts: _Facts, found: Collection[Difference]) -> None:
    """A wallet that fits again, or differs by another amount: all other differences stay until somebody explains them,
    for their cause is not looked at every day."""
    if facts.expected_units is None:
        return
    codes = reconcile_rules.OF_WALLET
    rows = tables.Difference.objects.filter(method=method, code__in=codes, gone_at=None, explained_at=None)
    rows.exclude(subject__in=[one.subject for one in found if one.code in codes]).update(gone_at=clock.now())
