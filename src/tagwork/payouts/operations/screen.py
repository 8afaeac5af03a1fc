"""What the answers of the operator's screening service (screening.py) do to destinations and withdrawals."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from django.db import transaction

from tagwork.kit import clock
from tagwork.kit.ids import encode
from tagwork.payouts import rules, screening
from tagwork.payouts.models import Destination, Screening, Withdrawal, WithdrawalEvent
from tagwork.payouts.operations import step
from tagwork.payouts.screening import Answer, Subject
from tagwork.people.models import Person


def screen_destination(person: Person, method: str, network: str, address: str) -> Answer:
    """Before it is kept; asks the outside, so no transaction may be open."""
    [answer] = screening.screen("destination", [_subject("destination", person, method, network, address, 0)]).values()
    return answer


def keep_answer(person: Person, destination: Destination, withdrawal: Withdrawal | None, answer: Answer) -> None:
    """In the caller's transaction; nothing where nobody was asked."""
    if screening.is_on():
        Screening.objects.create(
            person=person,
            destination=destination,
            withdrawal=withdrawal,
            answer=answer.answer,
            reason=answer.reason,
            at=clock.now(),
        )


def cleared(
    rows: Sequence[Withdrawal], writing: Callable[[], AbstractContextManager[None]] = transaction.atomic
) -> list[Withdrawal]:
    """Those of the approved withdrawals that may be batched; the others are held, with the reason kept.

    A review is a question to a person: once an operator released a withdrawal that was held for it, the same answer
    holds it no more. A block holds it each time. No transaction may be open; `writing` opens one.
    """
    if not screening.is_on() or not rows:
        return list(rows)
    found = Withdrawal.objects.select_related("worker", "destination")
    asked = {str(row.id): row for row in found.filter(id__in=[row.id for row in rows])}
    answers = screening.screen("batch", [_of(row) for row in asked.values()])
    passed = []
    with writing():
        locked = Withdrawal.objects.select_for_update(of=("self",)).filter(id__in=list(asked), state=rules.APPROVED)
        for row in locked.order_by("id"):
            answer, shown = answers[str(row.id)], asked[str(row.id)]
            keep_answer(shown.worker, shown.destination, row, answer)
            if answer.answer == rules.CLEAR or (answer.answer == rules.REVIEW and _was_seen(row)):
                passed.append(row)
            else:
                reason = rules.SCREENING_BLOCK if answer.answer == rules.BLOCK else rules.SCREENING_REVIEW
                detail = {"reasons": [reason], "screening": answer.reason}
                step.move(row, rules.HELD, rules.RULE, detail, hold_reasons=[reason])
    return passed


def _was_seen(row: Withdrawal) -> bool:
    """An operator released it from a hold that named the review."""
    events = WithdrawalEvent.objects.filter(withdrawal=row)
    held = events.filter(to_state=rules.HELD).order_by("-version").first()
    released = events.filter(to_state=rules.APPROVED).order_by("-version").first()
    if held is None or released is None or released.version < held.version:
        return False
    return released.actor != rules.RULE and rules.SCREENING_REVIEW in held.detail.get("reasons", [])


def _of(row: Withdrawal) -> Subject:
    return _subject(str(row.id), row.worker, row.method, row.network, row.address, row.net_micros)


def _subject(identifier: str, person: Person, method: str, network: str, address: str, amount_micros: int) -> Subject:
    names = identifier, encode("p", person.id), person.display_name, person.country
    return Subject(*names, method, network, address, amount_micros)
