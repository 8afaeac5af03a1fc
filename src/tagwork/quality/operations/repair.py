"""A gold that was found wrong: whom it rejected is paid without having to appeal."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from tagwork.quality.models import Appeal, Gold, Verdict
from tagwork.quality.operations.appeal import write_decision
from tagwork.quality.operations.judge import Decision, judge
from tagwork.work.models import Submission

NOTE = "The expected answer was found wrong and taken out. Nobody is judged by it any more."


def repair_misled(limit: int = 200) -> int:
    """rejected > approved for what a gold rejected until it was found wrong, while its pay is still reserved; returns
    how many.

    Gold that was only set aside (for an exam, for practice) was right, and what it rejected stays rejected. What lies
    past the end of its reserve is not paid: that money is the client's again (`retire` tells the worker so). Accuracy
    was cleared by the retirement. Safe in any number of processes; repeats harmlessly.
    """
    ids = list(_misled().order_by("pk").values_list("pk", flat=True)[:limit])
    repaired = judge([Decision(pk, is_approved=True, by=Verdict.By.REPAIR, note=NOTE) for pk in ids])
    return len(repaired) + _close_appeals(limit)


def _misled() -> QuerySet[Submission]:
    wrong = Gold.objects.filter(task_id=OuterRef("submission__task_id"), misled_until__gte=OuterRef("created_at"))
    rejection = Verdict.objects.filter(submission=OuterRef("pk"), by=Verdict.By.GOLD).filter(Exists(wrong))
    return Submission.objects.filter(state=Submission.State.REJECTED, reserve_ended_at__isnull=True).filter(
        Exists(rejection)
    )


@transaction.atomic
def _close_appeals(limit: int) -> int:
    """Appeals that a repair has answered are won: nobody has to decide them."""
    repaired = Verdict.objects.filter(submission=OuterRef("decision_id"), by=Verdict.By.REPAIR)
    answered = Appeal.objects.filter(kind=Appeal.Decision.SUBMISSION, state=Appeal.State.OPEN).filter(Exists(repaired))
    appeals = list(answered.select_for_update().order_by("pk")[:limit])
    for appeal in appeals:
        write_decision(appeal, Appeal.State.WON, NOTE, None)
    return len(appeals)
