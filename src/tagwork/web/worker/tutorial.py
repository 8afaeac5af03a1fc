"""The unpaid tutorial: its overview, its lessons in the real workbench, and tips for good work."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tagwork.kit.errors import NotFound
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.tutorial import queries


@policy(Policy.WORKER)
def tutorial(request: HttpRequest) -> HttpResponse:
    overview = queries.overview(cast(Person, request.user))
    following = next((lesson for lesson in overview["lessons"] if not lesson["passed"]), None)
    done = sum(lesson["items_done"] for lesson in overview["lessons"])
    items = sum(lesson["items"] for lesson in overview["lessons"])
    context = {
        "overview": overview,
        "following": following,
        "done": done,
        "items": items,
        "progress_text": f"{done} of {items}",
    }
    return render(request, "web/worker/tutorial.html", context)


@policy(Policy.WORKER)
def lesson(request: HttpRequest, lesson_id: str) -> HttpResponse:
    lessons = queries.overview(cast(Person, request.user))["lessons"]
    found = next((one for one in lessons if one["id"] == lesson_id), None)
    if found is None:
        raise NotFound("There is no such lesson.")
    return render(request, "web/worker/lesson.html", {"lesson": found})


@policy(Policy.ANYONE)
def tips(request: HttpRequest) -> HttpResponse:
    return render(request, "web/worker/tips.html")
