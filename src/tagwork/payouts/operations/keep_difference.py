from tagwork.kit import clock
from tagwork.payouts import models as tables
from tagwork.payouts.reconcile_rules import Difference


def keep_difference(method: str, one: Difference) -> bool:
    """In the caller's transaction; True when nobody knew of it. What was explained stays explained while it is there;
    what was over is another one."""
    now = clock.now()
    figures = {"books": one.books[:100], "outside": one.outside[:100], "last_seen_at": now}
    row, is_new = tables.Difference.objects.get_or_create(
        method=method,
        code=one.code,
        subject=one.subject[:100],
        gone_at=None,
        defaults={**figures, "journals": list(one.journals), "first_seen_at": now},
    )
    if not is_new:
        tables.Difference.objects.filter(id=row.id).update(**figures)
    return is_new
