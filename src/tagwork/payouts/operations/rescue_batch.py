from datetime import timedelta

from tagwork.kit import clock, settings
from tagwork.payouts import policy
from tagwork.payouts.models import Batch, BatchInput, Rescue
from tagwork.payouts.operations import batch_step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.rails.node import CannotFund
from tagwork.payouts.rails.transactions import Malformed, read_transaction

# A child with one input and one output takes at most this many bytes on either chain.
CHILD_BYTES = 200
MOST_RESCUES = 3


def rescue_batch(session: Session, batch: Batch) -> bool:
    """Helps a transaction that waits too long: a child spends its change, to ourselves, at twice the rate (CPFP).

    The payment itself stays as it is. The child's bytes are stored before they are sent, as the payment's were, and its
    coin with them: should the payment be confirmed without it, no batch may take that coin.
    True when one was made. Rejected: bumpfee and replacement, which make a second payment to the same people.
    """
    rescues = list(Rescue.objects.filter(batch=batch).order_by("number"))
    since = rescues[-1].signed_at if rescues else batch.sent_at
    wait = timedelta(seconds=int(settings.in_force(policy.STUCK_SECONDS)))
    if since is None or clock.now() < since + wait or len(rescues) >= MOST_RESCUES or not batch.change_units:
        return False
    assert batch.txid is not None and batch.fee_units is not None
    if rescues:
        coin, coin_units = (rescues[-1].txid, 0), rescues[-1].change_units
    else:
        coin, coin_units = (batch.txid, batch.lines.count()), batch.change_units
    if coin in batch_step.live_inputs(batch.method):
        # It was confirmed, another batch took it, and the chain turned: a child would exclude that one.
        return False
    fee_units = _child_fee(session, batch, rescues)
    if fee_units is None or coin_units - fee_units < session.coin.least_units:
        return False
    try:
        address = session.node.change_address()
        script = session.node.script_of(address)
        raw_hex = session.node.sign_spend(coin, address, coin_units - fee_units)
        child = read_transaction(raw_hex)
    except (CannotFund, Malformed):
        return False
    outputs = [(output.units, output.script_hex) for output in child.outputs]
    if child.inputs != (coin,) or outputs != [(coin_units - fee_units, script)]:
        return False
    with session.writing():
        rescue = Rescue.objects.create(
            batch=batch,
            number=len(rescues),
            raw_transaction=raw_hex,
            txid=child.txid,
            fee_units=fee_units,
            change_units=coin_units - fee_units,
            signed_at=clock.now(),
        )
        txid, vout = coin
        BatchInput.objects.create(
            batch=batch, rescue=rescue, method=batch.method, txid=txid, vout=vout, units=coin_units
        )
    session.node.send(raw_hex)
    return True


def _child_fee(session: Session, batch: Batch, rescues: list[Rescue]) -> int | None:
    """What the child pays so that the whole family reaches twice its rate, or the node's estimate if that is more;
    None when that is beyond a cap."""
    caps = policy.fee_caps(batch.method)
    family = [batch.raw_transaction, *(rescue.raw_transaction for rescue in rescues)]
    size = sum(read_transaction(raw_hex).size for raw_hex in family)
    paid = (batch.fee_units or 0) + sum(rescue.fee_units for rescue in rescues)
    rate = max(2 * paid * 1000 // size, session.node.fee_rate())
    rate = min(rate, caps.units_per_kilobyte)
    fee_units = rate * (size + CHILD_BYTES) // 1000 - paid
    # A relay takes no child that pays less than the floor for itself.
    fee_units = max(fee_units, policy.fee_floor_units(batch.method) * CHILD_BYTES // 1000)
    return fee_units if fee_units <= caps.units else None
