"""What every step of a payment service's batch shares: the session, the locks, and whether an answer is about us."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tagwork.kit import clock
from tagwork.kit.locks import Fence
from tagwork.ledger.rules import Entry, Line
from tagwork.payouts import journals, rules
from tagwork.payouts.journals import Amounts
from tagwork.payouts.models import ProviderBatch, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.fenced import Fenced
from tagwork.payouts.rails.provider import BatchSeen, PayoutLine, Provider, ProviderSurprise


@dataclass(frozen=True, slots=True)
class ProviderSession(Fenced):
    """One runner of one method, as long as it holds the lock row `payouts.<method>`."""

    method: str
    provider: Provider
    fence: Fence


def lock(batch_id: UUID) -> ProviderBatch:
    return ProviderBatch.objects.select_for_update().get(id=batch_id)


def withdrawals_of(batch: ProviderBatch) -> list[Withdrawal]:
    """Locked, in ascending id."""
    found = Withdrawal.objects.select_for_update(of=("self",)).select_related("provider_item")
    return list(found.filter(provider_batch=batch).order_by("id"))


def lines_of(batch: ProviderBatch) -> list[PayoutLine]:
    """What is asked of the service: always the same for the same batch, in the same order."""
    items = batch.items.order_by("withdrawal_id").values_list("withdrawal_id", "receiver", "cents")
    return [PayoutLine(str(withdrawal_id), receiver, cents) for withdrawal_id, receiver, cents in items]


def move(batch: ProviderBatch, to_state: str, **changes: Any) -> None:
    """Compare-and-set on the locked row."""
    assert to_state in rules.PROVIDER_BATCH_MOVES[batch.state], f"batch {batch.id}: {batch.state} > {to_state}"
    moved = ProviderBatch.objects.filter(id=batch.id, state=batch.state).update(state=to_state, **changes)
    assert moved == 1, f"batch {batch.id} moved under its lock"
    batch.refresh_from_db()


def require_same(batch: ProviderBatch, seen: BatchSeen) -> None:
    """The service's batch is ours, with nobody in it whom we did not name and no other amount.

    Items may be missing: the list grows while the batch is taken in. Raises ProviderSurprise.
    """
    ours = {line.item_id: (line.receiver.casefold(), line.cents) for line in lines_of(batch)}
    theirs = [(item.line.item_id, (item.line.receiver.casefold(), item.line.cents)) for item in seen.items]
    is_ours = seen.batch_id == str(batch.id) and all(ours.get(item_id) == line for item_id, line in theirs)
    if not is_ours or len({item_id for item_id, _ in theirs}) != len(theirs):
        raise ProviderSurprise(rules.PROVIDER_CONTRADICTION, f"batch {batch.id} is not what was sent")


def record_accepted(batch: ProviderBatch, provider_id: str, actor: str, detail: Mapping[str, Any]) -> None:
    """In the caller's transaction, on the locked row: the service has it, and nothing is ever sent again."""
    move(
        batch,
        rules.BROADCAST,
        provider_id=provider_id,
        accepted_at=clock.now(),
        look_at=clock.now(),
        is_in_doubt=False,
        attention="",
    )
    for row in withdrawals_of(batch):
        step.move(row, rules.BROADCAST, actor, {"provider_batch": provider_id, **detail})


def entry(row: Withdrawal, kind: str, lines: Callable[[Amounts], tuple[Line, ...]], detail: Mapping[str, Any]) -> Entry:
    """The journal of one step of a withdrawal, under the key that lets it be posted once."""
    return Entry(
        key=journals.key(kind, row.id),
        kind=f"withdraw_{kind}",
        lines=lines(step.amounts_of(row)),
        subject=journals.subject(row.id),
        detail=dict(detail),
    )
