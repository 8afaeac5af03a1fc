"""Disputes: a client says that an approved answer is wrong; moderation decides whether the dataset keeps it."""

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.quality.models import Dispute, Verdict
from tagwork.quality.operations.appeal import due_at
from tagwork.work.models import Submission
from tagwork.work.operations.release import wanted_again

TOPIC = "quality.dispute_decided"
OVER = "This answer was disputed before."


def file_dispute(member: Person, submission_id: uuid.UUID, text: str) -> Dispute:
    """Raises NotFound (not their project), Invalid, WrongState (not approved, too late, disputed before)."""
    submission = Submission.objects.select_related("project").filter(pk=submission_id).first()
    if submission is None or not project_queries.is_member(member, submission.project.organisation_id):
        raise NotFound("There is no such answer.")
    if len(text.strip()) < 10:
        raise Invalid(
            "Say what is wrong, in a sentence.",
            errors=[{"field": "text", "code": "too_short", "message": "10 letters or more."}],
        )
    if submission.state != Submission.State.APPROVED or submission.judged_at is None:
        raise WrongState("Only an approved answer can be disputed: no other is in your dataset.")
    days, now = in_force("quality.appeal_days"), clock.now()
    if now - submission.judged_at > timedelta(days=days):
        raise WrongState(gettext("An answer may be disputed for %(days)s days after its approval.") % {"days": days})
    try:
        with transaction.atomic():
            return Dispute.objects.create(
                submission=submission, person=member, text=text.strip()[:4000], filed_at=now, due_at=due_at(now)
            )
    except IntegrityError:
        raise WrongState(OVER) from None


@transaction.atomic
def decide_dispute(moderator: Person, dispute_id: uuid.UUID, decision: str, note: str) -> Dispute:
    """Upheld: the answer leaves the dataset and its task is asked again. Dismissed: it stays.

    Neither touches the worker: approved pay is not taken back, and accuracy rests on verdicts that can be appealed.
    Raises NotFound, Forbidden (own work, own client's, own verdict), WrongState, Invalid.
    """
    dispute = (
        Dispute.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submission__project")
        .filter(pk=dispute_id)
        .first()
    )
    if dispute is None or not moderator.is_moderator:
        raise NotFound("There is no such dispute.")
    if not may_decide_dispute(moderator, dispute):
        raise Forbidden("A dispute is decided by somebody who had no part in the answer, its verdict or its project.")
    if decision not in (Dispute.State.UPHELD, Dispute.State.DISMISSED):
        raise Invalid(
            "A dispute is upheld or dismissed.",
            errors=[{"field": "decision", "code": "unknown", "message": "upheld or dismissed"}],
        )
    if len(note.strip()) < 10:
        raise Invalid(
            "Say why, in a sentence for the client.",
            errors=[{"field": "note", "code": "too_short", "message": "10 letters or more."}],
        )
    if dispute.state != Dispute.State.OPEN:
        raise WrongState("This dispute was decided already.")
    dispute.state, dispute.note = decision, note.strip()[:4000]
    dispute.decided_by, dispute.decided_at = moderator, clock.now()
    dispute.save(update_fields=["state", "note", "decided_by", "decided_at"])
    if decision == Dispute.State.UPHELD:
        Submission.objects.filter(pk=dispute.submission_id).update(is_used=False)
        wanted_again(dispute.submission.task_id)
    audit.record(moderator.pk, f"dispute.{decision}", dispute.submission.hold_key, {"dispute": str(dispute.pk)})
    outbox.publish(TOPIC, f"dispute:{dispute.pk}", {"dispute": str(dispute.pk)})
    return dispute


def may_decide_dispute(moderator: Person, dispute: Dispute) -> bool:
    submission = dispute.submission
    if moderator.pk == submission.worker_id:
        return False
    if project_queries.is_member(moderator, submission.project.organisation_id):
        return False
    return not Verdict.objects.filter(submission=submission, moderator=moderator).exists()
