"""The guideline: its text, its clauses, good and bad examples."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tagwork.kit.errors import NotFound, Refusal
from tagwork.people.access import Policy, policy
from tagwork.projects import guideline as text
from tagwork.projects import queries
from tagwork.projects.models import Project
from tagwork.projects.operations.add_example import add_example
from tagwork.projects.operations.publish_guideline import publish_guideline
from tagwork.projects.operations.remove_example import remove_example
from tagwork.projects.rules import MAX_CAPTION_CHARACTERS
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import thumbnail
from tagwork.web.fields import add_refusal


class GuidelineForm(forms.Form):
    markdown = forms.CharField(
        label=_("Guideline"),
        max_length=text.MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 22, "class": "mono", "spellcheck": "true"}),
        help_text=_(
            "In Markdown. Each heading (“# Small cars”) begins a clause; a rejection names the clause it rests on. "
            "Say what to do in doubt, too: what is not decided here comes back to you as a question."
        ),
    )


class ExampleForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("This example is"), choices=[("good", _("Good: like this")), ("bad", _("Bad: not like this"))]
    )
    caption = forms.CharField(label=_("Why"), max_length=MAX_CAPTION_CHARACTERS)
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    image = forms.FileField(label=_("Image"), help_text=_("JPEG, PNG or WebP, also with the marks drawn into it."))

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["clause"]).choices = [("", _("The whole guideline")), *clauses]


@policy(Policy.CLIENT)
def guideline(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """`act` is save or preview."""
    found = project_of(request, project_id)
    if request.method != "POST":
        return _page(request, found, GuidelineForm(initial={"markdown": _markdown(found)}))
    form = GuidelineForm(request.POST)
    if request.POST.get("act") == "preview" or not form.is_valid():
        return _page(request, found, form)
    try:
        published = publish_guideline(person_of(request), project_id=found.pk, markdown=form.cleaned_data["markdown"])
    except Refusal as refusal:
        add_refusal(form, refusal, guideline="markdown")
        return _page(request, found, form)
    if published.number == found.guideline_number:
        messages.info(request, _("Nothing changed: version %(number)s stays in force.") % {"number": published.number})
    else:
        messages.success(
            request,
            _("Version %(number)s is in force. Workers see what changed before their next shift.")
            % {"number": published.number},
        )
    return redirect("client-guideline", project_id=found.pk)


def _markdown(found: Project) -> str:
    return queries.guideline_version(found.pk, found.guideline_number).markdown if found.guideline_number else ""


def _clauses(found: Project) -> list[tuple[str, str]]:
    if not found.guideline_number:
        return []
    clauses = queries.guideline_version(found.pk, found.guideline_number).clauses
    return [(clause["id"], clause["title"]) for clause in clauses]


def _page(
    request: HttpRequest, found: Project, form: GuidelineForm, example_form: ExampleForm | None = None
) -> HttpResponse:
    person = person_of(request)
    written = str(form["markdown"].value() or "")[: text.MAX_CHARACTERS]
    clauses = dict(_clauses(found))
    context = {
        "project": found,
        "form": form,
        "preview": text.render(written) if text.block_count(written) <= text.MAX_BLOCKS else None,
        "versions": queries.guideline_versions_of(found.pk),
        "examples": [
            {
                "example": one,
                "thumbnail": thumbnail(one.image, person),
                "clause": clauses.get(one.clause, ""),
            }
            for one in queries.examples_of(found.pk)
        ],
        "example_form": example_form or ExampleForm(clauses=list(clauses.items())),
    }
    is_refused = bool(example_form) or (form.is_bound and bool(form.errors) and request.POST.get("act") != "preview")
    return render(request, "web/client/guideline.html", context, status=422 if is_refused else 200)


@require_POST
@policy(Policy.CLIENT)
def add(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    form = ExampleForm(request.POST, request.FILES, clauses=_clauses(found))
    if form.is_valid():
        given = form.cleaned_data
        file: Any = given["image"]  # an UploadedFile; its stream is open, which the stubs do not know
        try:
            add_example(
                person_of(request),
                project_id=found.pk,
                kind=given["kind"],
                caption=given["caption"],
                clause=given["clause"],
                image=(file.name or "example", file.file),
            )
        except NotFound:
            raise
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The example is shown beside the guideline."))
            return redirect(reverse("client-guideline", args=[found.pk]) + "#examples")
    return _page(request, found, GuidelineForm(initial={"markdown": _markdown(found)}), form)


@require_POST
@policy(Policy.CLIENT)
def remove(request: HttpRequest, project_id: UUID, example_id: int) -> HttpResponse:
    remove_example(person_of(request), project_id=project_id, example_id=example_id)
    messages.info(request, _("The example is taken away."))
    return redirect(reverse("client-guideline", args=[project_id]) + "#examples")
