"""The daily comparison of a method's books with its node or service; docs/policies/payouts.md is its policy.

It reads under the lock of the runner, or of the deposits' watcher, so that nothing of ours moves meanwhile, and changes
nothing but its own record, and a freeze where a difference must stop the payouts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from tagwork.kit import clock
from tagwork.kit.locks import LockLost, kept_lock
from tagwork.ledger.queries import amounts_by_key, lines_after
from tagwork.payouts import deposit_rules, journals, policy, reconcile_rules, rules
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
from tagwork.payouts.operations.compare_deposits import compare_deposits, deposits_by_key
from tagwork.payouts.operations.compare_wallet import CHUNK, Facts, chunked, ids_in, read_wallet, wallet_facts
from tagwork.payouts.operations.fenced import LEASE_SECONDS, Fenced, running
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.keep_difference import keep_difference
from tagwork.payouts.operations.provider_fees import booked_fees
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, deposit_node_of, node_of
from tagwork.payouts.rails.provider import MICROS_PER_CENT, NOT_PAID, PAID, ProviderSurprise, ProviderUnavailable
from tagwork.payouts.reconcile_rules import Difference, Payment, WalletTransaction


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


def reconcile(method: str, *, is_daily: bool = False) -> ReconcileReport:
    """Compares now; the daily one once a date (UTC), whoever starts it. No transaction may be open.

    `method` is a payout method, or the name of a coin's deposits (deposit_rules.watch_name).
    """
    coin_name = deposit_rules.watched_method(method)
    rail = rails().get(coin_name or method)
    coin = rail.coin if rail is not None else None
    node = None if coin is None else deposit_node_of(coin_name, coin) if coin_name else node_of(method, coin)
    provider = rail.provider() if rail is not None and rail.provider is not None else None
    if node is None and provider is None:
        return ReconcileReport(method, "by_hand", "nothing outside can be asked about this method")
    today = clock.now().date() if is_daily else None
    if today is not None and Reconciliation.objects.filter(method=method, date=today).exists():
        return ReconcileReport(method, "done")
    # The deposits' watcher has a lock row of its own.
    lock = kept_lock(method, LEASE_SECONDS) if coin_name else running(method)
    with lock as fence:
        if fence is None:
            return ReconcileReport(method, "busy", "another process runs the payouts of this method")
        last = Reconciliation.objects.filter(method=method).order_by("-at").first()
        try:
            if node is not None and coin is not None:
                name = coin_name or method
                asked = Session(name, policy.network_of(name), coin, node, fence)
                facts = compare_deposits(asked, method, last) if coin_name else _compare_wallet(asked, last)
                return _record(asked, method, last, today, facts)
            assert provider is not None
            served = ProviderSession(method, provider, fence)
            return _record(served, method, last, today, _compare_service(served))
        except (NodeUnavailable, NodeSurprise, ProviderUnavailable, ProviderSurprise) as error:
            # A surprise freezes when the runner meets it; here it only means that nothing can be compared.
            return ReconcileReport(method, "waiting", str(error))
        except LockLost:
            return ReconcileReport(method, "busy", "another process has taken over")


def reconcile_due() -> int:
    """To be run every few minutes: each method's daily comparison. Returns how many were made."""
    reports = [reconcile(name, is_daily=True) for name in policy.comparable_methods()]
    return sum(report.outcome in ("agrees", "differs") for report in reports)


def _compare_wallet(session: Session, last: Reconciliation | None) -> Facts:
    wallet = read_wallet(session, session.method, lambda: _rescues(session))
    movements = _movements(session.method, wallet.listed, is_first=last is None)
    facts = wallet_facts(session.method, wallet, movements, last)
    payments = _payments(session.method, last)
    known = {txid: movement.kind for txid, movement in movements.items()}
    facts.differences += reconcile_rules.judge_payments(payments, wallet.listed)
    facts.differences += reconcile_rules.judge_spends(known, wallet.listed)
    facts.payments = len(payments)
    facts.wanted = {key: micros for payment in payments for key, micros in payment.journals.items()}
    return facts


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
    kept = {row.txid: row for row in chunked(WalletMovement.objects.filter(method=method), "txid", txids)}
    by_hand = Withdrawal.objects.filter(method=method, batch=None)
    ours = {row.txid: reconcile_rules.BY_HAND for row in chunked(by_hand, "txid", txids)}
    rescues = Rescue.objects.filter(batch__method=method)
    ours |= {row.txid: reconcile_rules.RESCUE for row in chunked(rescues, "txid", txids)}
    batches = Batch.objects.filter(method=method).defer("raw_transaction")
    ours |= {row.txid: reconcile_rules.PAYOUT for row in chunked(batches, "txid", txids) if row.txid is not None}
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


