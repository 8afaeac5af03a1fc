"""When somebody is asked for what a tax form says. Hints, not advice: an operator sets from which yearly sum on."""

from datetime import UTC, datetime

from tagwork.kit import clock, settings
from tagwork.ledger.queries import moved_by_kind
from tagwork.ledger.rules import SETTLE
from tagwork.payouts import policy
from tagwork.payouts.journals import worker_main
from tagwork.people.models import Person

# Asked a while before the sum is reached, so that nobody has to hurry.
NEAR_PERCENT = 80


def is_near_threshold(person: Person) -> bool:
    """Whether this year's (UTC) approved pay comes near the sum from which on the operator needs a tax form."""
    threshold = int(settings.in_force(policy.TAX_FORM_FROM_MICROS))
    if not threshold:
        return False
    year = clock.now().year
    since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    earned = moved_by_kind(worker_main(person.id), since, until).get(SETTLE, 0)
    return earned * 100 >= threshold * NEAR_PERCENT
