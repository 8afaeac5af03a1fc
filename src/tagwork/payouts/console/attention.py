"""What a person should look at now."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q

from tagwork.kit import clock, settings
from tagwork.payouts import policy, rules
from tagwork.payouts.console.batches import batches_under_way, open_runs
from tagwork.payouts.console.coins import CoinRows, coin_rows
from tagwork.payouts.console.comparison import open_differences, uncompared
from tagwork.payouts.console.rows import title_of
from tagwork.payouts.deposits import attention_by_method, watches
from tagwork.payouts.models import ProviderBatch, RaisedAlarm, Run, Withdrawal
from tagwork.payouts.queries import freezes_in_force

# A run that waits longer than this needs a person; so does a day whose run has not begun this long after its hour.
RUN_PATIENCE = timedelta(hours=1)
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
class Alarm:
    """Something that a person should look at; `alarm_words.said` has its words. `code` is of alarm_words.ALARMS, and
    `detail` what was seen, mostly a code, too, `about` what a difference is about. `subject` is the id of what `page`
    shows: a "batch" or a "service" batch; the "comparison", the "deposits" and the "withdrawals" have none; else the
    console itself. `count` of them, where there may be several: more of the same is the same alarm."""

    code: str
    method: str
    detail: str = ""
    subject: UUID | None = None
    page: str = ""
    count: int = 0
    about: str = ""

    @property
    def title(self) -> str:
        return title_of(self.method) if self.method else ""

    @property
    def key(self) -> str:
        """The same while it lasts: what a node or a run says changes, what a batch needs is another alarm."""
        detail = "" if self.code in VARYING else f"{self.detail} {self.about}"
        return f"{self.code}:{self.method}:{self.subject or ''}:{detail}"[:200]


def alarms(seen: CoinRows | None = None) -> list[Alarm]:
    """What a person should look at now, the gravest first; `seen` is what the same page has looked up already.
    Eighteen queries at most."""
    found_now = seen or coin_rows()
    prices, coins = found_now.rates, found_now.wallets
    has_node = {row.method for row in coins if row.has_node}
    is_paid_by_node = {row.method for row in coins if row.has_node and row.is_offered}
    freezes = freezes_in_force()
    frozen = {one.method for one in freezes}
    found = [Alarm("frozen", one.method, one.code) for one in freezes]
    for batch in batches_under_way():
        if not (batch.attention or batch.is_overdue):
            continue
        code = "attention" if batch.attention else "overdue"
        found.append(Alarm(code, batch.method, batch.attention, batch.id, "batch"))
    # One that was given up is only looked at; what is found then is a difference.
    services = ProviderBatch.objects.filter(is_watched=True).exclude(attention="").exclude(state=rules.FAILED)
    found += [Alarm("attention", one.method, one.attention, one.id, "service") for one in services.order_by("id")]
    unanswered = clock.now() - timedelta(hours=int(settings.in_force(policy.IN_DOUBT_HOURS)))
    doubtful = ProviderBatch.objects.filter(state=rules.SIGNED, is_in_doubt=True, signed_at__lt=unanswered)
    found += [Alarm("in_doubt", one.method, "", one.id, "service") for one in doubtful.order_by("id")]
    found += [
        Alarm("difference", one.method, one.code, page="comparison", about=one.subject) for one in open_differences()
    ]
    found += [Alarm("unreconciled", method, page="comparison") for method in uncompared()]
    found += _withdrawals_for_a_person()
    # What froze a method is what its node answers, too.
    silent = [row for row in coins if row.has_node and row.problem and row.method not in frozen]
    found += [Alarm("node_silent", row.method, row.problem) for row in silent]
    found += [Alarm("payouts_unwatched", row.method) for row in coins if row.has_node and row.is_stale]
    found += [Alarm("float_short", row.method) for row in coins if row.has_node and row.is_short]
    found += [
        Alarm("no_rate", row.method, row.refused) for row in prices if row.method in has_node and not row.is_known
    ]
    runs = open_runs()
    late = clock.now() - RUN_PATIENCE
    found += [Alarm(run.waits_for, run.method) for run in runs if run.waits_for in rules.LOCKED_OUT]
    waiting = [run for run in runs if run.waits_for and run.waits_for not in rules.LOCKED_OUT]
    found += [Alarm("run_waits", run.method, run.waits_for) for run in waiting if run.started_at < late]
    found += [Alarm("run_missed", method) for method in sorted(_missed(is_paid_by_node))]
    found += [
        Alarm("deposit_attention", method, code, page="deposits", count=count)
        for method, code, count in attention_by_method()
    ]
    found += [
        Alarm("deposits_unwatched", row.method, row.problem, page="deposits")
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
    return [Alarm(code, method, page="withdrawals", count=count) for (code, method), count in sorted(counts.items())]


def raised_alarm(alarm_id: int) -> Alarm | None:
    """As it was when it was raised, without its `subject`; None when it is over."""
    row = RaisedAlarm.objects.filter(pk=alarm_id, over_at=None).first()
    if row is None:
        return None
    return Alarm(row.code, row.method, row.detail, page=row.page, count=row.count, about=row.about)


def _missed(methods: set[str]) -> set[str]:
    """Methods whose daily run should have begun a while ago and has not."""
    now = clock.now()
    due = now.replace(hour=int(settings.in_force(policy.RUN_HOUR_UTC)), minute=0, second=0, microsecond=0)
    if not methods or now < due + RUN_PATIENCE:
        return set()
    begun = Run.objects.filter(method__in=methods, date=now.date()).values_list("method", flat=True)
    return methods - set(begun)
