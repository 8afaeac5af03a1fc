"""What is left of a client's money, sent back by hand and written down here."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import format_usd
from tagwork.kit.errors import Refusal
from tagwork.kit.ids import encode, opaque_id
from tagwork.ledger.queries import balances_by_owner
from tagwork.ledger.rules import Kind
from tagwork.payouts.operations.refund_client import refund_client
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Organisation, Person
from tagwork.people.queries import all_organisations
from tagwork.web.fields import AmountField, add_refusal


class RefundForm(forms.Form):
    organisation = forms.ChoiceField(label=_("Client"))
    amount = AmountField(label=_("Amount in US dollars"))
    reference = forms.CharField(
        label=_("Reference"), max_length=200, help_text=_("What the bank or the service calls this payment.")
    )
    # One key for each time the form is drawn: sending it twice records once.
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, organisations: list[Organisation], free: dict[str, int], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (encode("o", one.pk), f"{one.name}: {format_usd(free.get(f'organisation:{one.pk}', 0))}")
            for one in organisations
        ]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = [("", _("Choose")), *choices]


@policy(Policy.OPERATOR)
def refunds(request: HttpRequest) -> HttpResponse:
    return _record(request) if request.method == "POST" else _page(request, _form())


def _form(data: Any = None) -> RefundForm:
    organisations = list(all_organisations())
    free = balances_by_owner(Kind.CLIENT_AVAILABLE, [f"organisation:{one.pk}" for one in organisations])
    return RefundForm(data, organisations=organisations, free=free, initial={"key": str(opaque_id())})


@fresh_factor
def _record(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        client = next(one for one in all_organisations() if encode("o", one.pk) == given["organisation"])
        try:
            refund_client(client, given["amount"], given["reference"], cast(Person, request.user), given["key"])
        except Refusal as refusal:
            add_refusal(form, refusal, amount_micros="amount")
        else:
            text = _("%(amount)s to %(name)s is recorded as sent.")
            messages.success(request, text % {"amount": format_usd(given["amount"]), "name": client.name})
            return redirect("operate-refunds")
    return _page(request, form)


def _page(request: HttpRequest, form: RefundForm) -> HttpResponse:
    return render(request, "web/operator/refunds.html", {"form": form}, status=422 if form.errors else 200)
