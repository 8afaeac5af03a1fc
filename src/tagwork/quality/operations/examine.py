"""The background half of a submit: gold answers are scored, their verdicts planned on the others' clock; the timer."""

import json
import random

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from tagwork.core.scoring import score_answer
from tagwork.kit import clock, outbox
from tagwork.kit.settings import in_force
from tagwork.projects import queries as project_queries
from tagwork.projects.guideline import clause_texts
from tagwork.quality import rules
from tagwork.quality.models import Gold, PlannedVerdict, Verdict
from tagwork.quality.operations.judge import Decision, judge
from tagwork.standing.operations.record import record_checked
from tagwork.standing.queries import frozen_worker_ids
from tagwork.work.models import Submission, Task
from tagwork.work.operations.release import want_no_more

REPAIR_LATE = "quality.repair_late"
_rng = random.SystemRandom()
DELAYS_SAMPLED = 50


@transaction.atomic
def examine_submissions(limit: int = 200) -> int:
    """Look at each new submission once; returns how many. Safe in any number of processes."""
    new = Submission.objects.filter(examined_at__isnull=True)
    if connection.features.has_select_for_update_skip_locked:
        new = new.select_for_update(skip_locked=True, no_key=True, of=("self",))
    submissions = list(new.select_related("assignment").order_by("submitted_at")[:limit])
    golds = {
        gold.task_id: gold
        for gold in Gold.objects.filter(
            task_id__in=[submission.task_id for submission in submissions], state=Gold.State.ACTIVE
        )
    }
    # Somebody may have judged it already: then there is nothing to plan.
    planned = [
        _plan(submission, golds[submission.task_id])
        for submission in submissions
        if submission.task_id in golds and submission.state == Submission.State.PENDING
    ]
    PlannedVerdict.objects.bulk_create(planned, ignore_conflicts=True)
    ids = [submission.pk for submission in submissions]
    # The timer's moment stays on the row: a receipt without one would tell which task was gold.
    Submission.objects.filter(pk__in=ids).update(examined_at=clock.now())
    for one in sorted(planned, key=lambda one: one.submission.task_id):
        Gold.objects.filter(task_id=one.submission.task_id).update(
            answered=F("answered") + 1, passed=F("passed") + int(one.is_approved)
        )
    return len(submissions)


def _plan(submission: Submission, gold: Gold) -> PlannedVerdict:
    schema = project_queries.schema_version(submission.project_id, submission.assignment.schema_number)
    sizes = [(width, height) for width, height in submission.assignment.image_sizes]
    score = score_answer(schema, gold.expected, json.loads(submission.answer), sizes)
    return PlannedVerdict(
        submission=submission,
        is_approved=score.passed,
        reason_code=score.reason_code or "",
        score=score.as_json(),
        accepted_objects=rules.accepted_objects(score),
        publish_at=rules.publish_at(submission.submitted_at, submission.approve_at, _usual_delays(submission), _rng),
    )


def _usual_delays(submission: Submission) -> list[float]:
    """Seconds that the project's newest verdicts by people and by the timer took."""
    rows = (
        Verdict.objects.filter(
            submission__project_id=submission.project_id, by__in=[Verdict.By.MODERATOR, Verdict.By.TIMER]
        )
        .order_by("-created_at")
        .values_list("created_at", "submission__submitted_at")[:DELAYS_SAMPLED]
    )
    return [(created - submitted).total_seconds() for created, submitted in rows]


def publish_planned(limit: int = 200) -> int:
    """Bring out the gold verdicts whose time has come."""
    due = list(
        PlannedVerdict.objects.filter(publish_at__lte=clock.now())
        .exclude(submission__worker_id__in=frozen_worker_ids())
        .select_related("submission__assignment")
        .order_by("publish_at")[:limit]
    )
    golds = {gold.task_id: gold for gold in Gold.objects.filter(task_id__in=[one.submission.task_id for one in due])}
    return len(judge([_decision(one, golds.get(one.submission.task_id)) for one in due]))


def _decision(planned: PlannedVerdict, gold: Gold | None) -> Decision:
    if gold is None or gold.state == Gold.State.RETIRED:
        # It was taken out meanwhile because it misled: nobody is judged by it any more.
        return Decision(planned.submission_id, is_approved=True, by=Verdict.By.TIMER)
    if planned.is_approved:
        return Decision(
            planned.submission_id,
            is_approved=True,
            by=Verdict.By.GOLD,
            note=gold.explanation,
            expected=gold.expected,
            score=planned.score,
            accepted_objects=planned.accepted_objects,
        )
    submission = planned.submission
    fault = rules.first_fault(
        planned.score,
        gold.expected,
        json.loads(submission.answer),
        [(width, height) for width, height in submission.assignment.image_sizes],
    )
    guideline = project_queries.guideline_version(submission.project_id, submission.assignment.guideline_number)
    texts = clause_texts(guideline.markdown)
    clauses = [rules.ClauseWords(one["id"], one["title"], texts.get(one["id"], "")) for one in guideline.clauses]
    return Decision(
        planned.submission_id,
        is_approved=False,
        by=Verdict.By.GOLD,
        reason_code=planned.reason_code,
        clause=rules.fitting_clause(clauses, fault.names, gold.clause_title),
        mark=fault.mark,
        note=gold.explanation,
        expected=gold.expected,
        score=planned.score,
        accepted_objects=planned.accepted_objects,
    )


