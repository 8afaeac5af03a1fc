"""What is to be marked: the builder of the label schema, with the worker's view of it beside it."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tagwork.kit import clock
from tagwork.kit.errors import Refusal
from tagwork.kit.signing import Purpose
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects import queries
from tagwork.projects.models import Project
from tagwork.projects.operations.change_project import change_project
from tagwork.tutorial.queries import sample_picture
from tagwork.web.client.label_rows import ATTRIBUTE_WORDS, DIRECTION_WORDS, document_of, faults_of, pressed, rows_of
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import MINUTES

NOTHING_YET: dict[str, Any] = {"allow_nothing": False}


@policy(Policy.CLIENT)
def labels(request: HttpRequest, project_id: UUID) -> HttpResponse:
    """`act` is the button: save, preview (what a script sends while somebody types) or one of the builder's."""
    found = project_of(request, project_id)
    if request.method != "POST":
        return _page(request, found, _in_force(found))
    act, written = request.POST.get("act", "save"), request.POST.get("document", "")
    try:
        document = pressed(document_of(request.POST), act, written)
    except ValueError as error:
        problem = _("The document cannot be read as JSON: %(why)s") % {"why": error}
        return _page(request, found, document_of(request.POST), written=written, problem=problem)
    if act != "save":
        return _page(request, found, document)
    try:
        change_project(person_of(request), project_id=found.pk, terms={"schema": document})
    except Refusal as refusal:
        return _page(request, found, document, problem=refusal.text if not faults_of(document) else "")
    messages.success(request, _("The labels are saved. Tasks taken from now on carry them."))
    return redirect("client-labels", project_id=found.pk)


def _in_force(found: Project) -> dict[str, Any]:
    return queries.schema_version(found.pk, found.schema_number).as_json() if found.schema_number else NOTHING_YET


def _page(
    request: HttpRequest, found: Project, document: dict[str, Any], *, written: str = "", problem: str = ""
) -> HttpResponse:
    faults = faults_of(document)
    context = {
        "project": found,
        "rows": rows_of(document, faults),
        "document": written or json.dumps(document, indent=2, ensure_ascii=False),
        "problem": problem,
        "fault_count": len(faults),
        "attribute_words": ATTRIBUTE_WORDS,
        "direction_words": DIRECTION_WORDS,
        "picture": json.dumps(_picture(found, person_of(request))),
    }
    is_refused = request.method == "POST" and request.POST.get("act", "save") == "save"
    return render(request, "web/client/labels.html", context, status=422 if is_refused else 200)


def _picture(found: Project, person: Person) -> dict[str, Any]:
    """An image of the project to try the labels on; before the first upload, one of the tutorial's."""
    image = queries.sample_image(found.pk)
    expires_at = clock.now() + timedelta(minutes=MINUTES)
    if image is None:
        return sample_picture(person, expires_at)
    return queries.image_json(image, account_id=str(person.pk), purpose=Purpose.CLIENT, expires_at=expires_at)
