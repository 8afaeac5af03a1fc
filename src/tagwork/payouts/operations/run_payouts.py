"""The runner: what is under way first, then what waits. docs/policies/payouts.md is its policy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tagwork.kit import clock, settings
from tagwork.kit.locks import LockLost
from tagwork.payouts import policy, rules
from tagwork.payouts.models import Batch, Freeze, NodeTip, Run, Withdrawal
from tagwork.payouts.operations import batch_step
from tagwork.payouts.operations.batch_step import Session
from tagwork.payouts.operations.fenced import running
from tagwork.payouts.operations.follow_batch import follow_batch
from tagwork.payouts.operations.form_batch import count_waiting, form_batch
from tagwork.payouts.operations.freeze import freeze, kept_apart
from tagwork.payouts.operations.run_by_provider import run_by_provider
from tagwork.payouts.operations.sign_batch import sign_batch
from tagwork.payouts.operations.start_run import open_run
from tagwork.payouts.operations.step import require_operator
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.node import NodeSurprise, NodeUnavailable, Tip, node_of
from tagwork.payouts.rates import NoRate, lock_quote
from tagwork.people.models import Person

log = logging.getLogger(__name__)
# A run that waits for coins to be confirmed goes on by itself for this long.
RUN_HOURS = 24


@dataclass(frozen=True, slots=True)
class BatchReport:
    id: str
    state: str
    txid: str | None
    withdrawals: int
    confirmations: int
    attention: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one call did for one method.

    `outcome`: done; waiting (for coins, a rate or the node; it goes on by itself); frozen; busy (another process is at
    it); by_hand (no node is named). `detail` says why in words, `left` how many withdrawals still wait.
    """

    method: str
    outcome: str
    detail: str = ""
    left: int = 0
    batches: list[BatchReport] = field(default_factory=list)


def run_payouts(method: str, started_by: Person | None = None) -> RunReport:
    """Pays what is approved now, on demand. Raises Forbidden.

    `started_by`, an operator, is the second of the two whom a large amount needs; without one large amounts wait.
    """
    if started_by is not None:
        require_operator(started_by)
    if rails()[method].provider is not None:
        outcome = run_by_provider(method, started_by)
        return RunReport(method, outcome.name, outcome.detail, _left(method))
    return _with_session(method, lambda session, tip: _pay(session, tip, _demanded(session, started_by)))


def advance_payouts() -> int:
    """To be run every few seconds: follows what is under way, starts the daily run when its hour has come, and goes on
    with a run that waits. What is wrong with one method stops no other. Returns how many batches it formed."""
    formed = 0
    for method in _methods_with_node():
        with kept_apart(method):
            formed += _advance(method)
    return formed


def _advance(method: str) -> int:
    due = _due_date(method)
    open_run = _open_runs(method).exists()
    if due is None and not open_run and not Batch.objects.filter(method=method, is_watched=True).exists():
        return 0

    def advance(session: Session, tip: Tip) -> RunReport:
        if due is not None:
            _start(session, due)
        runs = list(_open_runs(session.method).order_by("id"))
        reports = [_pay(session, tip, run) for run in runs] or [_follow(session, tip)]
        return reports[-1]

    before = Batch.objects.filter(method=method).count()
    report = _with_session(method, advance)
    if report.outcome == "waiting":
        log.info("payouts by %s wait: %s", method, report.detail)
    return Batch.objects.filter(method=method).count() - before


def _methods_with_node() -> list[str]:
    return [name for name, rail in rails().items() if rail.coin is not None and node_of(name, rail.coin) is not None]


def _due_date(method: str) -> date | None:
    """Today, when the hour of the daily run has come and the run has not begun."""
    now = clock.now()
    if now.hour < int(settings.in_force(policy.RUN_HOUR_UTC)) or method not in policy.offered_methods():
        return None
    today = now.date()
    return None if Run.objects.filter(method=method, date=today).exists() else today


def _open_runs(method: str) -> QuerySet[Run]:
    return Run.objects.filter(method=method, ended_at__isnull=True)


def _with_session(method: str, act: Callable[[Session, Tip], RunReport]) -> RunReport:
    """Holds the lock row, asks the node where it stands, and turns what may go wrong into a report."""
    rail = rails()[method]
    node = node_of(method, rail.coin) if rail.coin is not None else None
    if node is None or rail.coin is None:
        return RunReport(method, "by_hand", "no node is named for this method; operators pay it by hand")
    with running(method) as fence:
        if fence is None:
            return RunReport(method, "busy", "another process runs the payouts of this method")
        stopped = Freeze.objects.filter(method=method, lifted_at__isnull=True).first()
        if stopped is not None:
            return RunReport(method, "frozen", f"{stopped.code}: {stopped.detail}", _left(method))
        session = Session(method, policy.network_of(method), rail.coin, node, fence)
        try:
            tip = _checked_tip(session)
            batch_step.relock_inputs(session)
            return act(session, tip)
        except NodeUnavailable as error:
            return RunReport(method, "waiting", f"the node is not ready: {error}", _left(method), _reports(method))
        except NodeSurprise as error:
            freeze(method, error.freeze_code, str(error))
            return RunReport(method, "frozen", f"{error.freeze_code}: {error}", _left(method), _reports(method))
        except LockLost:
            return RunReport(method, "busy", "another process has taken over")


