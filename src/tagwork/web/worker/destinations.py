"""Where a worker is paid: checked, shown in full, and kept only after another look."""

from typing import cast
from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tagwork.kit.errors import Refusal
from tagwork.payouts import queries
from tagwork.payouts.links import disowned_destination
from tagwork.payouts.operations.add_destination import add_destination
from tagwork.payouts.operations.disown_destination import disown_destination
from tagwork.payouts.operations.remove_destination import remove_destination
from tagwork.payouts.rails import rails
from tagwork.payouts.rails.interface import DestinationCheck
from tagwork.people.access import Policy, fresh, fresh_factor, policy
from tagwork.people.models import Person


class DestinationForm(forms.Form):
    method = forms.ChoiceField(label=gettext_lazy("Method"))
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=gettext_lazy("Paste it; a single wrong character would be another address."),
    )

    def __init__(self, data: object = None, *, methods: list[queries.MethodRow], initial: object = None) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        choices = [(row.name, row.title) for row in methods]
        cast(forms.ChoiceField, self.fields["method"]).choices = choices


@policy(Policy.WORKER)
def add(request: HttpRequest) -> HttpResponse:
    """The first destination waits for nothing; another one changes where money goes and takes the second factor."""
    is_change = queries.has_destination(cast(Person, request.user))
    return (fresh_factor if is_change else fresh)(_add)(request)


def _add(request: HttpRequest) -> HttpResponse:
    """Asked for, then shown back in groups of four with every warning, then kept."""
    person = cast(Person, request.user)
    methods = queries.method_table(person)
    form = DestinationForm(request.POST or None, methods=methods, initial={"method": request.GET.get("method", "")})
    checked: DestinationCheck | None = None
    if request.method == "POST" and form.is_valid():
        method, address = form.cleaned_data["method"], form.cleaned_data["address"]
        try:
            if request.POST.get("step") == "keep":
                add_destination(person, method, address)
                messages.success(request, _("The destination is kept. A letter about it is on its way to you."))
                return redirect("withdrawals")
            checked = queries.check_destination(method, address)
        except Refusal as refusal:
            form.add_error("address", refusal.text)
        else:
            if not checked.payable:
                texts = [text for _code, text in checked.notes]
                form.add_error("address", texts or _("This is not an address that can be paid; copy it once more."))
                checked = None
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "web/worker/destination.html", _context(form, checked), status=status)


def _context(form: DestinationForm, checked: DestinationCheck | None) -> dict[str, object]:
    if checked is None:
        return {"form": form, "checked": None}
    titles = dict(cast(list[tuple[str, str]], cast(forms.ChoiceField, form.fields["method"]).choices))
    return {
        "form": form,
        "checked": checked,
        "given": form.cleaned_data,
        "title": titles[form.cleaned_data["method"]],
        "groups": in_fours(checked.normalized),
        "qr": qr_of(checked.normalized),
        "is_coin": rails()[form.cleaned_data["method"]].coin is not None,
        "is_rewritten": checked.normalized != form.cleaned_data["address"],
    }


def qr_of(address: str) -> str:
    """A picture of `address` for a phone to read: an SVG as a data: URI, which the page's policy lets an image be."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, dark="#000", light="#fff"))


def in_fours(address: str) -> list[str]:
    """For the eye: `ltc1 qw50 8d6q …`. Never for copying: a blank is no part of an address.

    What somebody reads as words stays whole: an e-mail address, an account with its holder's name.
    """
    if "@" in address or " " in address:
        return [address]
    return [address[start : start + 4] for start in range(0, len(address), 4)]


@require_POST
@policy(Policy.WORKER)
@fresh
def remove(request: HttpRequest, destination_id: UUID) -> HttpResponse:
    remove_destination(cast(Person, request.user), destination_id)
    messages.info(request, _("The destination is removed. Withdrawals under way keep the address they were made with."))
    return redirect("withdrawals")


@never_cache
@policy(Policy.ANYONE)
def disown(request: HttpRequest, token: str) -> HttpResponse:
    """From the letter, without signing in: whoever was robbed of the account can still stop it. A look does nothing."""
    destination_id = disowned_destination(token)
    if destination_id is None:
        return render(request, "web/public/disown.html", {"done": False, "destination": None}, status=410)
    if request.method == "POST":
        disown_destination(destination_id)
        return render(request, "web/public/disown.html", {"done": True})
    destination = queries.destination_for_notice(destination_id)
    return render(request, "web/public/disown.html", {"done": False, "destination": destination})
