"""Reads of quality: receipts, the moderation queue, appeals and reports."""

import json
import string
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import Forbidden, NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Membership, Person
from tagwork.people.queries import organisations_of
from tagwork.projects.models import Image
from tagwork.quality.models import (
    Appeal,
    Correction,
    Dispute,
    FlagDecision,
    Gold,
    PlannedVerdict,
    Report,
    SecondReview,
    Verdict,
)
from tagwork.quality.operations.appeal import may_decide
from tagwork.quality.operations.dispute import may_decide_dispute
from tagwork.quality.operations.moderate import is_brake_on, is_judged_by_gold, may_judge, recent_verdicts
from tagwork.quality.rules import REASON_TEXTS
from tagwork.standing.models import Restriction
from tagwork.standing.queries import frozen_worker_ids, restrictions_of
from tagwork.work.models import Assignment, Flag, Submission
from tagwork.work.queries import images_of_tasks


@dataclass(frozen=True)
class Receipt:
    """A submission with everything its worker may see of what became of it."""

    submission: Submission
    images: list[Image]
    verdict: Verdict | None
    appeal: Appeal | None
    can_appeal_until: datetime | None
    correction: Correction | None


def receipt(worker: Person, submission_id: uuid.UUID) -> Receipt:
    """Raises NotFound, also for somebody else's."""
    submission = (
        Submission.objects.select_related("assignment", "project").filter(pk=submission_id, worker=worker).first()
    )
    if submission is None:
        raise NotFound("There is no such submission.")
    appeal = Appeal.objects.filter(kind=Appeal.Decision.SUBMISSION, decision_id=submission.pk).first()
    until = None
    if submission.state == Submission.State.REJECTED and submission.judged_at and appeal is None:
        until = submission.judged_at + timedelta(days=in_force("quality.appeal_days"))
    return Receipt(
        submission=submission,
        images=images_of_tasks([submission.task_id])[submission.task_id],
        verdict=Verdict.objects.filter(submission=submission).order_by("-created_at").first(),
        appeal=appeal,
        can_appeal_until=until,
        correction=Correction.objects.filter(submission=submission).first(),
    )


def newest_verdicts(submission_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Verdict]:
    """The verdict in force by submission; ONE query for a whole list of lines."""
    rows = Verdict.objects.filter(submission_id__in=submission_ids).order_by("created_at")
    return {row.submission_id: row for row in rows}


@dataclass(frozen=True)
class Appealable:
    """A decision that somebody may still appeal, until `until`. `text` says what was decided; `project` may be ""."""

    kind: str
    id: uuid.UUID
    text: str
    project: str
    decided_at: datetime
    until: datetime


def appealable(person: Person) -> list[Appealable]:
    """Every decision against this person whose window is open and that was not appealed yet, newest first.

    The same terms as `file_appeal`, which has the last word."""
    window = timedelta(days=in_force("quality.appeal_days"))
    since = clock.now() - window
    appealed = set(Appeal.objects.filter(person=person).values_list("decision_id", flat=True))
    rejected = Submission.objects.filter(worker=person, state=Submission.State.REJECTED, judged_at__gte=since)
    submissions = list(rejected.exclude(pk__in=appealed).select_related("project"))
    verdicts = newest_verdicts([row.pk for row in submissions])
    found = [
        Appealable(
            Appeal.Decision.SUBMISSION,
            row.pk,
            gettext(REASON_TEXTS.get(verdicts[row.pk].reason_code, "Rejected") if row.pk in verdicts else "Rejected"),
            row.project.name,
            row.judged_at,
            row.judged_at + window,
        )
        for row in submissions
        if row.judged_at is not None
    ]
    flags = Flag.objects.filter(worker=person, state=Flag.State.UNJUSTIFIED, decided_at__gte=since)
    found += [
        Appealable(
            Appeal.Decision.FLAG,
            row.pk,
            "Your flag was found not justified",
            row.project.name,
            row.decided_at,
            row.decided_at + window,
        )
        for row in flags.exclude(pk__in=appealed).select_related("project")
        if row.decided_at is not None
    ]
    found += [
        Appealable(Appeal.Decision.RESTRICTION, row.pk, row.text, "", row.starts_at, row.starts_at + window)
        for row in restrictions_of(person.pk).filter(starts_at__gte=since)
        if row.pk not in appealed and row.state != Restriction.State.LIFTED
    ]
    return sorted(found, key=lambda one: one.decided_at, reverse=True)


