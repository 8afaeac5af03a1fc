"""The client's exam: gold that is set aside, pass mark, attempts and the wait between them; and gold for practice."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import Refusal
from tagwork.people.access import Policy, policy
from tagwork.projects.models import Project
from tagwork.quality.operations.set_aside import set_aside
from tagwork.quality.queries import golds_of
from tagwork.tutorial import queries
from tagwork.tutorial.models import SetAside
from tagwork.tutorial.operations.exam import LIMITS, set_exam
from tagwork.tutorial.rules import LEAST_EXAM_ITEMS
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import thumbnail
from tagwork.web.fields import add_refusal
from tagwork.work.queries import images_of_tasks

MOST_SHOWN = 60


class ExamForm(forms.Form):
    is_on = forms.BooleanField(
        label=_("Ask the exam before the first task"),
        required=False,
        help_text=_("Who has passed it has passed it for good; switched off, everybody may start at once."),
    )
    pass_percent = forms.IntegerField(
        label=_("Right answers to pass, in %"), min_value=LIMITS["pass_percent"][0], max_value=LIMITS["pass_percent"][1]
    )
    attempts = forms.IntegerField(label=_("Attempts"), min_value=LIMITS["attempts"][0], max_value=LIMITS["attempts"][1])
    wait_hours = forms.IntegerField(
        label=_("Hours between two attempts"), min_value=LIMITS["wait_hours"][0], max_value=LIMITS["wait_hours"][1]
    )


@policy(Policy.CLIENT)
def exam(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    form = ExamForm(request.POST or None, initial=_now(found))
    if request.method == "POST" and form.is_valid():
        try:
            set_exam(person_of(request), found.pk, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("client-exam", found.pk)
    return _page(request, found, form)


def _now(project: Project) -> dict[str, Any]:
    terms = queries.exam_of(project.pk)
    return {
        "is_on": project.has_exam,
        "pass_percent": terms.pass_percent if terms else 80,
        "attempts": terms.attempts if terms else 3,
        "wait_hours": terms.wait_hours if terms else 24,
    }


def _page(request: HttpRequest, project: Project, form: ExamForm) -> HttpResponse:
    person = person_of(request)
    golds = list(golds_of(project.pk).filter(state="active")[:MOST_SHOWN])
    images = images_of_tasks([gold.task_id for gold in golds])
    kept = {use: queries.set_aside_of(project.pk, use) for use in SetAside.Use}
    context = {
        "project": project,
        "form": form,
        "least": LEAST_EXAM_ITEMS,
        "exam_count": kept[SetAside.Use.EXAM].count(),
        "practice_count": kept[SetAside.Use.PRACTICE].count(),
        "rows": [
            {
                "task_id": gold.task_id,
                "file_name": images[gold.task_id][0].file_name,
                "thumbnail": thumbnail(images[gold.task_id][0], person),
            }
            for gold in golds
        ],
        "kept": [
            {"use": row.use, "file_name": row.image.file_name, "thumbnail": thumbnail(row.image, person)}
            for use in SetAside.Use
            for row in kept[use][:MOST_SHOWN]
        ],
    }
    return render(request, "web/client/exam.html", context)


@require_POST
@policy(Policy.CLIENT)
def move(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """The gold that was ticked goes to the exam or to practice, as the button says; there is no way back."""
    found = project_of(request, project_id)
    task_ids = [int(one) for one in request.POST.getlist("task") if one.isascii() and one.isdecimal()][:MOST_SHOWN]
    use = request.POST.get("use", "")
    if use not in SetAside.Use.values or not task_ids:
        messages.error(request, _("Tick at least one gold task first."))
        return redirect("client-exam", found.pk)
    try:
        kept = set_aside(person_of(request), found.pk, task_ids, use)
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.success(request, _("%(number)s set aside.") % {"number": len(kept)})
    return redirect("client-exam", found.pk)
