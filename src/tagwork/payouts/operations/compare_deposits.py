"""The wallet that takes clients' coins in against what the books say came in; docs/policies/deposits.md says how."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q

from tagwork.kit import clock
from tagwork.payouts import deposit_rules, journals, policy, reconcile_rules
from tagwork.payouts.models import CoinReceipt, Deposit, DepositAddress, Reconciliation, WalletMovement
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.compare_wallet import Facts, Wallet, chunked, ids_in, read_wallet, wallet_facts
from tagwork.payouts.operations.watch_deposits import taken_back
from tagwork.payouts.rails.node import Received, node_of
from tagwork.payouts.rails.transactions import Malformed, read_transaction
from tagwork.payouts.reconcile_rules import Credit, Stray, WalletTransaction


def compare_deposits(session: Session, name: str, last: Reconciliation | None) -> Facts:
    """Under the watcher's lock: each credit has its coins in the wallet and its journal, each arrival is a client's,
    and what left went to the paying wallet. Raises NodeUnavailable, NodeSurprise."""
    # A wallet without keys is as good as one with them.
    wallet = read_wallet(session, name, dict, is_watched_only=True)
    moved = _moved_to_payer(session, wallet)
    movements = _movements(name, wallet.listed, moved, is_first=last is None)
    facts = wallet_facts(name, wallet, movements, last)
    credited = _credits(session, last)
    received, _ = session.node.received_since(wallet.since, 1)
    known = {txid: movement.kind for txid, movement in movements.items()}
    facts.differences += reconcile_rules.judge_credits(credited)
    facts.differences += reconcile_rules.judge_spends(known, wallet.listed)
    fresh = [one for one in received if known.get(one.txid) == reconcile_rules.RECEIPT]
    facts.differences += reconcile_rules.judge_strays(_strays(session, fresh, wallet.listed))
    facts.payments = len(credited)
    facts.wanted = {one.journal: one.micros for one in credited}
    return facts


def _movements(
    name: str, listed: Mapping[str, WalletTransaction], moved: Collection[str], *, is_first: bool
) -> dict[str, WalletMovement]:
    """The listed transactions as rows, new or as they are now. What was there at the first comparison is not judged."""
    kept = {row.txid: row for row in chunked(WalletMovement.objects.filter(method=name), "txid", list(listed))}
    found = {}
    for txid, seen in listed.items():
        row = kept.get(txid) or WalletMovement(method=name, txid=txid, first_seen_at=clock.now())
        if is_first:
            row.kind = reconcile_rules.BEFORE
        elif not row.kind or row.kind == reconcile_rules.UNKNOWN:
            spend = reconcile_rules.MOVED if txid in moved else reconcile_rules.UNKNOWN
            row.kind = spend if seen.is_spend else reconcile_rules.RECEIPT
        row.units, row.confirmations, row.is_counted = seen.units, seen.confirmations, seen.is_counted
        found[txid] = row
    return found


def _moved_to_payer(session: Session, wallet: Wallet) -> set[str]:
    """Spends of which everything but the fee arrived in the wallet that pays out: an operator filled it up."""
    spends = {txid: one for txid, one in wallet.listed.items() if one.is_spend}
    payer = node_of(session.method, session.coin)
    if not spends or payer is None:
        return set()
    seen = reconcile_rules.wallet_transactions(payer.entries_since(wallet.since))
    return {
        txid
        for txid, one in spends.items()
        if txid in seen and not seen[txid].is_spend and seen[txid].units == -one.units - one.fee_units
    }


def _credits(session: Session, last: Reconciliation | None) -> list[Credit]:
    """Every arrival that was credited and is still watched, or was credited since the last comparison. What an operator
    took back needs no coins any more."""
    recent = Q(is_watched=True) if last is None else Q(is_watched=True) | Q(deposit__at__gte=last.at)
    rows = CoinReceipt.objects.filter(
        recent, method=session.method, address__network=session.network, state=deposit_rules.CREDITED
    )
    credited = list(rows.select_related("deposit", "address").order_by("id"))
    gone = taken_back(credited)
    found = []
    for row in credited:
        assert row.deposit is not None and row.deposit.micros_per_coin is not None
        if journals.deposit_reversal_key(row.deposit.id) in gone:
            continue
        session.alive()
        sighting = session.node.look_up(row.txid)
        units = None
        if sighting is not None and sighting.confirmations >= 0:
            try:
                units = read_transaction(sighting.raw_hex).outputs[row.vout].units
            except (Malformed, IndexError):
                units = 0
        micros = deposit_rules.worth_micros(row.units, row.deposit.micros_per_coin)
        key = journals.deposit_key(row.deposit.id)
        found.append(Credit(f"{row.txid}:{row.vout}", row.units, units, key, micros))
    return found


def _strays(session: Session, received: Sequence[Received], listed: Mapping[str, WalletTransaction]) -> list[Stray]:
    """Arrivals that no client's address explains, and old ones at a client's address that were never kept."""
    worth_it = [one for one in received if one.units >= session.coin.least_units and one.txid in listed]
    shown = DepositAddress.objects.filter(method=session.method, network=session.network)
    addresses = {row.address for row in chunked(shown, "address", sorted({one.address for one in worth_it}))}
    receipts = CoinReceipt.objects.filter(method=session.method)
    kept = {(row.txid, row.vout) for row in chunked(receipts, "txid", sorted({one.txid for one in worth_it}))}
    found = []
    for one in worth_it:
        depth = listed[one.txid].confirmations
        # The watcher may only be late: it raises an alarm of its own, and then keeps what came.
        is_due = depth >= policy.WATCHED_BLOCKS if one.address in addresses else depth > 0
        if is_due and (one.txid, one.vout) not in kept:
            found.append(Stray(f"{one.txid}:{one.vout}", one.units, one.address in addresses))
    return found


def deposits_by_key(coin: str, keys: Collection[str]) -> dict[str, int]:
    """What these journals should have brought in by our own table; absent where there is no such deposit."""
    found: dict[str, int] = {}
    for prefix, key_of, sign in (
        (journals.DEPOSIT, journals.deposit_key, 1),
        (journals.DEPOSIT_REVERSAL, journals.deposit_reversal_key, -1),
    ):
        for row in chunked(Deposit.objects.filter(method=coin), "id", ids_in(keys, prefix)):
            assert row.units is not None and row.micros_per_coin is not None
            found[key_of(row.id)] = sign * deposit_rules.worth_micros(row.units, row.micros_per_coin)
    return found