def waiting_submissions(moderator: Person) -> QuerySet[Submission]:
    """What this moderator may judge, oldest first: no gold, nothing of their own or of an organisation of theirs."""
    own_organisations = Membership.objects.filter(person=moderator).values("organisation_id")
    return (
        Submission.objects.filter(state=Submission.State.PENDING)
        .exclude(worker=moderator)
        .exclude(worker_id__in=frozen_worker_ids())
        .exclude(project__organisation_id__in=own_organisations)
        .filter(
            # As moderate.is_judged_by_gold, for a whole queue.
            ~Exists(PlannedVerdict.objects.filter(submission=OuterRef("pk"))),
            Q(examined_at__isnull=False)
            | ~Exists(Gold.objects.filter(task_id=OuterRef("task_id"), state=Gold.State.ACTIVE)),
            ~Exists(SecondReview.objects.filter(submission=OuterRef("pk"), first_moderator=moderator)),
        )
        .select_related("project", "assignment")
        .order_by("submitted_at")
    )


def waiting_flags(moderator: Person) -> QuerySet[Flag]:
    own_organisations = Membership.objects.filter(person=moderator).values("organisation_id")
    return (
        Flag.objects.filter(state=Flag.State.OPEN)
        .exclude(worker=moderator)
        .exclude(project__organisation_id__in=own_organisations)
        .select_related("project", "assignment")
        .order_by("created_at")
    )


def waiting_appeals(person: Person) -> QuerySet[Appeal]:
    """Open appeals this moderator or operator may decide: not their own, not against their own decision."""
    rows = Appeal.objects.filter(state=Appeal.State.OPEN).exclude(Q(person=person) | Q(first_judge=person))
    if not person.is_operator:
        rows = rows.filter(needs_operator=False)
    if not person.is_moderator:
        rows = rows.filter(Q(needs_operator=True) | Q(kind=Appeal.Decision.RESTRICTION))
    # As appeal.may_decide, for a whole queue: no part in the decision, no work for the client whom it concerns.
    decision, own = OuterRef("decision_id"), organisations_of(person).values("pk")
    operators = Person.objects.filter(is_operator=True, is_active=True).exclude(pk=person.pk)
    uninvolved = operators.exclude(pk=OuterRef("person_id")).exclude(pk=OuterRef("first_judge_id"))
    signed = Exists(Restriction.objects.filter(pk=decision, second_by=str(person.pk)))
    return rows.exclude(
        Exists(Verdict.objects.filter(submission_id=decision, moderator=person))
        | Exists(SecondReview.objects.filter(submission_id=decision, first_moderator=person))
        | (signed & (Q(needs_operator=False) | Exists(uninvolved)))
        | Exists(Submission.objects.filter(pk=decision, project__organisation_id__in=own))
        | Exists(Flag.objects.filter(pk=decision, project__organisation_id__in=own))
    ).order_by("due_at")


def waiting_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(state=Report.State.OPEN).exclude(person=person).order_by("due_at")


def waiting_disputes(moderator: Person) -> QuerySet[Dispute]:
    """Open disputes this moderator may decide (dispute.may_decide_dispute, for a whole queue)."""
    own = organisations_of(moderator).values("pk")
    rows = Dispute.objects.filter(state=Dispute.State.OPEN).exclude(submission__worker=moderator)
    return (
        rows.exclude(submission__project__organisation_id__in=own)
        .exclude(Exists(Verdict.objects.filter(submission_id=OuterRef("submission_id"), moderator=moderator)))
        .select_related("submission__project")
        .order_by("due_at")
    )


def dispute_case(moderator: Person, dispute_id: uuid.UUID) -> Dispute:
    """Raises NotFound, Forbidden."""
    row = Dispute.objects.select_related("submission__project").filter(pk=dispute_id).first()
    if row is None:
        raise NotFound("There is no such dispute.")
    if not may_decide_dispute(moderator, row):
        raise Forbidden("A dispute is decided by somebody who had no part in the answer, its verdict or its project.")
    return row


def disputes_by_submission(submission_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Dispute]:
    return {row.submission_id: row for row in Dispute.objects.filter(submission_id__in=submission_ids)}


def approved_answers(project_id: uuid.UUID, *, before: uuid.UUID | None = None, limit: int = 50) -> list[Submission]:
    """The newest first; `before` is the last one already seen."""
    rows = Submission.objects.filter(project_id=project_id, state=Submission.State.APPROVED)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("worker").order_by("-pk")[:limit])


def approved_answer(project_id: uuid.UUID, submission_id: uuid.UUID) -> Submission:
    """Raises NotFound."""
    rows = Submission.objects.filter(project_id=project_id, state=Submission.State.APPROVED)
    found = rows.select_related("worker").filter(pk=submission_id).first()
    if found is None:
        raise NotFound("There is no such answer.")
    return found


