"""What the pages and the API show of destinations, withdrawals and deposits. Values only: no table leaves this room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Subquery, Sum
from django.utils.translation import gettext, gettext_noop

from tagwork.core.money import fee_micros as share_micros
from tagwork.kit import clock, settings
from tagwork.kit.errors import NotFound
from tagwork.ledger.queries import balance_micros, journal_marks
from tagwork.ledger.rules import AccountRef
from tagwork.payouts import journals, policy, rules
from tagwork.payouts.errors import MethodNotOffered
from tagwork.payouts.journals import hold_account, worker_main
from tagwork.payouts.models import BatchLine, Deposit, Destination, Freeze, RateObservation, Withdrawal, WithdrawalEvent
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import DestinationCheck
from tagwork.people.models import Organisation, Person

PAGE = 50
# An operator's own rate is refused when it is older: prices move.
OWN_RATE_HOURS = 24
# An older observation says nothing of today.
INDICATIVE_HOURS = 24
WEEKDAYS = (
    gettext_noop("Mondays"),
    gettext_noop("Tuesdays"),
    gettext_noop("Wednesdays"),
    gettext_noop("Thursdays"),
    gettext_noop("Fridays"),
    gettext_noop("Saturdays"),
    gettext_noop("Sundays"),
)


@dataclass(frozen=True, slots=True)
class DestinationView:
    """`address` is the form kept, `typed` what was given. Withdrawals wait until `usable_from`."""

    id: UUID
    method: str
    title: str
    network: str
    address: str
    typed: str
    created_at: datetime
    usable_from: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    """`unsendable_micros` of the net do not arrive: the method sends whole cents."""

    id: UUID
    worker_id: UUID
    destination_id: UUID
    method: str
    title: str
    network: str
    address: str
    amount_micros: int
    fee_micros: int
    net_micros: int
    unsendable_micros: int
    state: str
    hold_reasons: tuple[str, ...]
    hold_texts: tuple[str, ...]
    can_cancel: bool
    requested_at: datetime
    moved_at: datetime
    txid: str | None


@dataclass(frozen=True, slots=True)
class CoinPayment:
    """What a withdrawal became in coins. `units` are the smallest ones (1e-8); `confirmations` counts blocks."""

    units: int
    micros_per_coin: int
    rate_at: datetime
    confirmations: int
    confirmations_wanted: int
    explorer_url: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One move. `actor` is "you", "operator" or "rule" for the worker; the person's id for operators."""

    from_state: str
    to_state: str
    actor: str
    detail: dict[str, object]
    at: datetime


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One row of the table of methods. `why_not` is empty when the worker can withdraw with it now."""

    name: str
    title: str
    destination_label: str
    minimum_micros: int
    fee_micros: int
    fee_basis_points: int
    network: str
    cadence: str
    processing_time: str
    next_run_at: datetime
    # About what one whole coin costs in micro-dollars; None where it is no coin, or nobody knows.
    indicative_micros_per_coin: int | None
    eligible: bool
    why_not: str

    def fee_on(self, amount_micros: int) -> int:
        """All that is taken off a withdrawal of `amount_micros`."""
        return self.fee_micros + share_micros(amount_micros, self.fee_basis_points)

    @property
    def fee_percent(self) -> str:
        """ "2", "2.5" or "0"."""
        return f"{self.fee_basis_points / 100:g}"


@dataclass(frozen=True, slots=True)
class DepositView:
    id: UUID
    amount_micros: int
    reference: str
    at: datetime
    reversed_at: datetime | None

    @property
    def taken_back_micros(self) -> int:
        return -self.amount_micros if self.reversed_at else 0


def title_of(method: str) -> str:
    """Of a rail, in the reader's language; one that was taken away still has old withdrawals, and only its name."""
    rail = rails().get(method)
    return gettext(rail.title) if rail else method


def destination_view(destination: Destination) -> DestinationView:
    return DestinationView(
        id=destination.id,
        method=destination.method,
        title=title_of(destination.method),
        network=destination.network,
        address=destination.normalized,
        typed=destination.address,
        created_at=destination.created_at,
        usable_from=destination.usable_from,
    )


