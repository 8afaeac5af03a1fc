"""Clients' coins on their way in: seen, counted, credited once when they are deep enough. docs/policies/deposits.md."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from tagwork.core.money import format_usd
from tagwork.kit import clock, outbox, settings
from tagwork.kit.locks import Fence, LockLost, kept_lock
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import journal_marks
from tagwork.payouts import deposit_rules, journals, policy, rules
from tagwork.payouts.deposit_rules import Arrival, judge, worth_micros
from tagwork.payouts.models import CoinReceipt, Deposit, DepositAddress, DepositWatch, Freeze
from tagwork.payouts.operations.fenced import LEASE_SECONDS, Fenced
from tagwork.payouts.operations.freeze import freeze, kept_apart
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import Coin
from tagwork.payouts.rails.node import (
    Node,
    NodeSurprise,
    NodeUnavailable,
    Received,
    Sighting,
    deposit_node_of,
    to_amount,
)
from tagwork.payouts.rates import NoRate, Quote, lock_quote

log = logging.getLogger(__name__)
CHUNK = 500
# The lock is taken for another while after so many questions to the node.
RENEW_EACH = 50


@dataclass(slots=True)
class Session(Fenced):
    """One watcher of one coin, as long as it holds the lock row. The quote is taken when the first arrival needs it."""

    method: str
    network: str
    coin: Coin
    node: Node
    fence: Fence
    quote: Quote | None = None


def watch_deposits() -> int:
    """To be run every few seconds; returns how many arrivals were credited. No transaction may be open."""
    credited = 0
    for name, rail in rails().items():
        node = deposit_node_of(name, rail.coin) if rail.coin is not None else None
        if node is not None and rail.coin is not None:
            with kept_apart(deposit_rules.watch_name(name)):
                credited += _watch(name, rail.coin, node)
    return credited


def _watch(method: str, coin: Coin, node: Node) -> int:
    name = deposit_rules.watch_name(method)
    with kept_lock(name, LEASE_SECONDS) as fence:
        if fence is None or Freeze.objects.filter(method=name, lifted_at__isnull=True).exists():
            return 0
        session = Session(method, policy.network_of(method), coin, node, fence)
        try:
            return _look(session)
        except NodeUnavailable as error:
            news = {"asked_at": clock.now(), "problem": str(error)[:300]}
            DepositWatch.objects.update_or_create(name=name, defaults=news)
        except NodeSurprise as error:
            freeze(name, error.freeze_code, str(error))
        except LockLost:
            log.info("another process watches the deposits in %s", method)
        return 0


def _look(session: Session) -> int:
    session.node.tip(session.network)
    mine = DepositAddress.objects.filter(method=session.method, network=session.network)
    newest = mine.order_by("-created_at").first()
    if newest is not None and not session.node.owns(newest.address):
        raise NodeSurprise(rules.OTHER_WALLET, f"getaddressinfo: {newest.address} is not of this wallet")
    watch = DepositWatch.objects.filter(name=session.fence.name).first()
    received, block = session.node.received_since(watch.block if watch else "", policy.WATCHED_BLOCKS)
    with session.writing():
        _keep_new(session, received)
        now = clock.now()
        news = {"block": block, "asked_at": now, "answered_at": now, "problem": ""}
        DepositWatch.objects.update_or_create(name=session.fence.name, defaults=news)
    credited = 0
    watched = CoinReceipt.objects.filter(method=session.method, address__network=session.network, is_watched=True)
    for number, receipt in enumerate(watched.select_related("address").order_by("id")):
        if number % RENEW_EACH == 0:
            session.alive()
        credited += _follow(session, receipt)
    return credited


def _keep_new(session: Session, received: Sequence[Received]) -> None:
    """Outputs to addresses that a client was shown; dust is none (`least_units`), and anything else is the operator's
    own. One that is listed again is kept once."""
    for start in range(0, len(received), CHUNK):
        part = [one for one in received[start : start + CHUNK] if one.units >= session.coin.least_units]
        shown = DepositAddress.objects.filter(
            method=session.method, network=session.network, address__in={one.address for one in part}
        )
        addresses = {one.address: one for one in shown}
        CoinReceipt.objects.bulk_create(
            [
                CoinReceipt(
                    address=addresses[one.address],
                    method=session.method,
                    txid=one.txid,
                    vout=one.vout,
                    units=one.units,
                    is_mined=one.is_mined,
                    seen_at=clock.now(),
                )
                for one in part
                if one.address in addresses
            ],
            ignore_conflicts=True,
        )


def _follow(session: Session, receipt: CoinReceipt) -> int:
    """One look at one arrival, and what follows from it; 1 when it was credited."""
    seen = session.node.look_up(receipt.txid)
    if receipt.deposit_id is not None and taken_back([receipt]):
        _note(session, receipt, seen, attention="", is_watched=False)
        return 0
    arrival = Arrival(
        state=receipt.state,
        units=receipt.units,
        is_mined=receipt.is_mined,
        confirmations=seen.confirmations if seen is not None else None,
        replaces_credited=_replaces_credited(receipt, seen),
    )
    verdict = judge(arrival, int(settings.in_force(policy.DEPOSIT_CONFIRMATIONS)))
    if verdict.state == deposit_rules.CREDITED:
        return _credit(session, receipt, seen)
    is_buried = seen is not None and abs(seen.confirmations) >= policy.WATCHED_BLOCKS
    is_over = is_buried and receipt.state != deposit_rules.SEEN and verdict.state is None and not verdict.attention
    _note(
        session,
        receipt,
        seen,
        attention=verdict.attention,
        state=verdict.state or receipt.state,
        is_watched=not is_over,
    )
    return 0


def taken_back(receipts: Sequence[CoinReceipt]) -> set[str]:
    """The reversals' keys of those of their deposits that an operator took back."""
    return set(journal_marks([journals.deposit_reversal_key(one.deposit_id) for one in receipts if one.deposit_id]))


