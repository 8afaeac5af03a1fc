"""The background half of a submit: gold answers are scored, their verdicts planned on the others' clock; the timer."""

import json
import random
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F

from tagwork.core.scoring import score_answer
from tagwork.kit import clock
from tagwork.kit.settings import in_force
from tagwork.projects import queries as project_queries
from tagwork.quality import rules
from tagwork.quality.models import Gold, PlannedVerdict, Verdict
from tagwork.quality.operations.judge import Decision, judge
from tagwork.work.models import Submission, Task

_rng = random.SystemRandom()
DELAYS_SAMPLED = 50


@transaction.atomic
def examine_submissions(limit: int = 200) -> int:
    """Look at each new submission once; returns how many. Safe in any number of processes."""
    new = Submission.objects.filter(examined_at__isnull=True)
    if connection.features.has_select_for_update_skip_locked:
        new = new.select_for_update(skip_locked=True, of=("self",))
    submissions = list(new.select_related("assignment").order_by("submitted_at")[:limit])
    golds = {
        gold.task_id: gold
        for gold in Gold.objects.filter(
            task_id__in=[submission.task_id for submission in submissions], state=Gold.State.ACTIVE
        )
    }
    planned = [
        _plan(submission, golds[submission.task_id]) for submission in submissions if submission.task_id in golds
    ]
    PlannedVerdict.objects.bulk_create(planned, ignore_conflicts=True)
    ids = [submission.pk for submission in submissions]
    Submission.objects.filter(pk__in=ids).update(examined_at=clock.now())
    Submission.objects.filter(pk__in=[one.submission_id for one in planned]).update(approve_at=None)
    for one in planned:
        Gold.objects.filter(task_id=_task_of(submissions, one)).update(
            answered=F("answered") + 1, passed=F("passed") + int(one.is_approved)
        )
    return len(submissions)


def _task_of(submissions: Sequence[Submission], planned: PlannedVerdict) -> int:
    return next(one.task_id for one in submissions if one.pk == planned.submission_id)


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
        publish_at=rules.publish_at(submission.submitted_at, _usual_delays(submission), _rng),
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
        .select_related("submission__assignment")
        .order_by("publish_at")[:limit]
    )
    golds = {gold.task_id: gold for gold in Gold.objects.filter(task_id__in=[one.submission.task_id for one in due])}
    return len(judge([_decision(one, golds.get(one.submission.task_id)) for one in due]))


def _decision(planned: PlannedVerdict, gold: Gold | None) -> Decision:
    if gold is None or gold.state == Gold.State.RETIRED:
        # It was taken out meanwhile because it misled: nobody is judged by it any more.
        return Decision(planned.submission_id, is_approved=True, by=Verdict.By.TIMER)
    clauses = project_queries.guideline_version(
        planned.submission.project_id, planned.submission.assignment.guideline_number
    ).clauses
    return Decision(
        planned.submission_id,
        is_approved=planned.is_approved,
        by=Verdict.By.GOLD,
        reason_code=planned.reason_code,
        clause=clauses[0]["id"] if clauses and not planned.is_approved else "",
        note=gold.explanation,
        expected=gold.expected,
        score=planned.score,
        accepted_objects=planned.accepted_objects,
    )


def approve_overdue(limit: int = 200) -> int:
    """The timer: nobody said otherwise in 72 hours, so the work is paid."""
    due = (
        Submission.objects.filter(
            state=Submission.State.PENDING, approve_at__lte=clock.now(), examined_at__isnull=False
        )
        .order_by("approve_at")
        .values_list("pk", flat=True)[:limit]
    )
    return len(judge([Decision(pk, is_approved=True, by=Verdict.By.TIMER) for pk in due]))


def top_up_gold(open_at_a_time: int = 3) -> int:
    """Keep slots of each gold task wanted; each is reserved like any other before it opens."""
    active = Gold.objects.filter(state=Gold.State.ACTIVE, project__state="live").values("task_id")
    return Task.objects.filter(
        pk__in=active, open_slots__lt=open_at_a_time, slots_opened__gte=F("answers_wanted"), is_held=False
    ).update(answers_wanted=F("slots_opened") + open_at_a_time - F("open_slots"))


@transaction.atomic
def retire_misleading_gold() -> int:
    """Take out gold that most people get wrong, or that lost three disputes: then it is the gold that is wrong."""
    retired = 0
    for gold in Gold.objects.select_for_update().filter(
        state=Gold.State.ACTIVE, answered__gte=in_force("quality.gold_counts_from")
    ):
        if gold.passed * 100 < in_force("quality.gold_success_percent") * gold.answered:
            retire(gold, f"Only {gold.passed} of {gold.answered} people got it right.")
            retired += 1
    return retired


def retire(gold: Gold, because: str) -> None:
    gold.state = Gold.State.RETIRED
    gold.retired_because = because[:200]
    gold.save(update_fields=["state", "retired_because"])
    # What is taken stays promised; only what nobody took is closed.
    task = Task.objects.select_for_update().get(pk=gold.task_id)
    task.slots_opened -= task.open_slots
    task.answers_wanted = task.slots_opened
    task.open_slots = 0
    task.save(update_fields=["slots_opened", "answers_wanted", "open_slots"])
