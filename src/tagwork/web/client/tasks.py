"""Every task with who works on it, by pseudonym."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tagwork.formats.operations.export_dataset import pseudonym
from tagwork.people.access import Policy, policy
from tagwork.quality import queries as quality_queries
from tagwork.web.client.mine import project_of
from tagwork.web.forms import Filters
from tagwork.work import queries

PER_PAGE = 50
STATES = [
    ("", _("All")),
    ("open", _("Open to workers")),
    ("taken", _("In somebody's hands")),
    ("answered", _("All answers in")),
    ("held", _("Waiting for you")),
]


class FilterForm(Filters):
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    name = forms.CharField(label=_("File name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


@policy(Policy.CLIENT)
def tasks(request: HttpRequest, project_id: UUID) -> HttpResponse:
    found = project_of(request, project_id)
    form = FilterForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    rows = queries.task_page(
        found.pk,
        state=wanted.get("state", ""),
        file_name=wanted.get("name", ""),
        after=wanted.get("after") or 0,
        limit=PER_PAGE,
    )
    golds = quality_queries.golds_by_task([row.pk for row in rows])
    context = {
        "project": found,
        "form": form,
        "is_filtered": bool(wanted.get("state") or wanted.get("name")),
        "rows": [
            {
                "task": row,
                "is_gold": row.pk in golds,
                "assignments": [
                    {"worker": pseudonym(one.worker, found.organisation_id), "state": one.state}
                    for one in row.listed_assignments
                ],
            }
            for row in rows
        ],
        "next": rows[-1].pk if len(rows) == PER_PAGE else None,
    }
    return render(request, "web/client/tasks.html", context)
