"""Appeals: filed by whom a decision hurts, decided by somebody else or by the clock; a won one repairs everything."""

import logging
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.kit.settings import in_force
from tagwork.ledger.operations.hold import release_holds
from tagwork.people.models import Person
from tagwork.people.queries import organisations_of
from tagwork.quality import rules
from tagwork.quality.errors import AppealClosed, TooManyAppeals
from tagwork.quality.models import Appeal, FlagDecision, SecondReview, Verdict
from tagwork.quality.operations.decide_flag import justify
from tagwork.quality.operations.examine import lock_gold, retire
from tagwork.quality.operations.judge import Decision, judge
from tagwork.standing.models import Restriction
from tagwork.standing.operations.restrict import lift
from tagwork.standing.queries import BY_FRAUD
from tagwork.work.models import Flag, Submission

TOPIC = "quality.appeal_decided"
log = logging.getLogger(__name__)
OVERDUE_FAILED = "appeal.overdue_failed"
OVERDUE = "It was not decided in time, so it counts as won."


def due_at(filed_at: datetime) -> datetime:
    return rules.due_at(
        filed_at,
        in_force("quality.appeal_business_days"),
        {date.fromisoformat(day) for day in in_force("quality.holidays")},
    )


def file_appeal(person: Person, kind: str, decision_id: uuid.UUID, text: str) -> Appeal:
    """Raises NotFound (not theirs), Invalid, AppealClosed (window over, appealed before), TooManyAppeals."""
    if len(text.strip()) < 10:
        raise Invalid(
            "Say why, in a sentence.", errors=[{"field": "text", "code": "too_short", "message": "10 letters or more."}]
        )
    try:
        with transaction.atomic():
            decided_at, judge_id, needs_operator = _appealable(person, kind, decision_id)
            # The person's row serialises their filings, so that the limit cannot be raced past.
            Person.objects.select_for_update(no_key=True).get(pk=person.pk)
            _check_window(person, kind, decision_id, decided_at)
            now = clock.now()
            return Appeal.objects.create(
                person=person,
                kind=kind,
                decision_id=decision_id,
                text=text.strip()[:4000],
                first_judge_id=judge_id,
                needs_operator=needs_operator,
                filed_at=now,
                due_at=due_at(now),
            )
    except IntegrityError:
        raise AppealClosed("This decision was appealed before.") from None


def _check_window(person: Person, kind: str, decision_id: uuid.UUID, decided_at: datetime) -> None:
    """Raises AppealClosed, TooManyAppeals."""
    if clock.now() - decided_at > timedelta(days=in_force("quality.appeal_days")):
        raise AppealClosed(
            gettext("A decision may be appealed for %(in_force)s days.") % {"in_force": in_force("quality.appeal_days")}
        )
    if Appeal.objects.filter(kind=kind, decision_id=decision_id).exists():
        raise AppealClosed("This decision was appealed before.")
    most = in_force("quality.appeals_open")
    if Appeal.objects.filter(person=person, state=Appeal.State.OPEN).count() >= most:
        raise TooManyAppeals(
            gettext("You have %(most)s open appeals; file the next when one is decided.") % {"most": most},
            retry_after_seconds=3600,
        )


def _appealable(person: Person, kind: str, decision_id: uuid.UUID) -> tuple[datetime, uuid.UUID | None, bool]:
    """(when decided, by whom, whether only an operator may decide) of a decision against this person.

    Its row is locked, so that its reserve cannot end (end_reserves) while an appeal against it is being filed.
    """
    if kind == Appeal.Decision.SUBMISSION:
        submission = Submission.objects.select_for_update(no_key=True).filter(pk=decision_id, worker=person).first()
        if submission is None:
            raise NotFound("There is no such decision.")
        if submission.state != Submission.State.REJECTED or submission.judged_at is None:
            raise AppealClosed("Only a rejection can be appealed.")
        if submission.reserve_ended_at is not None:
            raise AppealClosed("The time to appeal this rejection is over.")
        verdict = Verdict.objects.filter(submission=submission).order_by("-created_at").first()
        return submission.judged_at, verdict.moderator_id if verdict else None, False
    if kind == Appeal.Decision.FLAG:
        flag = Flag.objects.select_for_update(no_key=True).filter(pk=decision_id, worker=person).first()
        if flag is None:
            raise NotFound("There is no such decision.")
        if flag.state != Flag.State.UNJUSTIFIED or flag.decided_at is None:
            raise AppealClosed("Only a flag found unjustified can be appealed.")
        if flag.reserve_ended_at is not None:
            raise AppealClosed("The time to appeal this decision is over.")
        decision = FlagDecision.objects.filter(flag=flag).first()
        return flag.decided_at, decision.moderator_id if decision else None, False
    if kind == Appeal.Decision.RESTRICTION:
        restriction = (
            Restriction.objects.filter(pk=decision_id, worker=person).exclude(state=Restriction.State.PROPOSED).first()
        )
        if restriction is None:
            raise NotFound("There is no such decision.")
        if restriction.state == Restriction.State.LIFTED:
            raise AppealClosed("This restriction was lifted already.")
        by = uuid.UUID(restriction.by) if restriction.by != "system" else None
        is_fraud_ban = restriction.kind == Restriction.Kind.BAN and restriction.reason == BY_FRAUD
        return restriction.starts_at, by, is_fraud_ban
    raise Invalid(
        "Name what is appealed.",
        errors=[{"field": "decision.kind", "code": "unknown", "message": "submission, flag or restriction"}],
    )


