"""A new project, and what is said of it in general."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tagwork.kit.errors import Refusal
from tagwork.kit.ids import encode
from tagwork.people.access import Policy, policy
from tagwork.people.queries import organisations_of
from tagwork.projects.operations.change_project import change_project
from tagwork.projects.operations.create_project import create_project
from tagwork.projects.operations.terms import Terms
from tagwork.projects.queries import server_assists
from tagwork.projects.rules import MAX_NAME_CHARACTERS, MAX_SUMMARY_CHARACTERS
from tagwork.web.client.label_rows import STARTERS
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.fields import add_refusal


class GeneralForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, help_text=_("Workers see it on the card."))
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=MAX_SUMMARY_CHARACTERS,
        required=False,
        help_text=_("What the work is about, under the name."),
    )
    is_sensitive = forms.BooleanField(
        label=_("The images may be disturbing"),
        required=False,
        help_text=_("Only workers who agreed to see such images get them, blurred until pressed, and may skip freely."),
    )
    gold_wanted = forms.BooleanField(
        label=_("Check workers with gold tasks"),
        required=False,
        initial=True,
        help_text=_("Tasks whose right answer you mark yourself. They measure every worker, unseen, and are paid."),
    )


class SettingsForm(GeneralForm):
    server_assist = forms.ChoiceField(
        label=_("Help from the server with painted areas"),
        required=False,
        help_text=_(
            "A worker draws a box and the server proposes the outline of what is in it; the worker accepts, changes or "
            "rejects it. It costs you no money. Each use takes up to a second of this site's computers, and answers "
            "lean towards what the help proposes: the dataset says for each mark whether it helped, and which version."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = (self.initial or {}).get("server_assist", "")
        # What is chosen stays in sight when it is not offered any more.
        offered = dict.fromkeys(["", *server_assists(), chosen])
        cast(forms.ChoiceField, self.fields["server_assist"]).choices = [(one, assist_name(one)) for one in offered]


def assist_name(chosen: str) -> str:
    """Who helps on the server, as a client reads it."""
    if not chosen:
        return gettext("No help from the server")
    if chosen == "grabcut":
        return gettext("Cut out by GrabCut")
    return gettext("The site's own model: %(name)s") % {"name": chosen.partition(":")[2]}


class NewProjectForm(GeneralForm):
    starter = forms.ChoiceField(
        label=_("What is to be done"),
        choices=[(key, starter.title) for key, starter in STARTERS.items()],
        widget=forms.RadioSelect,
        help_text=_("A start for the labels; everything in it can be changed on the next page."),
    )
    organisation = forms.ChoiceField(label=_("Paid by"))
    field_order = ("organisation", "name", "summary", "starter", "is_sensitive", "gold_wanted")

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(forms.ChoiceField, self.fields["organisation"])
        field.choices = organisations
        if len(organisations) == 1:
            field.initial = organisations[0][0]
            field.widget = forms.HiddenInput()


@policy(Policy.CLIENT)
def new(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    mine = {encode("o", one.pk): one for one in organisations_of(person)}
    form = NewProjectForm(request.POST or None, organisations=[(key, one.name) for key, one in mine.items()])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = create_project(
                person,
                organisation=mine[given["organisation"]],
                name=given["name"],
                summary=given["summary"],
                schema=STARTERS[given["starter"]].document,
                is_sensitive=given["is_sensitive"],
                gold_wanted=given["gold_wanted"],
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The draft is made. Now say exactly what is to be marked."))
            return redirect("client-labels", project_id=made.pk)
    return render(request, "web/client/new.html", {"form": form}, status=422 if form.errors else 200)


@policy(Policy.CLIENT)
def settings(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    now = {name: getattr(found, name) for name in ("name", "summary", "is_sensitive", "gold_wanted", "server_assist")}
    form = SettingsForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            change_project(person_of(request), project_id=found.pk, terms=cast(Terms, form.cleaned_data))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("client-settings", project_id=found.pk)
    context = {"project": found, "form": form}
    return render(request, "web/client/settings.html", context, status=422 if form.errors else 200)
