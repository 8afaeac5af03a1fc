from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from tagwork.kit import clock, settings
from tagwork.payouts import policy, rules
from tagwork.payouts.models import Destination, Withdrawal
from tagwork.payouts.operations import step


@transaction.atomic
def review_withdrawal(withdrawal_id: UUID) -> str:
    """Approves what was requested, or holds it with the reasons (rules.hold_reasons); returns the state.

    Anything that is not waiting for its review stays as it is. Raises NotFound.
    """
    withdrawal = step.lock(withdrawal_id)
    if withdrawal.state != rules.REQUESTED:
        return withdrawal.state
    reasons = rules.hold_reasons(_facts(withdrawal), _limits(), clock.now())
    if reasons:
        step.move(withdrawal, rules.HELD, rules.RULE, {"reasons": reasons}, hold_reasons=reasons)
    else:
        step.move(withdrawal, rules.APPROVED, rules.RULE)
    return withdrawal.state


def _facts(withdrawal: Withdrawal) -> rules.ReviewFacts:
    destination = withdrawal.destination
    others = Destination.objects.filter(method=withdrawal.method, payee=destination.payee)
    within_day = Withdrawal.objects.filter(
        worker=withdrawal.worker,
        requested_at__gt=withdrawal.requested_at - timedelta(days=1),
        requested_at__lte=withdrawal.requested_at,
    ).exclude(state__in=(rules.CANCELLED, rules.REFUNDED))
    return rules.ReviewFacts(
        amount_micros=withdrawal.amount_micros,
        day_micros=int(within_day.aggregate(total=Sum("amount_micros"))["total"] or 0),
        # Removed ones count: adding, withdrawing and removing in turn must not hide a shared address.
        is_shared_destination=others.exclude(person=withdrawal.worker).exists(),
        usable_from=destination.usable_from,
        is_unclear=destination.screenings.filter(withdrawal=None, answer=rules.REVIEW).exists(),
    )


def _limits() -> rules.ReviewLimits:
    return rules.ReviewLimits(
        second_operator_from_micros=int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS)),
        day_micros=int(settings.in_force(policy.DAY_LIMIT_MICROS)),
    )
