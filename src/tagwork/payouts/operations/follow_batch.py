"""A signed batch on its way: the stored bytes are sent until the chain has them, and what the chain says is booked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from tagwork.kit import clock, settings
from tagwork.ledger.operations.post import post_many
from tagwork.ledger.queries import journal_marks
from tagwork.ledger.rules import Entry, swapped
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.models import Batch, BatchInput, Rescue
from tagwork.payouts.operations import batch_step, step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.freeze import freeze
from tagwork.payouts.operations.rescue_batch import rescue_batch
from tagwork.payouts.rails.node import NodeSurprise, Sighting
from tagwork.payouts.rails.transactions import Malformed, Output, pays_any_of, read_transaction


@dataclass(frozen=True, slots=True)
class Conflict:
    """A transaction that is not the batch's and spends a coin of it: where it is in the chain, the batch never can be.

    `pays_again`: it pays somebody whom the batch pays. A copy whose signature was altered (malleated) has another id
    and pays everybody; a second payment of the same people may have been made by hand.
    """

    txid: str
    outpoint: str
    confirmations: int
    pays_again: bool


def follow_batch(session: Session, batch: Batch) -> None:
    """One look at a signed, broadcast or confirmed batch, and whatever follows from it; repeats harmlessly.

    Raises NodeSurprise when another transaction took its place in the chain.
    """
    assert batch.txid is not None
    session.alive()
    seen = session.node.look_up(batch.txid)
    attention = ""
    if batch.state == rules.SIGNED or not _node_has_it(session, batch, seen):
        code = session.node.send(batch.raw_transaction)
        seen = session.node.look_up(batch.txid)
        is_known = seen is not None and seen.confirmations >= 0
        if batch.state == rules.SIGNED and (code is None or is_known):
            _record_broadcast(session, batch)
        if not is_known:
            attention = f"not_taken_{code}" if code is not None else "wallet_does_not_know_it"
            conflicts = _conflicts(session, batch, seen)
            wanted = int(settings.in_force(policy.CONFLICT_CONFIRMATIONS))
            deep = [one for one in conflicts if one.confirmations >= wanted]
            again = [one for one in deep if one.pays_again]
            if again:
                _record_paid_otherwise(session, batch, again[0])
                return
            if deep:
                text = f"transaction {deep[0].txid} has its coin {deep[0].outpoint}"
                proof = {"conflicting_txid": deep[0].txid, "spent": deep[0].outpoint}
                _record_failed(session, batch, text, proof | {"confirmations": deep[0].confirmations})
            parent = _failed_parent(batch)
            if parent is not None:
                text = f"its coin was to come from transaction {parent.txid}, which failed on proof"
                _record_failed(session, batch, text, {"failed_parent": parent.txid})
            attention = "conflict_seen" if conflicts else attention
    confirmations = seen.confirmations if seen is not None else 0
    if batch.state == rules.CONFIRMED and confirmations < 1:
        with session.writing():
            locked = batch_step.lock(batch.id)
            # The view only: what was posted stays posted until a conflict is proved.
            batch_step.move(locked, rules.BROADCAST)
        batch.refresh_from_db()
    if batch.state == rules.BROADCAST and batch.confirmed_at is not None and confirmations < 1:
        attention = attention or rules.REORGANISED
    batch_step.note(session, batch, confirmations=confirmations, attention=attention)
    if batch.state == rules.BROADCAST and confirmations >= int(settings.in_force(policy.CONFIRMATIONS)):
        _record_confirmed(session, batch)
    if (
        batch.state == rules.BROADCAST
        and seen is not None
        and confirmations == 0
        and attention in ("", rules.REORGANISED)
    ):
        rescue_batch(session, batch)
    _follow_rescues(session, batch)
    if batch.state == rules.CONFIRMED and confirmations >= policy.WATCHED_BLOCKS:
        with session.writing():
            Batch.objects.filter(id=batch.id).update(is_watched=False)
            # A child that never was taken is not sent any more.
            BatchInput.objects.filter(batch=batch, rescue__isnull=False).update(is_live=False)
        batch.refresh_from_db()


def _node_has_it(session: Session, batch: Batch, seen: Sighting | None) -> bool:
    assert batch.txid is not None
    if seen is None or seen.confirmations < 0:
        return False
    return seen.confirmations > 0 or session.node.is_waiting(batch.txid)


def _record_broadcast(session: Session, batch: Batch) -> None:
    with session.writing():
        locked = batch_step.lock(batch.id)
        batch_step.move(locked, rules.BROADCAST, sent_at=clock.now())
        for row in batch_step.withdrawals_of(locked):
            # A person may have said of some what another transaction did for them.
            if row.state == rules.SIGNED:
                step.move(row, rules.BROADCAST, rules.RULE, {"txid": locked.txid})
    batch.refresh_from_db()


def _record_confirmed(session: Session, batch: Batch) -> None:
    with session.writing():
        locked = batch_step.lock(batch.id)
        batch_step.move(locked, rules.CONFIRMED, confirmed_at=clock.now())
        # After a reorganisation they are confirmed already, and their journals are there.
        rows = [row for row in batch_step.withdrawals_of(locked) if row.state == rules.BROADCAST]
        lines = {line.withdrawal_id: line for line in locked.lines.all()}
        entries = []
        for row in rows:
            step.move(row, rules.CONFIRMED, rules.RULE, {"confirmations": locked.confirmations})
            line = lines[row.id]
            entries.append(
                Entry(
                    key=journals.key("confirmed", row.id),
                    kind="withdraw_confirmed",
                    lines=journals.confirmed_lines(step.amounts_of(row)),
                    subject=journals.subject(row.id),
                    detail={
                        "txid": locked.txid,
                        "output": line.position,
                        "units": line.units,
                        "micros_per_coin": locked.micros_per_coin,
                    },
                )
            )
        # Together: a second posting could lock balances of lower ids after higher ones, against another runner.
        post_many([*entries, _network_fee(locked)])
    batch.refresh_from_db()


def _network_fee(batch: Batch, rescue: Rescue | None = None) -> Entry:
    """Once: the key is the transaction's."""
    txid, fee_units = (rescue.txid, rescue.fee_units) if rescue is not None else (batch.txid, batch.fee_units or 0)
    return Entry(
        key=journals.batch_fee_key(batch.id, rescue.number if rescue is not None else None),
        kind="network_fee",
        lines=journals.network_fee_lines(batch.method, rules.micros_of(fee_units, batch.micros_per_coin)),
        subject=f"batch:{batch.id}",
        detail={"txid": txid, "units": fee_units, "micros_per_coin": batch.micros_per_coin},
    )


