"""Money of clients that an operator saw arrive."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import format_usd
from tagwork.kit.errors import Refusal
from tagwork.kit.ids import decode, encode, opaque_id
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.deposits import receipts_under_way, watches
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.queries import RecordedDeposit, recorded_deposit, recorded_deposits
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Organisation, Person
from tagwork.people.queries import all_organisations
from tagwork.web.fields import AmountField, add_refusal
from tagwork.web.operator.payout_words import DEPOSITS

PER_PAGE = 50


class DepositForm(forms.Form):
    organisation = forms.ChoiceField(label=_("Client"))
    amount = AmountField(label=_("Amount in US dollars"))
    reference = forms.CharField(
        label=_("Reference"), max_length=200, help_text=_("What the bank or the service calls this payment.")
    )
    # One key for each time the form is drawn: sending it twice records once.
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(encode("o", one.pk), f"{one.name} ({encode('o', one.pk)})") for one in organisations]
        cast(forms.ChoiceField, self.fields["organisation"]).choices = [("", _("Choose")), *choices]


@policy(Policy.OPERATOR)
def deposits(request: HttpRequest) -> HttpResponse:
    return _record(request) if request.method == "POST" else _page(request, _form())


def _form(data: Any = None) -> DepositForm:
    return DepositForm(data, organisations=list(all_organisations()), initial={"key": str(opaque_id())})


@fresh_factor
def _record(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        client = next(one for one in all_organisations() if encode("o", one.pk) == given["organisation"])
        try:
            record_deposit(client, given["amount"], given["reference"], cast(Person, request.user), given["key"])
        except Refusal as refusal:
            add_refusal(form, refusal, amount_micros="amount")
        else:
            text = _("%(amount)s for %(name)s is recorded and available.")
            messages.success(request, text % {"amount": format_usd(given["amount"]), "name": client.name})
            return redirect("operate-deposits")
    return _page(request, form)


class ReversalForm(forms.Form):
    reason = forms.CharField(
        label=_("What was wrong with it"), max_length=200, help_text=_("It is kept with the counter-entry.")
    )
    is_sure = forms.BooleanField(label=_("This deposit never arrived, or not for this client"))


@policy(Policy.OPERATOR)
def reverse(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """The first step shows what it does; only the second does it."""
    deposit = recorded_deposit(deposit_id)
    return _reverse(request, deposit) if request.method == "POST" else _reversal_page(request, deposit, ReversalForm())


@fresh_factor
def _reverse(request: HttpRequest, deposit: RecordedDeposit) -> HttpResponse:
    form = ReversalForm(request.POST)
    if form.is_valid():
        try:
            reverse_deposit(deposit.id, form.cleaned_data["reason"], cast(Person, request.user))
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Taken back by a counter-entry. Both stay in the books."))
            return redirect("operate-deposits")
    return _reversal_page(request, deposit, form)


def _reversal_page(request: HttpRequest, deposit: RecordedDeposit, form: ReversalForm) -> HttpResponse:
    available = AccountRef(Kind.CLIENT_AVAILABLE, f"organisation:{deposit.organisation_id}")
    context = {"deposit": deposit, "form": form, "available_micros": balance_micros(available)}
    return render(request, "web/operator/reverse_deposit.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, form: DepositForm) -> HttpResponse:
    before = decode("dp", request.GET.get("after", ""))
    rows = recorded_deposits(before, PER_PAGE)
    context = {
        "form": form,
        "watches": watches(),
        "under_way": [{"row": one, "advice": DEPOSITS.get(one.attention)} for one in receipts_under_way()],
        "rows": rows,
        "next": encode("dp", rows[-1].id) if len(rows) == PER_PAGE else None,
    }
    return render(request, "web/operator/deposits.html", context, status=422 if form.errors else 200)