def withdrawal_view(withdrawal: Withdrawal) -> WithdrawalView:
    is_held = withdrawal.state == rules.HELD
    return WithdrawalView(
        id=withdrawal.id,
        worker_id=withdrawal.worker_id,
        destination_id=withdrawal.destination_id,
        method=withdrawal.method,
        title=title_of(withdrawal.method),
        network=withdrawal.network,
        address=withdrawal.address,
        amount_micros=withdrawal.amount_micros,
        fee_micros=withdrawal.fee_micros,
        net_micros=withdrawal.net_micros,
        unsendable_micros=policy.unsendable_micros(withdrawal.method, withdrawal.net_micros),
        state=withdrawal.state,
        hold_reasons=tuple(withdrawal.hold_reasons) if is_held else (),
        hold_texts=tuple(gettext(rules.HOLD_TEXTS[reason]) for reason in withdrawal.hold_reasons) if is_held else (),
        can_cancel=withdrawal.state in rules.CANCELLABLE,
        requested_at=withdrawal.requested_at,
        moved_at=withdrawal.moved_at,
        txid=withdrawal.txid or None,
    )


def check_destination(method: str, address: str) -> DestinationCheck:
    """What is known of an address before it is kept. Raises MethodNotOffered."""
    if method not in policy.offered_methods():
        raise MethodNotOffered("This payout method is not offered here.", field="method")
    return rails()[method].check_destination(policy.network_of(method), address)


def destination_for_notice(destination_id: UUID) -> DestinationView:
    """Whosever it is, also one that was removed: for telling its owner. Raises Destination.DoesNotExist."""
    return destination_view(Destination.objects.get(id=destination_id))


def has_destination(person: Person) -> bool:
    """Whether there ever was one: the first is added freely, every later one is a change of where money goes."""
    return Destination.objects.filter(person=person).exists()


def destinations_of(person: Person) -> list[DestinationView]:
    """Those in use, oldest first."""
    found = Destination.objects.filter(person=person, state=Destination.State.ACTIVE).order_by("id")
    return [destination_view(destination) for destination in found]


def withdrawals_of(worker: Person, before: UUID | None = None, limit: int = PAGE) -> list[WithdrawalView]:
    """Newest first; `before` is the id of the last one already seen (ids ascend with time)."""
    found = Withdrawal.objects.filter(worker=worker)
    if before is not None:
        found = found.filter(id__lt=before)
    return [withdrawal_view(withdrawal) for withdrawal in found.order_by("-id")[:limit]]


def withdrawal_of(worker: Person, withdrawal_id: UUID) -> WithdrawalView:
    """Raises NotFound also for somebody else's."""
    withdrawal = Withdrawal.objects.filter(worker=worker, id=withdrawal_id).first()
    if withdrawal is None:
        raise NotFound("There is no such withdrawal.")
    return withdrawal_view(withdrawal)


def timeline_of(worker: Person, withdrawal_id: UUID) -> list[TimelineEntry]:
    """The worker's own view, oldest first: no operator is named. Raises NotFound also for somebody else's."""
    withdrawal_of(worker, withdrawal_id)
    roles = {str(worker.id): "you", rules.RULE: "rule"}
    return [_entry(event, roles.get(event.actor, "operator")) for event in _events(withdrawal_id)]


def timeline(withdrawal_id: UUID) -> list[TimelineEntry]:
    """For operators: with the id of whoever acted."""
    return [_entry(event, event.actor) for event in _events(withdrawal_id)]


def _events(withdrawal_id: UUID) -> list[WithdrawalEvent]:
    return list(WithdrawalEvent.objects.filter(withdrawal_id=withdrawal_id).order_by("version"))


def _entry(event: WithdrawalEvent, actor: str) -> TimelineEntry:
    return TimelineEntry(event.from_state, event.to_state, actor, dict(event.detail), event.at)


def coin_payments(withdrawal_ids: Collection[UUID]) -> dict[UUID, CoinPayment]:
    """What each of them became in coins, for those in a batch that was signed or may still be; ONE query."""
    lines = BatchLine.objects.filter(withdrawal__in=withdrawal_ids).exclude(batch__state=rules.DISSOLVED)
    wanted = int(settings.in_force(policy.CONFIRMATIONS))
    found = {}
    for line in lines.select_related("batch").order_by("batch_id"):
        batch = line.batch
        found[line.withdrawal_id] = CoinPayment(
            units=line.units,
            micros_per_coin=batch.micros_per_coin,
            rate_at=batch.formed_at,
            confirmations=max(batch.confirmations, 0),
            confirmations_wanted=wanted,
            explorer_url=policy.explorer_url(batch.method, batch.txid) if batch.txid else "",
        )
    return found