@transaction.atomic
def decide_appeal(moderator: Person, appeal_id: uuid.UUID, decision: str, note: str) -> Appeal:
    """Raises NotFound, Forbidden (own decision, own appeal, needs an operator), WrongState, Invalid."""
    appeal = Appeal.objects.select_for_update().filter(pk=appeal_id).first()
    if appeal is None or not (moderator.is_moderator or moderator.is_operator):
        raise NotFound("There is no such appeal.")
    if not may_decide(moderator, appeal):
        raise Forbidden("An appeal is decided by somebody who had no part in the decision.")
    if decision not in ("won", "lost"):
        raise Invalid(
            "An appeal is won or lost.", errors=[{"field": "decision", "code": "unknown", "message": "won or lost"}]
        )
    if decision == "lost" and len(note.strip()) < 10:
        raise Invalid(
            "Say why it is lost, in a sentence.",
            errors=[{"field": "note", "code": "too_short", "message": "10 letters or more."}],
        )
    if appeal.state != Appeal.State.OPEN:
        raise WrongState("This appeal was decided already.")
    # may_decide let the second signer of a ban through: then nobody else could.
    appeal.no_uninvolved_operator = is_second_signer(moderator, appeal)
    detail = {"no_uninvolved_operator": True} if appeal.no_uninvolved_operator else {}
    audit.record(moderator.pk, f"appeal.{decision}", f"appeal:{appeal.pk}", detail)
    _close(appeal, decision, note.strip()[:4000], moderator)
    return appeal


def may_decide(moderator: Person, appeal: Appeal) -> bool:
    """Somebody of the right role who had no part in the decision, nor works for the client whom it concerns.

    One exception (docs/policies/appeals.md): where a house has no operator without a part in a ban for fraud, its
    second signer decides. They looked at another's proposal once and can do so again; the proposer never does.
    """
    if moderator.pk in (appeal.person_id, appeal.first_judge_id):
        return False
    if appeal.kind == Appeal.Decision.RESTRICTION:
        if not (moderator.is_operator or (moderator.is_moderator and not appeal.needs_operator)):
            return False
        return not is_second_signer(moderator, appeal) or (
            appeal.needs_operator and not _uninvolved_operators(moderator, appeal).exists()
        )
    if not moderator.is_moderator:
        return False
    of = Submission if appeal.kind == Appeal.Decision.SUBMISSION else Flag
    if of.objects.filter(
        pk=appeal.decision_id, project__organisation_id__in=organisations_of(moderator).values("pk")
    ).exists():
        return False
    # A second review's first moderator had a part in it too.
    return not (
        Verdict.objects.filter(submission_id=appeal.decision_id, moderator=moderator).exists()
        or SecondReview.objects.filter(submission_id=appeal.decision_id, first_moderator=moderator).exists()
    )


def is_second_signer(person: Person, appeal: Appeal) -> bool:
    if appeal.kind != Appeal.Decision.RESTRICTION:
        return False
    return Restriction.objects.filter(pk=appeal.decision_id, second_by=str(person.pk)).exists()


def _uninvolved_operators(second_signer: Person, appeal: Appeal) -> QuerySet[Person]:
    involved = [one for one in (second_signer.pk, appeal.person_id, appeal.first_judge_id) if one is not None]
    return Person.objects.filter(is_operator=True, is_active=True).exclude(pk__in=involved)


@transaction.atomic
def withdraw_appeal(person: Person, appeal_id: uuid.UUID) -> Appeal:
    """Raises NotFound, WrongState."""
    appeal = Appeal.objects.select_for_update().filter(pk=appeal_id, person=person).first()
    if appeal is None:
        raise NotFound("There is no such appeal.")
    if appeal.state != Appeal.State.OPEN:
        raise WrongState("This appeal was decided already.")
    _close(appeal, Appeal.State.WITHDRAWN, "", None)
    return appeal


def decide_overdue(limit: int = 100) -> int:
    """The clock decides: overdue counts as won, except against a fraud ban, which an operator must look at.

    One that fails holds up none of the others: it is logged, stands in the audit log once, and is tried again.
    """
    due = Appeal.objects.filter(state=Appeal.State.OPEN, due_at__lt=clock.now(), needs_operator=False)
    decided = 0
    for appeal_id in due.order_by("due_at").values_list("pk", flat=True)[:limit]:
        try:
            decided += _win_overdue(appeal_id)
        except Exception as error:
            log.exception("appeal %s is overdue and could not be decided", appeal_id)
            subject = f"appeal:{appeal_id}"
            if not audit.entries(action=OVERDUE_FAILED, subject=subject).exists():
                audit.record("system", OVERDUE_FAILED, subject, {"error": f"{type(error).__name__}: {error}"[:500]})
    return decided