def _replaces_credited(receipt: CoinReceipt, seen: Sighting | None) -> bool:
    """A transaction can be changed by strangers without changing what it pays (its id then differs): the same coins
    may come a second time, after a deep reorganisation, and must not be credited twice."""
    if seen is None or not seen.conflicts:
        return False
    credited = list(
        CoinReceipt.objects.filter(
            method=receipt.method, txid__in=seen.conflicts, state=deposit_rules.CREDITED, deposit__isnull=False
        )
    )
    return len(credited) > len(taken_back(credited))


def _note(session: Session, receipt: CoinReceipt, seen: Sighting | None, **facts: object) -> None:
    """Keeps what is news."""
    if seen is not None:
        facts["confirmations"] = seen.confirmations
    news = {name: value for name, value in facts.items() if getattr(receipt, name) != value}
    if news:
        with session.writing():
            CoinReceipt.objects.filter(id=receipt.id, state=receipt.state).update(**news)


def _credit(session: Session, receipt: CoinReceipt, seen: Sighting | None) -> int:
    """Deposit, posting and state in one transaction; the deposit's key is the output's place in the chain."""
    if session.quote is None:
        try:
            session.quote = lock_quote(session.method)
        except NoRate as error:
            log.info("deposits in %s wait for a rate: %s", session.method, error)
            _note(session, receipt, seen, attention=deposit_rules.NO_RATE)
            return 0
        session.alive()
    rate = session.quote.micros_per_coin
    amount_micros = worth_micros(receipt.units, rate)
    organisation_id = receipt.address.organisation_id
    coins = f"{to_amount(receipt.units)} {session.method.upper()}"
    with session.writing():
        locked = CoinReceipt.objects.select_for_update(of=("self",)).get(id=receipt.id)
        if locked.state != deposit_rules.SEEN or not amount_micros:
            return 0
        deposit = Deposit.objects.create(
            organisation_id=organisation_id,
            amount_micros=amount_micros,
            reference=f"{coins} at {format_usd(rate)} a coin, transaction {receipt.txid}",
            at=clock.now(),
            idempotency_key=f"coin:{receipt.method}:{receipt.txid}:{receipt.vout}",
            method=receipt.method,
            units=receipt.units,
            micros_per_coin=rate,
            quote=session.quote.as_json(),
        )
        post(
            key=journals.deposit_key(deposit.id),
            kind="deposit",
            lines=journals.deposit_lines(organisation_id, amount_micros, receipt.method),
            subject=f"deposit:{deposit.id}",
            detail={
                "txid": receipt.txid,
                "output": receipt.vout,
                "units": receipt.units,
                "micros_per_coin": rate,
            },
            at=deposit.at,
        )
        assert seen is not None
        moved = CoinReceipt.objects.filter(id=receipt.id, state=deposit_rules.SEEN).update(
            state=deposit_rules.CREDITED, deposit=deposit, confirmations=seen.confirmations, attention=""
        )
        assert moved == 1, f"receipt {receipt.id} moved under its lock"
        outbox.publish(
            "deposit.credited",
            f"organisation:{organisation_id}",
            {"deposit_id": str(deposit.id), "organisation_id": str(organisation_id)},
        )
    return 1
