"""The runner of methods that a payment service pays; docs/policies/payouts.md is its policy."""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from tagwork.kit import clock, settings
from tagwork.kit.locks import LockLost
from tagwork.payouts import policy, rules
from tagwork.payouts.models import Freeze, ProviderBatch, Run
from tagwork.payouts.operations.fenced import running
from tagwork.payouts.operations.follow_provider_batch import follow_given_up, follow_provider_batch
from tagwork.payouts.operations.form_provider_batch import form_provider_batch
from tagwork.payouts.operations.freeze import freeze, kept_apart
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.operations.send_provider_batch import send_provider_batch
from tagwork.payouts.operations.start_run import open_run
from tagwork.payouts.operations.step import require_operator
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import Provider, ProviderSurprise, ProviderUnavailable
from tagwork.people.models import Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`name`: done, waiting (it goes on by itself), frozen, busy (another process is at it) or by_hand."""

    name: str
    detail: str = ""


def run_by_provider(method: str, started_by: Person | None = None) -> Outcome:
    """Commits and sends what is approved now, and looks at what is due. Raises Forbidden."""
    provider = provider_of(method)
    if started_by is not None:
        require_operator(started_by)
    if provider is None:
        return Outcome("by_hand", "no credentials are named for this method; operators pay it by hand")
    with running(method) as fence:
        if fence is None:
            return Outcome("busy", "another process runs the payouts of this method")
        session = ProviderSession(method, provider, fence)
        try:
            if not _frozen(method):
                with session.writing():
                    _demanded(method, started_by)
            return _advance(session)
        except LockLost:
            return Outcome("busy", "another process has taken over")


def advance_by_provider() -> int:
    """To be run every few seconds: starts the weekly run when its hour has come, forms, sends, looks at what is due.
    What is wrong with one method stops no other. Returns how many batches it formed."""
    formed = 0
    for method, rail in rails().items():
        provider = rail.provider() if rail.provider is not None else None
        if provider is not None:
            with kept_apart(method):
                formed += _advance_method(method, provider)
    return formed


def _advance_method(method: str, provider: Provider) -> int:
    if not _has_work(method):
        return 0
    before = ProviderBatch.objects.filter(method=method).count()
    with running(method) as fence:
        if fence is None:
            return 0
        session = ProviderSession(method, provider, fence)
        try:
            due = _due_date(method)
            if due is not None and not _frozen(method):
                _start(session, due)
            outcome = _advance(session)
            if outcome.name == "waiting":
                log.info("payouts by %s wait: %s", method, outcome.detail)
        except LockLost:
            log.info("another process runs the payouts by %s", method)
    return ProviderBatch.objects.filter(method=method).count() - before


def provider_of(method: str) -> Provider | None:
    found = rails()[method].provider
    return found() if found is not None else None


def _has_work(method: str) -> bool:
    due = ProviderBatch.objects.filter(method=method, is_watched=True, look_at__lte=clock.now())
    open_runs = Run.objects.filter(method=method, ended_at__isnull=True)
    return _due_date(method) is not None or open_runs.exists() or due.exists()


def _due_date(method: str) -> date | None:
    """The date of the newest weekly run, when that has not begun: one that was missed is made up for."""
    if method not in policy.offered_methods():
        return None
    weekday, hour = int(settings.in_force(policy.RUN_WEEKDAY)), int(settings.in_force(policy.RUN_HOUR_UTC))
    day = rules.last_weekly(clock.now(), weekday, hour).date()
    return None if Run.objects.filter(method=method, date=day).exists() else day


def _start(session: ProviderSession, day: date) -> None:
    try:
        with session.writing(), transaction.atomic():
            Run.objects.create(method=session.method, date=day, started_by=rules.RULE, started_at=clock.now())
    except IntegrityError:
        return


def _demanded(method: str, operator: Person | None) -> Run:
    if operator is not None:
        return open_run(operator, method)
    return Run.objects.create(method=method, started_by=rules.RULE, started_at=clock.now())


def _frozen(method: str) -> Freeze | None:
    return Freeze.objects.filter(method=method, lifted_at__isnull=True).first()


def _advance(session: ProviderSession) -> Outcome:
    """Forms for every open run, then sends or looks at each batch whose time has come, oldest first."""
    stopped = _frozen(session.method)
    if stopped is not None:
        return Outcome("frozen", f"{stopped.code}: {stopped.detail}")
    for run in Run.objects.filter(method=session.method, ended_at__isnull=True).order_by("id"):
        while form_provider_batch(session, run) is not None:
            session.alive()
        with session.writing():
            Run.objects.filter(id=run.id, ended_at__isnull=True).update(ended_at=clock.now())
    waits_for = ""
    for batch in _due(session.method):
        try:
            if batch.state == rules.SIGNED:
                send_provider_batch(session, batch)
            if batch.state in (rules.BROADCAST, rules.CONFIRMED):
                follow_provider_batch(session, batch)
            if batch.state == rules.FAILED:
                follow_given_up(session, batch)
                continue
        except ProviderUnavailable as error:
            waits_for = f"the payment service is not ready: {error}"
        except ProviderSurprise as error:
            freeze(session.method, error.freeze_code, str(error))
            return Outcome("frozen", f"{error.freeze_code}: {error}")
        waits_for = waits_for or batch.attention
    return Outcome("waiting" if waits_for else "done", waits_for)


def _due(method: str) -> list[ProviderBatch]:
    found = ProviderBatch.objects.filter(method=method, is_watched=True, look_at__lte=clock.now())
    return list(found.order_by("id"))