@transaction.atomic
def approve_overdue(limit: int = 200) -> int:
    """The timer: nobody said otherwise in 72 hours, so the work is paid.

    The rows are locked as they are chosen: a second review that moves the moment on comes before or after, and what
    somebody else is judging right now is passed by.
    """
    due = (
        Submission.objects.filter(
            state=Submission.State.PENDING, approve_at__lte=clock.now(), examined_at__isnull=False
        )
        .filter(~Exists(PlannedVerdict.objects.filter(submission=OuterRef("pk"))))
        .exclude(worker_id__in=frozen_worker_ids())
        .order_by("approve_at")
    )
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, no_key=True)
    ids = [submission.pk for submission in due[:limit]]
    return len(judge([Decision(pk, is_approved=True, by=Verdict.By.TIMER) for pk in ids]))


def top_up_gold(open_at_a_time: int = 3) -> int:
    """Keep slots of each gold task wanted; each is reserved like any other before it opens."""
    active = Gold.objects.filter(state=Gold.State.ACTIVE, project__state="live", project__gold_wanted=True)
    return Task.objects.filter(
        pk__in=active.values("task_id"),
        open_slots__lt=open_at_a_time,
        slots_opened__gte=F("answers_wanted"),
        is_held=False,
    ).update(answers_wanted=F("slots_opened") + open_at_a_time - F("open_slots"))


def rest_unwanted_gold() -> int:
    """Gold that its client switched off is asked no more: its open slots close, and claims go on with ordinary tasks.
    Switched on again, `top_up_gold` brings it back. Returns how many tasks."""
    unwanted = Gold.objects.filter(state=Gold.State.ACTIVE, project__gold_wanted=False)
    asked = Q(task__open_slots__gt=0) | Q(task__slots_opened__lt=F("task__answers_wanted"))
    task_ids = list(unwanted.filter(asked).order_by("pk").values_list("pk", flat=True))
    for task_id in task_ids:
        want_no_more(task_id)
    return len(task_ids)


@transaction.atomic
def retire_misleading_gold() -> int:
    """Take out gold that most people get wrong, or that lost three disputes: then it is the gold that is wrong."""
    retired = 0
    answered = Gold.objects.filter(state=Gold.State.ACTIVE, answered__gte=in_force("quality.gold_counts_from"))
    short_of = F("answered") * in_force("quality.gold_success_percent") - F("passed") * 100
    for task_id in (
        answered.annotate(short_of=short_of).filter(short_of__gt=0).order_by("pk").values_list("pk", flat=True)
    ):
        gold = lock_gold(task_id)
        if gold.passed * 100 < in_force("quality.gold_success_percent") * gold.answered:
            retired += retire(gold, f"Only {gold.passed} of {gold.answered} people got it right.")
    return retired


def lock_gold(task_id: int) -> Gold:
    """A gold with its task, locked in the order of docs/policies/locking.md: the task first, as planting does."""
    Task.objects.select_for_update(no_key=True).get(pk=task_id)
    return Gold.objects.select_for_update(no_key=True).get(pk=task_id)


def retire(gold: Gold, because: str) -> bool:
    """Nobody is tested by it any more, and what it said of accuracy counts no longer. `gold` is locked.

    What appeals found stays. Whom it rejected is paid by `repair_misled`; whose reserve has ended is told that it
    cannot be. False when it was retired already.
    """
    if gold.state == Gold.State.RETIRED:
        return False
    gold.state = Gold.State.RETIRED
    gold.retired_because = because[:200]
    gold.misled_until = clock.now()
    gold.save(update_fields=["state", "retired_because", "misled_until"])
    want_no_more(gold.task_id)
    appealed = Verdict.objects.filter(submission=OuterRef("submission"), by=Verdict.By.APPEAL)
    misled = Verdict.objects.filter(submission__task_id=gold.task_id, by=Verdict.By.GOLD).filter(~Exists(appealed))
    for verdict in misled.select_related("submission").order_by("created_at"):
        submission = verdict.submission
        record_checked(
            worker_id=submission.worker_id,
            task_type=submission.task_type,
            project_id=submission.project_id,
            subject=submission.hold_key,
            source=Verdict.By.GOLD,
            is_correct=None,
            answered_at=submission.submitted_at,
        )
        if submission.state == Submission.State.REJECTED and submission.reserve_ended_at is not None:
            outbox.publish(REPAIR_LATE, submission.hold_key, {"submission": str(submission.pk)})
    return True
