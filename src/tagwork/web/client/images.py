"""Images in: many files or an archive, each bad one reported by its name; and what became of them."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tagwork.kit.errors import Refusal
from tagwork.kit.ids import encode
from tagwork.people.access import Policy, policy
from tagwork.projects import queries
from tagwork.projects.models import Image, Project
from tagwork.projects.operations.receive_images import Refused, receive_images
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import Thumbnail, thumbnail
from tagwork.web.forms import Filters

PER_PAGE = 48


class FilterForm(Filters):
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("File name"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )


@dataclass(frozen=True)
class Row:
    image: Image
    thumbnail: Thumbnail | None


@policy(Policy.CLIENT)
def images(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    if request.method != "POST":
        return _page(request, found)
    files = request.FILES.getlist("files")
    if not files:
        messages.error(request, _("No file came with the form. Choose images or a zip archive first."))
        return redirect("client-images", project_id=found.pk)
    try:
        report = receive_images(
            person_of(request),
            project_id=found.pk,
            files=((file.name or "file", file.file) for file in files),  # type: ignore[misc]  # File.file is open
        )
    except Refusal as refusal:
        messages.error(request, refusal.text)
        return redirect("client-images", project_id=found.pk)
    if report.accepted:
        number = len(report.accepted)
        text = ngettext("%(number)s image arrived.", "%(number)s images arrived.", number) % {"number": number}
        messages.success(request, text)
    return _page(request, found, report.refused)


def _page(request: HttpRequest, found: Project, refused: list[Refused] | None = None) -> HttpResponse:
    person = person_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = queries.task_images(found.pk, state=wanted["state"], file_name=wanted["name"])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = queries.image_counts(found.pk)
    context = {
        "project": found,
        "public_id": encode("pr", found.pk),
        "form": form,
        "page": page,
        "rows": [Row(image, thumbnail(image, person)) for image in page.object_list],
        "counts": counts,
        "states": [
            ("", _("All"), counts.waiting + counts.ready + counts.refused),
            ("ready", _("Ready"), counts.ready),
            ("waiting", _("Being read"), counts.waiting),
            ("refused", _("Refused"), counts.refused),
        ],
        "refused": refused or [],
        "is_filtered": bool(wanted["state"] or wanted["name"]),
        "takes_images": found.state not in (Project.State.CLOSING, Project.State.CLOSED),
    }
    return render(request, "web/client/images.html", context)
