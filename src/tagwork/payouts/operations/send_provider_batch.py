from datetime import timedelta

from tagwork.kit import clock
from tagwork.payouts import rules
from tagwork.payouts.models import ProviderBatch
from tagwork.payouts.operations import provider_step
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import ProviderShort, ProviderSurprise, ProviderUnavailable

RETRY_SECONDS = 60
SHORT_SECONDS = 600
PERSON_SECONDS = 3600
# Answers that say for certain that this sending took nothing.
CLEAR_REFUSALS = frozenset({rules.PROVIDER_REFUSED, rules.PROVIDER_LOGIN})


def send_provider_batch(session: ProviderSession, batch: ProviderBatch) -> None:
    """Sends a committed batch, always under its own id, until the service has it. Raises ProviderUnavailable,
    ProviderSurprise; a batch whose answer was lost stays in doubt, and the next sending is told of the first.

    Never to another account, and never when the service may have forgotten the id: then a person looks.
    """
    if batch.account != session.provider.account:
        _wait(session, batch, PERSON_SECONDS, "other_account")
        return
    if batch.signed_at < clock.now() - timedelta(days=rules.SEND_DAYS):
        _wait(session, batch, PERSON_SECONDS, "too_old_to_send")
        return
    repeats_safely = rails()[batch.method].repeats_safely
    if batch.is_in_doubt and not repeats_safely:
        _ask(session, batch)
        return
    session.alive()
    try:
        # Before the attempt is stored: where nobody can sign in nothing is sent, and nothing is in doubt.
        session.provider.sign_in()
    except ProviderUnavailable:
        _wait(session, batch, RETRY_SECONDS, batch.attention)
        raise
    with session.writing():
        locked = provider_step.lock(batch.id)
        if locked.state != rules.SIGNED:
            return
        was_in_doubt = locked.is_in_doubt
        now = clock.now()
        ProviderBatch.objects.filter(id=batch.id).update(
            attempted_at=now, is_in_doubt=True, look_at=now + timedelta(seconds=RETRY_SECONDS)
        )
    try:
        accepted = session.provider.submit(str(batch.id), provider_step.lines_of(batch))
    except ProviderShort:
        _wait(session, batch, SHORT_SECONDS, "insufficient_funds", was_in_doubt)
        return
    except ProviderSurprise as error:
        # Of a service that may take a part, only a refusal at the door says that it took nothing.
        if error.freeze_code in CLEAR_REFUSALS and (repeats_safely or error.freeze_code == rules.PROVIDER_LOGIN):
            _wait(session, batch, RETRY_SECONDS, "refused", was_in_doubt)
        raise
    if accepted.is_earlier:
        seen = session.provider.look_up(accepted.provider_id, provider_step.lines_of(batch))
        if seen is None:
            _wait(session, batch, RETRY_SECONDS, "earlier_not_found")
            return
        provider_step.require_same(batch, seen)
    with session.writing():
        locked = provider_step.lock(batch.id)
        provider_step.record_accepted(locked, accepted.provider_id, rules.RULE, {"is_earlier": accepted.is_earlier})
    batch.refresh_from_db()


def _ask(session: ProviderSession, batch: ProviderBatch) -> None:
    """What became of a sending without an answer, where repeating it might pay twice: it is never sent again. As soon
    as the service knows one payee of it, it has the batch."""
    session.alive()
    seen = session.provider.look_up(str(batch.id), provider_step.lines_of(batch))
    if seen is None:
        is_late = rules.is_clear_by_now(clock.now(), batch.signed_at, batch.attempted_at, repeats_safely=False)
        _wait(session, batch, SHORT_SECONDS, "unknown_to_service" if is_late else "")
        return
    provider_step.require_same(batch, seen)
    with session.writing():
        locked = provider_step.lock(batch.id)
        if locked.state == rules.SIGNED:
            provider_step.record_accepted(locked, str(batch.id), rules.RULE, {"is_earlier": True})
    batch.refresh_from_db()


def _wait(
    session: ProviderSession, batch: ProviderBatch, seconds: int, attention: str, is_in_doubt: bool | None = None
) -> None:
    changes = {} if is_in_doubt is None else {"is_in_doubt": is_in_doubt}
    with session.writing():
        look_at = clock.now() + timedelta(seconds=seconds)
        ProviderBatch.objects.filter(id=batch.id).update(look_at=look_at, attention=attention, **changes)
    batch.refresh_from_db()
