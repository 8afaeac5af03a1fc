"""The projects a worker may choose from, and the page that holds the workbench."""

from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tagwork.core.money import Price
from tagwork.kit import clock
from tagwork.kit.errors import NotFound, Refusal
from tagwork.kit.ids import encode
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries as project_queries
from tagwork.projects.models import Project
from tagwork.standing import queries as standing_queries
from tagwork.tutorial.queries import exam_path
from tagwork.web.forms import Filters
from tagwork.web.worker import words
from tagwork.web.worker.tutorial import wants_refresher
from tagwork.work import queries
from tagwork.work.operations.alert import set_alert
from tagwork.work.operations.claim import claim, may_work

FILTERS_FROM = 6
SORTS = {
    "": (gettext_lazy("Newest"), lambda item: 0),
    "pay": (gettext_lazy("Pay per task"), lambda item: -item.base_micros),
    "hourly": (gettext_lazy("Pay per hour"), lambda item: -item.hourly_micros),
    "available": (gettext_lazy("Most tasks"), lambda item: -item.available),
}


class FilterForm(Filters):
    type = forms.ChoiceField(
        label=gettext_lazy("Task type"),
        required=False,
        choices=[("", gettext_lazy("All types")), *((k, v) for k, v in words.TASK_TYPES.items())],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"), required=False, choices=[(key, text) for key, (text, _by) in SORTS.items()]
    )
    q = forms.CharField(label=gettext_lazy("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))


@policy(Policy.WORKER)
def projects(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"type": "", "sort": "", "q": ""}
    feed = queries.feed(person)
    skills = {skill.task_type: skill for skill in standing_queries.skills_of(person.pk)}
    shown = [
        item
        for item in feed
        if wanted["type"] in ("", item.project.task_type)
        and wanted["q"].casefold() in f"{item.project.name} {item.project.summary}".casefold()
    ]
    shown.sort(key=SORTS[wanted["sort"]][1])
    is_filtered = bool(wanted["type"] or wanted["q"])
    # What can be worked on at this moment comes first, whatever the order.
    shown.sort(key=lambda item: not item.claimable)
    held = queries.live_assignments(person.pk)
    in_hand = {assignment.project_id for assignment in held}
    context = {
        "form": form,
        "cards": [_card(item, skills.get(item.project.task_type), in_hand) for item in shown],
        "held": held,
        "held_text": words.in_hand(held) if held else "",
        "is_filtered": is_filtered,
        # A handful needs no filters, and on a phone they would push it out of sight.
        "shows_filters": is_filtered or len(feed) > FILTERS_FROM,
        "common": _common_block(feed),
    }
    return render(request, "web/worker/projects.html", context)


def _card(item: queries.FeedItem, skill: Any, in_hand: set[UUID]) -> dict[str, Any]:
    return {
        "item": item,
        # Nothing to lease then, and a form would be a round trip for nothing.
        "is_in_hand": item.project.pk in in_hand,
        "project": item.project,
        "task_type": words.task_type(item.project.task_type),
        "difficulty": words.DIFFICULTIES.get(item.project.difficulty, ""),
        "most_micros": Price(item.base_micros, item.object_micros, item.max_objects).max_micros,
        "median_seconds": item.median_milliseconds / 1000,
        "available": item.available,
        "available_is_more": item.available >= queries.AVAILABLE_COUNTED_TO,
        "skill": skill,
        "accuracy": skill.window_correct / skill.window_checked if skill and skill.window_checked else None,
        "block": _block(item),
    }


def _block(item: queries.FeedItem) -> words.Block | None:
    if item.needs_exam:
        return words.EXAM_BLOCK._replace(path=exam_path(item.project))
    return words.BLOCKS.get(item.blocked_by or "")


def _common_block(feed: list[queries.FeedItem]) -> dict[str, Any] | None:
    """What stands in the way of every project alike is said once, above the cards."""
    reasons = {(item.blocked_by, item.needs_exam, item.restriction.pk if item.restriction else None) for item in feed}
    block = words.BLOCKS.get(feed[0].blocked_by or "") if len(reasons) == 1 and not feed[0].needs_exam else None
    return {"block": block, "restriction": feed[0].restriction} if block else None


@require_POST
@policy(Policy.WORKER)
def alert(request: HttpRequest, project_id: UUID) -> HttpResponse:
    wanted = request.POST.get("wanted") == "on"
    set_alert(cast(Person, request.user), project_id, wanted=wanted)
    if wanted:
        messages.success(request, _("We will tell you once, when there is work for you in this project."))
    else:
        messages.info(request, _("You will not be told about this project."))
    return redirect("work")


@policy(Policy.WORKER)
def bench(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """The workbench; or, in plain words, why not and what to do."""
    person = cast(Person, request.user)
    project = project_queries.published_project(project_id)
    # Who holds a task may finish it whatever was decided since: it is theirs until its lease ends.
    if not _holds(person, project):
        refused = _refusal(person, project)
        if refused is not None:
            return render(request, "web/worker/blocked.html", refused | {"project": project}, status=403)
        if wants_refresher(person, project):
            return redirect("refresher", project.pk)
    schema = project_queries.schema_version(project.pk, project.schema_number)
    context = {
        "project": project,
        "public_id": encode("pr", project.pk),
        "account": encode("p", person.pk),
        "now": clock.now(),
        "kinds": {kind for label in schema.labels for kind in label.kinds},
    }
    return render(request, "web/worker/bench.html", context)


@require_POST
@policy(Policy.WORKER)
def start(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """Leases a first task, so that the workbench arrives with it and its image: a claim from there is one round trip
    more. Whatever stands in the way is said by the workbench's own page."""
    person = cast(Person, request.user)
    project = project_queries.published_project(project_id)
    if not _holds(person, project) and not wants_refresher(person, project):
        with suppress(Refusal):
            claim(person, project.pk)
    return redirect("work-project", project.pk)


def _holds(person: Person, project: Project) -> bool:
    return any(one.project_id == project.pk for one in queries.live_assignments(person.pk))


def _refusal(person: Person, project: Project) -> dict[str, Any] | None:
    try:
        may_work(person, project)
    except NotFound:
        raise
    except Refusal as refusal:
        block = words.BLOCKS.get(refusal.code, words.OTHER_BLOCK)
        if refusal.next_step == exam_path(project):
            block = words.EXAM_BLOCK
        is_lesson = refusal.code == "restricted" and refusal.next_step.startswith("/tutorial/")
        return {
            "title": block.title,
            "text": refusal.text,
            "action": _("Repeat the lesson") if is_lesson else block.action,
            "url": refusal.next_step if is_lesson else block.path or refusal.next_step,
            "is_restricted": refusal.code in ("restricted", "throttled"),
        }
    if project.state != Project.State.LIVE:
        return {
            "title": _("No work in this project now"),
            "text": _("The client has paused or ended it. What you handed in is judged and paid as promised."),
            "action": _("See the other projects"),
            "url": "/work/",
            "is_restricted": False,
        }
    return None
