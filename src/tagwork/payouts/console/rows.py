"""What every table of the console shares."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext

from tagwork.payouts import deposit_rules, queries
from tagwork.payouts.models import Withdrawal

PAGE = 25
MOST_UNDER_WAY = 200


def waits_by_method(rows: QuerySet[Withdrawal]) -> Iterable[tuple[str, int, int | None]]:
    return rows.order_by().values_list("method").annotate(count=Count("id"), total=Sum("net_micros"))


def title_of(method: str) -> str:
    """Of a rail, or of the watching of a coin's deposits (deposit_rules.watch_name)."""
    watched = deposit_rules.watched_method(method)
    title = queries.title_of(watched or method)
    return gettext("%(coin)s deposits") % {"coin": title} if watched else title
