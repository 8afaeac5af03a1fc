"""The one way a submission gets a verdict: state, pay, standing, redo and notice in one transaction."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tagwork.core.money import Price, fee_micros
from tagwork.kit import clock, outbox
from tagwork.ledger.operations.hold import settle_holds, withhold
from tagwork.ledger.rules import Settlement
from tagwork.people.models import Person
from tagwork.quality.models import Gold, PlannedVerdict, Verdict
from tagwork.standing.operations.record import record_checked
from tagwork.work.models import Submission
from tagwork.work.operations.release import wanted_again

TOPIC = "quality.judged"


@dataclass(frozen=True)
class Decision:
    """What is to be said of one submission. `accepted_objects` None: all of them."""

    submission_id: uuid.UUID
    is_approved: bool
    by: str
    moderator: Person | None = None
    reason_code: str = ""
    clause: str = ""
    mark: Mapping[str, Any] | None = None
    note: str = ""
    comments: Sequence[Mapping[str, Any]] = ()
    expected: Any = None
    score: Mapping[str, Any] | None = None
    accepted_objects: int | None = None


@transaction.atomic
def judge(decisions: Sequence[Decision]) -> list[Verdict]:
    """Verdicts for the submissions that can still get one; those decided meanwhile are passed by, and those whose gold
    would reject them and is none any more.

    A pending submission is approved or rejected; a rejected one is approved only by an appeal, or because the gold
    that rejected it was wrong.
    """
    wanted = {decision.submission_id: decision for decision in decisions}
    assert len(wanted) == len(decisions), "one decision for each submission"
    submissions = _still_tested(
        [
            submission
            for submission in Submission.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assignment")
            .filter(pk__in=wanted)
            .order_by("pk")
            if _may_become(submission, wanted[submission.pk])
        ],
        wanted,
    )
    now = clock.now()
    verdicts, settlements, rejected = [], [], []
    for submission in submissions:
        decision = wanted[submission.pk]
        if decision.is_approved:
            settlement = _settlement(submission, decision)
            settlements.append(settlement)
            submission.paid_micros = settlement.pay_micros
        elif submission.state == Submission.State.PENDING:
            rejected.append(submission)
        submission.state = Submission.State.APPROVED if decision.is_approved else Submission.State.REJECTED
        submission.judged_at = now
        submission.approve_at = None
        verdicts.append(_verdict(submission, decision))
    settle_holds(settlements)
    withhold([submission.hold_key for submission in rejected])
    Submission.objects.bulk_update(submissions, ["state", "judged_at", "approve_at", "paid_micros"])
    Verdict.objects.bulk_create(verdicts)
    PlannedVerdict.objects.filter(submission__in=submissions).delete()
    _follow(submissions, wanted, rejected)
    return verdicts


def _may_become(submission: Submission, decision: Decision) -> bool:
    if submission.state == Submission.State.PENDING:
        return True
    return (
        submission.state == Submission.State.REJECTED
        and decision.is_approved
        and decision.by in (Verdict.By.APPEAL, Verdict.By.REPAIR)
        and submission.reserve_ended_at is None
    )


def _still_tested(submissions: list[Submission], wanted: Mapping[uuid.UUID, Decision]) -> list[Submission]:
    """Without those whom a gold would reject that was taken out, or marked anew, since its decision was made.

    The gold stays locked until the verdict stands: whoever then finds it wrong comes later than what it rejected, and
    `Gold.misled_until` reaches all of that.
    """
    tested = {
        submission.task_id
        for submission in submissions
        if wanted[submission.pk].by == Verdict.By.GOLD and not wanted[submission.pk].is_approved
    }
    if not tested:
        return submissions
    golds = {
        gold.task_id: gold.expected
        for gold in Gold.objects.select_for_update(no_key=True)
        .filter(task_id__in=tested, state=Gold.State.ACTIVE)
        .order_by("pk")
    }
    return [
        submission
        for submission in submissions
        if submission.task_id not in tested
        or wanted[submission.pk].is_approved
        or (submission.task_id in golds and golds[submission.task_id] == wanted[submission.pk].expected)
    ]


def _settlement(submission: Submission, decision: Decision) -> Settlement:
    assignment = submission.assignment
    pay = submission.amount_micros
    if decision.accepted_objects is not None:
        price = Price(assignment.base_micros, assignment.object_micros, assignment.max_objects)
        pay = min(pay, price.amount(decision.accepted_objects))
    return Settlement(
        hold_key=submission.hold_key,
        pay_micros=pay,
        fee_micros=min(submission.fee_micros, fee_micros(pay, assignment.fee_basis_points)),
        detail={"verdict": decision.by},
    )


def _verdict(submission: Submission, decision: Decision) -> Verdict:
    return Verdict(
        submission=submission,
        is_approved=decision.is_approved,
        by=decision.by,
        moderator=decision.moderator,
        reason_code=decision.reason_code,
        clause=decision.clause,
        mark=dict(decision.mark) if decision.mark else None,
        note=decision.note,
        comments=[dict(one) for one in decision.comments] or None,
        expected=decision.expected,
        score=dict(decision.score) if decision.score else None,
        paid_micros=submission.paid_micros,
        created_at=clock.now(),
    )


def _follow(
    submissions: Sequence[Submission], wanted: Mapping[uuid.UUID, Decision], rejected: Sequence[Submission]
) -> None:
    """Standing, the redo of what was rejected, and word to the worker."""
    gold_tasks = set(
        Gold.objects.filter(task_id__in=[submission.task_id for submission in submissions]).values_list(
            "task_id", flat=True
        )
    )
    for submission in submissions:
        decision = wanted[submission.pk]
        # The timer checks nothing: an answer it approved says nothing about accuracy. A repair clears what the wrong
        # gold said, which its retirement has done.
        if decision.by not in (Verdict.By.TIMER, Verdict.By.REPAIR):
            record_checked(
                worker_id=submission.worker_id,
                task_type=submission.task_type,
                project_id=submission.project_id,
                subject=submission.hold_key,
                source=decision.by,
                is_correct=decision.is_approved,
                answered_at=submission.submitted_at,
            )
        if decision.by in (Verdict.By.APPEAL, Verdict.By.MODERATOR, Verdict.By.REPAIR) or not decision.is_approved:
            outbox.publish(TOPIC, submission.hold_key, {"submission": str(submission.pk)})
    for submission in rejected:
        # A gold task is answered by everybody anyway; any other one is wanted again.
        if submission.task_id not in gold_tasks:
            wanted_again(submission.task_id)
