from collections.abc import Mapping
from typing import Any, cast
from unicodedata import normalize

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tagwork.payouts.tax import is_near_threshold
from tagwork.people.access import Policy, policy
from tagwork.people.countries import COUNTRIES, LANGUAGES, time_zones
from tagwork.people.models import Person
from tagwork.people.operations.update_profile import update_profile
from tagwork.people.queries import tax_details
from tagwork.people.rules import NEEDED_FOR, PROFILE_FIELDS, missing_fields, profile_percent

format_html_lazy: Any = lazy(format_html, str)


def _named(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """Codes with their names in the language of the page, in its order; an accent does not change a letter's place."""
    named = [(code, _(name)) for code, name in table.items()]
    return sorted(named, key=lambda item: normalize("NFKD", item[1]).encode("ascii", "ignore").lower())


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("What we call you in letters. Clients never see it."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        help_text=gettext_lazy("It decides which payout routes and which laws apply to you."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages you read well"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=gettext_lazy("Some tasks are texts. You get those in your languages."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        widget=forms.Select(attrs={"data-time-zone": ""}),
        help_text=gettext_lazy("Dates and due times are shown in your time."),
    )
    is_adult = forms.BooleanField(label=gettext_lazy("I am 18 or older"), required=False)
    terms_accepted = forms.BooleanField(
        label=gettext_lazy("I have read the terms and agree to them"),
        required=False,
        help_text=format_html_lazy(
            gettext_lazy('<a href="{}" target="_blank">Read the terms</a> (about four minutes, in a new tab)'),
            reverse_lazy("terms"),
        ),
    )
    shows_sensitive_images = forms.BooleanField(
        label=gettext_lazy("Offer me tasks with sensitive images"),
        required=False,
        help_text=gettext_lazy(
            "Such as injuries. They stay blurred until you press, and skipping one costs you nothing."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["time_zone"]).choices = [
            ("", gettext_lazy("Choose…")),
            *((name, name.replace("_", " ")) for name in time_zones()),
        ]
        countries = cast(forms.ChoiceField, self.fields["country"])
        countries.choices = [("", gettext_lazy("Choose…")), *_named(COUNTRIES)]
        languages = cast(forms.MultipleChoiceField, self.fields["languages"])
        chosen = self.initial.get("languages", [])
        languages.choices = sorted(_named(LANGUAGES), key=lambda item: item[0] not in chosen)
        for name in NEEDED_FOR["paid_work"]:
            self.fields[name].note = _("needed for paid work")  # type: ignore[attr-defined]
        if self.initial.get("terms_accepted"):
            self.fields["terms_accepted"].disabled = True


@policy(Policy.SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    initial = {name: getattr(person, name) for name in ProfileForm.base_fields if name != "terms_accepted"}
    form = ProfileForm(request.POST or None, initial=initial | {"terms_accepted": bool(person.terms_accepted_at)})
    if request.method == "POST" and form.is_valid():
        kept = update_profile(person, form.cleaned_data)
        messages.success(request, _("Your profile is saved.") + f" {profile_percent(kept)} %")
        return redirect("profile")
    names = missing_fields(person)
    return render(
        request,
        "web/account/profile.html",
        {
            "form": form,
            "percent": profile_percent(person),
            "missing": [field for field in PROFILE_FIELDS if field.name in names],
            "shows_tax": person.is_worker and (bool(tax_details([person.pk])) or is_near_threshold(person)),
            "blocks_work": person.is_worker and bool(missing_fields(person, "paid_work")),
        },
    )
