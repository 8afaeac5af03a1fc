"""A project's exam: its client sets it, its workers sit it, unpaid."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access
from tagwork.api.http import identifier, person_of, reply, when
from tagwork.api.routes.client import task_number
from tagwork.api.routes.tutorial import item_number
from tagwork.api.schemas import bodies, lessons
from tagwork.api.schemas.shared import answers
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.quality.operations.set_aside import set_aside
from tagwork.tutorial import queries
from tagwork.tutorial.models import SetAside
from tagwork.tutorial.operations.exam import answer_exam_item, set_exam, start_sitting

router = Router(tags=["exams"], by_alias=True)


def _exam_json(person: Person, project_id: str) -> dict[str, Any]:
    shown = queries.exam_json(person, identifier("pr", project_id))
    return shown | {"wait_until": when(shown["wait_until"])}


@router.get("/work/projects/{project_id}/exam", auth=access.worker, response=answers(200, lessons.WorkerExam))
def get_exam(request: HttpRequest, project_id: str) -> HttpResponse:
    """How one stands in the exam, and the items of the attempt that is running, without their answers."""
    return reply(_exam_json(person_of(request), project_id))


@router.post("/work/projects/{project_id}/exam/start", auth=access.worker, response=answers(200, lessons.WorkerExam))
def start(request: HttpRequest, project_id: str) -> HttpResponse:
    """Begin an attempt, or go on with the one that is running."""
    person = person_of(request)
    start_sitting(person, identifier("pr", project_id))
    return reply(_exam_json(person, project_id))


@router.post(
    "/work/projects/{project_id}/exam/items/{item}/check",
    auth=access.worker,
    response=answers(200, lessons.ExamCheck),
)
def check(request: HttpRequest, project_id: str, item: str, body: bodies.CheckBody) -> HttpResponse:
    """The one answer to an item of the running attempt."""
    person, key = person_of(request), identifier("pr", project_id)
    return reply(answer_exam_item(person, key, item_number(item), body.annotations, body.nothing_to_mark))


def _client_exam(project: Project) -> dict[str, Any]:
    exam = queries.exam_of(project.pk)
    return {
        "on": project.has_exam,
        "pass_percent": exam.pass_percent if exam else 80,
        "attempts": exam.attempts if exam else 3,
        "wait_hours": exam.wait_hours if exam else 24,
        **_counts(project),
    }


def _counts(project: Project) -> dict[str, int]:
    return {
        "exam_items": queries.set_aside_of(project.pk, SetAside.Use.EXAM).count(),
        "practice_items": queries.set_aside_of(project.pk, SetAside.Use.PRACTICE).count(),
    }


@router.get("/projects/{project_id}/exam", auth=access.client, response=answers(200, lessons.ClientExam))
def get_terms(request: HttpRequest, project_id: str) -> HttpResponse:
    return reply(_client_exam(project_queries.project_for_member(person_of(request), identifier("pr", project_id))))


@router.put("/projects/{project_id}/exam", auth=access.client, response=answers(200, lessons.ClientExam))
def put_terms(request: HttpRequest, project_id: str, body: bodies.ExamBody) -> HttpResponse:
    """Ask the exam of everybody before their first task here, or no more; its pass mark, attempts and wait."""
    person, key = person_of(request), identifier("pr", project_id)
    set_exam(
        person,
        key,
        is_on=body.on,
        pass_percent=body.pass_percent,
        attempts=body.attempts,
        wait_hours=body.wait_hours,
    )
    return reply(_client_exam(project_queries.project_for_member(person, key)))


@router.post("/projects/{project_id}/exam/items", auth=access.client, response=answers(201, lessons.SetAsideAnswer))
def post_items(request: HttpRequest, project_id: str, body: bodies.SetAsideBody) -> HttpResponse:
    """Take gold out of the paid queue for good: for the exam, or for practice."""
    person, key = person_of(request), identifier("pr", project_id)
    kept = set_aside(person, key, [task_number(one) for one in body.task_ids], body.use)
    return reply({"set_aside": len(kept), **_counts(project_queries.project_for_member(person, key))}, 201)
