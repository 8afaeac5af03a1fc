"""Reports and appeals. Open to everybody with an account, suspended and banned people too."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tagwork.kit.errors import Refusal
from tagwork.kit.settings import in_force
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.quality import queries
from tagwork.quality.models import Appeal, Report
from tagwork.quality.operations.appeal import file_appeal, withdraw_appeal
from tagwork.quality.operations.report import file_report

MOST_SHOWN = 100
FLAGS_SHOWN = 20
WHAT = {
    "submission": gettext_lazy("A rejected answer"),
    "flag": gettext_lazy("A flag found not justified"),
    "restriction": gettext_lazy("A restriction"),
}


class ReportForm(forms.Form):
    subject = forms.CharField(label=gettext_lazy("What it is about"), max_length=80, required=False)
    text = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A person reads it and answers here, in words."),
    )


class AppealForm(forms.Form):
    """Posted from here, from a receipt and from the standing page."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in Appeal.Decision.values], widget=forms.HiddenInput)
    decision = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Why it should be looked at again"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@policy(Policy.SIGNED_IN)
def reports(request: HttpRequest) -> HttpResponse:
    return _page(request, ReportForm())


@require_POST
@policy(Policy.SIGNED_IN)
def file(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST)
    if form.is_valid():
        try:
            made = file_report(cast(Person, request.user), form.cleaned_data["text"], form.cleaned_data["subject"])
        except Refusal as refusal:
            form.add_error("text", refusal.text)
        else:
            messages.success(request, _("Your report is filed as %(id)s.") % {"id": str(made.pk)[-6:]})
            return redirect("reports")
    return _page(request, form, status=422)


@require_POST
@policy(Policy.SIGNED_IN)
def appeal(request: HttpRequest) -> HttpResponse:
    form = AppealForm(request.POST)
    back = _back(request)
    if not form.is_valid():
        messages.error(request, _("Say in a sentence why it should be looked at again."))
        return redirect(back)
    given = form.cleaned_data
    try:
        file_appeal(cast(Person, request.user), given["kind"], given["decision"], given["text"])
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect(back)
    messages.success(
        request, _("Your appeal is filed. Somebody who had no part in the decision looks at it; the due time is below.")
    )
    return redirect(f"{reverse('reports')}#appeals")


@require_POST
@policy(Policy.SIGNED_IN)
def withdraw(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    try:
        withdraw_appeal(cast(Person, request.user), appeal_id)
    except Refusal as refusal:
        messages.error(request, refusal.text)
    else:
        messages.info(request, _("The appeal is withdrawn; the decision stands."))
    return redirect(f"{reverse('reports')}#appeals")


def _back(request: HttpRequest) -> str:
    """The page with the form: it names itself, and only an address of ours is followed."""
    given = request.POST.get("back", "")
    if given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    return reverse("reports")


def _page(request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    person = cast(Person, request.user)
    appeals = list(queries.appeals_of(person)[:MOST_SHOWN])
    filed: list[Report] = list(queries.reports_of(person)[:MOST_SHOWN])
    flags = list(queries.flags_of(person)[:FLAGS_SHOWN])
    notes = queries.flag_notes([flag.pk for flag in flags])
    context: dict[str, Any] = {
        "form": form,
        "appealable": [
            {"one": one, "what": WHAT[one.kind], "form": AppealForm(auto_id=f"id_{one.id.hex[-8:]}_%s")}
            for one in queries.appealable(person)
        ],
        "appeals": [{"row": row, "what": WHAT[row.kind]} for row in appeals],
        "open_appeals": sum(row.state == Appeal.State.OPEN for row in appeals),
        "most_open": in_force("quality.appeals_open"),
        "appeal_days": in_force("quality.appeal_days"),
        "business_days": in_force("quality.appeal_business_days"),
        "reports": filed,
        "flags": [{"row": flag, "note": notes.get(flag.pk, "")} for flag in flags],
    }
    return render(request, "web/worker/reports.html", context, status=status)
