from django.db import transaction

from tagwork.kit import settings
from tagwork.payouts import policy, rules
from tagwork.payouts.models import Withdrawal
from tagwork.payouts.operations import step


def review_approved(limit: int = 200) -> int:
    """Holds what the program approved by itself and two operators must agree to by now, since the limit was lowered:
    no run would ever pay it. Returns how many."""
    from_micros = int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS))
    large = Withdrawal.objects.filter(state=rules.APPROVED, amount_micros__gte=from_micros).order_by("id")
    held = 0
    for withdrawal_id in list(large.values_list("id", flat=True)[:limit]):
        with transaction.atomic():
            withdrawal = step.lock(withdrawal_id)
            # A person may have moved it since it was listed; what a person released waits for the second one.
            if withdrawal.state == rules.APPROVED and step.approver(withdrawal) in (rules.RULE, None):
                reasons = [rules.LARGE_AMOUNT]
                step.move(withdrawal, rules.HELD, rules.RULE, {"reasons": reasons}, hold_reasons=reasons)
                held += 1
    return held
