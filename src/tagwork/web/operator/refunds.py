"""What is left of a client's money, sent back by hand and written down here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from tagwork.core.money import format_usd
from tagwork.ledger.queries import balances_by_owner
from tagwork.ledger.rules import Kind
from tagwork.payouts.operations.refund_client import refund_client
from tagwork.people.access import Policy, fresh_factor, policy
from tagwork.people.queries import all_organisations
from tagwork.web.operator.client_money import ClientMoneyForm


@policy(Policy.OPERATOR)
def refunds(request: HttpRequest) -> HttpResponse:
    return _record(request) if request.method == "POST" else _page(request, _form())


def _form(data: Any = None) -> ClientMoneyForm:
    """Each client by what is free of its money."""
    owners = {one: f"organisation:{one.pk}" for one in all_organisations()}
    free = balances_by_owner(Kind.CLIENT_AVAILABLE, list(owners.values()))
    return ClientMoneyForm(data, [(one, f"{one.name}: {format_usd(free.get(key, 0))}") for one, key in owners.items()])


@fresh_factor
def _record(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if form.kept(request, refund_client, _("%(amount)s to %(name)s is recorded as sent.")):
        return redirect("operate-refunds")
    return _page(request, form)


def _page(request: HttpRequest, form: ClientMoneyForm) -> HttpResponse:
    return render(request, "web/operator/refunds.html", {"form": form}, status=422 if form.errors else 200)
