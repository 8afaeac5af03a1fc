"""Reads of quality: receipts, the moderation queue, appeals and reports."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from tagwork.kit.errors import Forbidden, NotFound
from tagwork.kit.settings import in_force
from tagwork.people.models import Membership, Person
from tagwork.projects.models import Image
from tagwork.quality.models import Appeal, FlagDecision, Gold, Report, SecondReview, Verdict
from tagwork.quality.operations.appeal import may_decide
from tagwork.quality.operations.moderate import may_judge
from tagwork.work.models import Flag, Submission
from tagwork.work.queries import images_of_tasks


@dataclass(frozen=True)
class Receipt:
    """A submission with everything its worker may see of what became of it."""

    submission: Submission
    images: list[Image]
    verdict: Verdict | None
    appeal: Appeal | None
    can_appeal_until: datetime | None


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
    )


def waiting_submissions(moderator: Person) -> QuerySet[Submission]:
    """What this moderator may judge, oldest first: no gold, nothing of their own or of an organisation of theirs."""
    own_organisations = Membership.objects.filter(person=moderator).values("organisation_id")
    return (
        Submission.objects.filter(state=Submission.State.PENDING)
        .exclude(worker=moderator)
        .exclude(project__organisation_id__in=own_organisations)
        .filter(
            ~Exists(Gold.objects.filter(task_id=OuterRef("task_id"))),
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
    judged = Verdict.objects.filter(submission_id=OuterRef("decision_id"), moderator=person)
    return rows.exclude(Q(kind=Appeal.Decision.SUBMISSION) & Exists(judged)).order_by("due_at")


def waiting_reports(person: Person) -> QuerySet[Report]:
    return Report.objects.filter(state=Report.State.OPEN).exclude(person=person).order_by("due_at")


@dataclass(frozen=True)
class Case:
    """What a moderator sees of a submission: everything but who made it."""

    submission: Submission
    images: list[Image]
    verdict: Verdict | None
    is_second_review: bool


def case(moderator: Person, submission_id: uuid.UUID) -> Case:
    """Raises NotFound, Forbidden."""
    submission = Submission.objects.select_related("assignment", "project").filter(pk=submission_id).first()
    if submission is None:
        raise NotFound("There is no such submission.")
    if not may_judge(moderator, submission):
        raise Forbidden("Nobody judges their own work, or work for an organisation of theirs.")
    return Case(
        submission=submission,
        images=images_of_tasks([submission.task_id])[submission.task_id],
        verdict=Verdict.objects.filter(submission=submission).order_by("-created_at").first(),
        is_second_review=SecondReview.objects.filter(submission=submission).exists(),
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


def flag_decision(flag: Flag) -> FlagDecision | None:
    return FlagDecision.objects.filter(flag=flag).first()


def gold_counts(project_id: uuid.UUID) -> dict[str, int]:
    rows = Gold.objects.filter(project_id=project_id)
    return {"active": rows.filter(state="active").count(), "retired": rows.filter(state="retired").count()}


def golds_by_task(task_ids: list[int]) -> dict[int, Gold]:
    return {gold.task_id: gold for gold in Gold.objects.filter(task_id__in=task_ids)}


def open_questions(project_id: uuid.UUID) -> QuerySet[Flag]:
    """Justified flags: questions the guideline leaves open, for the client to answer."""
    return (
        Flag.objects.filter(project_id=project_id, state=Flag.State.JUSTIFIED)
        .select_related("assignment")
        .order_by("answered_at", "-created_at")
    )
