"""Money of clients that an operator saw arrive."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.kit.errors import Refusal
from tagwork.kit.ids import decode, encode
from tagwork.ledger.queries import balance_micros
from tagwork.ledger.rules import AccountRef, Kind
from tagwork.payouts.advice import DEPOSITS
from tagwork.payouts.deposits import receipts_under_way, watches
from tagwork.payouts.operations.record_deposit import record_deposit
from tagwork.payouts.operations.reverse_deposit import reverse_deposit
from tagwork.payouts.queries import RecordedDeposit, recorded_deposit, recorded_deposits
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.models import Person
from tagwork.people.queries import all_organisations
from tagwork.web.fields import add_refusal
from tagwork.web.operator.client_money import ClientMoneyForm

PER_PAGE = 50


@policy(Policy.OPERATOR)
def deposits(request: HttpRequest) -> HttpResponse:
    return _record(request) if request.method == "POST" else _page(request, _form())


def _form(data: Any = None) -> ClientMoneyForm:
    return ClientMoneyForm(data, [(one, f"{one.name} ({encode('o', one.pk)})") for one in all_organisations()])


@fresh_factor
def _record(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if form.kept(request, record_deposit, _("%(amount)s for %(name)s is recorded and available.")):
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


def _page(request: HttpRequest, form: ClientMoneyForm) -> HttpResponse:
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
