"""The moderator's way: one case at a time, evidence beside it, no identity of the worker in sight."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access, shapes
from tagwork.api.http import identifier, person_of, reply, when
from tagwork.api.routes.appeals import report_json
from tagwork.api.schemas import account, bodies, cases, tasks
from tagwork.api.schemas.shared import answers
from tagwork.kit.errors import NotFound
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
from tagwork.work.models import Assignment
from tagwork.work.rules import FLAG_REASONS

router = Router(tags=["moderation"], by_alias=True)
PAGE = 50


@router.get("/moderation/queue", auth=access.moderator_or_operator, response=answers(200, cases.Queue))
def queue(
    request: HttpRequest, kind: Literal["appeal", "flag", "report", "submission"] | None = None, after: str = ""
) -> HttpResponse:
    """What waits for this moderator, oldest first: appeals, then flags, reports and submissions, 50 of each.

    `next`, given back as `after`, goes on with the kinds of which there is more.
    """
    person = person_of(request)
    kinds = {
        "appeal": _Waiting("ap", queries.waiting_appeals(person), "filed_at", "due_at"),
        "flag": _Waiting("f", queries.waiting_flags(person), "created_at", None),
        "report": _Waiting("r", queries.waiting_reports(person), "filed_at", "due_at"),
        "submission": _Waiting("s", queries.waiting_submissions(person), "submitted_at", "approve_at"),
    }
    if not person.is_moderator:
        for name in ("flag", "submission"):
            kinds[name] = kinds[name]._replace(rows=kinds[name].rows.none())
    cursors = _cursors(after, kinds)
    items: list[dict[str, Any]] = []
    following: list[str] = []
    for name, waiting in kinds.items():
        if kind in (None, name) and (not after or name in cursors):
            rows, has_more = waiting.page(cursors.get(name))
            items += [waiting.item(name, row) for row in rows]
            following += [encode(waiting.prefix, rows[-1].pk)] if has_more else []
    counts = {name: waiting.rows.count() for name, waiting in kinds.items()}
    return reply({"items": items, "next": ".".join(following) or None, "counts": counts})


class _Waiting(NamedTuple):
    """One kind of case: its rows, oldest or most urgent first, by a moment that never changes while it waits."""

    prefix: str
    rows: QuerySet[Any]
    since: str
    due: str | None

    def page(self, after: uuid.UUID | None) -> tuple[list[Any], bool]:
        """Up to PAGE rows after the one that was shown last (decided or not), and whether there is more."""
        field = str(self.rows.query.order_by[0])
        rows = self.rows.order_by(field, "pk")
        if after is not None:
            moment = self.rows.model.objects.filter(pk=after).values_list(field, flat=True).first()
            if moment is None:
                raise NotFound("There is no such page.")
            rows = rows.filter(Q(**{f"{field}__gt": moment}) | Q(**{field: moment, "pk__gt": after}))
        found = list(rows[: PAGE + 1])
        return found[:PAGE], len(found) > PAGE

    def item(self, kind: str, row: Any) -> dict[str, Any]:
        is_work = kind in ("flag", "submission")
        return {
            "kind": kind,
            "id": encode(self.prefix, row.pk),
            "project": _project(row) if is_work else None,
            "task_type": row.assignment.task_type if is_work else None,
            "submitted_at": when(getattr(row, self.since)),
            "due_at": when(getattr(row, self.due)) if self.due else None,
        }


def _cursors(after: str, kinds: Mapping[str, _Waiting]) -> dict[str, uuid.UUID]:
    """The last row seen of each kind. Raises NotFound for what was never given as `next`."""
    names = {waiting.prefix: name for name, waiting in kinds.items()}
    found = {}
    for text in after.split(".") if after else ():
        prefix = text.partition("_")[0]
        if prefix not in names:
            raise NotFound("There is no such page.")
        found[names[prefix]] = identifier(prefix, text)
    return found


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
    response=answers(200, cases.SubmissionCase),
)
def get_submission(request: HttpRequest, submission_id: str) -> HttpResponse:
    person = person_of(request)
    return reply(_submission_case(person, queries.case(person, identifier("s", submission_id))))


@router.post(
    "/moderation/submissions/{submission_id}/verdict",
    auth=access.moderator,
    response=answers(201, cases.VerdictGiven),
)
def post_verdict(request: HttpRequest, submission_id: str, body: bodies.VerdictBody) -> HttpResponse:
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


@router.get("/moderation/flags/{flag_id}", auth=access.moderator, response=answers(200, cases.FlagCase))
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


@router.post("/moderation/flags/{flag_id}", auth=access.moderator, response=answers(200, tasks.FlagDecided))
def post_flag_decision(request: HttpRequest, flag_id: str, body: bodies.FlagDecisionBody) -> HttpResponse:
    """Justified: paid, and a question to the client. Unjustified: the note says how the guideline decides it."""
    row = decide_flag(person_of(request), identifier("f", flag_id), body.decision, body.note, body.clause)
    return reply({"id": flag_id, "state": row.state})


@router.get(
    "/moderation/appeals/{appeal_id}",
    auth=access.moderator_or_operator,
    response=answers(200, cases.AppealCase),
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
    response=answers(200, account.Appeal),
)
def post_appeal_decision(request: HttpRequest, appeal_id: str, body: bodies.AppealDecisionBody) -> HttpResponse:
    """Won repairs pay, accuracy, tier and restrictions; lost needs a sentence."""
    row = decide_appeal(person_of(request), identifier("ap", appeal_id), body.decision, body.note)
    return reply(shapes.appeal(row))


@router.post(
    "/moderation/reports/{report_id}",
    auth=access.moderator_or_operator,
    response=answers(200, account.Report),
)
def post_report_answer(request: HttpRequest, report_id: str, body: bodies.AnswerBody) -> HttpResponse:
    return reply(report_json(answer_report(person_of(request), identifier("r", report_id), body.answer)))