def operator_queue(
    states: Collection[str], method: str = "", after: UUID | None = None, limit: int = PAGE
) -> list[WithdrawalView]:
    """Withdrawals in these states, oldest first; `after` is the id of the last one already seen."""
    found = Withdrawal.objects.filter(state__in=states)
    if method:
        found = found.filter(method=method)
    if after is not None:
        found = found.filter(id__gt=after)
    return [withdrawal_view(withdrawal) for withdrawal in found.order_by("id")[:limit]]


def counts_by_state() -> dict[str, int]:
    """How many withdrawals are in each state, every state named."""
    counted = dict(Withdrawal.objects.values_list("state").annotate(count=Count("id")))
    return {state: counted.get(state, 0) for state in rules.STATES}


def held_micros(worker: Person) -> int:
    """What has left the worker's main balance and has neither arrived nor come back."""
    found = Withdrawal.objects.filter(worker=worker, state__in=rules.UNDER_WAY)
    return int(found.aggregate(total=Sum("amount_micros"))["total"] or 0)


def owed_accounts(worker: Person) -> list[AccountRef]:
    """Every account on which the house owes this worker something: the main balance, and what each withdrawal holds."""
    mine = Withdrawal.objects.filter(worker=worker).values_list("id", flat=True)
    return [worker_main(worker.id), *(hold_account(withdrawal_id) for withdrawal_id in mine)]


@dataclass(frozen=True, slots=True)
class OwnRate:
    micros_per_coin: int
    version: int
    set_at: datetime


def own_rate(coin: str) -> OwnRate | None:
    """What an operator set by hand in the last hours, None otherwise."""
    versions = settings.history(policy.rate_setting(coin))
    if not versions or int(versions[0].value) <= 0:
        return None
    newest = versions[0]
    if newest.created_at < clock.now() - timedelta(hours=OWN_RATE_HOURS):
        return None
    return OwnRate(int(newest.value), newest.pk, newest.created_at)


def indicative_micros(coin: str) -> int | None:
    """About what a whole coin costs: an own rate, or the newest observation of the day. None when nobody knows.

    Never for paying: a batch locks its own quote.
    """
    own = own_rate(coin)
    if own is not None and not policy.rate_sources():
        return own.micros_per_coin
    newest = (
        RateObservation.objects.filter(
            coin=coin, rate_micros__isnull=False, at__gt=clock.now() - timedelta(hours=INDICATIVE_HOURS)
        )
        .order_by("-at")
        .values_list("rate_micros", flat=True)
        .first()
    )
    return newest if newest is not None else own.micros_per_coin if own is not None else None


def _cadence(weekdays: str | None, hour: int) -> str:
    time = f"{hour:02d}:00 UTC"
    if weekdays is None:
        return gettext("daily {time}").format(time=time)
    return f"{gettext(weekdays)} {time}"


def method_table(worker: Person) -> list[MethodRow]:
    """The methods on offer, with the values in force and whether this worker's main balance reaches the minimum."""
    hour = int(settings.in_force(policy.RUN_HOUR_UTC))
    now = clock.now()
    next_daily = rules.next_run_at(now, hour)
    weekday = int(settings.in_force(policy.RUN_WEEKDAY))
    next_weekly = rules.last_weekly(now, weekday, hour) + timedelta(days=7)
    main_micros = balance_micros(worker_main(worker.id))
    rows = []
    for name in policy.offered_methods():
        rail = rails()[name]
        minimum = policy.minimum_micros(name)
        missing = minimum - main_micros
        is_weekly = policy.is_weekly(name)
        rows.append(
            MethodRow(
                name=name,
                title=gettext(rail.title),
                destination_label=gettext(rail.destination_label),
                minimum_micros=minimum,
                fee_micros=policy.fee_micros(name),
                fee_basis_points=policy.fee_basis_points(name),
                network=policy.network_of(name),
                cadence=_cadence(WEEKDAYS[weekday - 1] if is_weekly else None, hour),
                processing_time=gettext(rail.processing_time),
                next_run_at=next_weekly if is_weekly else next_daily,
                indicative_micros_per_coin=indicative_micros(name) if rail.coin is not None else None,
                eligible=missing <= 0,
                why_not="" if missing <= 0 else gettext("Your main balance is below the minimum."),
            )
        )
    return rows