def _checked_tip(session: Session) -> Tip:
    """The node's best block, when the last one we saw is of its chain or not far off. Raises NodeSurprise."""
    tip = session.node.tip(session.network)
    last = NodeTip.objects.filter(method=session.method).first()
    if last is not None and last.block != tip.block:
        most = int(settings.in_force(policy.REORG_DEPTH))
        if session.node.distance_from_chain(last.block, most) is None:
            text = f"block {last.block} at height {last.height} is gone; the node is at {tip.height}"
            raise NodeSurprise(rules.CHAIN_WENT_BACK, text)
    with session.writing():
        seen = {"height": tip.height, "block": tip.block, "seen_at": clock.now()}
        NodeTip.objects.update_or_create(method=session.method, defaults=seen)
    return tip


def _start(session: Session, day: date | None) -> Run:
    try:
        with session.writing(), transaction.atomic():
            return Run.objects.create(method=session.method, date=day, started_by=rules.RULE, started_at=clock.now())
    except IntegrityError:
        return Run.objects.get(method=session.method, date=day)


def _demanded(session: Session, operator: Person | None) -> Run:
    if operator is None:
        return _start(session, None)
    with session.writing():
        return open_run(operator, session.method)


def _follow(session: Session, tip: Tip) -> RunReport:
    """Everything that is under way, oldest first."""
    for batch in Batch.objects.filter(method=session.method, is_watched=True).order_by("id"):
        if batch.state == rules.FORMED and not sign_batch(session, batch, tip):
            continue
        follow_batch(session, batch)
    return RunReport(session.method, "done", left=_left(session.method), batches=_reports(session.method))


def _pay(session: Session, tip: Tip, run: Run) -> RunReport:
    """Follows, then batches what waits until nobody is left or somebody must be waited for."""
    _follow(session, tip)
    waits_for = detail = ""
    # Whom nobody waits for, no exchange is asked for either.
    while not waits_for and count_waiting(session, run):
        waits_for = _pause(session, run)
        if waits_for:
            break
        try:
            quote = lock_quote(session.method)
        except NoRate as error:
            waits_for, detail = rules.NO_RATE, f"no rate: {error}"
            break
        formed = form_batch(session, run, quote)
        if formed.batch is None:
            if formed.is_float_short:
                waits_for, detail = rules.TOO_FEW_COINS, "the wallet has too few confirmed coins"
            break
        if sign_batch(session, formed.batch, tip):
            follow_batch(session, formed.batch)
        else:
            waits_for = formed.batch.attention
    is_over = not waits_for or run.started_at < clock.now() - timedelta(hours=RUN_HOURS)
    if is_over or run.waits_for != waits_for:
        with session.writing():
            ended_at = clock.now() if is_over else None
            Run.objects.filter(id=run.id, ended_at__isnull=True).update(ended_at=ended_at, waits_for=waits_for)
    outcome = "waiting" if waits_for else "done"
    return RunReport(session.method, outcome, detail or waits_for, _left(session.method), _reports(session.method))


def _pause(session: Session, run: Run) -> str:
    """Why nothing is batched now: a code of rules.ATTENTION_CODES, or nothing.

    Each try leaves a dissolved batch behind, so the run's next one waits longer; another run tries at once.
    """
    if session.node.needs_passphrase():
        return rules.WALLET_LOCKED
    dissolved = Batch.objects.filter(run=run, state=rules.DISSOLVED).exclude(attention=rules.QUOTE_TOO_OLD)
    newest = dissolved.order_by("-id").first()
    if newest is None or clock.now() >= newest.formed_at + rules.retry_after(dissolved.count()):
        return ""
    return newest.attention


def _left(method: str) -> int:
    return Withdrawal.objects.filter(method=method, state=rules.APPROVED).count()


def _reports(method: str) -> list[BatchReport]:
    return [
        BatchReport(str(batch.id), batch.state, batch.txid, batch.lines.count(), batch.confirmations, batch.attention)
        for batch in Batch.objects.filter(method=method, is_watched=True).order_by("id")
    ]
