from datetime import timedelta

from tagwork.kit import clock, settings
from tagwork.ledger.operations.post import post_many
from tagwork.ledger.rules import Entry
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.models import Batch, BatchInput
from tagwork.payouts.operations import batch_step, step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.rails.node import CannotFund, NodeSurprise, Tip
from tagwork.payouts.rails.transactions import Checked, Output, WrongTransaction, check_transaction


def sign_batch(session: Session, batch: Batch, tip: Tip) -> bool:
    """Funds, signs, checks and stores the one transaction of a formed batch: the point of no return.

    False when it was dissolved instead: the rate is too old, or the wallet cannot fund it now. Raises NodeSurprise,
    after dissolving it, when the signed bytes are not what the batch says. Nothing is sent here.
    """
    if batch.formed_at < clock.now() - timedelta(seconds=int(settings.in_force(policy.QUOTE_SECONDS))):
        batch_step.dissolve(session, batch, rules.QUOTE_TOO_OLD)
        return False
    session.alive()
    lines = list(batch.lines.order_by("position"))
    caps = policy.fee_caps(batch.method)
    rate = min(caps.units_per_kilobyte, max(policy.fee_floor_units(batch.method), session.node.fee_rate()))
    coins = session.node.coins()
    taken = batch_step.live_inputs(batch.method)
    try:
        raw_hex = session.node.fund_and_sign([(line.address, line.units) for line in lines], rate)
        wanted = [Output(line.units, line.script_hex) for line in lines]
        checked = check_transaction(raw_hex, wanted, coins, frozenset(taken), caps)
        _ask_node(session, raw_hex, checked, len(lines))
    except (CannotFund, WrongTransaction) as error:
        session.node.unlock(session.node.locked() - taken)
        batch_step.dissolve(session, batch, error.code)
        # The wallet fell back on coins that are not confirmed yet: wait for them. All else needs a person.
        if isinstance(error, WrongTransaction) and error.code != "unknown_input":
            raise NodeSurprise(rules.CONTRADICTION, f"batch {batch.id}: {error.code}") from None
        return False
    _store(session, batch, raw_hex, checked, tip)
    batch.refresh_from_db()
    return True


def _ask_node(session: Session, raw_hex: str, checked: Checked, change_position: int) -> None:
    """What only the node can say of checked bytes. Raises WrongTransaction."""
    txid, addresses = session.node.reads_as(raw_hex)
    if txid != checked.transaction.txid:
        raise WrongTransaction("txid_differs")
    if checked.change is not None:
        address = addresses[change_position]
        if not address or not session.node.is_own_change(address, checked.change.script_hex):
            raise WrongTransaction("change_not_ours")
    if not session.node.would_take(raw_hex):
        raise WrongTransaction("node_would_refuse")


def _store(session: Session, formed: Batch, raw_hex: str, checked: Checked, tip: Tip) -> None:
    with session.writing():
        batch = batch_step.lock(formed.id)
        batch_step.move(
            batch,
            rules.SIGNED,
            raw_transaction=raw_hex,
            txid=checked.transaction.txid,
            fee_units=checked.fee_units,
            change_units=checked.change.units if checked.change else 0,
            signed_after_block=tip.block,
            signed_at=clock.now(),
        )
        BatchInput.objects.bulk_create(
            BatchInput(batch=batch, method=batch.method, txid=txid, vout=vout, units=units)
            for (txid, vout), units in checked.input_units.items()
        )
        rows = batch_step.withdrawals_of(batch)
        assert len(rows) == batch.lines.count(), f"batch {batch.id} lost a withdrawal"
        for row in rows:
            step.move(row, rules.SIGNED, rules.RULE, {"txid": batch.txid}, txid=batch.txid)
        post_many(
            [
                Entry(
                    key=journals.key("signed", row.id),
                    kind="withdraw_signed",
                    lines=journals.signed_lines(step.amounts_of(row)),
                    subject=journals.subject(row.id),
                )
                for row in rows
            ]
        )
