from tagwork.kit import clock, settings
from tagwork.ledger.operations.post import post_many
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.models import ProviderBatch, ProviderItem, Run, Withdrawal
from tagwork.payouts.operations import provider_step, step
from tagwork.payouts.operations.form_batch import waiting_for
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.operations.screen import cleared
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import MICROS_PER_CENT


def form_provider_batch(session: ProviderSession, run: Run) -> ProviderBatch | None:
    """Commits the oldest approved withdrawals to one batch, before the service hears of it; None when nobody waits.

    Approved > batched > signed in one transaction: with the batch's id the sending is decided, and nothing that could
    still go wrong here lies between.
    """
    listed = waiting_for(session.method, "", run.started_by)[
        : min(int(settings.in_force(policy.BATCH_MOST)), rails()[session.method].batch_most)
    ]
    waiting = cleared(listed, session.writing)
    if not waiting:
        return None
    with session.writing():
        # The worker may have cancelled, an operator held or paid by hand, since they were listed.
        found = Withdrawal.objects.select_for_update(of=("self",))
        rows = list(found.filter(id__in=[row.id for row in waiting], state=rules.APPROVED).order_by("id"))
        if not rows:
            return None
        cents = {row.id: row.net_micros // MICROS_PER_CENT for row in rows}
        now = clock.now()
        batch = ProviderBatch.objects.create(
            run=run,
            method=session.method,
            account=session.provider.account,
            total_cents=sum(cents.values()),
            signed_at=now,
            look_at=now,
        )
        ProviderItem.objects.bulk_create(
            ProviderItem(batch=batch, withdrawal=row, receiver=row.address, cents=cents[row.id]) for row in rows
        )
        entries = []
        for row in rows:
            step.move(row, rules.BATCHED, rules.RULE, {"batch": str(batch.id), "cents": cents[row.id]})
            step.move(row, rules.SIGNED, rules.RULE, provider_batch=batch)
            entries.append(provider_step.entry(row, "signed", journals.signed_lines, {"batch": str(batch.id)}))
        post_many(entries)
    return batch