@transaction.atomic
def _win_overdue(appeal_id: uuid.UUID) -> bool:
    appeal = Appeal.objects.select_for_update().get(pk=appeal_id)
    if appeal.state != Appeal.State.OPEN:
        return False
    _close(appeal, Appeal.State.WON, OVERDUE, None)
    return True


def write_decision(appeal: Appeal, state: str, note: str, moderator: Person | None) -> None:
    """The appeal's own row and word to whoever filed it. `appeal` is locked."""
    appeal.state = state
    appeal.note = note
    appeal.decided_by = moderator
    appeal.decided_at = clock.now()
    appeal.save(update_fields=["state", "note", "decided_by", "decided_at", "no_uninvolved_operator"])
    outbox.publish(TOPIC, f"appeal:{appeal.pk}", {"appeal": str(appeal.pk)})


def _close(appeal: Appeal, state: str, note: str, moderator: Person | None) -> None:
    write_decision(appeal, state, note, moderator)
    if state == Appeal.State.WON:
        _repair(appeal, moderator)
    elif state == Appeal.State.LOST:
        _end_reserve(appeal)


def _repair(appeal: Appeal, moderator: Person | None) -> None:
    """Pay, accuracy and tier (through the fold), and what rested on the decision."""
    if appeal.kind == Appeal.Decision.SUBMISSION:
        judge(
            [
                Decision(
                    appeal.decision_id,
                    is_approved=True,
                    by=Verdict.By.APPEAL,
                    moderator=moderator,
                    note=appeal.note[:2000],
                )
            ]
        )
        _count_dispute(appeal.decision_id)
    elif appeal.kind == Appeal.Decision.FLAG:
        flag = Flag.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=appeal.decision_id)
        if flag.state == Flag.State.UNJUSTIFIED:
            justify(flag)
    else:
        restriction = Restriction.objects.get(pk=appeal.decision_id)
        lift(restriction, by=str(moderator.pk) if moderator else "system", because="An appeal against it was won.")


def _count_dispute(submission_id: uuid.UUID) -> None:
    was_gold = Verdict.objects.filter(submission_id=submission_id, by=Verdict.By.GOLD).exists()
    if not was_gold:
        return
    task_id = Submission.objects.values_list("task_id", flat=True).get(pk=submission_id)
    gold = lock_gold(task_id)
    gold.disputes_won += 1
    gold.save(update_fields=["disputes_won"])
    if gold.disputes_won >= in_force("quality.gold_disputes"):
        retire(gold, f"{gold.disputes_won} appeals were won against it.")


def _end_reserve(appeal: Appeal) -> None:
    """The decision stands: the money that was kept for it is free again."""
    now = clock.now()
    if appeal.kind == Appeal.Decision.SUBMISSION:
        submission = Submission.objects.select_for_update().get(pk=appeal.decision_id)
        if submission.state != Submission.State.REJECTED:
            # It was repaired while the appeal waited: the decision is gone, and so is the reserve.
            return
        release_holds([submission.hold_key])
        Submission.objects.filter(pk=submission.pk).update(reserve_ended_at=now)
    elif appeal.kind == Appeal.Decision.FLAG:
        flag = Flag.objects.select_for_update().get(pk=appeal.decision_id)
        release_holds([flag.hold_key])
        Flag.objects.filter(pk=flag.pk).update(reserve_ended_at=now)


def end_reserves(limit: int = 200) -> int:
    """Free the money of rejections whose appeal window went by unused."""
    now = clock.now()
    cutoff = now - timedelta(days=in_force("quality.appeal_days"))
    with transaction.atomic():
        submissions = list(
            Submission.objects.select_for_update(no_key=True)
            .filter(state=Submission.State.REJECTED, judged_at__lt=cutoff, reserve_ended_at__isnull=True)
            .exclude(pk__in=_under_appeal(Appeal.Decision.SUBMISSION))
            .order_by("pk")[:limit]
        )
        flags = list(
            Flag.objects.select_for_update(no_key=True)
            .filter(state=Flag.State.UNJUSTIFIED, decided_at__lt=cutoff, reserve_ended_at__isnull=True)
            .exclude(pk__in=_under_appeal(Appeal.Decision.FLAG))
            .order_by("pk")[:limit]
        )
        # Asked again under the locks: an appeal that was being filed when the rows were chosen is there now.
        appealed = set(_under_appeal(*Appeal.Decision).values_list("decision_id", flat=True))
        submissions = [row for row in submissions if row.pk not in appealed]
        flags = [row for row in flags if row.pk not in appealed]
        release_holds([row.hold_key for row in submissions] + [row.hold_key for row in flags])
        Submission.objects.filter(pk__in=[row.pk for row in submissions]).update(reserve_ended_at=now)
        Flag.objects.filter(pk__in=[row.pk for row in flags]).update(reserve_ended_at=now)
    return len(submissions) + len(flags)


def _under_appeal(*kinds: str) -> QuerySet[Any, Any]:
    return Appeal.objects.filter(kind__in=kinds, state=Appeal.State.OPEN).values("decision_id")