def _compare_service(session: ProviderSession) -> Facts:
    """Every batch that the service still knows, item by item. What it says that was not booked yet is only looked at
    sooner: follow_provider_batch books it."""
    differences: list[Difference] = []
    wanted: dict[str, int] = {}
    payments = paid_micros = 0
    behind: set[UUID] = set()
    # By batch, what the service said it took for each withdrawal.
    fees: dict[UUID, dict[UUID, int]] = {}
    watched = ProviderBatch.objects.filter(method=session.method, is_watched=True, provider_id__isnull=False)
    for batch in watched.order_by("id"):
        session.alive()
        assert batch.provider_id is not None
        seen = session.provider.look_up(batch.provider_id, provider_step.lines_of(batch))
        rows = Withdrawal.objects.filter(provider_batch=batch).order_by("id").values_list("id", "state", "txid")
        said = {}
        if seen is not None:
            try:
                provider_step.require_same(batch, seen)
            except ProviderSurprise as error:
                subject = str(batch.id)
                differences.append(Difference(reconcile_rules.PAYMENT_DIFFERS, subject, subject, str(error)[:100]))
                continue
            said = {UUID(item.line.item_id): item for item in seen.items}
        for withdrawal_id, state, txid in rows:
            item = said.get(withdrawal_id)
            key = journals.key("confirmed", withdrawal_id)
            payments += 1
            if state == rules.CONFIRMED and item is None:
                outside = "not known to the service"
                code = reconcile_rules.PAYMENT_MISSING
                differences.append(Difference(code, str(withdrawal_id), rules.CONFIRMED, outside, (key,)))
            if item is None:
                continue
            if rules.following_state(state, item.meaning) is not None:
                behind.add(batch.id)
            if rules.is_paid_after_all(state, item.meaning):
                code = reconcile_rules.PAID_AFTER_ALL
                differences.append(Difference(code, str(withdrawal_id), state, item.status, (key,)))
            if item.meaning == PAID:
                paid_micros += item.line.cents * MICROS_PER_CENT
            if state == rules.CONFIRMED and item.meaning != NOT_PAID:
                wanted[key] = item.line.cents * MICROS_PER_CENT
            if item.fee_micros is not None and rules.states_its_fee(bool(txid), state, item.meaning):
                fees.setdefault(batch.id, {})[withdrawal_id] = item.fee_micros
    booked = booked_fees(session.method, [one for said_of_batch in fees.values() for one in said_of_batch])
    for batch_id, said_of_batch in fees.items():
        if any(sum(booked[one].values()) != micros for one, micros in said_of_batch.items()):
            behind.add(batch_id)
    if behind:
        with session.writing():
            ProviderBatch.objects.filter(id__in=behind).update(look_at=clock.now())
    return Facts(differences, payments, wanted, paid_micros=paid_micros)


def _books(method: str, last: Reconciliation | None, wanted: Mapping[str, int]) -> tuple[list[Difference], int, int]:
    """What went out, or a client's coins brought in, by the books since the last comparison, each journal explained;
    how far they were read, and what the account came to there, both counted above zero."""
    coin_name = deposit_rules.watched_method(method)
    account, sign = (journals.came_in(coin_name), -1) if coin_name else (journals.went_out(method), 1)
    position, held = (last.books_position, last.books_micros) if last is not None else (0, 0)
    found: dict[str, int] = {}
    for line in lines_after(account, position):
        position, held = line.id, held + sign * line.amount_micros
        found[line.key] = sign * line.amount_micros
    known = amounts_by_key(account, wanted.keys() - found.keys())
    found |= {key: sign * micros for key, micros in known.items()}
    unexplained = found.keys() - wanted.keys()
    reasons = deposits_by_key(coin_name, unexplained) if coin_name else _explanations(method, unexplained)
    return reconcile_rules.judge_books(wanted, found, reasons), position, held


def _explanations(method: str, keys: Collection[str]) -> dict[str, int]:
    """What these journals should have taken out by our own tables; absent where nothing of ours asks for one."""
    found: dict[str, int] = {}
    for name, sign in (("confirmed", 1), ("returned", -1)):
        ids = ids_in(keys, journals.key_prefix(name))
        rows = Withdrawal.objects.filter(method=method, state__in=(rules.CONFIRMED, rules.RETURNED, rules.REFUNDED))
        for row in chunked(rows.select_related("batch", "provider_item"), "id", ids):
            amounts = step.amounts_of(row)
            found[journals.key(name, row.id)] = sign * (amounts.net_micros - amounts.rounding_micros)
    items = ProviderItem.objects.filter(batch__method=method)
    said = {
        item.withdrawal_id: item.fee_micros or 0
        for item in chunked(items, "withdrawal_id", ids_in(keys, journals.PROVIDER_FEE))
    }
    for withdrawal_id, booked in booked_fees(method, said).items():
        found |= reconcile_rules.explained_parts(booked, said[withdrawal_id])
    for prefix, key_of, sign in (
        (journals.BATCH_FEE, journals.batch_fee_key, 1),
        (journals.BATCH_FEE_RETURNED, journals.batch_fee_returned_key, -1),
    ):
        for batch in chunked(Batch.objects.filter(method=method), "id", ids_in(keys, prefix)):
            units = {key_of(batch.id): batch.fee_units or 0}
            for rescue in batch.rescues.all():
                units[key_of(batch.id, rescue.number)] = rescue.fee_units
            found |= {key: sign * rules.micros_of(fee, batch.micros_per_coin) for key, fee in units.items()}
    return found


def _record(
    session: Fenced, method: str, last: Reconciliation | None, day: date | None, facts: Facts
) -> ReconcileReport:
    """One transaction: the comparison, the wallet as it is now, the differences, and the freeze they call for."""
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


def _let_go(method: str, facts: Facts, found: Collection[Difference]) -> None:
    """A wallet that fits again, or differs by another amount: all other differences stay until somebody explains them,
    for their cause is not looked at every day."""
    if facts.expected_units is None:
        return
    codes = reconcile_rules.OF_WALLET
    rows = tables.Difference.objects.filter(method=method, code__in=codes, gone_at=None, explained_at=None)
    rows.exclude(subject__in=[one.subject for one in found if one.code in codes]).update(gone_at=clock.now())
