"""The worker's queue."""

from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router

from tagwork.api import access, shapes
from tagwork.api.http import identifier, nothing, once, page, person_of, reply, when
from tagwork.api.schemas import bodies, tasks
from tagwork.api.schemas.shared import BUSY, answers
from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.kit.signing import Purpose
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline
from tagwork.work import queries
from tagwork.work.models import Assignment
from tagwork.work.operations import claim as claiming
from tagwork.work.operations.assist import assist
from tagwork.work.operations.draft import save_draft
from tagwork.work.operations.flag import flag
from tagwork.work.operations.heartbeat import heartbeat
from tagwork.work.operations.reclaim import reclaim
from tagwork.work.operations.skip import skip
from tagwork.work.operations.submit import submit

router = Router(tags=["work"], auth=access.worker, by_alias=True)

# Longer than any page takes to come up.
ANSWERED_SECONDS = 600


def _answered(answer: HttpResponse) -> HttpResponse:
    """Dates the last answer of this browser, for pages that were made before it and come up after it (a reload while it
    was under way): they show the tasks of their own moment, and the page or service worker that sent it may be gone."""
    moment_ms = int(clock.now().timestamp() * 1000)
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(
        "tagwork_answered", str(moment_ms), ANSWERED_SECONDS, path="/work/", secure=secure, samesite="Lax"
    )
    return answer


def _assignments(person: Person, rows: list[Assignment], project: Project | None = None) -> list[dict[str, Any]]:
    if not rows:
        return []
    counts = getattr(rows[0], "skip_counts", None) or queries.skip_counts(person.pk)
    suggested = queries.suggestions_of(rows)
    return [shapes.assignment(row, person, project or row.project, counts, suggested.get(row.pk)) for row in rows]


@router.get("/work/projects", response=answers(200, tasks.ProjectCards))
def list_projects(request: HttpRequest) -> HttpResponse:
    """Live projects, with what they pay and whether anything stands in the way."""
    return page([shapes.feed_item(item) for item in queries.feed(person_of(request))])


@router.post("/work/projects/{project_id}/claim", response=answers(200, tasks.Claimed, (204, None)))
def claim(request: HttpRequest, project_id: str, body: bodies.ClaimBody = Body(bodies.ClaimBody())) -> HttpResponse:
    """Lease the next tasks; 204 when there is nothing now."""
    person = person_of(request)
    rows = claiming.claim(person, identifier("pr", project_id), body.count)
    return reply({"assignments": _assignments(person, rows)}) if rows else nothing()


@router.get("/work/projects/{project_id}/guideline", response=answers(200, tasks.WorkerGuideline))
def guideline(request: HttpRequest, project_id: str) -> HttpResponse:
    """The guideline in force, its examples, and what changed since this worker last read it."""
    person = person_of(request)
    project = Project.objects.filter(pk=identifier("pr", project_id)).exclude(state=Project.State.DRAFT).first()
    if project is None:
        raise NotFound("There is no such project.")
    status = project_queries.guideline_status(person, project)
    document = project_queries.guideline_json(
        project.pk,
        project.guideline_number,
        account_id=str(person.pk),
        purpose=Purpose.LEASE,
        expires_at=shapes.url_expiry(60),
    )
    changes = None
    if 0 < status.acknowledged_number < project.guideline_number:
        changes = {
            "from_version": status.acknowledged_number,
            "html": project_queries.guideline_changes(project.pk, status.acknowledged_number, project.guideline_number),
        }
    return reply(document | {"acknowledged": status.is_acknowledged, "changes": changes})


@router.post("/work/projects/{project_id}/guideline/acknowledge", response=answers(200, tasks.Acknowledged))
def acknowledge(request: HttpRequest, project_id: str, body: bodies.AcknowledgeBody) -> HttpResponse:
    number = acknowledge_guideline(person_of(request), project_id=identifier("pr", project_id), number=body.version)
    return reply({"acknowledged_version": number})


@router.get("/work/assignments", response=answers(200, tasks.Assignments))
def list_assignments(request: HttpRequest, state: Literal["leased"] = "leased") -> HttpResponse:
    """The live leases, to go on where one left off. What was handed in is in /me/submissions."""
    person = person_of(request)
    return page(_assignments(person, queries.live_assignments(person.pk)))


