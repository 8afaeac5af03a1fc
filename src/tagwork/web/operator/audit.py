"""What moderators and operators did."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tagwork.kit import audit as log
from tagwork.people.access import Policy, policy
from tagwork.web.forms import Filters
from tagwork.web.operator.actors import named
from tagwork.web.operator.settings import micros_in

PER_PAGE = 50
UUID_CHARACTERS = 36


class FilterForm(Filters):
    actor = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.CharField(label=_("What begins with"), required=False, max_length=60)
    subject = forms.CharField(label=_("About what begins with"), required=False, max_length=80)


@policy(Policy.OPERATOR)
def audit(request: HttpRequest) -> HttpResponse:
    actors = log.actors()
    names = named(actors)
    form = FilterForm(request.GET)
    choices = sorted(((actor, names.get(actor, actor)) for actor in actors), key=lambda one: one[1])
    form.fields["actor"].choices = [("", _("Everybody")), *choices]  # type: ignore[attr-defined]
    form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    page = Paginator(log.entries(**wanted), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "entry": one,
                "actor": names.get(one.actor, one.actor),
                "subject": _short(one.subject),
                "detail": [
                    (name, value, micros_in(_measured(one.subject, name), value))
                    for name, value in one.detail.items()
                    if value not in (None, "")
                ],
            }
            for one in page.object_list
        ],
    }
    return render(request, "web/operator/audit.html", context)


def _measured(subject: str, name: str) -> str:
    """What says the unit: the name of the field, or of the rule whose value it is."""
    return subject if name == "value" else name


def _short(subject: str) -> str:
    """`withdrawal …28ce632f`: ids made in the same second begin alike, so their end tells them apart."""
    kind, _colon, key = subject.partition(":")
    return f"{kind} …{key[-8:]}" if len(key) == UUID_CHARACTERS else subject
