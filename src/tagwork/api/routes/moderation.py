"""The moderator's way: one case at a time, evidence beside it, no identity of the worker in sight."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access, schemas, shapes
from tagwork.api.http import identifier, person_of, reply, when
from tagwork.api.routes.appeals import report_json
from tagwork.kit.ids import encode
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Image
from tagwork.quality import queries, rules
from tagwork.quality.models import Appeal, SecondReview
from tagwork.quality.operations.appeal import decide_appeal
from tagwork.quality.operations.decide_flag import decide_flag
from tagwork.quality.operations.moderate import Corrected, moderate
from tagwork.quality.operations.report import answer_report
from tagwork.standing.models import Restriction
from tagwork.work.models import Assignment, Flag
from tagwork.work.rules import FLAG_REASONS

router = Router(tags=["moderation"], by_alias=True)
PAGE = 50


@router.get("/moderation/queue", auth=access.moderator_or_operator, response=schemas.answers(200, schemas.Queue))
def queue(request: HttpRequest, kind: str = "") -> HttpResponse:
    """What waits for this moderator, oldest first: appeals, then flags, reports and submissions."""
    person = person_of(request)
    appeals = queries.waiting_appeals(person)
    reports = queries.waiting_reports(person)
    is_moderator = person.is_moderator
    flags = queries.waiting_flags(person) if is_moderator else Flag.objects.none()
    submissions = queries.waiting_submissions(person) if is_moderator else None
    items: list[dict[str, Any]] = []
    if kind in ("", "appeal"):
        items += [
            {"kind": "appeal", "id": encode("ap", row.pk), "project": None, "task_type": None,
             "submitted_at": when(row.filed_at), "due_at": when(row.due_at)}
            for row in appeals[:PAGE]
        ]  # fmt: skip
    if kind in ("", "flag"):
        items += [
            {"kind": "flag", "id": encode("f", row.pk), "project": _project(row), "task_type": row.assignment.task_type,
             "submitted_at": when(row.created_at), "due_at": None}
            for row in flags[:PAGE]
        ]  # fmt: skip
    if kind in ("", "report"):
        items += [
            {"kind": "report", "id": encode("r", row.pk), "project": None, "task_type": None,
             "submitted_at": when(row.filed_at), "due_at": when(row.due_at)}
            for row in reports[:PAGE]
        ]  # fmt: skip
    if kind in ("", "submission") and submissions is not None:
        items += [
            {"kind": "submission", "id": encode("s", row.pk), "project": _project(row), "task_type": row.task_type,
             "submitted_at": when(row.submitted_at), "due_at": when(row.approve_at)}
            for row in submissions[:PAGE]
        ]  # fmt: skip
    counts = {
        "submission": submissions.count() if submissions is not None else 0,
        "flag": flags.count(),
        "appeal": appeals.count(),
        "report": reports.count(),
    }
    return reply({"items": items, "next": None, "counts": counts})


def _project(row: Any) -> dict[str, str]:
    return {"id": encode("pr", row.project_id), "name": row.project.name}


def _workpiece(person: Person, assignment: Assignment, project_name: str, images: list[Image]) -> dict[str, Any]:
    """Image, guideline and schema as the worker had them."""
    expires_at = shapes.url_expiry(30)
    schema = project_queries.schema_version(assignment.project_id, assignment.schema_number)
    return {
        "project": {"id": encode("pr", assignment.project_id), "name": project_name},
        "task_type": assignment.task_type,
        "schema": schema.as_json(),
        "guideline": project_queries.guideline_json(
            assignment.project_id,
            assignment.guideline_number,
            account_id=str(person.pk),
            purpose=Purpose.MODERATION,
            expires_at=expires_at,
        ),
        "images": shapes.images(images, person, Purpose.MODERATION, expires_at),
        "reason_codes": [{"code": code, "text": rules.REASON_TEXTS[code]} for code in rules.reasons_for(schema)],
    }


def _submission_case(person: Person, found: queries.Case) -> dict[str, Any]:
    row = found.submission
    guideline = project_queries.guideline_version(row.project_id, row.assignment.guideline_number)
    return {
        "id": encode("s", row.pk),
        "state": row.state,
        **_workpiece(person, row.assignment, row.project.name, found.images),
        "annotations": json.loads(row.answer),
        "assists": row.assists,
        "nothing_to_mark": row.nothing_to_mark,
        "submitted_at": when(row.submitted_at),
        "active_seconds": row.active_milliseconds / 1000,
        "second_review": found.is_second_review,
        "verdict": None if found.verdict is None else shapes.verdict(found.verdict, guideline),
        "references": [
            {"kind": one.kind, "name": one.name, "annotations": one.annotations} for one in found.references
        ],
    }


@router.get(
    "/moderation/submissions/{submission_id}",
    auth=access.moderator,
    response=schemas.answers(200, schemas.SubmissionCase),
)
def get_submission(request: HttpRequest, submission_id: str) -> HttpResponse:
    person = person_of(request)
    return reply(_submission_case(person, queries.case(person, identifier("s", submission_id))))


@router.post(
    "/moderation/submissions/{submission_id}/verdict",
    auth=access.moderator,
    response=schemas.answers(201, schemas.VerdictGiven),
)
def post_verdict(request: HttpRequest, submission_id: str, body: schemas.VerdictBody) -> HttpResponse:
    """Approve, or reject with reason code, clause and mark. `second_review` when a second moderator must agree.

    `comments` are pinned to the image and shown on the receipt. `corrected` goes with an approval: the dataset holds
    it in place of the answer; verdict and pay follow the answer as it was."""
    made = moderate(
        person_of(request),
        identifier("s", submission_id),
        body.verdict,
        reason_code=body.reason_code,
        clause=body.clause,
        mark=body.mark,
        note=body.note,
        comments=[{"mark": one.mark, "text": one.text} for one in body.comments],
        corrected=None
        if body.corrected is None
        else Corrected(body.corrected.annotations, body.corrected.nothing_to_mark),
    )
    if isinstance(made, SecondReview):
        return reply({"submission": {"id": submission_id, "state": "pending"}, "second_review": True}, 201)
    state = "approved" if made.is_approved else "rejected"
    return reply({"submission": {"id": submission_id, "state": state}, "second_review": False}, 201)


@router.get("/moderation/flags/{flag_id}", auth=access.moderator, response=schemas.answers(200, schemas.FlagCase))
def get_flag(request: HttpRequest, flag_id: str) -> HttpResponse:
    person = person_of(request)
    row, images = queries.flag_case(person, identifier("f", flag_id))
    return reply(
        {
            "id": flag_id,
            "state": row.state,
            **_workpiece(person, row.assignment, row.project.name, images),
            "annotations": [],
            "submitted_at": when(row.created_at),
            "flag": {"reason": row.reason, "reason_text": FLAG_REASONS.get(row.reason, row.reason), "note": row.note},
        }
    )


@router.post("/moderation/flags/{flag_id}", auth=access.moderator, response=schemas.answers(200, schemas.FlagDecided))
def post_flag_decision(request: HttpRequest, flag_id: str, body: schemas.FlagDecisionBody) -> HttpResponse:
    """Justified: paid, and a question to the client. Unjustified: the note says how the guideline decides it."""
    row = decide_flag(person_of(request), identifier("f", flag_id), body.decision, body.note, body.clause)
    return reply({"id": flag_id, "state": row.state})


@router.get(
    "/moderation/appeals/{appeal_id}",
    auth=access.moderator_or_operator,
    response=schemas.answers(200, schemas.AppealCase),
)
def get_appeal_case(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """The decision with its evidence, without the name of whoever made it."""
    person = person_of(request)
    row = queries.appeal_case(person, identifier("ap", appeal_id))
    payload: dict[str, Any] = shapes.appeal(row) | {"evidence": {}, "submission": None, "flag": None}
    if row.kind == Appeal.Decision.SUBMISSION and person.is_moderator:
        payload["submission"] = _submission_case(person, queries.case(person, row.decision_id))
    elif row.kind == Appeal.Decision.FLAG and person.is_moderator:
        flagged, images = queries.flag_case(person, row.decision_id)
        decision = queries.flag_decision(flagged)
        payload["flag"] = {
            **_workpiece(person, flagged.assignment, flagged.project.name, images),
            "reason": flagged.reason,
            "reason_text": FLAG_REASONS.get(flagged.reason, flagged.reason),
            "note": flagged.note,
            "decision_note": decision.note if decision else "",
        }
    elif row.kind == Appeal.Decision.RESTRICTION:
        restriction = Restriction.objects.get(pk=row.decision_id)
        payload["evidence"] = shapes.restriction(restriction)
    return reply(payload)


@router.post(
    "/moderation/appeals/{appeal_id}",
    auth=access.moderator_or_operator,
    response=schemas.answers(200, schemas.Appeal),
)
def post_appeal_decision(request: HttpRequest, appeal_id: str, body: schemas.AppealDecisionBody) -> HttpResponse:
    """Won repairs pay, accuracy, tier and restrictions; lost needs a sentence."""
    row = decide_appeal(person_of(request), identifier("ap", appeal_id), body.decision, body.note)
    return reply(shapes.appeal(row))


@router.post(
    "/moderation/reports/{report_id}",
    auth=access.moderator_or_operator,
    response=schemas.answers(200, schemas.Report),
)
def post_report_answer(request: HttpRequest, report_id: str, body: schemas.AnswerBody) -> HttpResponse:
    return reply(report_json(answer_report(person_of(request), identifier("r", report_id), body.answer)))
