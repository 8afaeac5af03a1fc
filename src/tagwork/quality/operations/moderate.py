"""A moderator's verdict, one submission at a time, with evidence."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from tagwork.core.annotations import Answer, InvalidAnnotations, validate_answer
from tagwork.kit import audit, clock
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.settings import in_force
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.quality import rules
from tagwork.quality.errors import RejectionNeedsEvidence
from tagwork.quality.models import Correction, Gold, PlannedVerdict, SecondReview, Verdict
from tagwork.quality.operations.judge import Decision, judge
from tagwork.standing.queries import frozen_worker_ids
from tagwork.work.errors import InvalidAnswer
from tagwork.work.models import Submission


@dataclass(frozen=True)
class Corrected:
    """What the dataset shall hold in place of the answer: annotations as a worker would send them."""

    annotations: Sequence[Any]
    nothing_to_mark: bool = False


@transaction.atomic
def moderate(
    moderator: Person,
    submission_id: uuid.UUID,
    verdict: str,
    *,
    reason_code: str = "",
    clause: str = "",
    mark: Mapping[str, Any] | None = None,
    note: str = "",
    comments: Sequence[Mapping[str, Any]] = (),
    corrected: Corrected | None = None,
) -> Verdict | SecondReview:
    """Approve, or reject with reason, clause and mark. A SecondReview comes back when the reject brake is on.

    `comments` are pinned to places on the image, [{"mark", "text"}]. `corrected` goes with an approval alone: it is
    used in the dataset, and changes neither the verdict nor what the worker is paid (docs/policies/review.md).

    Raises NotFound, Forbidden (own work, own client's work), WrongState, RejectionNeedsEvidence, Invalid,
    InvalidAnswer.
    """
    submission = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assignment", "project")
        .filter(pk=submission_id)
        .first()
    )
    if submission is None or not moderator.is_moderator:
        raise NotFound("There is no such submission.")
    if not may_judge(moderator, submission):
        raise Forbidden("Nobody judges their own work, or work for an organisation of theirs.")
    if is_judged_by_gold(submission):
        raise NotFound("There is no such submission.")
    if submission.state != Submission.State.PENDING:
        raise WrongState("This submission was decided already.")
    if frozen_worker_ids().filter(worker_id=submission.worker_id).exists():
        raise WrongState("An operator looks into this worker's account at the moment; the answer waits.")
    if verdict not in ("approved", "rejected"):
        raise Invalid(
            "A verdict is approved or rejected.",
            errors=[{"field": "verdict", "code": "unknown", "message": "approved or rejected"}],
        )
    review = SecondReview.objects.filter(submission=submission).first()
    if review is not None and review.first_moderator_id == moderator.pk:
        raise WrongState("Your rejection waits for a second moderator.")
    is_approved = verdict == "approved"
    pinned = _checked_comments(submission, comments)
    if not is_approved:
        _check_evidence(submission, reason_code, clause, mark)
        if corrected is not None:
            raise Invalid(
                "Only an approved answer is corrected: what is used is paid.",
                errors=[{"field": "corrected", "code": "not_approved", "message": "Approve it, or leave this out."}],
            )
        if review is None and is_brake_on(moderator):
            return _ask_second(moderator, submission, reason_code, clause, mark or {}, note, pinned)
    if corrected is not None:
        _correct(moderator, submission, corrected)
    audit.record(moderator.pk, f"verdict.{verdict}", submission.hold_key, {"reason_code": reason_code})
    [made] = judge(
        [
            Decision(
                submission.pk,
                is_approved=is_approved,
                by=Verdict.By.MODERATOR,
                moderator=moderator,
                reason_code="" if is_approved else reason_code,
                clause="" if is_approved else clause,
                mark=None if is_approved else mark,
                note=note.strip()[:2000],
                comments=pinned,
            )
        ]
    )
    return made


def may_judge(moderator: Person, submission: Submission) -> bool:
    if submission.worker_id == moderator.pk:
        return False
    return not project_queries.is_member(moderator, submission.project.organisation_id)


def is_judged_by_gold(submission: Submission) -> bool:
    """Its verdict is planned, or will be when it is examined: no moderator knows of it before it is out. An answer from
    before its task became gold is judged by people like any other."""
    if submission.state != Submission.State.PENDING:
        return False
    if submission.examined_at is None:
        return Gold.objects.filter(task_id=submission.task_id, state=Gold.State.ACTIVE).exists()
    return PlannedVerdict.objects.filter(submission=submission).exists()


def _check_evidence(submission: Submission, reason_code: str, clause: str, mark: Any) -> None:
    assignment = submission.assignment
    guideline = project_queries.guideline_version(submission.project_id, assignment.guideline_number)
    problems = rules.evidence_problems(
        reason_code,
        clause,
        mark,
        [one["id"] for one in guideline.clauses],
        [(width, height) for width, height in assignment.image_sizes],
    )
    if problems:
        raise RejectionNeedsEvidence(
            "A rejection names its reason, the clause of the guideline and the place on the image.", errors=problems
        )


def _checked_comments(submission: Submission, comments: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    sizes = [(width, height) for width, height in submission.assignment.image_sizes]
    if problems := rules.comment_problems(comments, sizes):
        raise Invalid("A comment has a place on the image and a text.", errors=problems)
    return [{"mark": dict(one["mark"]), "text": one["text"].strip()} for one in comments]


def _correct(moderator: Person, submission: Submission, corrected: Corrected) -> None:
    """Store what the dataset takes in place of this answer. No posting: nobody is paid for a correction."""
    answer = _valid(submission, corrected)
    if answer.sha256 == submission.answer_sha256 and answer.nothing_to_mark == submission.nothing_to_mark:
        raise Invalid(
            "The correction is the answer as it was.",
            errors=[
                {"field": "corrected", "code": "unchanged", "message": "Change something, or approve it as it is."}
            ],
        )
    Correction.objects.create(
        submission=submission,
        moderator=moderator,
        answer=answer.canonical_json.decode(),
        answer_sha256=answer.sha256,
        nothing_to_mark=answer.nothing_to_mark,
        created_at=clock.now(),
    )
    detail = {"from_sha256": submission.answer_sha256, "to_sha256": answer.sha256}
    audit.record(moderator.pk, "answer.corrected", submission.hold_key, detail)


def _valid(submission: Submission, corrected: Corrected) -> Answer:
    schema = project_queries.schema_version(submission.project_id, submission.assignment.schema_number)
    sizes = [(width, height) for width, height in submission.assignment.image_sizes]
    try:
        return validate_answer(schema, list(corrected.annotations), sizes, corrected.nothing_to_mark)
    except InvalidAnnotations as error:
        raise InvalidAnswer("The correction does not fit the label schema.", errors=error.errors) from None


@dataclass(frozen=True)
class RecentVerdicts:
    """One moderator's last 24 hours. `waiting` are rejections that a second moderator looks at: no verdicts yet."""

    verdicts: int
    rejected: int
    waiting: int


def recent_verdicts(moderator: Person) -> RecentVerdicts:
    since = clock.now() - timedelta(hours=24)
    counts = Verdict.objects.filter(moderator=moderator, by=Verdict.By.MODERATOR, created_at__gt=since).aggregate(
        verdicts=Count("pk"), rejected=Count("pk", filter=Q(is_approved=False))
    )
    # A rejection that went to second review is one of theirs, whatever came of it.
    waiting = SecondReview.objects.filter(first_moderator=moderator, created_at__gt=since).count()
    return RecentVerdicts(counts["verdicts"], counts["rejected"], waiting)


def is_brake_on(moderator: Person) -> bool:
    """Would one more rejection put this moderator above the share that goes to second review?"""
    counts = recent_verdicts(moderator)
    return rules.is_braked(
        counts.rejected + counts.waiting + 1,
        counts.verdicts + counts.waiting + 1,
        counts_from=in_force("quality.brake_from"),
        percent=in_force("quality.brake_percent"),
    )


def _ask_second(
    moderator: Person,
    submission: Submission,
    reason_code: str,
    clause: str,
    mark: Mapping[str, Any],
    note: str,
    comments: Sequence[Mapping[str, Any]],
) -> SecondReview:
    if submission.approve_at is not None:
        submission.approve_at += timedelta(hours=in_force("quality.second_review_hours"))
        submission.save(update_fields=["approve_at"])
    audit.record(moderator.pk, "verdict.second_review", submission.hold_key, {"reason_code": reason_code})
    return SecondReview.objects.create(
        submission=submission,
        first_moderator=moderator,
        reason_code=reason_code,
        clause=clause,
        mark=dict(mark),
        note=note.strip()[:2000],
        comments=list(comments) or None,
        created_at=clock.now(),
    )
