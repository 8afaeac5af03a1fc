"""What every step of a batch shares: the session that may write, the batch's moves, and the locks in their order."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from tagwork.kit.locks import Fence
from tagwork.payouts import rules
from tagwork.payouts.models import Batch, BatchInput, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.cancel_withdrawal import cancel_disowned
from tagwork.payouts.operations.fenced import Fenced
from tagwork.payouts.rails.interface import Coin
from tagwork.payouts.rails.node import Node
from tagwork.payouts.rails.transactions import Outpoint


@dataclass(frozen=True, slots=True)
class Session(Fenced):
    """One runner of one method, as long as it holds the lock row `payouts.<method>`."""

    method: str
    network: str
    coin: Coin
    node: Node
    fence: Fence


def lock(batch_id: UUID) -> Batch:
    return Batch.objects.select_for_update().get(id=batch_id)


def withdrawals_of(batch: Batch) -> list[Withdrawal]:
    """Locked, in ascending id."""
    return list(Withdrawal.objects.select_for_update(of=("self",)).filter(batch=batch).order_by("id"))


def move(batch: Batch, to_state: str, **changes: Any) -> None:
    """Compare-and-set on the locked row."""
    assert to_state in rules.BATCH_MOVES[batch.state], f"batch {batch.id}: {batch.state} > {to_state}"
    moved = Batch.objects.filter(id=batch.id, state=batch.state).update(state=to_state, **changes)
    assert moved == 1, f"batch {batch.id} moved under its lock"
    batch.refresh_from_db()


def note(session: Session, batch: Batch, **facts: Any) -> None:
    """Keeps what the node said, where it is news."""
    news = {name: value for name, value in facts.items() if getattr(batch, name) != value}
    if news:
        with session.writing():
            Batch.objects.filter(id=batch.id).update(**news)
        batch.refresh_from_db()


def dissolve(session: Session, batch: Batch, why: str) -> None:
    """Nothing was signed: its withdrawals wait for another batch, but where the address was disowned meanwhile."""
    with session.writing():
        locked = lock(batch.id)
        withdrawals = withdrawals_of(locked)
        for withdrawal in withdrawals:
            step.move(withdrawal, rules.APPROVED, rules.RULE, {"batch_dissolved": why}, batch=None)
        cancel_disowned(withdrawals)
        move(locked, rules.DISSOLVED, attention=why, is_watched=False)
    batch.refresh_from_db()


def live_inputs(method: str) -> set[Outpoint]:
    """Coins that stored bytes spend."""
    return set(BatchInput.objects.filter(method=method, is_live=True).values_list("txid", "vout"))


def relock_inputs(session: Session) -> None:
    """The node's locks as the stored batches need them: it forgets them when it stops, and keeps those of a funding
    whose process died. Whoever locks coins by hand keeps them in another wallet."""
    locked, live = session.node.locked(), live_inputs(session.method)
    session.node.unlock(locked - live)
    # A child is sent as long as its batch is watched.
    on_their_way = BatchInput.objects.filter(
        Q(batch__state__in=(rules.SIGNED, rules.BROADCAST)) | Q(rescue__isnull=False, batch__is_watched=True),
        method=session.method,
        is_live=True,
    )
    session.node.lock(set(on_their_way.values_list("txid", "vout")) - locked)
