from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from tagwork.kit import clock, settings
from tagwork.payouts import policy, rules
from tagwork.payouts.models import Batch, BatchLine, Run, Withdrawal
from tagwork.payouts.operations import step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.screen import cleared
from tagwork.payouts.rails import rails
from tagwork.payouts.rates import Quote


@dataclass(frozen=True, slots=True)
class Formed:
    """`batch` is None when nobody could be paid now; then `is_float_short` says whether the wallet is why."""

    batch: Batch | None
    is_float_short: bool


def form_batch(session: Session, run: Run, quote: Quote) -> Formed:
    """Takes the oldest approved withdrawals into a batch, with their coin amounts at `quote`.

    Each address is asked of the node again; where it disagrees with us, or the amount is too small for the network,
    the withdrawal is held for a person.
    """
    # Twice as many: some may be held or cancelled before they are locked.
    listed = rules.oldest_of_each(
        waiting_for(session.method, session.network, run.started_by),
        lambda row: row.destination.payee,
        2 * int(settings.in_force(policy.BATCH_MOST)),
    )
    waiting = cleared(listed, session.writing)
    scripts = {row.address: _script(session, row.address) for row in waiting}
    if not waiting:
        return Formed(None, False)
    float_units = sum(session.node.coins().values()) - policy.fee_caps(session.method).units
    session.alive()
    with session.writing():
        ids = [row.id for row in waiting]
        # The worker may have cancelled, an operator held or paid by hand, since they were listed.
        rows = {
            row.id: row
            for row in Withdrawal.objects.select_for_update(of=("self",))
            .filter(id__in=ids, state=rules.APPROVED)
            .order_by("id")
        }
        candidates = []
        for row in rows.values():
            script = scripts[row.address]
            if script is None:
                _hold(row, rules.NODE_DISAGREES)
            else:
                candidates.append(rules.Candidate(row.id, row.net_micros, row.address, script))
        selection = rules.select_for_batch(
            candidates,
            quote.micros_per_coin,
            float_units,
            session.coin.least_units,
            int(settings.in_force(policy.BATCH_MOST)),
        )
        for candidate in selection.too_small:
            _hold(rows[candidate.withdrawal_id], rules.TOO_SMALL)
        if not selection.chosen:
            return Formed(None, selection.is_float_short)
        batch = Batch.objects.create(
            run=run,
            method=session.method,
            network=session.network,
            quote=quote.as_json(),
            micros_per_coin=quote.micros_per_coin,
            formed_at=clock.now(),
        )
        for candidate, units in selection.chosen:
            detail = {"batch": str(batch.id), "units": units, "micros_per_coin": quote.micros_per_coin}
            step.move(rows[candidate.withdrawal_id], rules.BATCHED, rules.RULE, detail, batch=batch)
        BatchLine.objects.bulk_create(
            BatchLine(
                batch=batch,
                withdrawal_id=candidate.withdrawal_id,
                position=position,
                address=candidate.address,
                script_hex=candidate.script_hex,
                units=units,
            )
            for position, (candidate, units) in enumerate(selection.chosen)
        )
    return Formed(batch, selection.is_float_short)


def count_waiting(session: Session, run: Run) -> int:
    """How many this run could still pay."""
    return len(waiting_for(session.method, session.network, run.started_by))


def waiting_for(method: str, network: str, started_by: str) -> Sequence[Withdrawal]:
    """Approved ones, oldest first; a large one only when a second operator (not rules.RULE) started it."""
    limit = int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS))
    found = Withdrawal.objects.filter(method=method, network=network, state=rules.APPROVED)
    alone = Q(amount_micros__lt=limit)
    if started_by != rules.RULE:
        large = found.exclude(alone)
        alone |= Q(id__in=[row.id for row in large if step.approver(row) not in (rules.RULE, started_by, None)])
    return list(found.filter(alone).select_related("destination").order_by("id"))


def _script(session: Session, address: str) -> str | None:
    """The script that both we and the node would pay; None when they do not agree."""
    ours = rails()[session.method].check_destination(session.network, address)
    theirs = session.node.script_of(address)
    return theirs if ours.payable and ours.payee == theirs else None


def _hold(row: Withdrawal, reason: str) -> None:
    step.move(row, rules.HELD, rules.RULE, {"reasons": [reason]}, hold_reasons=[reason])
