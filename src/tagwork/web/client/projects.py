"""The list of projects; one project with everything that goes on in it, and what a client does to it as a whole."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.formats.codecs import names as format_names
from tagwork.formats.operations.export_dataset import exports_of, request_export
from tagwork.kit.errors import Invalid, NotFound, Refusal, WrongState
from tagwork.kit.ids import encode
from tagwork.ledger import queries as ledger_queries
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.models import Project
from tagwork.projects.operations.pause_project import pause_project
from tagwork.projects.operations.resume_project import resume_project
from tagwork.quality import queries as quality_queries
from tagwork.quality.operations.decide_flag import answer_question
from tagwork.quality.operations.launch import close, launch, steps_to_launch
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import thumbnail
from tagwork.web.fields import sentence
from tagwork.web.forms import Filters
from tagwork.web.status import look_of
from tagwork.work import queries as work_queries
from tagwork.work.models import Flag
from tagwork.work.rules import FLAG_REASONS

PER_PAGE = 24
QUESTIONS_SHOWN = 50
# Where each thing that a launch asks for is done, and what it is called here.
STEPS = {
    "schema": ("client-labels", _("Labels")),
    "guideline": ("client-guideline", _("Guideline")),
    "price": ("client-price", _("Price")),
    "images": ("client-images", _("Images")),
    "budget_micros": ("client-price", _("Budget")),
    "gold": ("client-gold", _("Gold tasks")),
    "funds": ("client-money", _("Money")),
}
TASK_TYPES = {
    "classification": _("classification"),
    "detection": _("detection"),
    "segmentation": _("segmentation"),
    "transcription": _("transcription"),
    "points": _("points"),
    "lines": _("lines"),
    "custom": _("custom"),
}
MOVES = {
    "launch": (launch, _("The project is live. Workers can take its tasks now.")),
    "pause": (
        lambda person, key: pause_project(person, project_id=key),
        _("Paused. Nothing new is taken; what is in somebody's hands may still be handed in and is paid."),
    ),
    "resume": (lambda person, key: resume_project(person, project_id=key), _("The project is live again.")),
    "close": (
        close,
        _("Closing. What was handed in is judged and paid; what is left goes back to your available balance."),
    ),
}


class FilterForm(Filters):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *[(one.value, look_of(one.value).word) for one in Project.State]],
    )
    name = forms.CharField(label=_("Name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=True
    )


@policy(Policy.CLIENT)
def projects(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = queries.projects_of(person, state=wanted.get("state", ""), name=wanted.get("name", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found: list[Project] = list(page.object_list)
    prices = queries.prices_in_force(found)
    progress = work_queries.progress_of([one.pk for one in found])
    context = {
        "form": form,
        "page": page,
        "is_filtered": any(wanted.values()),
        "rows": [
            {
                "project": one,
                "task_type": TASK_TYPES.get(one.task_type, one.task_type),
                "price": prices.get(one.pk),
                "progress": progress.get(one.pk),
            }
            for one in found
        ],
    }
    return render(request, "web/client/projects.html", context)


@policy(Policy.CLIENT)
def project(request: HttpRequest, project_id: UUID) -> HttpResponse:
    return _page(request, project_of(request, project_id))


def _page(
    request: HttpRequest, found: Project, *, answered: UUID | None = None, form: AnswerForm | None = None
) -> HttpResponse:
    """`form` is the refused answer to the question `answered`."""
    person = person_of(request)
    exports = exports_of(found)
    throughput = work_queries.throughput(found.pk)
    has_run = found.state != Project.State.DRAFT
    context: dict[str, Any] = {
        "project": found,
        "public_id": encode("pr", found.pk),
        "price": queries.prices_in_force([found]).get(found.pk),
        "steps": [] if has_run else _steps(found),
        "images": queries.image_counts(found.pk),
        "tasks": work_queries.task_counts(found.pk),
        "answers": work_queries.answer_counts(found.pk),
        "gold": quality_queries.gold_counts(found.pk),
        "money": _money(found),
        "throughput": throughput,
        "running": [(date_format(day, "j M"), total) for day, total in throughput.running],
        "forecast": [(date_format(day, "j M"), total) for day, total in throughput.forecast],
        "questions": _questions(quality_queries.open_questions(found.pk), person, answered, form),
        "formats": format_names(),
        "exports": [{"row": one, "public_id": encode("e", one.pk)} for one in exports],
        "is_export_waiting": any(one.state == "waiting" for one in exports),
        "median_seconds": (found.measured_milliseconds or found.estimated_milliseconds) / 1000,
    }
    return render(request, "web/client/project.html", context, status=422 if form else 200)


def _steps(found: Project) -> list[dict[str, Any]]:
    steps = []
    for step in steps_to_launch(found):
        page, title = STEPS[step.field]
        url = reverse(page) if page == "client-money" else reverse(page, args=[found.pk])
        steps.append({"title": title, "url": url, "is_done": step.is_done, "text": sentence(step.message)})
    return steps


def _money(found: Project) -> dict[str, int]:
    owner = f"project:{found.pk}"
    escrow = AccountRef(Kind.PROJECT_ESCROW, owner)
    escrow_micros = ledger_queries.balance_micros(escrow)
    put_in = work_queries.put_in_micros(found.pk)
    return {
        "budget": found.budget_micros,
        "put_in": put_in,
        "paid": put_in - escrow_micros,
        "escrow": escrow_micros,
        "reserved": ledger_queries.reserved_micros(escrow),
        "available": ledger_queries.balance_micros(
            AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{found.organisation_id}")
        ),
    }


def _questions(
    rows: QuerySet[Flag], person: Person, answered: UUID | None, form: AnswerForm | None
) -> list[dict[str, Any]]:
    flags = list(rows[:QUESTIONS_SHOWN])
    images = work_queries.images_of_tasks([flag.task_id for flag in flags])
    return [
        {
            "flag": flag,
            "reason": _(FLAG_REASONS.get(flag.reason, flag.reason)),
            "image": images[flag.task_id][0],
            "thumbnail": thumbnail(images[flag.task_id][0], person),
            "form": form if form and flag.pk == answered else AnswerForm(prefix=encode("f", flag.pk)),
        }
        for flag in flags
    ]


@require_POST
@policy(Policy.CLIENT)
def move(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    if request.POST.get("move") not in MOVES:
        raise NotFound("There is no such move.")
    act, done = MOVES[request.POST["move"]]
    try:
        act(person_of(request), found.pk)
    except Refusal as refusal:
        faults = [error["message"] for error in refusal.extra.get("errors", ())] or [refusal.text]
        for fault in faults:
            messages.error(request, sentence(fault))
    else:
        messages.success(request, done)
    return redirect("client-project", project_id=found.pk)


@require_POST
@policy(Policy.CLIENT)
def answer(request: HttpRequest, project_id: UUID, flag_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    form = AnswerForm(request.POST, prefix=encode("f", flag_id))
    if form.is_valid():
        try:
            answer_question(person_of(request), flag_id, form.cleaned_data["answer"])
        except Invalid as refusal:
            form.add_error("answer", refusal.text)
        except WrongState as refusal:
            messages.error(request, refusal.text)
            return redirect("client-project", project_id=found.pk)
    if not form.is_valid():
        return _page(request, found, answered=flag_id, form=form)
    messages.success(request, _("Answered. The task goes back to the queue; put the rule into the guideline, too."))
    return redirect("client-project", project_id=found.pk)


@require_POST
@policy(Policy.CLIENT)
def export(request: HttpRequest, project_id: UUID) -> HttpResponse:
    try:
        request_export(person_of(request), project_id, request.POST.get("format", ""))
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("The dataset is being made. It appears below when it is ready."))
    return redirect(reverse("client-project", args=[project_id]) + "#exports")
