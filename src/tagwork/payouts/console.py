"""What operators see of the payouts: wallets, rates, runs, batches, alarms, a year's totals. Values only.

A page asks no node and no exchange: everything here was asked by the background, and says when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext

from tagwork.kit import clock, settings
from tagwork.kit.errors import NotFound
from tagwork.ledger.queries import journal_lines, settled_to
from tagwork.ledger.rules import Kind, Line
from tagwork.payouts import deposit_rules, policy, queries, reconcile_rules, rules
from tagwork.payouts.deposits import attention_by_method, watches
from tagwork.payouts.models import (
    Batch,
    Deposit,
    Difference,
    HandLine,
    HandList,
    ProviderBatch,
    RaisedAlarm,
    RateObservation,
    Reconciliation,
    Run,
    WalletFloat,
    Withdrawal,
    WithdrawalEvent,
)
from tagwork.payouts.queries import OwnRate, freezes_in_force, own_rate
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import ListedPayment, PaymentList, Rail
from tagwork.payouts.rails.node import node_of
from tagwork.payouts.rails.provider import MICROS_PER_CENT
from tagwork.people.models import Person
from tagwork.people.queries import TaxView, tax_details

PAGE = 25
# What is usual is learned from so many days.
USUAL_DAYS = 14
# A rate is asked for every ten minutes (jobs/schedule.py): an older one means that nobody asks any more.
RATE_FRESH = timedelta(hours=1)
# A run that waits longer than this needs a person; so does a day whose run has not begun this long after its hour.
RUN_PATIENCE = timedelta(hours=1)
MOST_UNDER_WAY = 200
# The comparison is daily; then something keeps it from being made.
COMPARED_WITHIN = timedelta(hours=26)
CHUNK = 500
# Alarms whose detail changes while they last.
VARYING = frozenset(
    {
        "node_silent",
        "no_rate",
        "run_waits",
        "overdue",
        "in_doubt",
        "deposits_unwatched",
        "held",
        "to_refund",
        "second_operator",
    }
)


@dataclass(frozen=True, slots=True)
class WalletRow:
    """What one coin's wallet could pay. `units` is None until the node has answered once; `micros_per_coin` is about
    what a coin costs, None where nobody knows, and then nothing in dollars is known either."""

    method: str
    title: str
    has_node: bool
    is_offered: bool
    units: int | None
    coins: int
    seen_at: datetime | None
    problem: str
    micros_per_coin: int | None
    waiting: int
    waiting_micros: int
    daily_micros: int

    @property
    def float_micros(self) -> int | None:
        if self.units is None or self.micros_per_coin is None:
            return None
        return self.units * self.micros_per_coin // rules.UNITS_PER_COIN

    @property
    def days_left(self) -> int | None:
        found = self.float_micros
        return None if found is None else rules.float_days(found, self.waiting_micros, self.daily_micros)

    @property
    def is_short(self) -> bool:
        found = self.float_micros
        return found is not None and rules.is_float_short(found, self.waiting_micros, self.daily_micros)


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one exchange said. `why_not` is a code of rate_rules, empty when it was used or none was."""

    source: str
    bid_micros: int | None
    ask_micros: int | None
    fresh_at: datetime | None
    is_used: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """The newest look at one coin's price. `refused` is of rates.REFUSALS; `at` is None when nobody ever looked."""

    method: str
    title: str
    setting: str
    rate_micros: int | None
    refused: str
    at: datetime | None
    answers: tuple[SourceAnswer, ...]
    own: OwnRate | None

    @property
    def is_known(self) -> bool:
        """Whether a batch formed now would probably find a rate."""
        is_recent = self.at is not None and clock.now() - self.at < RATE_FRESH
        return self.own is not None or (is_recent and self.rate_micros is not None)


@dataclass(frozen=True, slots=True)
class RunRow:
    method: str
    title: str
    date: Any
    started_by: str
    started_at: datetime
    waits_for: str


@dataclass(frozen=True, slots=True)
class BatchRow:
    """`attention` is of rules.ATTENTION_CODES; `is_overdue` says that it should have been further by now."""

    id: UUID
    method: str
    title: str
    state: str
    withdrawals: int
    net_micros: int
    units: int
    txid: str
    explorer_url: str
    confirmations: int
    confirmations_wanted: int
    attention: str
    is_overdue: bool
    formed_at: datetime


