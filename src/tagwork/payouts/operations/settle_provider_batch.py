"""What a person does about a batch whose answer was lost for too long: adopt what the service has, or give it up."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from tagwork.kit import audit, clock
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.payouts import rules
from tagwork.payouts.models import ProviderBatch
from tagwork.payouts.operations import provider_step, step
from tagwork.payouts.operations.fenced import running
from tagwork.payouts.operations.provider_step import ProviderSession
from tagwork.payouts.operations.texts import required_text
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.provider import ProviderSurprise, ProviderUnavailable
from tagwork.people.models import Person


def adopt_provider_batch(operator: Person, batch_id: UUID, provider_id: str, note: str) -> None:
    """The operator found the batch at the service, which must say itself that it is ours. Once more does nothing.

    Raises Forbidden, NotFound, WrongState, Invalid.
    """
    step.require_operator(operator)
    text = required_text(note, "note", 1000)
    batch = _found(batch_id)
    if batch.provider_id == provider_id:
        return
    offers = rails()[batch.method].provider
    provider = offers() if offers is not None else None
    if provider is None:
        raise WrongState("No credentials of this payment service are named.")
    with running(batch.method) as fence:
        if fence is None:
            raise WrongState("Another process runs the payouts of this method. Try again in a minute.")
        session = ProviderSession(batch.method, provider, fence)
        try:
            seen = provider.look_up(provider_id, provider_step.lines_of(batch))
            if seen is None:
                raise Invalid("The payment service knows no such batch.")
            provider_step.require_same(batch, seen)
        except (ProviderSurprise, ProviderUnavailable) as error:
            raise WrongState(f"The payment service does not show that this is the batch: {error}.") from None
        with session.writing():
            locked = provider_step.lock(batch.id)
            if locked.state != rules.SIGNED:
                raise WrongState(f"The batch is {locked.state}.")
            provider_step.record_accepted(locked, provider_id, str(operator.id), {"note": text})
            audit.record(operator.id, "payouts.batch_adopted", f"batch:{batch.id}", {"note": text})


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