def corrections_by_submission(submission_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Correction]:
    """What the dataset holds in place of answers, ONE query for a whole page of them."""
    return {row.submission_id: row for row in Correction.objects.filter(submission_id__in=submission_ids)}


def can_be_disputed(submission: Submission) -> bool:
    """Is its window open? The same terms as `file_dispute`, which has the last word."""
    if submission.state != Submission.State.APPROVED or submission.judged_at is None:
        return False
    return clock.now() - submission.judged_at <= timedelta(days=in_force("quality.appeal_days"))


@dataclass(frozen=True)
class Reference:
    """Annotations to compare an answer with; `name` is the letter of another answer, nothing for the expected one."""

    kind: str
    name: str | None
    annotations: list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """What a moderator sees of a submission: everything but who made it."""

    submission: Submission
    images: list[Image]
    verdict: Verdict | None
    is_second_review: bool
    references: list[Reference]


MOST_REFERENCES = 5


def _references(moderator: Person, submission: Submission, verdict: Verdict | None) -> list[Reference]:
    """What an answer may be compared with: the expected answer, then others of the same task.

    The expected answer is the one its verdict showed; before there is a verdict it is the gold of the task, unless this
    moderator could still be asked that gold as a worker. Other answers have no name but a letter, no verdict, and were
    not judged by this moderator: whoever decides again is blind to what was decided before, and to who decided it.
    Rejected ones are left out, since they would teach the fault that they were rejected for.
    """
    found = []
    if verdict is not None and verdict.expected is not None:
        found.append(Reference("expected", None, verdict.expected))
    elif not _could_be_asked(moderator, submission.task_id):
        golds = Gold.objects.filter(task_id=submission.task_id, state=Gold.State.ACTIVE)
        found += [Reference("expected", None, gold.expected) for gold in golds]
    judged = Verdict.objects.filter(submission=OuterRef("pk"), moderator=moderator)
    asked = SecondReview.objects.filter(submission=OuterRef("pk"), first_moderator=moderator)
    others = (
        Submission.objects.filter(
            task_id=submission.task_id, assignment__schema_number=submission.assignment.schema_number
        )
        .exclude(pk=submission.pk)
        .exclude(worker=moderator)
        .exclude(state=Submission.State.REJECTED)
        .filter(~Exists(judged), ~Exists(asked))
        .order_by("submitted_at", "pk")
    )
    for letter, other in zip(string.ascii_uppercase, others[:MOST_REFERENCES], strict=False):
        found.append(Reference("answer", letter, json.loads(other.answer)))
    return found


def _could_be_asked(moderator: Person, task_id: int) -> bool:
    """Might this moderator, who is a worker too, still be given this task?"""
    if not moderator.is_worker:
        return False
    had = Assignment.objects.filter(task_id=task_id, worker=moderator).exclude(state=Assignment.State.EXPIRED)
    return not had.exists()


def case(moderator: Person, submission_id: uuid.UUID) -> Case:
    """Raises NotFound, Forbidden."""
    submission = Submission.objects.select_related("assignment", "project").filter(pk=submission_id).first()
    if submission is None:
        raise NotFound("There is no such submission.")
    if not may_judge(moderator, submission):
        raise Forbidden("Nobody judges their own work, or work for an organisation of theirs.")
    if is_judged_by_gold(submission):
        raise NotFound("There is no such submission.")
    verdict = Verdict.objects.filter(submission=submission).order_by("-created_at").first()
    return Case(
        submission=submission,
        images=images_of_tasks([submission.task_id])[submission.task_id],
        verdict=verdict,
        is_second_review=SecondReview.objects.filter(submission=submission).exists(),
        references=_references(moderator, submission, verdict),
    )


def flag_case(moderator: Person, flag_id: uuid.UUID) -> tuple[Flag, list[Image]]:
    """Raises NotFound, Forbidden."""
    flag = Flag.objects.select_related("assignment", "project").filter(pk=flag_id).first()
    if flag is None:
        raise NotFound("There is no such flag.")
    if not waiting_flags(moderator).filter(pk=flag.pk).exists() and flag.state == Flag.State.OPEN:
        raise Forbidden("Nobody judges their own flag, or one for an organisation of theirs.")
    return flag, images_of_tasks([flag.task_id])[flag.task_id]


def appeal_case(person: Person, appeal_id: uuid.UUID) -> Appeal:
    """Raises NotFound, Forbidden."""
    appeal = Appeal.objects.filter(pk=appeal_id).first()
    if appeal is None:
        raise NotFound("There is no such appeal.")
    if not may_decide(person, appeal):
        raise Forbidden("An appeal is decided by somebody who had no part in the decision.")
    return appeal


def appeals_of(person: Person) -> QuerySet[Appeal]:
    return Appeal.objects.filter(person=person).order_by("-filed_at")