def _network_fees_returned(batch: Batch) -> list[Entry]:
    """Nobody paid what was booked for a transaction that is not in the chain, nor for the children that spend it."""
    fees = {None: _network_fee(batch)} | {one.number: _network_fee(batch, one) for one in batch.rescues.all()}
    booked = journal_marks([fee.key for fee in fees.values()])
    return [
        replace(
            fee,
            key=journals.batch_fee_returned_key(batch.id, number),
            kind="network_fee_returned",
            lines=swapped(fee.lines),
        )
        for number, fee in fees.items()
        if fee.key in booked
    ]


def _follow_rescues(session: Session, batch: Batch) -> None:
    for rescue in Rescue.objects.filter(batch=batch).order_by("number"):
        seen = session.node.look_up(rescue.txid)
        if seen is not None and seen.confirmations > 0:
            with session.writing():
                post_many([_network_fee(batch, rescue)])
        elif not session.node.is_waiting(rescue.txid):
            session.node.send(rescue.raw_transaction)


def _conflicts(session: Session, batch: Batch, seen: Sighting | None) -> list[Conflict]:
    """Every transaction that excludes ours, waiting or in the chain."""
    ours = {(one.txid, one.vout) for one in batch.inputs.filter(rescue=None)}
    suspects = set(seen.conflicts) if seen is not None else set()
    suspects |= session.node.sent_since(batch.signed_after_block)
    lines = [Output(line.units, line.script_hex) for line in batch.lines.all()]
    found = []
    for txid in sorted(suspects - {batch.txid or ""}):
        other = session.node.look_up(txid)
        if other is None or other.confirmations < 0:
            continue
        try:
            transaction = read_transaction(other.raw_hex)
        except Malformed:
            continue
        shared = ours.intersection(transaction.inputs)
        if transaction.txid != txid or not shared:
            continue
        spent, output = min(shared)
        pays_again = pays_any_of(transaction, lines)
        found.append(Conflict(txid, f"{spent}:{output}", other.confirmations, pays_again))
    return found


