"""The unpaid tutorial: its overview, its lessons in the real workbench, practice, exams, refreshers and tips."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from tagwork.kit import clock
from tagwork.kit.errors import NotFound
from tagwork.kit.ids import decode, encode
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.tutorial import queries
from tagwork.tutorial.lessons import LESSONS_BY_ID, lesson_for_schema
from tagwork.tutorial.operations.refresh import acknowledge_refresher
from tagwork.tutorial.rules import REFRESH_AFTER_DAYS
from tagwork.web.worker import tips as tip_words
from tagwork.web.worker import words
from tagwork.work import queries as work_queries


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
        "progress_text": gettext("%(done)s of %(items)s") % {"done": done, "items": items},
    }
    return render(request, "web/worker/tutorial.html", context)


@policy(Policy.WORKER)
def lesson(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """`?one=1`: a single picture, as a refresher, and then on to `?project=`."""
    found = LESSONS_BY_ID.get(lesson_id)
    if found is None:
        raise NotFound("There is no such lesson.")
    is_one = request.GET.get("one") == "1"
    project = _named_project(request.GET.get("project", "")) if is_one else None
    context = {
        "title": gettext(found.title),
        "source": "refresher" if is_one else "lesson",
        "subject": found.id,
        "back": reverse("tutorial"),
        "onward": reverse("work-project", args=[project.pk]) if project else "",
    }
    return render(request, "web/worker/lesson.html", context)


def _named_project(public_id: str) -> Project:
    key = decode("pr", public_id)
    if key is None:
        raise NotFound("There is no such project.")
    return project_queries.published_project(key)


@policy(Policy.WORKER)
def exam(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """What the exam asks and how one stands; the pictures come in the workbench."""
    person = cast(Person, request.user)
    project, terms = queries.exam_for(person, project_id)
    context = {
        "project": project,
        "exam": terms,
        "state": queries.exam_state(person.pk, project, terms),
        "lesson_id": _lesson_of(project),
    }
    return render(request, "web/worker/exam.html", context)


@policy(Policy.WORKER)
def exam_sitting(request: HttpRequest, project_id: UUID) -> HttpResponse:
    project, _terms = queries.exam_for(cast(Person, request.user), project_id)
    context = {
        "title": project.name,
        "source": "exam",
        "subject": encode("pr", project.pk),
        "back": reverse("exam", args=[project.pk]),
        "onward": reverse("work-project", args=[project.pk]),
    }
    return render(request, "web/worker/lesson.html", context)


@policy(Policy.WORKER)
def practice(request: HttpRequest) -> HttpResponse:
    rows = [
        row | {"word": words.task_type(row["task_type"]), "key": decode("pr", row["id"])}
        for row in queries.practice_projects(cast(Person, request.user))
    ]
    return render(request, "web/worker/practice.html", {"rows": rows})


@policy(Policy.WORKER)
def practice_project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    shown = queries.practice(cast(Person, request.user), project_id)
    back = reverse("practice")
    context = {"title": shown["title"], "source": "practice", "subject": shown["id"], "back": back, "onward": ""}
    return render(request, "web/worker/lesson.html", context)


@policy(Policy.WORKER)
def refresher(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Tips and one picture before the first task of a kind; a POST says that they were read."""
    project = project_queries.published_project(project_id)
    lesson_id = _lesson_of(project)
    if request.method == "POST":
        acknowledge_refresher(cast(Person, request.user), lesson_id)
        return redirect("work-project", project.pk)
    context = {"project": project, "tips": tip_words.BY_LESSON[lesson_id], "public_id": encode("pr", project.pk)}
    return render(request, "web/worker/refresher.html", context)


def wants_refresher(person: Person, project: Project) -> bool:
    """The kind of work is new to them, or 90 days away: nothing read, passed or handed in. Pages ask, the API never."""
    since = clock.now() - timedelta(days=REFRESH_AFTER_DAYS)
    if work_queries.worked_since(person.pk, project.task_type, since):
        return False
    return queries.needs_refresher(person.pk, _lesson_of(project), since=since)


def _lesson_of(project: Project) -> str:
    return lesson_for_schema(project_queries.schema_version(project.pk, project.schema_number))


@policy(Policy.ANYONE)
def tips(request: HttpRequest) -> HttpResponse:
    return render(request, "web/worker/tips.html", {"all": tip_words.TIPS})
