"""What a tax form says, for those whom an operator's rule makes it concern."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tagwork.kit.errors import Refusal
from tagwork.payouts.tax import is_near_threshold
from tagwork.people.access import Policy, fresh, policy
from tagwork.people.countries import COUNTRIES
from tagwork.people.models import Person, TaxDetails
from tagwork.people.operations.save_tax_details import NUMBER_MOST, remove_tax_details, save_tax_details
from tagwork.people.queries import tax_details
from tagwork.web.fields import add_refusal


class TaxForm(forms.Form):
    form = forms.ChoiceField(label=gettext_lazy("Kind of form"), choices=TaxDetails.Form.choices)
    country = forms.ChoiceField(
        label=gettext_lazy("Country of tax residence"),
        choices=[("", gettext_lazy("Choose…")), *sorted(COUNTRIES.items(), key=lambda item: item[1])],
    )
    number = forms.CharField(
        label=gettext_lazy("Tax number"),
        max_length=NUMBER_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Kept encrypted. This page shows its last three characters only."),
    )


@policy(Policy.WORKER)
def tax(request: HttpRequest) -> HttpResponse:
    return _save(request) if request.method == "POST" else _page(request, _form(cast(Person, request.user)))


def _form(person: Person) -> TaxForm:
    known = tax_details([person.pk]).get(person.pk)
    return TaxForm(initial={"form": known.form, "country": known.country} if known else {"country": person.country})


@fresh
def _save(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    if request.POST.get("step") == "remove":
        remove_tax_details(person)
        messages.info(request, _("Your tax details are removed."))
        return redirect("tax")
    form = TaxForm(request.POST)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        try:
            save_tax_details(person, given["form"], given["country"], given["number"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Your tax details are saved."))
            return redirect("tax")
    return _page(request, form)


def _page(request: HttpRequest, form: TaxForm) -> HttpResponse:
    person = cast(Person, request.user)
    context = {"form": form, "known": tax_details([person.pk]).get(person.pk), "is_near": is_near_threshold(person)}
    return render(request, "web/account/tax.html", context, status=422 if form.errors else 200)