def _failed_parent(batch: Batch) -> Batch | None:
    """A batch that can never be in the chain, and whose change this one spends: after a reorganisation, before which
    both were confirmed."""
    spent = batch.inputs.filter(rescue=None).values("txid")
    return Batch.objects.filter(method=batch.method, state=rules.FAILED, txid__in=spent).first()


def _record_paid_otherwise(session: Session, batch: Batch, other: Conflict) -> None:
    """Nobody is failed, or who was paid by the other transaction would be refunded, too: the method is frozen, and a
    person records of each withdrawal what became of it. Raises NodeSurprise, the first time.

    Once the freeze is lifted the batch waits for that, and then ends.
    """
    if batch.attention == rules.PAID_OTHERWISE:
        with session.writing():
            locked = batch_step.lock(batch.id)
            if all(row.state not in (rules.SIGNED, rules.BROADCAST) for row in batch_step.withdrawals_of(locked)):
                _end(locked, rules.PAID_OTHERWISE)
        batch.refresh_from_db()
        return
    text = f"batch {batch.id}: transaction {other.txid} has its coin {other.outpoint} and pays the same people"
    with session.writing():
        locked = batch_step.lock(batch.id)
        if locked.state == rules.CONFIRMED:
            batch_step.move(locked, rules.BROADCAST)
        Batch.objects.filter(id=batch.id).update(attention=rules.PAID_OTHERWISE, confirmations=0)
        freeze(session.method, rules.CONTRADICTION, text)
    batch.refresh_from_db()
    raise NodeSurprise(rules.CONTRADICTION, text)


def _end(locked: Batch, attention: str) -> None:
    """Its transaction can never be in the chain: the coins that are left are free for other batches."""
    batch_step.move(locked, rules.FAILED, attention=attention, confirmations=0, is_watched=False)
    BatchInput.objects.filter(batch=locked).update(is_live=False)


def _record_failed(session: Session, batch: Batch, text: str, detail: Mapping[str, object]) -> NoReturn:
    """An operator refunds each withdrawal. The method is frozen: who could spend these coins can spend the others.
    Raises NodeSurprise."""
    text = f"batch {batch.id} failed: {text}"
    with session.writing():
        locked = batch_step.lock(batch.id)
        if locked.state == rules.CONFIRMED:
            batch_step.move(locked, rules.BROADCAST)
        entries = _network_fees_returned(locked)
        for row in batch_step.withdrawals_of(locked):
            if row.state == rules.CONFIRMED:
                step.move(row, rules.RETURNED, rules.RULE, detail)
                entries.append(
                    Entry(
                        key=journals.key("returned", row.id),
                        kind="withdraw_returned",
                        lines=journals.returned_lines(step.amounts_of(row)),
                        subject=journals.subject(row.id),
                    )
                )
            elif row.state in (rules.SIGNED, rules.BROADCAST):
                # Else a person has failed it before, when yet another transaction had paid some of them.
                step.move(row, rules.FAILED, rules.RULE, detail)
        post_many(entries)
        _end(locked, "conflict_proved")
        freeze(session.method, rules.COINS_TAKEN, text)
    batch.refresh_from_db()
    raise NodeSurprise(rules.COINS_TAKEN, text)