@router.get("/work/assignments/{assignment_id}", response=answers(200, tasks.Assignment))
def get_assignment(request: HttpRequest, assignment_id: str) -> HttpResponse:
    person = person_of(request)
    row = queries.assignment_of(person.pk, identifier("a", assignment_id))
    if row is None:
        raise NotFound("There is no such task.")
    return reply(_assignments(person, [row])[0])


@router.post("/work/assignments/{assignment_id}/reclaim", response=answers(200, tasks.Assignment))
def post_reclaim(request: HttpRequest, assignment_id: str) -> HttpResponse:
    """Lease a task again whose lease ended; 410 when somebody else has it. The same answer when it is held already."""
    person = person_of(request)
    row = reclaim(person, identifier("a", assignment_id))
    return reply(_assignments(person, [row])[0])


@router.put("/work/assignments/{assignment_id}/draft", response=answers(200, tasks.DraftSaved))
def put_draft(request: HttpRequest, assignment_id: str, body: bodies.DraftBody) -> HttpResponse:
    """Keep a draft; a stale revision answers 409 with the newer draft."""
    kept = save_draft(person_of(request), identifier("a", assignment_id), body.revision, body.annotations)
    return reply({"revision": kept.revision, "saved_at": when(kept.saved_at)})


@router.post("/work/assignments/{assignment_id}/assist", response=answers(200, tasks.AssistFound, BUSY))
def post_assist(request: HttpRequest, assignment_id: str, body: bodies.AssistBody) -> HttpResponse:
    """What stands out in a box, as a mask to accept or change. Only where the client has switched this help on. Nothing
    is kept of the question. 429 and 503 say in Retry-After when to come back."""
    found = assist(person_of(request), identifier("a", assignment_id), box=body.box, points=body.points)
    return reply({"mask": found.mask.as_json(), "by": found.by, "version": found.version})


@router.post("/work/assignments/{assignment_id}/submit", response=answers(201, tasks.Submitted))
def post_submit(request: HttpRequest, assignment_id: str, body: bodies.SubmitBody) -> HttpResponse:
    """Hand in an answer and, with `next`, lease the following tasks in the same request. Idempotency-Key required."""
    person = person_of(request)

    def produce(_: str) -> tuple[int, Any]:
        made = submit(
            person,
            identifier("a", assignment_id),
            body.annotations,
            nothing_to_mark=body.nothing_to_mark,
            active_milliseconds=round(body.active_seconds * 1000),
            assists=body.assists,
        )
        following = claiming.claim_after_submit(person, made.project_id, body.next) if body.next else []
        return 201, {"submission": shapes.submission(made), "next": _assignments(person, following)}

    return _answered(once(request, "submit", produce))


@router.post("/work/assignments/{assignment_id}/skip", response=answers(200, tasks.Skipped))
def post_skip(request: HttpRequest, assignment_id: str, body: bodies.SkipBody) -> HttpResponse:
    """Pass a task on; the answer says the own skip rate. Idempotency-Key required."""
    person = person_of(request)

    def produce(_: str) -> tuple[int, Any]:
        row = skip(person, identifier("a", assignment_id), body.reason)
        skipped, finished = queries.skip_counts(person.pk)
        return 200, {
            "id": encode("a", row.pk),
            "state": row.state,
            "skip": {"skipped": skipped, "finished": finished},
        }

    return _answered(once(request, "skip", produce))


@router.post("/work/assignments/{assignment_id}/flag", response=answers(201, tasks.Flagged))
def post_flag(request: HttpRequest, assignment_id: str, body: bodies.FlagBody) -> HttpResponse:
    """Say that the guideline does not decide this task; a justified flag is paid. Idempotency-Key required."""
    person = person_of(request)

    def produce(_: str) -> tuple[int, Any]:
        row = flag(person, identifier("a", assignment_id), body.reason, body.note)
        return 201, {"flag": {"id": encode("f", row.pk), "state": row.state, "amount_micros": row.amount_micros}}

    return _answered(once(request, "flag", produce))


@router.post("/work/assignments/{assignment_id}/heartbeat", response=answers(200, tasks.Lease))
def post_heartbeat(
    request: HttpRequest,
    assignment_id: Path[str],
    body: bodies.HeartbeatBody = Body(bodies.HeartbeatBody()),
) -> HttpResponse:
    """Somebody is at work, or takes a break: the lease goes on."""
    row = heartbeat(person_of(request), identifier("a", assignment_id), body.pause_seconds)
    return reply({"id": encode("a", row.pk), "state": row.state, "lease_expires_at": when(row.lease_expires_at)})