@dataclass(frozen=True, slots=True)
class LineRow:
    position: int
    withdrawal_id: UUID
    worker_id: UUID
    state: str
    address: str
    units: int
    net_micros: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A batch whole. `rescues` are (transaction id, fee, since when) of the children that help it along."""

    row: BatchRow
    network: str
    micros_per_coin: int
    quoted_at: str
    sources: tuple[SourceAnswer, ...]
    own_rate_set_at: datetime | None
    lines: tuple[LineRow, ...]
    fee_units: int | None
    change_units: int
    inputs: int
    rescues: tuple[tuple[str, int, datetime], ...]
    started_by: str
    signed_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One payment service: what waits for it, and whether a person is needed to start it before its weekday."""

    method: str
    title: str
    waiting: int
    waiting_micros: int
    next_run_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceBatchRow:
    """A payment service's batch. `attention` is of rules.PROVIDER_ATTENTION_CODES; `may_give_up`: with proof."""

    id: UUID
    method: str
    title: str
    state: str
    withdrawals: int
    total_micros: int
    provider_id: str
    status: str
    attention: str
    is_in_doubt: bool
    may_give_up: bool
    may_ask_again: bool
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One payee, and what the service said last."""

    withdrawal_id: UUID
    worker_id: UUID
    state: str
    receiver: str
    amount_micros: int
    status: str
    provider_item_id: str
    transaction_id: str
    fee_micros: int | None


@dataclass(frozen=True, slots=True)
class ServiceBatchView:
    row: ServiceBatchRow
    items: tuple[ServiceItem, ...]
    started_by: str
    account: str
    attempted_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    look_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandListRow:
    """A list paid by hand; `open` of its payments have not come to an end."""

    id: UUID
    method: str
    title: str
    payments: int
    cents: int
    open: int
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class HandListLine:
    withdrawal_id: UUID
    worker_id: UUID
    state: str
    receiver: str
    cents: int
    txid: str


@dataclass(frozen=True, slots=True)
class HandWaiting:
    """What waits to be paid by hand by one method that has lists."""

    method: str
    title: str
    waiting: int
    waiting_micros: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest comparison of one method. `units` are None for a service, `paid_micros` for a coin; `at` is None when
    none was made. `is_deposits`: what is compared is a coin's way in."""

    method: str
    title: str
    is_deposits: bool
    at: datetime | None
    payments: int
    wallet_units: int | None
    expected_units: int | None
    paid_micros: int | None
    books_micros: int
    open: int


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """`journals` are (key, its postings); the postings are empty where the journal is missing. A figure of `subject`,
    `books` and `outside` counts units of `coin`, or micro-dollars where that is empty and `is_money` says so."""

    id: UUID
    method: str
    title: str
    code: str
    text: str
    coin: str
    is_money: bool
    subject: str
    books: str
    outside: str
    first_seen_at: datetime
    explained_at: datetime | None
    explained_by: str
    note: str
    journals: tuple[tuple[str, tuple[Line, ...]], ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at. `code` is of alarm_words.ALARMS; `subject` is the id of what `page`
    shows: a "batch" or a "service" batch; the "comparison", the "deposits" and the "withdrawals" have none; else the
    console itself. `count` of them, where there may be several: more of the same is the same alarm."""

    code: str
    title: str = ""
    detail: str = ""
    subject: UUID | None = None
    page: str = ""
    count: int = 0

    @property
    def key(self) -> str:
        """The same while it lasts: what a node or a run says changes, what a batch needs is another alarm."""
        varies = self.code in VARYING
        return f"{self.code}:{self.title}:{self.subject or ''}:{'' if varies else self.detail}"[:200]


@dataclass(frozen=True, slots=True)
class CoinRows:
    """Rates and wallets of one moment."""

    rates: list[RateRow]
    wallets: list[WalletRow]


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


def _coin_rails() -> list[Rail]:
    return [rail for rail in rails().values() if rail.coin is not None]


def _has_node(rail: Rail) -> bool:
    return rail.coin is not None and node_of(rail.name, rail.coin) is not None


def wallets(known_rates: Sequence[RateRow]) -> list[WalletRow]:
    """One row a coin; three queries."""
    floats = {row.method: row for row in WalletFloat.objects.all()}
    waiting = Withdrawal.objects.filter(state__in=(rules.APPROVED, rules.BATCHED))
    waits = {method: (count, int(total or 0)) for method, count, total in _by_method(waiting)}
    since = clock.now() - timedelta(days=USUAL_DAYS)
    asked = Withdrawal.objects.filter(requested_at__gte=since).exclude(state=rules.CANCELLED)
    usual = {method: int(total or 0) // USUAL_DAYS for method, _, total in _by_method(asked)}
    prices = {row.method: row for row in known_rates}
    offered = policy.offered_methods()
    rows = []
    for rail in _coin_rails():
        seen, price = floats.get(rail.name), prices[rail.name]
        number, total = waits.get(rail.name, (0, 0))
        rows.append(
            WalletRow(
                method=rail.name,
                title=gettext(rail.title),
                has_node=_has_node(rail),
                is_offered=rail.name in offered,
                units=seen.units if seen is not None and seen.seen_at is not None else None,
                coins=seen.coins if seen is not None else 0,
                seen_at=seen.seen_at if seen is not None else None,
                problem=seen.problem if seen is not None else "",
                micros_per_coin=price.rate_micros or (price.own.micros_per_coin if price.own else None),
                waiting=number,
                waiting_micros=total,
                daily_micros=usual.get(rail.name, 0),
            )
        )
    return rows


def _by_method(rows: QuerySet[Withdrawal]) -> Iterable[tuple[str, int, int | None]]:
    return rows.order_by().values_list("method").annotate(count=Count("id"), total=Sum("net_micros"))


def rates() -> list[RateRow]:
    """One row a coin, as last observed; two queries a coin."""
    rows = []
    for rail in _coin_rails():
        newest = RateObservation.objects.filter(coin=rail.name).order_by("-at").first()
        rows.append(
            RateRow(
                method=rail.name,
                title=gettext(rail.title),
                setting=policy.rate_setting(rail.name),
                rate_micros=newest.rate_micros if newest is not None else None,
                refused=newest.refused if newest is not None else "",
                at=newest.at if newest is not None else None,
                answers=tuple(_answer(name, said) for name, said in sorted(newest.answers.items())) if newest else (),
                own=own_rate(rail.name),
            )
        )
    return rows


def _answer(source: str, said: dict[str, Any]) -> SourceAnswer:
    fresh_at = said.get("fresh_at")
    return SourceAnswer(
        source=source,
        bid_micros=said.get("bid_micros"),
        ask_micros=said.get("ask_micros"),
        fresh_at=datetime.fromisoformat(fresh_at) if fresh_at else None,
        is_used=bool(said.get("used")),
        why_not=str(said.get("dropped") or said.get("failed") or ""),
    )


def open_runs() -> list[RunRow]:
    """Runs that are not over, oldest first."""
    return [
        RunRow(run.method, title_of(run.method), run.date, run.started_by, run.started_at, run.waits_for)
        for run in Run.objects.filter(ended_at__isnull=True).order_by("id")
    ]


def title_of(method: str) -> str:
    """Of a rail, or of the watching of a coin's deposits (deposit_rules.watch_name)."""
    watched = deposit_rules.watched_method(method)
    title = queries.title_of(watched or method)
    return gettext("%(coin)s deposits") % {"coin": title} if watched else title


def batches_under_way() -> list[BatchRow]:
    """Whatever is still watched: what needs a person first, then the newest. ONE query."""
    found = _summed(Batch.objects.filter(is_watched=True)).order_by("-id")[:MOST_UNDER_WAY]
    rows = _rows(found)
    return sorted(rows, key=lambda row: (not row.attention, not row.is_overdue))


def batches_past(before: UUID | None = None, limit: int = PAGE) -> list[BatchRow]:
    """Those that nobody watches any more, newest first; `before` is the id of the last one already seen. ONE query."""
    found = _summed(Batch.objects.filter(is_watched=False))
    if before is not None:
        found = found.filter(id__lt=before)
    return _rows(found.order_by("-id")[:limit])


def _summed(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    return batches.defer("raw_transaction", "quote").annotate(
        line_count=Count("lines"), net_sum=Sum("lines__withdrawal__net_micros"), unit_sum=Sum("lines__units")
    )


def _rows(batches: Iterable[Any]) -> list[BatchRow]:
    wanted = int(settings.in_force(policy.CONFIRMATIONS))
    return [
        BatchRow(
            id=batch.id,
            method=batch.method,
            title=title_of(batch.method),
            state=batch.state,
            withdrawals=batch.line_count,
            net_micros=int(batch.net_sum or 0),
            units=int(batch.unit_sum or 0),
            txid=batch.txid or "",
            explorer_url=policy.explorer_url(batch.method, batch.txid) if batch.txid else "",
            confirmations=max(batch.confirmations, 0),
            confirmations_wanted=wanted,
            attention=batch.attention,
            is_overdue=_is_overdue(batch),
            formed_at=batch.formed_at,
        )
        for batch in batches
    ]


def _is_overdue(batch: Batch) -> bool:
    """A formed one is signed or dissolved while its quote is fresh, or nobody runs the payouts. A sent one is helped
    after `stuck_seconds`; after twice that the help has not helped."""
    age = clock.now() - batch.formed_at
    if batch.state == rules.FORMED:
        return age > 2 * timedelta(seconds=int(settings.in_force(policy.QUOTE_SECONDS)))
    is_on_its_way = batch.state in (rules.SIGNED, rules.BROADCAST)
    return is_on_its_way and age > 2 * timedelta(seconds=int(settings.in_force(policy.STUCK_SECONDS)))


def batch_view(batch_id: UUID) -> BatchView:
    """Raises NotFound. Five queries, however many lines it has."""
    batch = (
        _summed(Batch.objects.filter(id=batch_id)).defer(None).defer("raw_transaction").select_related("run").first()
    )
    if batch is None:
        raise NotFound("There is no such batch.")
    said = [one for one in batch.quote.get("sources", []) if one.get("source") != "operator"]
    own = next((one for one in batch.quote.get("sources", []) if one.get("source") == "operator"), None)
    lines = batch.lines.select_related("withdrawal").order_by("position")
    return BatchView(
        row=_rows([batch])[0],
        network=batch.network,
        micros_per_coin=batch.micros_per_coin,
        quoted_at=str(batch.quote.get("taken_at", "")),
        sources=tuple(_answer(str(one["source"]), one) for one in said),
        own_rate_set_at=datetime.fromisoformat(own["set_at"]) if own else None,
        lines=tuple(
            LineRow(
                line.position,
                line.withdrawal_id,
                line.withdrawal.worker_id,
                line.withdrawal.state,
                line.address,
                line.units,
                line.withdrawal.net_micros,
            )
            for line in lines
        ),
        fee_units=batch.fee_units,
        change_units=batch.change_units,
        inputs=batch.inputs.filter(rescue=None).count(),
        rescues=tuple((one.txid, one.fee_units, one.signed_at) for one in batch.rescues.order_by("number")),
        started_by=batch.run.started_by,
        signed_at=batch.signed_at,
        sent_at=batch.sent_at,
        confirmed_at=batch.confirmed_at,
    )


def coin_rows() -> CoinRows:
    """What pages and alarms say of the coins; two queries a coin and three."""
    prices = rates()
    return CoinRows(prices, wallets(prices))


def alarms(seen: CoinRows | None = None) -> list[Alarm]:
    """What a person should look at now, the gravest first; `seen` is what the same page has looked up already.
    Eighteen queries at most."""
    found_now = seen or coin_rows()
    prices, coins = found_now.rates, found_now.wallets
    has_node = {row.method for row in coins if row.has_node}
    is_paid_by_node = {row.method for row in coins if row.has_node and row.is_offered}
    found = [Alarm("frozen", title_of(one.method), one.text) for one in freezes_in_force()]
    for batch in batches_under_way():
        if not (batch.attention or batch.is_overdue):
            continue
        code = "attention" if batch.attention else "overdue"
        found.append(Alarm(code, batch.title, batch.attention or batch.state, batch.id, "batch"))
    # One that was given up is only looked at; what is found then is a difference.
    services = ProviderBatch.objects.filter(is_watched=True).exclude(attention="").exclude(state=rules.FAILED)
    found += [
        Alarm("attention", title_of(one.method), one.attention, one.id, "service") for one in services.order_by("id")
    ]
    unanswered = clock.now() - timedelta(hours=int(settings.in_force(policy.IN_DOUBT_HOURS)))
    doubtful = ProviderBatch.objects.filter(state=rules.SIGNED, is_in_doubt=True, signed_at__lt=unanswered)
    found += [Alarm("in_doubt", title_of(one.method), "", one.id, "service") for one in doubtful.order_by("id")]
    found += [
        Alarm("difference", title_of(one.method), f"{one.code} {one.subject}", None, "comparison")
        for one in open_differences()
    ]
    found += [Alarm("unreconciled", title_of(method), "", None, "comparison") for method in _uncompared()]
    found += _withdrawals_for_a_person()
    found += [Alarm("node_silent", row.title, row.problem) for row in coins if row.has_node and row.problem]
    found += [Alarm("float_short", row.title) for row in coins if row.has_node and row.is_short]
    found += [Alarm("no_rate", row.title, row.refused) for row in prices if row.method in has_node and not row.is_known]
    runs = open_runs()
    late = clock.now() - RUN_PATIENCE
    found += [Alarm(run.waits_for, run.title) for run in runs if run.waits_for in rules.LOCKED_OUT]
    waiting = [run for run in runs if run.waits_for and run.waits_for not in rules.LOCKED_OUT]
    found += [Alarm("run_waits", run.title, run.waits_for) for run in waiting if run.started_at < late]
    found += [Alarm("run_missed", title_of(method)) for method in sorted(_missed(is_paid_by_node))]
    found += [
        Alarm("deposit_attention", title_of(method), code, page="deposits", count=count)
        for method, code, count in attention_by_method()
    ]
    found += [
        Alarm("deposits_unwatched", row.title, row.problem, page="deposits")
        for row in watches()
        if row.is_late and not row.is_frozen
    ]
    return found


def _withdrawals_for_a_person() -> list[Alarm]:
    """Those that nothing but a person moves, by method; ONE query. What an operator holds on purpose, or only time
    does, is none of them."""
    limit = int(settings.in_force(policy.SECOND_OPERATOR_FROM_MICROS))
    by_itself = Q(hold_reasons=[rules.NEW_DESTINATION]) | Q(hold_reasons=[rules.BY_OPERATOR])
    waiting = Withdrawal.objects.filter(
        Q(state=rules.HELD) & ~by_itself
        | Q(state__in=(rules.FAILED, rules.RETURNED))
        | Q(state=rules.APPROVED, amount_micros__gte=limit)
    )
    codes = {rules.HELD: "held", rules.APPROVED: "second_operator"}
    counts: dict[tuple[str, str], int] = {}
    for method, state, count in waiting.order_by().values_list("method", "state").annotate(count=Count("id")):
        key = codes.get(state, "to_refund"), method
        counts[key] = counts.get(key, 0) + count
    return [
        Alarm(code, title_of(method), gettext("How many: %(count)d") % {"count": count}, page="withdrawals")
        for (code, method), count in sorted(counts.items())
    ]


def services() -> list[ServiceRow]:
    """One row a payment service whose credentials are named; one query."""
    known = [rail for rail in rails().values() if rail.provider is not None and rail.provider() is not None]
    if not known:
        return []
    waiting = Withdrawal.objects.filter(state=rules.APPROVED, method__in=[rail.name for rail in known])
    waits = {method: (count, int(total or 0)) for method, count, total in _by_method(waiting)}
    weekday, hour = int(settings.in_force(policy.RUN_WEEKDAY)), int(settings.in_force(policy.RUN_HOUR_UTC))
    next_run = rules.last_weekly(clock.now(), weekday, hour) + timedelta(days=7)
    return [ServiceRow(rail.name, gettext(rail.title), *waits.get(rail.name, (0, 0)), next_run) for rail in known]


def service_batches_under_way() -> list[ServiceBatchRow]:
    """Those that are not settled, or need a person: these first, then the newest. ONE query."""
    found = _counted(
        ProviderBatch.objects.filter(Q(settled_at=None) | ~Q(attention=""), is_watched=True).exclude(state=rules.FAILED)
    )
    return sorted(map(_service_row, found[:MOST_UNDER_WAY]), key=lambda row: (not row.attention, not row.is_in_doubt))


def service_batches_past(limit: int = PAGE) -> list[ServiceBatchRow]:
    """The newest of the others. ONE query."""
    is_past = Q(is_watched=False) | Q(state=rules.FAILED) | Q(settled_at__isnull=False, attention="")
    found = _counted(ProviderBatch.objects.filter(is_past))
    return [_service_row(batch) for batch in found[:limit]]


def _repeats_safely(method: str) -> bool:
    rail = rails().get(method)
    return rail is None or rail.repeats_safely


def _counted(batches: QuerySet[ProviderBatch]) -> QuerySet[ProviderBatch]:
    return batches.annotate(item_count=Count("items")).order_by("-id")


def _service_row(batch: Any) -> ServiceBatchRow:
    repeats_safely = _repeats_safely(batch.method)
    is_clear = rules.is_clear_by_now(clock.now(), batch.signed_at, batch.attempted_at, repeats_safely)
    return ServiceBatchRow(
        id=batch.id,
        method=batch.method,
        title=title_of(batch.method),
        state=batch.state,
        withdrawals=batch.item_count,
        total_micros=batch.total_cents * MICROS_PER_CENT,
        provider_id=batch.provider_id or "",
        status=batch.status,
        attention=batch.attention,
        is_in_doubt=batch.is_in_doubt,
        may_give_up=rules.may_give_up(batch.state, batch.is_in_doubt, is_clear),
        # Whom we ask by our own ids is asked daily, by itself.
        may_ask_again=batch.state == rules.FAILED and repeats_safely,
        signed_at=batch.signed_at,
    )


def service_batch_view(batch_id: UUID) -> ServiceBatchView:
    """Raises NotFound. Two queries, however many items it has."""
    batch = _counted(ProviderBatch.objects.filter(id=batch_id)).select_related("run").first()
    if batch is None:
        raise NotFound("There is no such batch.")
    items = batch.items.select_related("withdrawal").order_by("withdrawal_id")
    return ServiceBatchView(
        row=_service_row(batch),
        items=tuple(
            ServiceItem(
                item.withdrawal_id,
                item.withdrawal.worker_id,
                item.withdrawal.state,
                item.receiver,
                item.cents * MICROS_PER_CENT,
                item.status,
                item.provider_item_id,
                item.transaction_id,
                item.fee_micros,
            )
            for item in items
        ),
        started_by=batch.run.started_by,
        account=batch.account,
        attempted_at=batch.attempted_at,
        accepted_at=batch.accepted_at,
        settled_at=batch.settled_at,
        look_at=batch.look_at if batch.is_watched else None,
    )


def hand_lists(list_id: UUID | None = None, limit: int = PAGE) -> list[HandListRow]:
    """The newest, or the one; ONE query."""
    found = HandList.objects.all() if list_id is None else HandList.objects.filter(id=list_id)
    is_open = Q(lines__withdrawal__state__in=(rules.SIGNED, rules.BROADCAST))
    counted = found.select_related("made_by").annotate(
        count=Count("lines"), total=Sum("lines__cents"), open_count=Count("lines", filter=is_open)
    )
    return [
        HandListRow(
            row.id,
            row.method,
            title_of(row.method),
            row.count,
            int(row.total or 0),
            row.open_count,
            row.made_by.email,
            row.made_at,
        )
        for row in counted.order_by("-id")[:limit]
    ]


def hand_list_lines(list_id: UUID) -> list[HandListLine]:
    """ONE query."""
    lines = HandLine.objects.filter(hand_list_id=list_id).select_related("withdrawal").order_by("withdrawal_id")
    return [
        HandListLine(
            line.withdrawal_id,
            line.withdrawal.worker_id,
            line.withdrawal.state,
            line.withdrawal.address,
            line.cents,
            line.withdrawal.txid,
        )
        for line in lines
    ]


def hand_waiting() -> list[HandWaiting]:
    """One row a method that is paid by lists; ONE query."""
    listed = [rail for rail in rails().values() if rail.files]
    waiting = Withdrawal.objects.filter(state=rules.APPROVED, method__in=[rail.name for rail in listed])
    waits = {method: (count, int(total or 0)) for method, count, total in _by_method(waiting)}
    return [HandWaiting(rail.name, gettext(rail.title), *waits.get(rail.name, (0, 0))) for rail in listed]


def payment_list(list_id: UUID) -> PaymentList:
    """What its files are written from: the lines as they were committed, the house as it is now. Raises NotFound."""
    row = HandList.objects.filter(id=list_id).first()
    if row is None:
        raise NotFound("There is no such list.")
    return PaymentList(
        list_id=row.id,
        made_at=row.made_at,
        payer_name=str(settings.in_force(policy.HOUSE_NAME)),
        payer_account=str(settings.in_force(policy.payer_setting(row.method, "account"))),
        payer_bic=str(settings.in_force(policy.payer_setting(row.method, "bic"))),
        payments=tuple(
            ListedPayment(line.withdrawal_id, line.receiver, line.cents) for line in hand_list_lines(list_id)
        ),
    )


def comparisons() -> list[Comparison]:
    """One row a method that can be compared or ever was; a query each."""
    compared = Reconciliation.objects.order_by().values_list("method", flat=True).distinct()
    rows = []
    for method in sorted({*policy.comparable_methods(), *compared}):
        newest = Reconciliation.objects.filter(method=method).order_by("-at").first()
        rows.append(
            Comparison(
                method=deposit_rules.watched_method(method) or method,
                title=title_of(method),
                is_deposits=bool(deposit_rules.watched_method(method)),
                at=newest.at if newest is not None else None,
                payments=newest.payments if newest is not None else 0,
                wallet_units=newest.wallet_units if newest is not None else None,
                expected_units=newest.expected_units if newest is not None else None,
                paid_micros=newest.paid_micros if newest is not None else None,
                books_micros=newest.books_micros if newest is not None else 0,
                open=len(open_differences(method)),
            )
        )
    return rows


def differences(*, is_open: bool, limit: int = PAGE) -> list[DifferenceView]:
    """The open ones, oldest first, or those that are over, newest first, with their journals' lines. Two queries."""
    rows = open_differences()[:MOST_UNDER_WAY] if is_open else _past_differences(limit)
    lines = journal_lines({key for row in rows for key in row.journals})
    return [
        DifferenceView(
            id=row.id,
            method=row.method,
            title=title_of(row.method),
            code=row.code,
            text=gettext(reconcile_rules.DIFFERENCE_TEXTS[row.code]),
            coin=(deposit_rules.watched_method(row.method) or row.method)
            if row.code in reconcile_rules.IN_COINS
            else "",
            is_money=row.code in reconcile_rules.IN_MICROS,
            subject=row.subject,
            books=row.books,
            outside=row.outside,
            first_seen_at=row.first_seen_at,
            explained_at=row.explained_at,
            explained_by=row.explained_by,
            note=row.note,
            journals=tuple((key, tuple(lines.get(key, ()))) for key in row.journals),
        )
        for row in rows
    ]


def _past_differences(limit: int) -> list[Difference]:
    over = Difference.objects.exclude(gone_at=None, explained_at=None)
    return list(over.order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class ToldAlarm:
    """An alarm on its way into a letter."""

    alarm_id: int
    code: str
    title: str
    detail: str


def raised_alarm(alarm_id: int) -> ToldAlarm | None:
    """None when it is over."""
    row = RaisedAlarm.objects.filter(pk=alarm_id, over_at=None).first()
    return None if row is None else ToldAlarm(row.pk, row.code, row.title, row.detail)


def open_differences(method: str = "") -> list[Difference]:
    """What nobody has explained yet, oldest first."""
    found = Difference.objects.filter(gone_at=None, explained_at=None).order_by("id")
    return list(found.filter(method=method) if method else found)


def _uncompared() -> list[str]:
    """Methods that have paid, or been paid in, and whose books were not compared for more than a day and a bit."""
    known = policy.comparable_methods()
    if not known:
        return []
    since = clock.now() - COMPARED_WITHIN
    fresh = set(Reconciliation.objects.filter(method__in=known, at__gt=since).values_list("method", flat=True))
    paid = set(Batch.objects.filter(method__in=known, formed_at__lt=since).values_list("method", flat=True))
    paid |= set(ProviderBatch.objects.filter(method__in=known, signed_at__lt=since).values_list("method", flat=True))
    if any(map(deposit_rules.watched_method, known)):
        paid |= {deposit_rules.watch_name(method) for method in _paid_in_before(since)} & set(known)
    return sorted(paid - fresh)


def _paid_in_before(moment: datetime) -> list[str]:
    """Coins of which a deposit was credited before `moment`; ONE query."""
    rows = Deposit.objects.filter(units__isnull=False, at__lt=moment).order_by()
    return list(rows.values_list("method", flat=True).distinct())


def _missed(methods: set[str]) -> set[str]:
    """Methods whose daily run should have begun a while ago and has not."""
    now = clock.now()
    due = now.replace(hour=int(settings.in_force(policy.RUN_HOUR_UTC)), minute=0, second=0, microsecond=0)
    if not methods or now < due + RUN_PATIENCE:
        return set()
    begun = Run.objects.filter(method__in=methods, date=now.date()).values_list("method", flat=True)
    return methods - set(begun)


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