def reports_of(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(person=person).order_by("-filed_at")


def flags_of(worker: Person) -> QuerySet[Flag]:
    return Flag.objects.filter(worker=worker).select_related("project").order_by("-created_at")


def flag_notes(flag_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What the moderator wrote about each decided flag; ONE query."""
    return dict(FlagDecision.objects.filter(flag_id__in=flag_ids).values_list("flag_id", "note"))


def flag_decision(flag: Flag) -> FlagDecision | None:
    return FlagDecision.objects.filter(flag=flag).first()


def gold_counts(project_id: uuid.UUID) -> dict[str, int]:
    rows = Gold.objects.filter(project_id=project_id)
    return {"active": rows.filter(state="active").count(), "retired": rows.filter(state="retired").count()}


def golds_by_task(task_ids: list[int]) -> dict[int, Gold]:
    return {gold.task_id: gold for gold in Gold.objects.filter(task_id__in=task_ids)}


def golds_of(project_id: uuid.UUID) -> QuerySet[Gold]:
    """Every task with a known answer, the newest first."""
    return Gold.objects.filter(project_id=project_id).order_by("-created_at", "-task_id")


def open_questions(project_id: uuid.UUID) -> QuerySet[Flag]:
    """Justified flags: questions the guideline leaves open, for the client to answer."""
    return (
        Flag.objects.filter(project_id=project_id, state=Flag.State.JUSTIFIED)
        .select_related("assignment")
        .order_by("answered_at", "-created_at")
    )


@dataclass(frozen=True)
class OwnFigures:
    """What a moderator did in the last 24 hours. `waiting` are own rejections that a second moderator looks at."""

    verdicts: int
    rejected: int
    waiting: int
    counts_from: int
    limit_percent: int
    is_brake_on: bool

    @property
    def rejected_percent(self) -> int | None:
        """Whole percent, the waiting ones counted; None before the first verdict."""
        decided = self.verdicts + self.waiting
        return round(100 * (self.rejected + self.waiting) / decided) if decided else None


def own_figures(moderator: Person) -> OwnFigures:
    counts = recent_verdicts(moderator)
    return OwnFigures(
        verdicts=counts.verdicts,
        rejected=counts.rejected,
        waiting=counts.waiting,
        counts_from=in_force("quality.brake_from"),
        limit_percent=in_force("quality.brake_percent"),
        is_brake_on=is_brake_on(moderator),
    )


@dataclass(frozen=True)
class QueueCounts:
    """What waits for one moderator or operator, by kind; `overdue` are those with a due time that is past."""

    submissions: int
    flags: int
    appeals: int
    reports: int
    disputes: int
    overdue: int

    @property
    def all(self) -> int:
        return self.submissions + self.flags + self.appeals + self.reports + self.disputes


def queue_counts(person: Person) -> QueueCounts:
    now = clock.now()
    appeals, reports = waiting_appeals(person), waiting_reports(person)
    disputes = waiting_disputes(person) if person.is_moderator else Dispute.objects.none()
    return QueueCounts(
        submissions=waiting_submissions(person).count() if person.is_moderator else 0,
        flags=waiting_flags(person).count() if person.is_moderator else 0,
        appeals=appeals.count(),
        reports=reports.count(),
        disputes=disputes.count(),
        overdue=disputes.filter(due_at__lt=now).count()
        + appeals.filter(due_at__lt=now).count()
        + reports.filter(due_at__lt=now).count(),
    )


def report_case(person: Person, report_id: uuid.UUID) -> Report:
    """Raises NotFound, also for one's own report: somebody else answers it."""
    report = Report.objects.filter(pk=report_id).exclude(person=person).first()
    if report is None:
        raise NotFound("There is no such report.")
    return report


@dataclass(frozen=True)
class Depths:
    """What waits in all, whoever may decide it."""

    unexamined: int
    pending: int
    flags: int
    appeals: int
    reports: int


def depths() -> Depths:
    return Depths(
        unexamined=Submission.objects.filter(examined_at__isnull=True).count(),
        pending=Submission.objects.filter(state=Submission.State.PENDING).count(),
        flags=Flag.objects.filter(state=Flag.State.OPEN).count(),
        appeals=Appeal.objects.filter(state=Appeal.State.OPEN).count(),
        reports=Report.objects.filter(state=Report.State.OPEN).count(),
    )


def verdicts_by(moderator: Person) -> QuerySet[Verdict]:
    """What this moderator decided, newest first; an appeal they decided is none of these."""
    rows = Verdict.objects.filter(moderator=moderator, by=Verdict.By.MODERATOR)
    return rows.select_related("submission__project").order_by("-created_at")
