"""The guideline as a page to read, with every clause addressable; acknowledged with or without a script."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tagwork.kit import clock
from tagwork.kit.signing import Purpose
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.operations.acknowledge_guideline import acknowledge_guideline

PICTURE_MINUTES = 60


class VersionForm(forms.Form):
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


@policy(Policy.WORKER)
def guideline(request: HttpRequest, project_id: UUID) -> HttpResponse:
    person = cast(Person, request.user)
    project = queries.published_project(project_id)
    if request.method == "POST":
        form = VersionForm(request.POST)
        if form.is_valid():
            acknowledge_guideline(person, project_id=project.pk, number=form.cleaned_data["version"])
            messages.success(request, _("Noted that you have read it."))
            return redirect("work-project", project_id=project.pk)
    status = queries.guideline_status(person, project)
    document = queries.guideline_json(
        project.pk,
        project.guideline_number,
        account_id=str(person.pk),
        purpose=Purpose.LEASE,
        expires_at=clock.now() + timedelta(minutes=PICTURE_MINUTES),
    )
    changes = ""
    if 0 < status.acknowledged_number < project.guideline_number:
        changes = queries.guideline_changes(project.pk, status.acknowledged_number, project.guideline_number)
    context = {
        "project": project,
        "document": document,
        "status": status,
        "changes": changes,
        "examples": [example | {"source": _smallest(example["images"][0])} for example in document["examples"]],
    }
    return render(request, "web/worker/guideline.html", context)


def _smallest(image: dict[str, object]) -> dict[str, object]:
    """A picture for a page: the smallest rendition of at least 640 px that every browser reads."""
    sources = cast(list[dict[str, object]], image["sources"])
    plain = [one for one in sources if one["type"] in ("image/jpeg", "image/png", "image/webp")] or sources
    ordered = sorted(plain, key=lambda one: cast(int, one["width"]))
    return next((one for one in ordered if cast(int, one["width"]) >= 640), ordered[-1])
