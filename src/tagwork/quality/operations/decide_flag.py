"""Is a flag justified? Then it is paid, the task waits, and the client gets a question about the guideline."""

import uuid

from django.db import transaction

from tagwork.core.money import fee_micros
from tagwork.kit import audit, clock, outbox
from tagwork.kit.errors import Forbidden, Invalid, NotFound, WrongState
from tagwork.ledger.operations.hold import settle_holds, withhold
from tagwork.ledger.rules import Settlement
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.quality.models import FlagDecision
from tagwork.work.models import Flag
from tagwork.work.operations.release import hold_task, resume_task, wanted_again

TOPIC = "quality.flag_decided"


@transaction.atomic
def decide_flag(moderator: Person, flag_id: uuid.UUID, decision: str, note: str, clause: str = "") -> Flag:
    """Raises NotFound, Forbidden, WrongState, Invalid."""
    flag = (
        Flag.objects.select_for_update(of=("self",)).select_related("project", "assignment").filter(pk=flag_id).first()
    )
    if flag is None or not moderator.is_moderator:
        raise NotFound("There is no such flag.")
    if flag.worker_id == moderator.pk or project_queries.is_member(moderator, flag.project.organisation_id):
        raise Forbidden("Nobody judges their own flag, or one for an organisation of theirs.")
    if flag.state != Flag.State.OPEN:
        raise WrongState("This flag was decided already.")
    if decision not in ("justified", "unjustified"):
        raise Invalid(
            "A flag is justified or unjustified.",
            errors=[{"field": "decision", "code": "unknown", "message": "justified or unjustified"}],
        )
    if decision == "unjustified" and len(note.strip()) < 10:
        raise Invalid(
            "Say how the guideline decides it.",
            errors=[{"field": "note", "code": "too_short", "message": "A sentence for the worker."}],
        )
    FlagDecision.objects.create(
        flag=flag,
        moderator=moderator,
        is_justified=decision == "justified",
        clause=clause[:20],
        note=note.strip()[:2000],
        created_at=clock.now(),
    )
    audit.record(moderator.pk, f"flag.{decision}", flag.hold_key)
    if decision == "justified":
        justify(flag)
    else:
        flag.state = Flag.State.UNJUSTIFIED
        flag.decided_at = clock.now()
        flag.save(update_fields=["state", "decided_at"])
        withhold([flag.hold_key])
        wanted_again(flag.task_id)
    outbox.publish(TOPIC, flag.hold_key, {"flag": str(flag.pk)})
    return flag


def justify(flag: Flag) -> None:
    """Pay the flag and hold its task until the client has answered; also what a won appeal does."""
    flag.state = Flag.State.JUSTIFIED
    flag.decided_at = clock.now()
    flag.save(update_fields=["state", "decided_at"])
    settle_holds(
        [
            Settlement(
                hold_key=flag.hold_key,
                pay_micros=flag.amount_micros,
                fee_micros=fee_micros(flag.amount_micros, flag.assignment.fee_basis_points),
                detail={"verdict": "flag"},
            )
        ]
    )
    hold_task(flag.task_id)


@transaction.atomic
def answer_question(member: Person, flag_id: uuid.UUID, answer: str) -> Flag:
    """The client answers the question; the task goes back to the queue. Raises NotFound, WrongState, Invalid."""
    flag = Flag.objects.select_for_update(of=("self",)).select_related("project").filter(pk=flag_id).first()
    if flag is None or not project_queries.is_member(member, flag.project.organisation_id):
        raise NotFound("There is no such question.")
    if flag.state != Flag.State.JUSTIFIED or flag.answered_at is not None:
        raise WrongState("This question was answered already.")
    if len(answer.strip()) < 3:
        raise Invalid(
            "Write an answer.", errors=[{"field": "answer", "code": "too_short", "message": "Write an answer."}]
        )
    flag.answer = answer.strip()[:2000]
    flag.answered_at = clock.now()
    flag.save(update_fields=["answer", "answered_at"])
    if not Flag.objects.filter(task_id=flag.task_id, state=Flag.State.JUSTIFIED, answered_at__isnull=True).exists():
        resume_task(flag.task_id)
    wanted_again(flag.task_id)
    return flag
