"""A client's month: what came in, what was paid for, what is left. Read from the books, so it never changes later."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from tagwork.kit import clock, settings
from tagwork.kit.ids import encode
from tagwork.ledger import queries as ledger
from tagwork.ledger.rules import REVERSAL, AccountRef, Kind
from tagwork.payouts import policy
from tagwork.payouts.journals import CLIENT_REFUND
from tagwork.payouts.models import Deposit
from tagwork.people.models import Organisation
from tagwork.projects.models import Project


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """`answers` counts settlements: approved answers and justified flags."""

    name: str
    answers: int
    pay_micros: int
    fee_micros: int


@dataclass(frozen=True, slots=True)
class ClientMonth:
    """`opening` and `closing` are everything the house held for the client: free, and in its projects."""

    number: str
    organisation: str
    month: date
    is_over: bool
    house_name: str
    house_address: str
    opening_micros: int
    deposits: tuple[tuple[datetime, str, int], ...]
    taken_back_micros: int
    refunded_micros: int
    projects: tuple[ProjectRow, ...]
    closing_micros: int

    @property
    def spent_micros(self) -> int:
        return sum(row.pay_micros + row.fee_micros for row in self.projects)

    @property
    def other_micros(self) -> int:
        """What else changed the balance, such as an entry made before deposits had a page: nothing is left out."""
        named = self.paid_in_micros - self.taken_back_micros - self.refunded_micros - self.spent_micros
        return self.closing_micros - self.opening_micros - named

    @property
    def paid_in_micros(self) -> int:
        return sum(amount for _at, _reference, amount in self.deposits)


def month_from(text: str) -> date | None:
    """`2026-11` as its first day; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_of(organisation: Organisation) -> list[date]:
    """The months from the first deposit to this one, newest first."""
    first = Deposit.objects.filter(organisation=organisation).order_by("at").values_list("at", flat=True).first()
    found = []
    month = first.astimezone(UTC).date().replace(day=1) if first else None
    while month is not None and month <= clock.now().date():
        found.append(month)
        month = next_month(month)
    return found[::-1]


def client_month(organisation: Organisation, month: date) -> ClientMonth:
    """Eight statements, however many projects and answers there are. Months are of UTC."""
    since = datetime(month.year, month.month, 1, tzinfo=UTC)
    following = next_month(month)
    until = datetime(following.year, following.month, 1, tzinfo=UTC)
    names = dict(Project.objects.filter(organisation=organisation).values_list("id", "name"))
    free = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{organisation.id}")
    owners = [f"project:{key}" for key in names]
    settled = ledger.settled_from(Kind.PROJECT_ESCROW, owners, since, until)
    moved = ledger.moved_by_kind(free, since, until)
    deposits = Deposit.objects.filter(organisation=organisation, at__gte=since, at__lt=until).order_by("at")
    return ClientMonth(
        number=f"{encode('o', organisation.id)[2:10].upper()}-{month:%Y-%m}",
        organisation=organisation.name,
        month=month,
        is_over=clock.now() >= until,
        house_name=str(settings.in_force(policy.HOUSE_NAME)),
        house_address=str(settings.in_force(policy.HOUSE_ADDRESS)),
        opening_micros=_held(free, owners, since),
        deposits=tuple((one.at, one.reference, one.amount_micros) for one in deposits),
        taken_back_micros=-moved.get(REVERSAL, 0),
        refunded_micros=-moved.get(CLIENT_REFUND, 0),
        projects=tuple(
            ProjectRow(names[UUID(owner.partition(":")[2])], one.count, one.pay_micros, one.fee_micros)
            for owner, one in sorted(settled.items())
        ),
        closing_micros=_held(free, owners, until),
    )


def _held(free: AccountRef, project_owners: list[str], at: datetime) -> int:
    return ledger.held_at(free.kind, [free.owner], at) + ledger.held_at(Kind.PROJECT_ESCROW, project_owners, at)
