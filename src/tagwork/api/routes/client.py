"""The client's way: a project from photographs to a dataset. A stranger's project does not exist (404)."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from tagwork.api import access, shapes
from tagwork.api.http import identifier, page, person_of, reply, uploaded_files, when
from tagwork.api.schemas import bodies, projects
from tagwork.api.schemas.shared import answers
from tagwork.core.schema import SchemaError, parse_schema
from tagwork.formats.models import Export
from tagwork.formats.operations.export_dataset import (
    export_for_member,
    exports_of,
    pseudonym,
    request_export,
)
from tagwork.kit.errors import Invalid, NotFound
from tagwork.kit.ids import encode
from tagwork.kit.signing import Purpose
from tagwork.kit.storage import local_files
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import AccountRef
from tagwork.people.models import Organisation, Person
from tagwork.people.queries import organisations_of
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.projects.operations.receive_images import receive_images
from tagwork.projects.operations.resume_project import resume_project
from tagwork.quality import queries as quality_queries
from tagwork.quality.operations.decide_flag import answer_question
from tagwork.quality.operations.launch import close, launch
from tagwork.quality.operations.plant_gold import plant_gold
from tagwork.work import queries as work_queries
from tagwork.work.operations.suggest import suggest

router = Router(tags=["client"], auth=access.client, by_alias=True)


def project_json(project: Project) -> dict[str, Any]:
    price = project_queries.price_version(project.pk, project.price_number) if project.price_number else None
    schema = (
        project_queries.schema_version(project.pk, project.schema_number).as_json() if project.schema_number else None
    )
    guideline = (
        project_queries.guideline_version(project.pk, project.guideline_number) if project.guideline_number else None
    )
    return {
        "id": encode("pr", project.pk),
        "organisation_id": encode("o", project.organisation_id),
        "name": project.name,
        "summary": project.summary,
        "state": project.state,
        "task_type": project.task_type,
        "difficulty": project.difficulty,
        "schema_version": project.schema_number,
        "schema": schema,
        "guideline_version": project.guideline_number,
        "guideline_markdown": guideline.markdown if guideline else None,
        "clauses": list(guideline.clauses) if guideline else [],
        "price": {
            "base_micros": price.base_micros,
            "object_micros": price.object_micros,
            "max_objects": price.max_objects,
        }
        if price
        else None,
        "overlap": project.overlap,
        "estimated_seconds": project.estimated_milliseconds / 1000,
        "budget_micros": project.budget_micros,
        "sensitive": project.is_sensitive,
        "gold_wanted": project.gold_wanted,
        "server_assist": project.server_assist,
        "created_at": when(project.created_at),
        "launched_at": when(project.launched_at),
    }


def _terms(body: bodies.ProjectBody | bodies.ProjectChange) -> dict[str, Any]:
    given = body.dict(exclude_unset=True, exclude={"organisation_id", "state"})
    renamed = {"schema_": "schema", "sensitive": "is_sensitive"}
    terms = {renamed.get(name, name): value for name, value in given.items() if value is not None}
    if "estimated_seconds" in terms:
        terms["estimated_milliseconds"] = round(terms.pop("estimated_seconds") * 1000)
    return terms


def _organisation(person: Person, text: str | None) -> Organisation:
    mine = list(organisations_of(person))
    if text is None and len(mine) == 1:
        return mine[0]
    if text is None:
        raise Invalid(
            "Name the organisation.",
            errors=[{"field": "organisation_id", "code": "missing", "message": "You act for several organisations."}],
        )
    wanted = identifier("o", text)
    for organisation in mine:
        if organisation.pk == wanted:
            return organisation
    raise NotFound("There is no such organisation.")


@router.get("/organisations", response=answers(200, projects.Organisations))
def list_organisations(request: HttpRequest) -> HttpResponse:
    """The organisations one acts for, with what is available to spend."""
    return page(
        [
            {
                "id": encode("o", one.pk),
                "name": one.name,
                "available_micros": ledger_queries.balance_micros(
                    AccountRef("client_available", f"organisation:{one.pk}")
                ),
            }
            for one in organisations_of(person_of(request))
        ]
    )


@router.post("/projects/schema-check", response=answers(200, projects.SchemaChecked))
def check_schema(request: HttpRequest, body: bodies.SchemaCheckBody) -> HttpResponse:
    """Is this label schema right? Answers with its canonical form, task type and difficulty, or with every fault."""
    try:
        parsed = parse_schema(body.schema_)
    except SchemaError as error:
        raise Invalid("This label schema is not right yet.", errors=error.errors) from None
    return reply({"schema": parsed.as_json(), "task_type": parsed.task_type, "difficulty": parsed.difficulty})


@router.post("/projects", response=answers(201, projects.Project))
def post_project(request: HttpRequest, body: bodies.ProjectBody) -> HttpResponse:
    """A draft. The floor price is enforced here: max($2 per 1,000, typical seconds at $3 an hour)."""
    person = person_of(request)
    made = create_project(person, organisation=_organisation(person, body.organisation_id), **_terms(body))
    return reply(project_json(made), 201)


@router.get("/projects", response=answers(200, projects.Projects))
def list_projects(request: HttpRequest) -> HttpResponse:
    return page([project_json(row) for row in project_queries.projects_of(person_of(request))[:200]])


@router.get("/projects/{project_id}", response=answers(200, projects.Project))
def get_project(request: HttpRequest, project_id: str) -> HttpResponse:
    return reply(project_json(_project(request, project_id)))


def _project(request: HttpRequest, project_id: str) -> Project:
    return project_queries.project_for_member(person_of(request), identifier("pr", project_id))


@router.patch("/projects/{project_id}", response=answers(200, projects.Project))
def patch_project(request: HttpRequest, project_id: str, body: bodies.ProjectChange) -> HttpResponse:
    """Change what is named; schema, guideline and price get a new version. `state`: live, paused or closing."""
    person = person_of(request)
    key = identifier("pr", project_id)
    project = project_queries.project_for_member(person, key)
    terms = _terms(body)
    if terms:
        project = change_project(person, project_id=key, terms=terms)  # type: ignore[arg-type]
    if body.state is not None and body.state != project.state:
        moves = {"paused": pause_project, "live": resume_project}
        project = close(person, key) if body.state == "closing" else moves[body.state](person, project_id=key)
    return reply(project_json(project))


_BINARY = {"type": "string", "format": "binary"}
_FILES = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["files"],
                "properties": {"files": {"type": "array", "items": _BINARY}},
            }
        },
        "application/zip": {"schema": _BINARY},
    },
}


@router.post(
    "/projects/{project_id}/images",
    response=answers(201, projects.ImagesReceived),
    openapi_extra={"requestBody": _FILES},
)
def post_images(request: HttpRequest, project_id: str) -> HttpResponse:
    """Photographs or zip archives: multipart (`files`, or any other file fields), or one zip as the body itself; every
    bad file is reported by its name."""
    project = _project(request, project_id)
    with uploaded_files(request) as files:
        report = receive_images(person_of(request), project_id=project.pk, files=files)
    return reply(
        {
            "accepted": [{"file_name": one.file_name, "id": encode("i", one.id)} for one in report.accepted],
            "refused": [{"file_name": one.name, "code": one.code, "detail": one.text} for one in report.refused],
        },
        201,
    )


@router.post("/projects/{project_id}/gold", response=answers(201, projects.GoldPlanted))
def post_gold(request: HttpRequest, project_id: str, body: bodies.GoldBody) -> HttpResponse:
    """Say what the right answer of a task is."""
    gold = plant_gold(
        person_of(request),
        identifier("pr", project_id),
        task_number(body.task_id),
        body.annotations,
        nothing_to_mark=body.nothing_to_mark,
        explanation=body.explanation,
        clause=body.clause,
    )
    return reply({"task_id": body.task_id, "state": gold.state, "annotations": gold.expected}, 201)


def task_number(text: str) -> int:
    head, _, number = text.partition("_")
    if head != "t" or not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise NotFound("There is no such task.")
    return int(number)


@router.post("/projects/{project_id}/launch", response=answers(200, projects.Project))
def post_launch(request: HttpRequest, project_id: str) -> HttpResponse:
    return reply(project_json(launch(person_of(request), identifier("pr", project_id))))


@router.get("/projects/{project_id}/progress", response=answers(200, projects.Progress))
def progress(request: HttpRequest, project_id: str) -> HttpResponse:
    """Images, answers by state, gold, money and speed."""
    project = _project(request, project_id)
    counts = project_queries.image_counts(project.pk)
    # The task of an image follows a moment after the image; ready is what a task can be asked for.
    tasks = work_queries.task_counts(project.pk)
    escrow = AccountRef("project_escrow", f"project:{project.pk}")
    return reply(
        {
            "id": encode("pr", project.pk),
            "state": project.state,
            "images": {
                "waiting": counts.waiting + max(0, counts.ready - tasks["all"]),
                "ready": tasks["all"],
                "refused": counts.refused,
            },
            "tasks": tasks,
            "answers": work_queries.answer_counts(project.pk),
            "gold": quality_queries.gold_counts(project.pk),
            "money": {
                "budget_micros": project.budget_micros,
                "escrow_micros": ledger_queries.balance_micros(escrow),
                "available_micros": ledger_queries.balance_micros(
                    AccountRef("client_available", f"organisation:{project.organisation_id}")
                ),
            },
            "median_seconds": (project.measured_milliseconds or project.estimated_milliseconds) / 1000,
            "median_is_estimate": project.measured_milliseconds is None,
        }
    )


@router.get("/projects/{project_id}/tasks", response=answers(200, projects.TaskLines))
def tasks(request: HttpRequest, project_id: str, after: str = "", limit: int = 500) -> HttpResponse:
    """Every task with who answered it, by pseudonym. `limit` up to 1,000."""
    project = _project(request, project_id)
    most = max(1, min(limit, 1000))
    rows = work_queries.tasks_of(project.pk, after=task_number(after) if after else 0, limit=most)
    golds = quality_queries.golds_by_task([row.pk for row in rows])
    items = [
        {
            "id": f"t_{row.pk}",
            "file_name": row.first_file_name,
            "answers_wanted": row.answers_wanted,
            "open_slots": row.open_slots,
            "gold": row.pk in golds,
            "held": row.is_held,
            "assignments": [
                {"worker": pseudonym(one.worker, project.organisation_id), "state": one.state}
                for one in row.listed_assignments
            ],
        }
        for row in rows
    ]
    return page(items, f"t_{rows[-1].pk}" if len(rows) == most else None)


@router.get("/projects/{project_id}/tasks/{task_id}", response=answers(200, projects.Task))
def get_task(request: HttpRequest, project_id: str, task_id: str) -> HttpResponse:
    """One task with its image, for marking gold."""
    person = person_of(request)
    project = _project(request, project_id)
    number = task_number(task_id)
    found = work_queries.images_of_tasks([number]).get(number, [])
    if not found or found[0].project_id != project.pk:
        raise NotFound("There is no such task.")
    gold = quality_queries.golds_by_task([number]).get(number)
    clauses = (
        project_queries.guideline_version(project.pk, project.guideline_number).clauses
        if project.guideline_number
        else ()
    )
    return reply(
        {
            "id": task_id,
            "file_name": found[0].file_name,
            "images": shapes.images(found, person, Purpose.CLIENT, shapes.url_expiry(60)),
            "schema": project_queries.schema_version(project.pk, project.schema_number).as_json(),
            "clauses": list(clauses),
            "gold": None
            if gold is None
            else {
                "annotations": gold.expected,
                "nothing_to_mark": gold.nothing_to_mark,
                "explanation": gold.explanation,
                "clause": next((one["id"] for one in clauses if one["title"] == gold.clause_title), None),
                "state": gold.state,
            },
        }
    )


@router.post("/projects/{project_id}/tasks/{task_id}/suggestions", response=answers(201, projects.SuggestionsGiven))
def post_suggestions(request: HttpRequest, project_id: str, task_id: str, body: bodies.SuggestionsBody) -> HttpResponse:
    """Marks a model proposes for this task: workers see them as suggestions and accept, change or reject each. The
    newest version is shown; an empty list takes it away. Give them for gold tasks too, or their lack tells workers
    which tasks are gold."""
    made = suggest(
        person_of(request),
        identifier("pr", project_id),
        task_number(task_id),
        body.annotations,
        source=body.source,
    )
    return reply({"task_id": task_id, "given_at": when(made.given_at), **shapes.suggestions(made)}, 201)


def export_json(row: Export) -> dict[str, Any]:
    key = encode("e", row.pk)
    return {
        "id": key,
        "project_id": encode("pr", row.project_id),
        "format": row.format,
        "state": row.state,
        "url": f"/api/v1/exports/{key}/file" if row.state == Export.State.READY else None,
        "byte_size": row.byte_size,
        "images": row.images,
        "answers": row.answers,
        "requested_at": when(row.requested_at),
        "finished_at": when(row.finished_at),
        "failure": row.failure or None,
    }


@router.post("/projects/{project_id}/exports", response=answers(202, projects.Export))
def post_export(request: HttpRequest, project_id: str, body: bodies.ExportBody) -> HttpResponse:
    """Ask for a dataset; it is made in the background."""
    return reply(export_json(request_export(person_of(request), identifier("pr", project_id), body.format)), 202)


@router.get("/projects/{project_id}/exports", response=answers(200, projects.Exports))
def list_exports(request: HttpRequest, project_id: str) -> HttpResponse:
    return page([export_json(row) for row in exports_of(_project(request, project_id))])


@router.get("/exports/{export_id}", response=answers(200, projects.Export))
def get_export(request: HttpRequest, export_id: str) -> HttpResponse:
    """Its state; `url` once it is ready."""
    return reply(export_json(export_for_member(person_of(request), identifier("e", export_id))))


@router.get("/exports/{export_id}/file", response=answers(200, projects.Dataset))
def get_export_file(request: HttpRequest, export_id: str) -> HttpResponseBase:
    export = export_for_member(person_of(request), identifier("e", export_id))
    if export.state != Export.State.READY:
        raise NotFound("This export is not ready yet.")
    name = f"{export.format}-{encode('pr', export.project_id)[-8:]}.json"
    return FileResponse(
        local_files().open(export.file_key), as_attachment=True, filename=name, content_type="application/json"
    )


@router.get("/projects/{project_id}/questions", response=answers(200, projects.Questions))
def list_questions(request: HttpRequest, project_id: str) -> HttpResponse:
    """Justified flags: what the guideline does not decide, for the client to answer."""
    project = _project(request, project_id)
    return page([_question(row) for row in quality_queries.open_questions(project.pk)[:200]])


def _question(row: Any) -> dict[str, Any]:
    return {
        "id": encode("f", row.pk),
        "task_id": f"t_{row.task_id}",
        "reason": row.reason,
        "note": row.note,
        "answer": row.answer or None,
        "answered_at": when(row.answered_at),
    }


@router.post("/projects/{project_id}/questions/{flag_id}", response=answers(200, projects.Question))
def post_question_answer(request: HttpRequest, project_id: str, flag_id: str, body: bodies.AnswerBody) -> HttpResponse:
    _project(request, project_id)
    return reply(_question(answer_question(person_of(request), identifier("f", flag_id), body.answer)))
