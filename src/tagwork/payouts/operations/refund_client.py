from django.db import transaction
from django.utils.translation import gettext

from tagwork.core.money import format_usd
from tagwork.kit import audit
from tagwork.ledger.errors import InsufficientFunds
from tagwork.ledger.errors import KeyReused as EntryDiffers
from tagwork.ledger.operations.post import post
from tagwork.ledger.queries import balance_micros, journal_marks
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts import journals
from tagwork.payouts.errors import InsufficientFunds as NotThatMuch
from tagwork.payouts.errors import KeyReused
from tagwork.payouts.operations import step
from tagwork.payouts.operations.texts import required_key, required_micros, required_text
from tagwork.people.models import Organisation, Person


def refund_client(organisation: Organisation, amount_micros: int, reference: str, operator: Person, key: str) -> None:
    """An operator sent a client what is left of its money; only what is available, never what a project has promised.

    The journal is the record: key, amount and the operator's reference. The same key once more does nothing.
    Raises Forbidden, Invalid, InsufficientFunds, KeyReused.
    """
    step.require_operator(operator)
    required_micros(amount_micros)
    required_key(key)
    text = required_text(reference, "reference", 200)
    subject = f"organisation:{organisation.id}"
    try:
        with transaction.atomic():
            is_repeated = bool(journal_marks([f"{journals.CLIENT_REFUND}:{key}"]))
            post(
                key=f"{journals.CLIENT_REFUND}:{key}",
                kind=journals.CLIENT_REFUND,
                lines=journals.client_refund_lines(organisation.id, amount_micros),
                subject=subject,
                detail={"reference": text},
            )
            if not is_repeated:
                detail = {"amount_micros": amount_micros, "reference": text}
                audit.record(operator.id, "client.refunded", subject, detail)
    except EntryDiffers:
        raise KeyReused("This idempotency key was used before for another refund.") from None
    except InsufficientFunds:
        free = balance_micros(AccountRef(Kind.CLIENT_AVAILABLE, subject))
        raise NotThatMuch(
            gettext("Only %(free)s are free; the rest lies in projects, promised to workers.")
            % {"free": format_usd(free)},
            field="amount_micros",
            balance_micros=free,
        ) from None
