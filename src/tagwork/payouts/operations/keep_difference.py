from tagwork.kit import clock
from tagwork.payouts import models as tables
from tagwork.payouts.reconcile_rules import Difference


def keep_difference(method: str, one: Difference) -> bool:
    """In the caller's transaction; True when nobody knew of it. What was explained stays explained; what was gone is
    new again."""
    now = clock.now()
    row, is_new = tables.Difference.objects.get_or_create(
        method=method,
        code=one.code,
        subject=one.subject[:100],
        defaults={
            "books": one.books[:100],
            "outside": one.outside[:100],
            "journals": list(one.journals),
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    if is_new:
        return True
    is_back = row.gone_at is not None and row.explained_at is None
    figures = {"books": one.books[:100], "outside": one.outside[:100], "last_seen_at": now, "gone_at": None}
    tables.Difference.objects.filter(id=row.id).update(**figures)
    return is_back
