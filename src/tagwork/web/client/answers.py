"""The approved answers of a project, and the way to dispute one."""

import json
from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tagwork.core.assists import help_in_words
from tagwork.formats.operations.export_dataset import pseudonym
from tagwork.kit.errors import Refusal
from tagwork.kit.ids import decode, encode
from tagwork.kit.settings import in_force
from tagwork.people.access import Policy, policy
from tagwork.people.models import Person
from tagwork.projects.models import Image, Project
from tagwork.quality import queries
from tagwork.quality.models import Correction
from tagwork.quality.operations.dispute import file_dispute
from tagwork.web.client.mine import person_of, project_of
from tagwork.web.client.thumbnails import thumbnail
from tagwork.web.fields import add_refusal
from tagwork.work.models import Submission
from tagwork.work.queries import images_of_tasks

PER_PAGE = 50


class DisputeForm(forms.Form):
    text = forms.CharField(
        label=_("What is wrong with it"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A moderator compares it with the guideline the worker had, and answers here."),
    )


def in_words(annotations: list[dict[str, Any]]) -> list[str]:
    """An answer as a client scans it: tags and texts as they are, shapes counted by label."""
    tags = [f"{one['of']}: {one['label']}" for one in annotations if one["kind"] == "tag"]
    texts = [f"“{one['text']}”" for one in annotations if one["kind"] == "text"]
    shapes = Counter(one["label"] for one in annotations if one["kind"] not in ("tag", "text"))
    return [*tags, *(f"{count} × {label}" for label, count in sorted(shapes.items())), *texts]


def helps(assists: dict[str, dict[str, Any]]) -> list[str]:
    """What helped with an answer's marks, each kind of help once, with the number of marks."""
    counted = Counter(help_in_words(one, gettext) for one in assists.values())
    return [f"{count} × {words}" for words, count in sorted(counted.items())]


@policy(Policy.CLIENT)
def answers(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found, person = project_of(request, project_id), person_of(request)
    rows = queries.approved_answers(found.pk, before=decode("s", request.GET.get("after", "")), limit=PER_PAGE)
    images = images_of_tasks([row.task_id for row in rows])
    disputes = queries.disputes_by_submission([row.pk for row in rows])
    corrections = queries.corrections_by_submission([row.pk for row in rows])
    context = {
        "project": found,
        "rows": [
            _shown(found, person, row, images[row.task_id][0], corrections.get(row.pk))
            | {"dispute": disputes.get(row.pk)}
            for row in rows
        ],
        "days": in_force("quality.appeal_days"),
        "next": encode("s", rows[-1].pk) if len(rows) == PER_PAGE else None,
    }
    return render(request, "web/client/answers.html", context)


def _shown(
    project: Project, person: Person, row: Submission, image: Image, correction: Correction | None
) -> dict[str, Any]:
    """As the dataset holds it: a correction stands in for the answer."""
    return {
        "submission": row,
        "file_name": image.file_name,
        "thumbnail": thumbnail(image, person),
        "worker": pseudonym(row.worker, project.organisation_id),
        "words": in_words(json.loads(correction.answer if correction else row.answer)),
        # What helped the worker says nothing of what a moderator drew.
        "helps": [] if correction else helps(row.assists),
        "is_corrected": correction is not None,
        "can_dispute": queries.can_be_disputed(row),
    }


@policy(Policy.CLIENT)
def dispute(request: HttpRequest, project_id: UUID, submission_id: UUID) -> HttpResponse:
    found, person = project_of(request, project_id), person_of(request)
    row = queries.approved_answer(found.pk, submission_id)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            file_dispute(person, row.pk, form.cleaned_data["text"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The dispute is filed. A moderator decides; the answer comes as a notice."))
            return redirect("client-dispute", project_id=found.pk, submission_id=row.pk)
    correction = queries.corrections_by_submission([row.pk]).get(row.pk)
    shown = _shown(found, person, row, images_of_tasks([row.task_id])[row.task_id][0], correction)
    filed = queries.disputes_by_submission([row.pk]).get(row.pk)
    days = in_force("quality.appeal_business_days")
    context = {"project": found, "form": form, "dispute": filed, "business_days": days}
    return render(request, "web/client/dispute.html", context | shown, status=422 if form.errors else 200)
