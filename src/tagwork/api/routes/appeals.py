"""Reports and appeals. Open to everybody with an account, suspended and banned people too."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access, shapes
from tagwork.api.http import identifier, page, person_of, reply, when
from tagwork.api.schemas import account, bodies
from tagwork.api.schemas.shared import answers
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import encode
from tagwork.quality import queries
from tagwork.quality.models import Appeal, Report
from tagwork.quality.operations.appeal import file_appeal, withdraw_appeal
from tagwork.quality.operations.report import file_report

router = Router(tags=["appeals"], auth=access.signed_in, by_alias=True)
PREFIXES = {"submission": "s", "flag": "f", "restriction": "x"}
MOST_LISTED = 200


def report_json(row: Report) -> dict[str, object]:
    return {
        "id": encode("r", row.pk),
        "state": row.state,
        "subject": row.subject,
        "text": row.text,
        "filed_at": when(row.filed_at),
        "due_at": when(row.due_at),
        "answer": row.answer,
        "answered_at": when(row.answered_at),
    }


@router.post("/appeals", response=answers(201, account.Appeal))
def post_appeal(request: HttpRequest, body: bodies.AppealBody) -> HttpResponse:
    """Ask for a decision to be looked at again by somebody else; the due time is computed now."""
    kind = body.decision.kind
    made = file_appeal(person_of(request), kind, identifier(PREFIXES[kind], body.decision.id), body.text)
    return reply(shapes.appeal(made), 201)


@router.get("/appeals", response=answers(200, account.Appeals))
def list_appeals(request: HttpRequest) -> HttpResponse:
    return page([shapes.appeal(row) for row in queries.appeals_of(person_of(request))[:MOST_LISTED]])


@router.get("/appeals/{appeal_id}", response=answers(200, account.Appeal))
def get_appeal(request: HttpRequest, appeal_id: str) -> HttpResponse:
    row = Appeal.objects.filter(pk=identifier("ap", appeal_id), person=person_of(request)).first()
    if row is None:
        raise NotFound("There is no such appeal.")
    return reply(shapes.appeal(row))


@router.post("/appeals/{appeal_id}/withdraw", response=answers(200, account.Appeal))
def post_withdraw_appeal(request: HttpRequest, appeal_id: str) -> HttpResponse:
    return reply(shapes.appeal(withdraw_appeal(person_of(request), identifier("ap", appeal_id))))


@router.post("/reports", response=answers(201, account.Report))
def post_report(request: HttpRequest, body: bodies.ReportBody) -> HttpResponse:
    """Report anything; it is answered in words."""
    return reply(report_json(file_report(person_of(request), body.text, body.subject)), 201)


@router.get("/reports", response=answers(200, account.Reports))
def list_reports(request: HttpRequest) -> HttpResponse:
    return page([report_json(row) for row in queries.reports_of(person_of(request))[:MOST_LISTED]])
