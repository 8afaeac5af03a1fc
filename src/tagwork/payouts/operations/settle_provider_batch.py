"""What a person does about a batch whose answer was lost for too long: adopt what the service has, or give it up; and
ask about it again when the service turns out to have it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tagwork.kit import audit, clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.payouts import rules
from tagwork.payouts.models import ProviderBatch
from tagwork.payouts.operations import provider_step, step
from tagwork.payouts.operations.fenced import running
from tagwork.payouts.operations.follow_provider_batch import stop_known_after_all
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import BatchSeen, ProviderSurprise, ProviderUnavailable
from tagwork.people.models import Person


def adopt_provider_batch(operator: Person, batch_id: UUID, provider_id: str, note: str) -> None:
    """The operator found the batch at the service, which must say itself that it is ours. Once more does nothing.

    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    batch = _found(batch_id)
    if batch.provider_id == provider_id and batch.state != rules.FAILED:
        return
    with _asking(batch) as session:
        _seen_as_ours(session, batch, provider_id)
        with session.writing():
            locked = provider_step.lock(batch.id)
            if locked.state != rules.SIGNED:
                raise WrongState(f"The batch is {locked.state}.")
            provider_step.record_accepted(locked, provider_id, str(operator.id), {"note": text})
            audit.record(operator.id, "payouts.batch_adopted", f"batch:{batch.id}", {"note": text})


@contextmanager
def _asking(batch: ProviderBatch) -> Iterator[ProviderSession]:
    """Under the runner's lock. Raises WrongState."""
    offers = rails()[batch.method].provider
    provider = offers() if offers is not None else None
    if provider is None:
        raise WrongState("No credentials of this payment service are named.")
    with running(batch.method) as fence:
        if fence is None:
            raise WrongState("Another process runs the payouts of this method. Try again in a minute.")
        yield ProviderSession(batch.method, provider, fence)


def _seen_as_ours(session: ProviderSession, batch: ProviderBatch, provider_id: str) -> BatchSeen:
    """What the service has under its id, proved to be this batch. Raises Invalid, WrongState."""
    try:
        seen = session.provider.look_up(provider_id, provider_step.lines_of(batch))
        if seen is None:
            raise Invalid("The payment service knows no such batch.")
        provider_step.require_same(batch, seen)
    except (ProviderSurprise, ProviderUnavailable) as error:
        raise WrongState(f"The payment service does not show that this is the batch: {error}.") from None
    return seen


def ask_about_given_up(operator: Person, batch_id: UUID, provider_id: str, note: str) -> int:
    """A batch that was given up has turned up at the service, under its id there: the service itself is asked. Returns
    how many of its payees are paid after all, or will be.

    Each of those is a difference, as the daily comparison names it: the method freezes and none of them is refunded
    before it is explained. From now on the batch is asked about daily; nothing else moves. Once more asks once more,
    and what is known stays one difference. Raises Forbidden, NotFound, WrongState, Invalid: also where the service
    knows no such batch, which proves nothing and leaves everything as it was.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    batch = _found(batch_id)
    if batch.state != rules.FAILED:
        raise WrongState("Only a batch that was given up is asked about again.")
    if batch.provider_id not in (None, provider_id):
        raise WrongState(f"The payment service has this batch under the id {batch.provider_id}.")
    with _asking(batch) as session:
        seen = _seen_as_ours(session, batch, provider_id)
        try:
            with session.writing():
                locked = provider_step.lock(batch.id)
                late, _ = stop_known_after_all(locked, seen)
                ProviderBatch.objects.filter(id=batch.id).update(
                    provider_id=provider_id,
                    status=seen.status,
                    is_watched=True,
                    look_at=clock.now() + timedelta(days=1),
                )
                detail = {"note": text, "provider_id": provider_id, "status": seen.status, "paid": late}
                audit.record(operator.id, "payouts.batch_asked_again", f"batch:{batch.id}", detail)
        except ProviderSurprise as error:
            raise WrongState(f"The payment service contradicts itself: {error}.") from None
    return late


@transaction.atomic
def give_up_provider_batch(operator: Person, batch_id: UUID, proof: str) -> None:
    """The operator has proof that the service never took it: its withdrawals are failed, to be refunded one by one.
    A service that can be asked by our ids is asked about them for long after.

    Refused while a sending may still turn out to have been taken; `proof` says where it was looked up.
    Once more does nothing. Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(proof, "proof", 2000)
    repeats = rails()[_found(batch_id).method].repeats_safely
    batch = provider_step.lock(batch_id)
    if batch.state == rules.FAILED:
        return
    if batch.state != rules.SIGNED:
        raise WrongState("The payment service has this batch; each of its payouts ends as the service says.")
    is_clear = rules.is_clear_by_now(clock.now(), batch.signed_at, batch.attempted_at, repeats)
    if not rules.may_give_up(batch.state, batch.is_in_doubt, is_clear):
        raise WrongState("A sending of this batch was not answered; it is sent again under its id until it is clear.")
    for row in provider_step.withdrawals_of(batch):
        step.move(row, rules.FAILED, str(operator.id), {"proof": text})
    now = clock.now()
    provider_step.move(
        batch,
        rules.FAILED,
        attention="given_up",
        settled_at=now,
        look_at=now + timedelta(days=1),
        is_watched=not repeats,
    )
    audit.record(operator.id, "payouts.batch_given_up", f"batch:{batch.id}", {"proof": text})


def _found(batch_id: UUID) -> ProviderBatch:
    batch = ProviderBatch.objects.filter(id=batch_id).first()
    if batch is None:
        raise NotFound("There is no such batch.")
    return batch
