from uuid import UUID

from django.db import IntegrityError, transaction

from tagwork.kit import audit, clock
from tagwork.ledger.operations.post import post
from tagwork.payouts import journals
from tagwork.payouts.errors import KeyReused
from tagwork.payouts.models import Deposit
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_key, required_micros, required_text
from tagwork.people.models import Organisation, Person


def record_deposit(organisation: Organisation, amount_micros: int, reference: str, operator: Person, key: str) -> UUID:
    """An operator saw a client's payment arrive: it becomes the client's available balance. Returns the deposit's id.

    The same key gives the first answer. Raises Forbidden, Invalid, KeyReused.
    """
    step.require_operator(operator)
    required_micros(amount_micros)
    required_key(key)
    text = required_text(reference, "reference", 200)
    earlier = _recall(organisation, amount_micros, text, key)
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return _record(organisation, amount_micros, text, operator, key)
    except IntegrityError:
        winner = _recall(organisation, amount_micros, text, key)
        if winner is None:
            raise
        return winner


def _recall(organisation: Organisation, amount_micros: int, reference: str, key: str) -> UUID | None:
    earlier = Deposit.objects.filter(idempotency_key=key).first()
    if earlier is None:
        return None
    if (earlier.organisation_id, earlier.amount_micros, earlier.reference) != (
        organisation.id,
        amount_micros,
        reference,
    ):
        raise KeyReused("This idempotency key was used before for another deposit.")
    return earlier.id


def _record(organisation: Organisation, amount_micros: int, reference: str, operator: Person, key: str) -> UUID:
    deposit = Deposit.objects.create(
        organisation=organisation,
        amount_micros=amount_micros,
        reference=reference,
        recorded_by=operator,
        at=clock.now(),
        idempotency_key=key,
    )
    subject = f"deposit:{deposit.id}"
    post(
        key=journals.deposit_key(deposit.id),
        kind="deposit",
        lines=journals.deposit_lines(organisation.id, amount_micros),
        subject=subject,
        detail={"reference": reference},
        at=deposit.at,
    )
    detail = {"organisation_id": str(organisation.id), "amount_micros": amount_micros, "reference": reference}
    audit.record(operator.id, "deposit.recorded", subject, detail)
    return deposit.id
