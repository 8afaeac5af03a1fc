"""A year's totals by payee and country."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Sum

from tagwork.ledger.queries import settled_to
from tagwork.ledger.rules import Kind
from tagwork.payouts import rules
from tagwork.payouts.models import WithdrawalEvent
from tagwork.people.models import Person
from tagwork.people.queries import TaxView, tax_details

CHUNK = 500


@dataclass(slots=True)
class PayeeYear:
    """One worker's year, UTC. `paid_micros`: net amounts that arrived, less those that came back, in this year."""

    worker_id: UUID
    email: str = ""
    country: str = ""
    earned_micros: int = 0
    paid_micros: int = 0
    fee_micros: int = 0
    payouts: int = 0
    tax: TaxView | None = None


@dataclass(slots=True)
class CountryYear:
    country: str
    payees: int = 0
    earned_micros: int = 0
    paid_micros: int = 0


def year_of_payees(year: int) -> list[PayeeYear]:
    """Everybody who earned or was paid in `year` (UTC), by country and address."""
    since, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found: dict[UUID, PayeeYear] = {}

    def row_of(worker_id: UUID) -> PayeeYear:
        return found.setdefault(worker_id, PayeeYear(worker_id))

    for owner, micros in settled_to(Kind.WORKER_MAIN, since, until).items():
        row_of(UUID(owner.removeprefix("worker:"))).earned_micros = micros
    moves = WithdrawalEvent.objects.filter(
        to_state__in=(rules.CONFIRMED, rules.RETURNED), at__gte=since, at__lt=until
    ).order_by()
    summed = moves.values_list("withdrawal__worker", "to_state").annotate(
        net=Sum("withdrawal__net_micros"), fee=Sum("withdrawal__fee_micros"), count=Count("id")
    )
    for worker_id, to_state, net, fee, count in summed:
        row, sign = row_of(worker_id), 1 if to_state == rules.CONFIRMED else -1
        row.paid_micros += sign * int(net)
        row.fee_micros += sign * int(fee)
        row.payouts += sign * count
    ids = list(found)
    for start in range(0, len(ids), CHUNK):
        people = Person.objects.filter(id__in=ids[start : start + CHUNK])
        for worker_id, email, country in people.values_list("id", "email", "country"):
            found[worker_id].email, found[worker_id].country = email, country
        for worker_id, details in tax_details(ids[start : start + CHUNK]).items():
            found[worker_id].tax = details
    return sorted(found.values(), key=lambda row: (row.country, row.email))


def by_country(payees: Iterable[PayeeYear]) -> list[CountryYear]:
    """The same year by country; "" is a profile without one."""
    found: dict[str, CountryYear] = {}
    for row in payees:
        one = found.setdefault(row.country, CountryYear(row.country))
        one.payees += 1
        one.earned_micros += row.earned_micros
        one.paid_micros += row.paid_micros
    return [found[country] for country in sorted(found)]