def deposits_of(organisation: Organisation, before: UUID | None = None, limit: int = PAGE) -> list[DepositView]:
    """Newest first; `before` is the id of the last one already seen."""
    found = Deposit.objects.filter(organisation=organisation)
    if before is not None:
        found = found.filter(id__lt=before)
    deposits = list(found.order_by("-id")[:limit])
    reversed_at = _reversed_at(deposits)
    return [
        DepositView(deposit.id, deposit.amount_micros, deposit.reference, deposit.at, reversed_at.get(deposit.id))
        for deposit in deposits
    ]


def _reversed_at(deposits: Sequence[Deposit]) -> dict[UUID, datetime]:
    """When each of these was taken back, if it was; the ledger knows. ONE query."""
    keys = {journals.deposit_reversal_key(deposit.id): deposit.id for deposit in deposits}
    return {keys[key]: mark.at for key, mark in journal_marks(keys).items()}


@dataclass(frozen=True, slots=True)
class RecordedDeposit:
    """A deposit as operators see it. `recorded_by` is empty where a coin's node saw it arrive."""

    id: UUID
    organisation_id: UUID
    organisation: str
    amount_micros: int
    reference: str
    recorded_by: str
    at: datetime
    reversed_at: datetime | None


def withdrawal_for_operator(withdrawal_id: UUID) -> WithdrawalView:
    """Anybody's. Raises NotFound."""
    withdrawal = Withdrawal.objects.filter(id=withdrawal_id).first()
    if withdrawal is None:
        raise NotFound("There is no such withdrawal.")
    return withdrawal_view(withdrawal)


def others_with_its_destination(withdrawal_id: UUID, limit: int = PAGE) -> list[UUID]:
    """Other people who gave the destination of this withdrawal, too, also where they removed it since; ONE query."""
    given = Withdrawal.objects.filter(id=withdrawal_id)
    same = Destination.objects.filter(
        method=Subquery(given.values("method")), payee=Subquery(given.values("destination__payee"))
    ).exclude(person=Subquery(given.values("worker")))
    return list(same.order_by("person").values_list("person", flat=True).distinct()[:limit])


def recorded_deposits(before: UUID | None = None, limit: int = PAGE) -> list[RecordedDeposit]:
    """Of all clients, newest first; `before` is the id of the last one already seen. Two queries."""
    found = Deposit.objects.select_related("organisation", "recorded_by")
    if before is not None:
        found = found.filter(id__lt=before)
    return _recorded(list(found.order_by("-id")[:limit]))


def recorded_deposit(deposit_id: UUID) -> RecordedDeposit:
    """Raises NotFound."""
    found = list(Deposit.objects.select_related("organisation", "recorded_by").filter(id=deposit_id))
    if not found:
        raise NotFound("There is no such deposit.")
    return _recorded(found)[0]


def _recorded(deposits: Sequence[Deposit]) -> list[RecordedDeposit]:
    reversed_at = _reversed_at(deposits)
    return [
        RecordedDeposit(
            deposit.id,
            deposit.organisation_id,
            deposit.organisation.name,
            deposit.amount_micros,
            deposit.reference,
            deposit.recorded_by.email if deposit.recorded_by is not None else "",
            deposit.at,
            reversed_at.get(deposit.id),
        )
        for deposit in deposits
    ]


@dataclass(frozen=True, slots=True)
class FreezeView:
    """Why a method stands still until an operator lifts it; `text` says what to look at."""

    id: UUID
    method: str
    code: str
    text: str
    detail: str
    at: datetime


def freezes_in_force() -> list[FreezeView]:
    found = Freeze.objects.filter(lifted_at__isnull=True).order_by("method")
    return [
        FreezeView(row.id, row.method, row.code, gettext(rules.FREEZE_TEXTS[row.code]), row.detail, row.at)
        for row in found
    ]
