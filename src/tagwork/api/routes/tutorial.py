"""The tutorial: lessons in the real workbench, unpaid, progress kept."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access, schemas
from tagwork.api.http import person_of, reply
from tagwork.tutorial import queries
from tagwork.tutorial.operations.check_item import check_item

router = Router(tags=["tutorial"], auth=access.worker, by_alias=True)


@router.get("/tutorial", response=schemas.answers(200, schemas.Tutorial))
def overview(request: HttpRequest) -> HttpResponse:
    return reply(queries.overview(person_of(request)))


@router.get("/tutorial/lessons/{lesson}", response=schemas.answers(200, schemas.Lesson))
def lesson(request: HttpRequest, lesson: str) -> HttpResponse:
    """A lesson with its items. The truth is sent too: this is practice, and the live score needs it."""
    return reply(queries.lesson(person_of(request), lesson))


@router.post("/tutorial/lessons/{lesson}/items/{item}/check", response=schemas.answers(200, schemas.LessonCheck))
def check(request: HttpRequest, lesson: str, item: str, body: schemas.CheckBody) -> HttpResponse:
    """Score an answer and keep the progress; the third lesson that is passed opens all paid work."""
    return reply(check_item(person_of(request), lesson, item, body.annotations, body.nothing_to_mark))
