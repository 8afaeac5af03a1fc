"""Reports: anything somebody wants looked at, answered in words."""

import uuid

from django.db import transaction

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Invalid, NotFound, WrongState
from tagwork.people.models import Person
from tagwork.quality.models import Report
from tagwork.quality.operations.appeal import due_at


def file_report(person: Person, text: str, subject: str = "") -> Report:
    """Raises Invalid."""
    if len(text.strip()) < 10:
        raise Invalid(
            "Say what is wrong, in a sentence.",
            errors=[{"field": "text", "code": "too_short", "message": "10 letters or more."}],
        )
    now = clock.now()
    return Report.objects.create(
        person=person, subject=subject.strip()[:80], text=text.strip()[:4000], filed_at=now, due_at=due_at(now)
    )


@transaction.atomic
def answer_report(moderator: Person, report_id: uuid.UUID, answer: str) -> Report:
    """Raises NotFound, WrongState, Invalid."""
    report = Report.objects.select_for_update().filter(pk=report_id).exclude(person=moderator).first()
    if report is None or not (moderator.is_moderator or moderator.is_operator):
        raise NotFound("There is no such report.")
    if report.state != Report.State.OPEN:
        raise WrongState("This report was answered already.")
    if len(answer.strip()) < 10:
        raise Invalid(
            "Write an answer.", errors=[{"field": "answer", "code": "too_short", "message": "10 letters or more."}]
        )
    report.state = Report.State.ANSWERED
    report.answer = answer.strip()[:4000]
    report.answered_by = moderator
    report.answered_at = clock.now()
    report.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    audit.record(moderator.pk, "report.answer", f"report:{report.pk}")
    outbox.publish("quality.report_answered", f"report:{report.pk}", {"report": str(report.pk)})
    return report
