"""What this room has to say when somebody wants to close their account."""

from django.utils.translation import gettext

from tagwork.core.money import format_usd
from tagwork.ledger.queries import pending_micros
from tagwork.people.models import Person
from tagwork.quality.models import Appeal


def decisions_that_hold(person: Person) -> list[str]:
    """Pay that waits for a verdict, and appeals that wait for somebody."""
    reasons = []
    pending = pending_micros(f"worker:{person.pk}")
    if pending:
        text = gettext("%(amount)s wait for a verdict: within some days they are yours or decided.")
        reasons.append(text % {"amount": format_usd(pending)})
    if Appeal.objects.filter(person=person, state=Appeal.State.OPEN).exists():
        reasons.append(gettext("You have an open appeal: wait for its decision, or withdraw it."))
    return reasons
