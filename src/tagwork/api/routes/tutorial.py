"""The tutorial: lessons in the real workbench, unpaid, progress kept."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tagwork.api import access
from tagwork.api.http import identifier, person_of, reply
from tagwork.api.schemas import bodies, lessons
from tagwork.api.schemas.shared import answers
from tagwork.kit.errors import NotFound
from tagwork.tutorial import queries
from tagwork.tutorial.operations.check_item import check_item
from tagwork.tutorial.operations.practise import practise

router = Router(tags=["tutorial"], auth=access.worker, by_alias=True)


@router.get("/tutorial", response=answers(200, lessons.Tutorial))
def overview(request: HttpRequest) -> HttpResponse:
    return reply(queries.overview(person_of(request)))


@router.get("/tutorial/lessons/{lesson}", response=answers(200, lessons.Lesson))
def lesson(request: HttpRequest, lesson: str) -> HttpResponse:
    """A lesson with its items. The truth is sent too: this is practice, and the live score needs it."""
    return reply(queries.lesson(person_of(request), lesson))


@router.post("/tutorial/lessons/{lesson}/items/{item}/check", response=answers(200, lessons.LessonCheck))
def check(request: HttpRequest, lesson: str, item: str, body: bodies.CheckBody) -> HttpResponse:
    """Score an answer and keep the progress; the third lesson that is passed opens all paid work."""
    return reply(check_item(person_of(request), lesson, item, body.annotations, body.nothing_to_mark))


@router.get("/tutorial/practice", response=answers(200, lessons.Practice))
def practice_projects(request: HttpRequest) -> HttpResponse:
    """Projects whose retired gold may be practised on, unpaid."""
    return reply({"unpaid": True, "items": queries.practice_projects(person_of(request))})


@router.get("/tutorial/practice/{project_id}", response=answers(200, lessons.Lesson))
def practice(request: HttpRequest, project_id: str) -> HttpResponse:
    """Some retired gold of a project with its known answers."""
    return reply(queries.practice(person_of(request), identifier("pr", project_id)))


@router.post("/tutorial/practice/{project_id}/items/{item}/check", response=answers(200, lessons.PracticeCheck))
def check_practice(request: HttpRequest, project_id: str, item: str, body: bodies.CheckBody) -> HttpResponse:
    """Score an answer; nothing is kept."""
    person, number = person_of(request), item_number(item)
    result = practise(person, identifier("pr", project_id), number, body.annotations, body.nothing_to_mark)
    return reply(result)


def item_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise NotFound("There is no such item.")
    return int(text)
